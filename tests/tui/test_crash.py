"""A crash: one line to its user, one line to the log, no value in either; what was typed is kept."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.journeys.terminal import Terminal
from tests.servers import ROOT
from tests.tui import seeds
from tests.tui.desk_server import Desk, DeskServer
from tui import tokens
from tui.tokens import Entry

ONE_LINE = re.compile(
    r"Halte s'est arrêté \(référence ([0-9a-f]{8})\) ; reconnectez-vous : ce que vous tapiez est gardé\."
)
SECRET = "Grisélidis Quillivéré"
SESSION = """
import asyncio, os, sys
from pathlib import Path
from tui.gateway import zygote

pid, link = zygote.start()
zygote.await_ready(pid, link)

async def main():
    from tui.gateway.nursery import Nursery

    handed = sys.stdin.buffer.read()
    session = await Nursery(link, Path(sys.argv[1])).open(handed, login="clef", term="xterm", columns=80, rows=24)
    os.set_blocking(session.terminal, True)
    try:
        while data := await asyncio.to_thread(os.read, session.terminal, 65536):
            os.write(1, data)
    except OSError:
        pass
    return await session.ended

sys.exit(asyncio.run(main()))
"""


class Unfit(msgspec.Struct):
    """An answer that no terminal can read, with somebody's name in it."""

    arrivals: list[str]


@pytest.fixture
def entry(desk: Desk, desk_server: DeskServer) -> Entry:
    """A way in, to a server whose Accueil the terminal fails on."""
    desk.answers["GET /desk"] = Unfit(arrivals=[SECRET])
    return Entry(server=desk_server.address, access_token="good", centre=seeds.SLUG)


def _only_the_one_line(painted: bytes) -> str:
    text = painted.decode()
    after = text[text.rindex("\x1b[?1049l") :]
    found = ONE_LINE.search(after)
    assert found, after
    assert SECRET not in text
    for word in ("Traceback", "locals", "msgspec", ".py"):
        assert word not in after
    return found[1]


def _noted(line: str, reference: str) -> None:
    crash = json.loads(line)
    assert crash["event"] == "terminal_app_crashed"
    assert crash["reference"] == reference
    assert crash["raised"][-1]["error"] == "msgspec.ValidationError"
    assert any("tui/screens/home.py" in place for raised in crash["raised"] for place in raised["at"])
    assert SECRET not in line
    assert seeds.SLUG not in line


def test_a_crash_in_the_gateway_goes_to_its_log(entry: Entry, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SESSION, str(tmp_path)],
        input=msgspec.json.encode(entry),
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1, done.stderr.decode()
    reference = _only_the_one_line(done.stdout)
    (line,) = done.stderr.decode().splitlines()
    _noted(line, reference)


@pytest.fixture
def own_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Entry], Terminal]:
    """Open the app on one's own machine, a token kept there."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

    def opened(entry: Entry) -> Terminal:
        tokens.keep(entry)
        code = f"import sys; from tui.commands import main; sys.exit(main(['--server', '{entry.server}']))"
        return Terminal([sys.executable, "-c", code], columns=80, rows=24)

    return opened


def test_a_crash_on_ones_own_machine_goes_to_a_file_of_ones_own(
    entry: Entry, own_machine: Callable[[Entry], Terminal], tmp_path: Path
) -> None:
    with own_machine(entry) as terminal:
        assert terminal.ended(seconds=30) == 1

    reference = _only_the_one_line(bytes(terminal.painted))
    (file,) = (tmp_path / "halte" / "crashes").iterdir()
    assert file.name == f"{reference}.json"
    assert file.stat().st_mode & 0o777 == 0o600
    _noted(file.read_text(), reference)


def test_a_byte_that_is_no_utf_8_ends_nothing(
    desk: Desk, desk_server: DeskServer, own_machine: Callable[[Entry], Terminal]
) -> None:
    with own_machine(Entry(server=desk_server.address, access_token=desk.token, centre=seeds.SLUG)) as terminal:
        terminal.until("Kerfany")
        terminal.press("/")
        terminal.until("Chercher partout")

        terminal.send("Fenêtre ".encode("latin-1") + b"ouverte")

        terminal.until("Fen\N{REPLACEMENT CHARACTER}tre ouverte")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
