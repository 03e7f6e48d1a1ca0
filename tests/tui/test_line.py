"""The line to the server and the terminal itself: what others change appears, a lost line mends, a gone terminal ends the process."""

import asyncio
import gc
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from server.contract.basics import Page
from tests.tui import seeds
from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk, DeskServer
from tui.app import HalteApp
from tui.screens.enquiries import EnquiriesScreen
from tui.tokens import Entry
from tui.transport import ApiProblem

MakeApp = Callable[[], HalteApp]
ROOT = Path(__file__).resolve().parents[2]
PICTURE = Path(__file__).parent / "accueil.svg"


async def test_a_new_enquiry_appears_by_itself_and_is_marked(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "d")
        screen = app.screen
        assert isinstance(screen, EnquiriesScreen)
        newcomer = msgspec.structs.replace(seeds.ENQUIRIES[0], id=seeds.uuid(4, 77), organisation="Lycée Brizeux")
        desk.answers["GET /enquiries"] = Page(items=[newcomer, *seeds.ENQUIRIES])
        desk.say("enquiries.received", newcomer.id)
        await until(pilot, lambda: "Lycée Brizeux" in shown(app), "the demande")
        assert screen.inbox._changed == {str(newcomer.id)}


async def test_a_fact_of_another_kind_reads_nothing_again(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "d")
        before = len(desk.sent("GET /api/v1/centres/kerfany/enquiries"))
        desk.say("rooms.withdrawn", seeds.uuid(6, 1))
        await settled(pilot)
        assert len(desk.sent("GET /api/v1/centres/kerfany/enquiries")) == before


async def test_a_lost_line_is_said_below_and_mends_by_itself(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HALTE_DRAFTS", str(tmp_path))
    server = DeskServer(desk)
    server.start()
    app = HalteApp(Entry(server=server.address, access_token=desk.token, centre=seeds.SLUG), handed_down=True)
    async with opened(app) as pilot:
        await go(pilot, "d")
        await pilot.press("r", *"Bonj")
        server.stop()
        await until(pilot, lambda: "connexion perdue, nouvel essai" in shown(app), "the word about the line")
        await pilot.press(*"our")
        again = DeskServer(desk, port=server.port)
        again.start()
        await until(pilot, lambda: "connexion perdue" not in shown(app), "the line")
        screen = app.screen
        assert isinstance(screen, EnquiriesScreen)
        assert screen.reply.text == "Bonjour"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: desk.sent("/messages"), "the answer")
    again.stop()


async def test_who_leaves_while_asking_leaves_no_connection_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HALTE_DRAFTS", str(tmp_path))

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        for _ in range(8):
            app = HalteApp(Entry(server=f"http://{host}:{port}", access_token=""), handed_down=True)
            async with app.run_test():
                for _desk in range(8):
                    app.run_worker(_ask_for_ever(app))
                await asyncio.sleep(0.02)
    gc.collect()  # what was left open is said here, and fails the test


async def _ask_for_ever(app: HalteApp) -> None:
    while True:
        with suppress(ApiProblem):
            await app.session.client.line.send("GET", "/", bytes)


async def test_the_language_changes_without_restarting(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await settled(pilot)
        await pilot.press("f9")
        await settled(pilot)
        assert "unanswered enquiries" in shown(app)
        assert "demandes sans réponse" not in shown(app)
        await pilot.press("f9")
        await settled(pilot)
        assert "demandes sans réponse" in shown(app)


async def test_an_account_in_english_opens_in_english(desk: Desk, an_app: MakeApp) -> None:
    desk.me = msgspec.structs.replace(seeds.ME, language="en")
    app = an_app()
    async with opened(app) as pilot:
        await until(pilot, lambda: "Sat 21 Nov 2026" in shown(app) and "Arrivals" in shown(app), "English")


async def test_keys_are_remapped(desk: Desk, an_app: MakeApp) -> None:
    desk.me = msgspec.structs.replace(seeds.ME, keymap={"home.add_enquiry": "z"})
    app = an_app()
    async with opened(app) as pilot:
        await settled(pilot)
        await pilot.press("z")
        await settled(pilot)
        assert "Nouvelle demande" in shown(app)


def test_the_picture_of_the_readme_is_what_is_drawn(
    snap_compare: Callable[..., bool], desk: Desk, an_app: MakeApp
) -> None:
    app = an_app()

    async def show(pilot: object) -> None:
        await until(pilot, lambda: app.session.me is not None)  # type: ignore[arg-type]
        await settled(pilot)  # type: ignore[arg-type]
        if os.environ.get("HALTE_PICTURE"):
            PICTURE.write_text(app.export_screenshot(title="Halte"))

    assert snap_compare(app, terminal_size=(100, 26), run_before=show)
    assert "Collège" in PICTURE.read_text().replace("&#160;", " ")


@pytest.mark.parametrize("how", ["closed", "hung up"])
def test_the_process_ends_with_its_terminal(how: str, desk: Desk, desk_server: DeskServer, tmp_path: Path) -> None:
    process, master = _in_a_terminal(desk_server.address, tmp_path)
    try:
        _read_until(master, "Kerfany")
        if how == "closed":
            os.close(master)
            master = -1
        else:
            process.send_signal(signal.SIGHUP)
        process.wait(timeout=15)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        if master >= 0:
            os.close(master)
    assert process.returncode in (129, 1)


def _in_a_terminal(server: str, folder: Path) -> tuple["subprocess.Popen[bytes]", int]:
    master, slave = pty.openpty()
    reading, writing = os.pipe()
    os.write(writing, msgspec.json.encode(Entry(server=server, access_token="good", centre=seeds.SLUG)))
    os.close(writing)
    environment = os.environ | {"HALTE_TOKEN_FD": str(reading), "HALTE_DRAFTS": str(folder), "TERM": "xterm-256color"}
    code = "import sys; from tui.commands import main; sys.exit(main([]))"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        pass_fds=[reading],
        env=environment,
        cwd=ROOT,
        start_new_session=True,
    )
    os.close(slave)
    os.close(reading)
    return process, master


def _read_until(master: int, text: str) -> None:
    seen = b""
    deadline = time.monotonic() + 30
    while text.encode() not in seen:
        assert time.monotonic() < deadline, seen[-2000:]
        seen += os.read(master, 65536)
