"""What is sent is what differs, and what the terminal then shows is what would have been painted whole."""

import io
from collections.abc import Callable

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tests.tui.conftest import opened, until
from tests.tui.desk_server import Desk
from tui.app import HalteApp
from tui.painting import Difference, Painted

COLUMNS, ROWS = 24, 4
STYLES = (None, Style(color="red"), Style(bold=True, bgcolor="blue"), Style(color="#5fafd7", bgcolor="#16191d"))
CONSOLE = Console(file=io.StringIO(), color_system="truecolor", force_terminal=True)

letters = st.text("ab é▆─漢字", max_size=COLUMNS)
lines = st.lists(st.tuples(letters, st.sampled_from(STYLES)), max_size=4).map(
    lambda parts: Strip([Segment(text, style) for text, style in parts]).adjust_cell_length(COLUMNS)
)
pictures = st.lists(lines, min_size=ROWS, max_size=ROWS)


class Seen:
    """A terminal that is painted on."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.Stream(self.screen)

    def paint(self, text: str) -> None:
        """Take what is sent."""
        self._stream.feed(text)

    def cells(self) -> list[list[tuple[str, str, str, bool]]]:
        """What each cell shows."""
        return [
            [(cell.data, cell.fg, cell.bg, cell.bold) for cell in (self.screen.buffer[y][x] for x in range(COLUMNS))]
            for y in range(ROWS)
        ]


def whole(picture: list[Strip]) -> LayoutUpdate:
    """Return a picture as Textual lays it out: each line a strip."""
    return LayoutUpdate([[line] for line in picture], Region(0, 0, COLUMNS, ROWS))


@given(st.lists(pictures, min_size=1, max_size=6))
def test_the_terminal_shows_what_would_have_been_painted_whole(shown: list[list[Strip]]) -> None:
    frugal, painted = Seen(), Painted()
    for picture in shown:
        frugal.paint(Difference(whole(picture), painted).render_segments(CONSOLE))

    plain = Seen()
    plain.paint(whole(shown[-1]).render_segments(CONSOLE).replace("\n", "\r\n"))
    assert frugal.cells() == plain.cells()


def test_the_same_again_sends_nothing() -> None:
    painted = Painted()
    picture = [Strip([Segment("x" * COLUMNS)])] * ROWS
    assert Difference(whole(picture), painted).render_segments(CONSOLE)
    assert Difference(whole(picture), painted).render_segments(CONSOLE) == ""


def test_one_letter_is_one_jump_and_one_letter() -> None:
    painted = Painted()
    painted.paint(1, 3, Strip([Segment("Fenetre")]), CONSOLE)
    assert painted.paint(1, 3, Strip([Segment("Fenêtre")]), CONSOLE) == "\x1b[2;7Hê"


def test_what_is_forgotten_is_painted_again() -> None:
    painted = Painted()
    painted.paint(0, 0, Strip([Segment("ab")]), CONSOLE)
    painted.forget()
    assert painted.paint(0, 0, Strip([Segment("ab")]), CONSOLE) == "\x1b[1;1Hab"


def test_plain_mode_paints_neither_boxes_nor_colours_and_reverses_what_was_set_off() -> None:
    painted = Painted()
    painted.plain = True
    row = Strip(
        [
            Segment("│", Style(color="red")),
            Segment("▲ Noël", Style(color="#000000", bgcolor="#ffffff", bold=True)),
            Segment(" 3 ▆░│", Style(color="#5fafd7", bgcolor="#000000")),
        ]
    )
    assert painted.paint(0, 0, row, CONSOLE) == "\x1b[1;1H \x1b[1;7m! Noël\x1b[0m 3 #. "
    assert painted.paint(0, 0, row, CONSOLE) == ""


async def test_the_plain_theme_is_kept_and_the_environment_asks_for_it(
    desk: Desk, an_app: Callable[[], HalteApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = an_app()
    async with opened(app) as pilot:
        assert not app.painted.plain
        await pilot.press("f8", "f8", "f8")
        await until(pilot, lambda: app.painted.plain, "plain mode")
        await until(pilot, lambda: b"halte-simple" in desk.sent("PATCH /api/v1/me")[-1].body, "that it is kept")
        await pilot.press("f8")
        await until(pilot, lambda: not app.painted.plain, "the first theme again")
    monkeypatch.setenv("HALTE_PLAIN", "1")
    asked = an_app()
    async with opened(asked):
        assert (asked.painted.plain, asked.animation_level) == (True, "none")
