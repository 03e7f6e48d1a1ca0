"""How a session ends: by its user, by whoever revokes it, by a line or a process that dies. None lives on, none spins."""

import asyncio
import hashlib
import os
import re
import signal
import termios
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import asyncssh
import pytest

from infra.services.processes import wait_until
from tests.journeys.house import House
from tests.journeys.terminal import Terminal
from tests.servers import Servers
from tests.tui.gateway.conftest import CENTRE_NAME, People, Person, Screens
from tests.tui.gateway.processes import Gateway, busy_share, runs

pytestmark = pytest.mark.xdist_group("gateway")

ACCUEIL = f"Halte · {CENTRE_NAME}"
OVER = "Votre session est terminée"


def test_leaving_gives_the_terminal_back(screen: Screens, gateway: Gateway) -> None:
    terminal = screen()
    before = termios.tcgetattr(terminal.line)
    terminal.until(ACCUEIL)
    during = termios.tcgetattr(terminal.line)

    terminal.press("ctrl+q")

    assert terminal.ended(seconds=5) == 0
    assert during[3] & termios.ICANON == 0
    assert termios.tcgetattr(terminal.line)[:4] == before[:4]
    last_words = bytes(terminal.painted[-400:])
    assert b"\x1b[?1049l" in last_words, "the normal screen is back"
    assert b"\x1b[?25h" in last_words, "the cursor is back"
    for mouse in (b"1000", b"1003", b"1006", b"2004"):
        assert terminal.painted.rfind(b"\x1b[?" + mouse + b"l") > terminal.painted.rfind(b"\x1b[?" + mouse + b"h")
    assert gateway.wait_for_sessions(0)


def test_a_change_of_size_reaches_the_app(screen: Screens) -> None:
    terminal = screen(columns=80, rows=24)
    terminal.until(ACCUEIL)
    assert max(map(len, terminal.screen.splitlines())) <= 80

    terminal.resize(140, 45)

    assert wait_until(lambda: len(max(terminal.look(seconds=0.1).splitlines(), key=len)) > 130, timeout_seconds=10)
    terminal.until(ACCUEIL, "Aujourd'hui", "Cette semaine")


def revoke_key(house: House, person: Person) -> None:
    fingerprint = asyncssh.read_public_key(person.key_file.with_suffix(".pub")).get_fingerprint("sha256")
    house.halte("user", "revoke-key", person.login, fingerprint, "--yes")


def disable(house: House, person: Person) -> None:
    house.halte("user", "disable", person.login, "--yes")


def disable_in_centre(house: House, person: Person) -> None:
    house.halte("user", "disable", person.login, "--centre", person.slug, "--yes")


@pytest.mark.parametrize("revoke", [revoke_key, disable], ids=["revoke-key", "disable"])
def test_what_is_revoked_ends_within_five_seconds(
    house: House, a_person: People, screen: Screens, gateway: Gateway, revoke: Callable[[House, Person], None]
) -> None:
    person = a_person()
    idle, typing = screen(person), screen(person)
    idle.until(ACCUEIL)
    typing.until(ACCUEIL)
    pids = gateway.sessions()

    revoke(house, person)
    revoked = time.monotonic()

    assert idle.ended(seconds=6) == 1
    assert typing.ended(seconds=6) == 1
    took = time.monotonic() - revoked
    assert wait_until(lambda: not any(map(runs, pids)), timeout_seconds=max(0.0, 5 - took))
    assert took < 5, f"{took:.1f} s"
    assert OVER in idle.screen and OVER in typing.screen
    print(f"revocation to the end of live sessions: {took:.1f} s")


def test_a_role_taken_away_shows_at_once(house: House, a_person: People, screen: Screens) -> None:
    person = a_person()
    terminal = screen(person)
    terminal.until(ACCUEIL)

    disable_in_centre(house, person)

    assert terminal.ended(seconds=6) == 1
    assert OVER in terminal.screen


def test_a_killed_client_takes_its_app_along(screen: Screens, gateway: Gateway) -> None:
    terminal = screen()
    terminal.until(ACCUEIL)
    pid = gateway.sessions()[0]

    os.kill(terminal.program(), signal.SIGKILL)
    killed = time.monotonic()

    assert wait_until(lambda: not runs(pid), timeout_seconds=5)
    print(f"killed ssh to the end of the app: {time.monotonic() - killed:.1f} s")
    assert busy_share([gateway.pid, gateway.zygote]) < 0.2


def test_an_app_that_is_stuck_is_ended_too(screen: Screens, gateway: Gateway) -> None:
    """It takes no input and hears no signal; what was typed fills the line. Its client goes: so does the app."""
    terminal = screen()
    terminal.until(ACCUEIL)
    pid = gateway.sessions()[0]
    os.kill(pid, signal.SIGSTOP)
    terminal.send(b"x" * 20_000)

    os.kill(terminal.program(), signal.SIGKILL)

    assert wait_until(lambda: not runs(pid), timeout_seconds=5)


