"""Bars with axes: a series, and the same a year earlier beside it, told apart by their shape and not by colour alone."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual.content import Content
from textual.widget import Widget

EIGHTHS = " ▁▂▃▄▅▆▇█"
BEFORE = "░"
NARROWEST = 2
"""A bar, and one cell between it and the next."""


class Bar(NamedTuple):
    """One place on the axis: its name, its value, and that of a year earlier."""

    label: str
    value: float
    before: float


def ceiling(highest: float) -> float:
    """Return the round number that the axis ends at: 1 to 8, few of them, and zeroes, at least 1."""
    power = 1.0
    while True:
        for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8):
            if step * power >= highest:
                return step * power
        power *= 10


def drawn(
    bars: Sequence[Bar], *, width: int, height: int, said: Callable[[float], str], highest: float | None = None
) -> list[str]:
    """Draw the lines of a chart, the highest first: bars, the axis under them, the names under it.

    Args:
        bars: at least one.
        width: in cells, of the whole.
        height: in lines, of the whole.
        said: how a value is written on the axis.
        highest: where the axis ends; the round number above all values unless said.
    """
    top = highest or ceiling(max(1.0, *(max(bar.value, bar.before) for bar in bars)))
    rows = max(1, height - 2)
    marks = {rows - 1: said(top), (rows - 1) // 2: said(top * ((rows - 1) // 2 + 1) / rows), 0: said(top / rows)}
    if rows > 2:
        marks = {rows - 1: said(top), rows // 2 - 1: said(top / 2)} if rows % 2 == 0 else {rows - 1: said(top)}
    margin = max(len(mark) for mark in [*marks.values(), "0"])
    slot = max(NARROWEST, min(8, (width - margin - 1) // len(bars)))
    shown = bars[-((width - margin - 1) // slot) :]
    lines = []
    for row in reversed(range(rows)):
        cells = "".join(_slot(bar, slot, row=row, rows=rows, top=top) for bar in shown)
        tick = "┤" if row in marks else "│"
        lines.append(f"{marks.get(row, ''):>{margin}}{tick}{cells}".rstrip())
    lines.append(f"{'0':>{margin}}└" + "─" * (slot * len(shown)))
    lines.append(" " * (margin + 1) + "".join(bar.label[: slot - 1].ljust(slot) for bar in shown).rstrip())
    return lines


def _slot(bar: Bar, slot: int, *, row: int, rows: int, top: float) -> str:
    wide = max(1, slot - 2)
    now = _cell(bar.value, row=row, rows=rows, top=top) * wide
    before = BEFORE if slot > NARROWEST and bar.before / top * rows >= row + 0.5 else " "
    return now + (before if slot > NARROWEST else "") + " "


def _cell(value: float, *, row: int, rows: int, top: float) -> str:
    eighths = round(value / top * rows * 8)
    if value > 0 and row == 0:
        # Little is not nothing.
        eighths = max(1, eighths)
    return EIGHTHS[max(0, min(8, eighths - 8 * row))]


class Chart(Widget):
    """A chart of bars, drawn again at each size; a sentence stands there while there is none."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.bars: list[Bar] = []
        self.words = ""
        self._said: Callable[[float], str] = str
        self._highest: float | None = None

    def show(self, bars: Sequence[Bar], *, said: Callable[[float], str], highest: float | None = None) -> None:
        """Draw these bars."""
        self.bars, self._said, self._highest = list(bars), said, highest
        self.words = ""
        self.refresh()

    def say(self, words: str) -> None:
        """Say a sentence instead."""
        self.bars, self.words = [], words
        self.refresh()

    def render(self) -> Content:
        """Draw it, or say why not."""
        if not self.bars or self.size.height < 3 or self.size.width < 20:
            return Content(self.words)
        lines = drawn(self.bars, width=self.size.width, height=self.size.height, said=self._said, highest=self._highest)
        return Content("\n".join(lines))
