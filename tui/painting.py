"""Paint only what differs: what stands on the terminal is remembered cell by cell, and the rest is not sent again.

Textual repaints whole regions: 5 kB for a cursor that moves in the planning, 30 kB for one that moves in the inbox. A slow
line takes that a second; a short one costs the gateway its encryption.
"""

from collections.abc import Iterator
from itertools import groupby, repeat
from operator import itemgetter
from typing import Final

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.screen import Screen
from textual.strip import Strip

from tui.plain import plain_style, plain_text

Cell = tuple[str, Style | None]
"""What one column holds: a character with its style. The second half of a wide one is empty text."""
Piece = tuple[int, int, Strip]
"""Row, column, and what is painted from there on."""
NOTHING: Final[Cell] = ("\N{NULL}", None)
"""Not known what stands there: differs from all that is painted."""
WORTH_A_JUMP: Final = 8
"""So many cells that did not change are jumped over; fewer are cheaper to paint again than the jump."""
STYLE: Final = itemgetter(1)


class Painted:
    """What stands on the terminal."""

    def __init__(self) -> None:
        self._rows: dict[int, list[Cell]] = {}
        self.plain = False
        """Without boxes and colours."""

    def forget(self) -> None:
        """Know nothing any more: the terminal was resized, or somebody else wrote on it."""
        self._rows.clear()

    def paint(self, y: int, x: int, strip: Strip, console: Console) -> str:
        """Take a piece as painted; return the sequences that make the terminal show it."""
        row = self._rows.setdefault(y, [])
        cells = _cells(strip)
        if self.plain:
            cells = [(plain_text(text), style and plain_style(style)) for text, style in cells]
        end = x + len(cells)
        if len(row) < end:
            row.extend(repeat(NOTHING, end - len(row)))
        before = row[x:end]
        if before == cells:
            return ""
        row[x:end] = cells
        return "".join(
            f"\x1b[{y + 1};{x + first + 1}H{_drawn(cells[first:last], console)}"
            for first, last in _differing(before, cells)
        )


class Difference(CompositorUpdate):
    """Textual's update, less what stands on the terminal already."""

    def __init__(self, update: LayoutUpdate | ChopsUpdate, painted: Painted) -> None:
        self._update = update
        self._painted = painted

    def render_segments(self, console: Console) -> str:
        """Return the sequences for what differs."""
        pieces = _laid_out(self._update) if isinstance(self._update, LayoutUpdate) else _chopped(self._update)
        return "".join(self._painted.paint(y, x, strip, console) for y, x, strip in pieces)


class FrugalApp(App[int]):
    """An app that remembers what it has painted."""

    def __init__(self) -> None:
        super().__init__()
        self.painted = Painted()

    def on_resize(self) -> None:
        """Paint everything again: terminals move what stood there, each in its own way."""
        self.painted.forget()

    def _display(self, screen: Screen[object], renderable: object) -> None:
        if isinstance(renderable, LayoutUpdate | ChopsUpdate):
            renderable = Difference(renderable, self.painted)
        super()._display(screen, renderable)  # type: ignore[arg-type]  # whatever Textual hands over goes on to it


def _laid_out(update: LayoutUpdate) -> Iterator[Piece]:
    for y, line in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in line:
            yield y, x, strip
            x += strip.cell_length


def _chopped(update: ChopsUpdate) -> Iterator[Piece]:
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= last and end > first:
                yield y, x, strip if end <= last else strip.crop(0, last - x)


def _cells(strip: Strip) -> list[Cell]:
    cells: list[Cell] = []
    for segment in strip:
        text, style = segment.text, segment.style
        if segment.control:
            continue
        if text.isascii():
            cells.extend(zip(text, repeat(style)))
            continue
        for character in text:
            width = cell_len(character)
            if width:
                cells.append((character, style))
                cells.extend(repeat(("", style), width - 1))
            elif cells:
                # An accent of its own belongs to the letter before.
                cells[-1] = (cells[-1][0] + character, cells[-1][1])
    return cells


def _differing(before: list[Cell], after: list[Cell]) -> Iterator[tuple[int, int]]:
    """Yield the stretches that differ, as (first, one past the last); near ones are one."""
    changed = [index for index, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    first = previous = changed[0]
    for index in changed[1:]:
        if index - previous > WORTH_A_JUMP:
            yield _whole(after, first), previous + 1
            first = index
        previous = index
    yield _whole(after, first), previous + 1


def _whole(cells: list[Cell], index: int) -> int:
    """Begin at the first half of a wide character, never inside."""
    while index and not cells[index][0]:
        index -= 1
    return index


def _drawn(cells: list[Cell], console: Console) -> str:
    colours = console._color_system or ColorSystem.TRUECOLOR  # noqa: SLF001 - as strips render themselves
    return "".join(
        Strip.render_style(style, text, color_system=colours) if style else text
        for style, text in ((style, "".join(cell[0] for cell in run)) for style, run in groupby(cells, STYLE))
    )