def test_a_stopped_gateway_leaves_no_app(house: House, screen: Screens, gateway: Gateway) -> None:
    terminal = screen()
    terminal.until(ACCUEIL)
    pids = [gateway.zygote, *gateway.sessions()]
    try:
        with ThreadPoolExecutor() as beside:
            # Somebody looks at the screen meanwhile: a client that nobody reads from hears no last words.
            stopping = beside.submit(house.gateway.stop)
            assert terminal.ended(seconds=20) != 0
            assert stopping.result() == 0
        assert wait_until(lambda: not any(map(runs, pids)), timeout_seconds=5)
        assert b"La session s'est interrompue" in terminal.painted
        assert b"\x1b[?1049l" in terminal.painted and b"\x1b[?25h" in terminal.painted[-300:]
    finally:
        house.gateway.start()


def test_a_killed_gateway_leaves_no_app(house: House, screen: Screens, gateway: Gateway) -> None:
    terminal = screen()
    terminal.until(ACCUEIL)
    pids = [gateway.zygote, *gateway.sessions()]
    try:
        os.kill(gateway.pid, signal.SIGKILL)
        assert wait_until(lambda: not any(map(runs, pids)), timeout_seconds=5), "apps without a terminal live on"
    finally:
        assert wait_until(lambda: not house.gateway.runs(), timeout_seconds=5)
        house.gateway.start()


def test_without_its_zygote_the_gateway_ends_with_1(house: House, screen: Screens, gateway: Gateway) -> None:
    """Its supervisor then starts both again."""
    terminal = screen()
    terminal.until(ACCUEIL)
    sessions = gateway.sessions()

    def has_ended() -> bool:
        # A client that does not read its screen hears no last words.
        terminal.look(seconds=0.05)
        return not house.gateway.runs()

    try:
        os.kill(gateway.zygote, signal.SIGKILL)
        assert wait_until(has_ended, timeout_seconds=10)
        assert house.gateway.process is not None and house.gateway.process.returncode == 1
        assert wait_until(lambda: not any(map(runs, sessions)), timeout_seconds=5)
        terminal.ended(seconds=5)
        assert b"La session s'est interrompue" in terminal.painted
    finally:
        if house.gateway.runs():
            house.gateway.stop()
        house.gateway.start()
    screen().until(ACCUEIL)


def test_a_restarted_server_is_said_in_one_line_and_mended(house: House, screen: Screens, gateway: Gateway) -> None:
    terminal = screen()
    terminal.until(ACCUEIL, "Tout est fait")
    try:
        house.serve.stop()
        terminal.until("connexion perdue", seconds=15)
        lines = [line for line in terminal.screen.splitlines() if "connexion" in line or "serveur" in line]
        assert len(lines) == 1
        assert busy_share(gateway.sessions(), seconds=1) < 0.5
    finally:
        house.serve.start()

    terminal.until_gone("connexion perdue", seconds=20)
    assert wait_until(house.ready, timeout_seconds=20)
    assert terminal.shows(ACCUEIL)


def test_without_its_server_nobody_gets_in_and_nothing_breaks(house: House, person: Person, screen: Screens) -> None:
    try:
        house.serve.stop()
        refused = Terminal(house.ssh(person.key_file, person.login))
        assert refused.ended(seconds=15) == 255
        refused.close()
    finally:
        house.serve.start()
    assert wait_until(house.ready, timeout_seconds=20)
    screen().until(ACCUEIL)


def test_idle_sessions_leave_the_processor_alone(screen: Screens, gateway: Gateway) -> None:
    terminals = [screen() for _ in range(3)]
    for terminal in terminals:
        terminal.until(ACCUEIL, "Tout est fait")

    share = busy_share([gateway.pid, gateway.zygote, *gateway.sessions()], seconds=3)

    print(f"three idle sessions: {share:.0%} of a processor")
    assert share < 0.3


def test_no_token_is_to_be_seen(servers: Servers, house: House, screen: Screens, gateway: Gateway) -> None:
    """Neither a session's token nor the gateway's credential, in the command line or the environment of any process."""
    assert gateway.wait_for_sessions(0)
    screen().until(ACCUEIL)
    ours = [gateway.pid, gateway.zygote, *gateway.sessions()]
    known = _digests_of_tokens(servers)
    assert known

    for process in Path("/proc").iterdir():
        for what in ("cmdline", "environ"):
            try:
                seen = (process / what).read_bytes() if process.name.isdigit() else b""
            except OSError:
                continue
            words = re.findall(rb"[A-Za-z0-9_-]{40,}", seen)
            assert not known.intersection(hashlib.sha256(word).digest() for word in words), (process, what)
            assert (
                house.credential.encode() not in seen
                or process.name == str(house.serve.pid)
                or _below_serve(int(process.name), house)
            )
    for pid in ours:
        assert b"HALTE_TOKEN_FD" not in Path(f"/proc/{pid}/environ").read_bytes()
        assert house.credential.encode() not in Path(f"/proc/{pid}/environ").read_bytes()


def _below_serve(pid: int, house: House) -> bool:
    """Say whether a process is one of the HTTP server's: it must know the credential to recognise it."""
    from tests.tui.gateway.processes import children

    return pid in children(house.serve.pid)


def _digests_of_tokens(servers: Servers) -> set[bytes]:
    async def read() -> set[bytes]:
        connection = await asyncpg.connect(servers.postgres.superuser_url, database=servers.database)
        try:
            return {bytes(row["digest"]) for row in await connection.fetch("SELECT digest FROM session_tokens")}
        finally:
            await connection.close()

    return asyncio.run(read())
