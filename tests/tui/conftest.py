"""The desk server of this test process, and an app on it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.tui.desk_server import Desk, DeskServer
from tests.tui.quiet import Quiet
from tests.tui.seeds import SLUG
from tui.app import HalteApp
from tui.tokens import Entry
from tui.words import use_language

PATIENCE_SECONDS = 20.0


@pytest.fixture(scope="session")
def desk_server() -> Iterator[DeskServer]:
    """One server for the whole process."""
    server = DeskServer(Desk())
    server.start()
    yield server
    server.desk.reset()
    server.stop()


@pytest.fixture
def desk(desk_server: DeskServer) -> Iterator[Desk]:
    """What it answers, as at the start."""
    desk_server.desk.reset()
    yield desk_server.desk
    desk_server.desk.reset()


@pytest.fixture
def an_app(
    desk: Desk, desk_server: DeskServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], HalteApp]]:
    """Make apps on the desk server, their drafts in a folder of the test's."""
    monkeypatch.setenv("HALTE_DRAFTS", str(tmp_path / "drafts"))
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    use_language("fr")
    # What is typed is looked up after a short pause: shorter here, where keys come in a row.
    for pause in ("dialogs.search.PAUSE", "screens.clients.PAUSE", "screens.client_form.PAUSE"):
        monkeypatch.setattr(f"tui.{pause}_SECONDS", 0.01)
    with Quiet(lambda: desk.state != "loading").watched(monkeypatch):
        yield lambda: HalteApp(
            Entry(server=desk_server.address, access_token=desk.token, centre=SLUG), handed_down=True
        )
    use_language("fr")


async def until(pilot: Pilot[int], condition: Callable[[], object], what: str = "") -> None:
    """Wait until something holds."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, f"never came: {what}"
        await asyncio.sleep(0.01)
    await pilot.pause()


async def settled(pilot: Pilot[int]) -> None:
    """Wait until nothing is being read any more, and stop the cursors' blinking."""
    await pilot.pause()
    for field in pilot.app.screen.query(Input):
        field.cursor_blink = False
    for area in pilot.app.screen.query(TextArea):
        area.cursor_blink = False
    await pilot.pause()


@asynccontextmanager
async def opened(app: HalteApp, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[int]]:
    """Run an app until who one is and the day are known."""
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.session.me is not None, "who one is")
        yield pilot


async def go(pilot: Pilot[int], key: str) -> None:
    """Go to a main screen."""
    await pilot.press("g", key)
    await settled(pilot)


def shown(app: HalteApp) -> str:
    """What stands on the screen, as text."""
    width, height = app.size
    lines = app.screen._compositor.render_strips()
    return "\n".join(strip.text[:width] for strip in lines[:height])
