"""Who gets in: whoever holds a registered key, and nobody else."""

import re
import subprocess
from pathlib import Path

import asyncssh
import pytest

from tests.journeys.house import House, key_pair
from tests.tui.gateway.conftest import CENTRE_NAME, People, Person, Screens
from tests.tui.gateway.processes import Gateway

COLOUR = re.compile(rb"\x1b\[[0-9;]*[34]8;[25];")

pytestmark = pytest.mark.xdist_group("gateway")


def refusal(house: House, key_file: Path, login: str) -> str:
    """Try to log in by OpenSSH; return what it says. A gateway that lets this one in fails the test."""
    done = subprocess.run(
        house.ssh(key_file, login, tty=False),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 255, done
    return done.stderr.strip()


def test_a_registered_key_opens_accueil(house: House, person: Person, screen: Screens, gateway: Gateway) -> None:
    terminal = screen()

    took = terminal.until(f"Halte · {CENTRE_NAME}", person.name, "Aujourd'hui", "Tout est fait")

    print(f"log-in to a drawn Accueil: {took * 1000:.0f} ms")
    assert len(gateway.sessions()) == 1
    terminal.close()
    assert gateway.wait_for_sessions(0)


def test_who_asks_for_the_plain_mode_gets_neither_boxes_nor_colours(screen: Screens, person: Person) -> None:
    plain = screen(person, "-o", "SetEnv=HALTE_PLAIN=1")
    plain.until(f"Halte · {CENTRE_NAME}", "Aujourd'hui", "Tout est fait")

    assert not set(plain.screen) & set("─│╭╮╰╯▀▄█░")
    assert not COLOUR.search(plain.painted)

    usual = screen(person, "-o", "SetEnv=HALTE_PLAIN=0")
    usual.until(f"Halte · {CENTRE_NAME}", "Aujourd'hui", "Tout est fait")
    assert set(usual.screen) & set("─│╭╮╰╯")
    assert COLOUR.search(usual.painted)


def test_a_new_user_meets_the_first_start(a_person: People, screen: Screens) -> None:
    terminal = screen(a_person(first_start_done=False))

    terminal.until("Bienvenue", "Langue / Language")


def test_keys_that_open_nothing(house: House, person: Person, a_person: People) -> None:
    other, disabled, revoked = a_person(), a_person(), a_person()
    stranger, _ = key_pair(house.folder, "stranger")
    house.halte("user", "disable", disabled.login, "--yes")
    fingerprint = asyncssh.read_public_key(revoked.key_file.with_suffix(".pub")).get_fingerprint("sha256")
    house.halte("user", "revoke-key", revoked.login, fingerprint, "--yes")

    said = {
        "nobody's key": refusal(house, stranger, person.login),
        "another's key": refusal(house, other.key_file, person.login),
        "a disabled user": refusal(house, disabled.key_file, disabled.login),
        "a revoked key": refusal(house, revoked.key_file, revoked.login),
        "a login that is nobody's": refusal(house, person.key_file, "personne"),
        "an empty login": refusal(house, person.key_file, " "),
        "root": refusal(house, person.key_file, "root"),
    }

    denied = "Permission denied (publickey)."
    assert {why: words.rpartition(": ")[2] for why, words in said.items()} == dict.fromkeys(said, denied)


@pytest.mark.parametrize(
    "login",
    ["clef0' OR '1'='1", "x" * 1_000, "x" * 100_000, "../../clef0", "CLEF0\u0301"],
    ids=["quotes", "long", "very long", "path", "accent"],
)
async def test_logins_that_nobody_has(house: House, person: Person, login: str) -> None:
    with pytest.raises((asyncssh.PermissionDenied, asyncssh.IllegalUserName, asyncssh.ProtocolError)):
        await asyncssh.connect(
            "127.0.0.1",
            house.ssh_port,
            username=login,
            known_hosts=None,
            agent_path=None,
            client_keys=[str(person.key_file)],
        )

    async with asyncssh.connect(
        "127.0.0.1",
        house.ssh_port,
        username=person.login,
        known_hosts=None,
        agent_path=None,
        client_keys=[str(person.key_file)],
    ):
        pass


async def test_passwords_are_not_asked_for(house: House, person: Person) -> None:
    offered: list[str] = []

    class Listening(asyncssh.SSHClient):
        """Says yes to whatever the server offers."""

        def password_auth_requested(self) -> str:
            offered.append("password")
            return "un mot de passe de test"

        def kbdint_auth_requested(self) -> str:
            offered.append("keyboard-interactive")
            return ""

    with pytest.raises(asyncssh.PermissionDenied):
        await asyncssh.connect(
            "127.0.0.1",
            house.ssh_port,
            username=person.login,
            known_hosts=None,
            client_keys=None,
            agent_path=None,
            client_factory=Listening,
            preferred_auth="password,keyboard-interactive,hostbased,gssapi-with-mic",
        )

    assert offered == []
    assert await asyncssh.get_server_auth_methods("127.0.0.1", house.ssh_port, username=person.login) == ["publickey"]


async def test_the_key_itself_must_be_held(house: House, person: Person) -> None:
    """The public half is no secret: without a signature by the private one it opens nothing."""
    public = person.key_file.with_suffix(".pub")
    other = asyncssh.generate_private_key("ssh-ed25519")

    class Impostor(asyncssh.SSHKeyPair):
        """Shows one key and signs by another."""

        _key_type = "impostor"

        def __init__(self) -> None:
            shown = asyncssh.read_public_key(public)
            super().__init__(
                shown.algorithm, shown.algorithm, shown.sig_algorithms, shown.sig_algorithms, shown.public_data, b""
            )
            self._other = asyncssh.load_keypairs([other])[0]

        def sign(self, data: bytes) -> bytes:
            return self._other.sign(data)

    with pytest.raises(asyncssh.PermissionDenied):
        await asyncssh.connect(
            "127.0.0.1",
            house.ssh_port,
            username=person.login,
            known_hosts=None,
            agent_path=None,
            client_keys=[Impostor()],
        )
