"""How a list is drawn, line by line: ten thousand rows cost what is visible. Its four states are designed here."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.widgets.columns import CellText, Column, Row, fit, measured, wrapped

SKELETON = ("░░░░░░░░░░░░", "░░░░░░░░░░░░░░░░░░░", "░░░░░░░░", "░░░░░░░░░░░░░░░", "░░░░░░░░░░")
CHOSEN, NOT_CHOSEN = "✓ ", "  "
"""What stands before each row while some are chosen."""


class DrawnRows(ScrollView, can_focus=True):
    """The lines of a list in its state: loading, full, empty or failed."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--title", "rows--cursor", "rows--cursor-blurred", "rows--changed", "rows--muted", "rows--strong",
        "rows--good", "rows--warn", "rows--bad", "rows--accent", "rows--heading",
    }  # fmt: skip
    cursor = reactive(0, repaint=True, always_update=False)

    def __init__(
        self, columns: Sequence[Column], *, id: str | None, titled: bool, lines_per_row: int, classes: str | None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.columns = list(columns)
        self.state = "loading"
        self.chosen: set[str] = set()
        """The keys of the rows that were chosen for a gesture on many."""
        self._drawn = self.columns
        """The columns as they are drawn: those not wanted are never wide enough."""
        self._titled = titled
        self._lines = lines_per_row
        self._rows: list[Row] = []
        self._changed: frozenset[str] = frozenset()
        self._words: list[str] = []

    def show_where(self) -> None:
        """Put the terminal's own cursor on the row: a screen reader reads what is there."""
        if self.has_focus and self.state == "full":
            line = self.cursor * self._lines + self._titled - self.scroll_offset.y
            self.app.cursor_position = self.content_region.offset + Offset(0, line)

    def render_line(self, y: int) -> Strip:
        """Draw one line: the titles, a row, or what stands for none."""
        width = self.size.width
        base = self.rich_style
        if self.state != "full":
            return self._draw_state(y, width, base)
        if self._titled and y == 0:
            titles = tuple(column.title for column in self.columns)
            return self._behind_gutter(titles, width, (self._tone("title", base), base), NOT_CHOSEN, plain=True)
        index, part = divmod(y - self._titled + self.scroll_offset.y, self._lines)
        if not 0 <= index < len(self._rows):
            return Strip.blank(width, base)
        return self._row(index, part, width, base)

    def _row(self, index: int, part: int, width: int, base: Style) -> Strip:
        row = self._rows[index]
        style, plain = base, False
        if row.heading:
            style, plain = self._tone("heading", base), True
            if len(row.cells) == 1:
                return self._whole("" if part else row.cells[0], width, style)
        elif index == self.cursor:
            style, plain = self._tone("cursor" if self.has_focus else "cursor-blurred", base), self.has_focus
        elif row.key in self._changed:
            style = self._tone("changed", base)
        if part:
            before = f"  {NOT_CHOSEN if self.chosen else ''}"
            return self._whole(before + row.second, width, style if plain else style + self._tone("muted", base))
        mark = CHOSEN if row.key in self.chosen else NOT_CHOSEN
        return self._behind_gutter(row.cells, width, (style, style), mark, plain=plain)

    def _behind_gutter(
        self, cells: Sequence[CellText], width: int, styles: tuple[Style, Style], mark: str, *, plain: bool
    ) -> Strip:
        """Draw cells in the first style, what is left of the line in the second; behind a mark while some are chosen."""
        style, base = styles
        if not self.chosen:
            return self._line(cells, width, style, base, plain=plain)
        line = self._line(cells, width - len(mark), style, base, plain=plain)
        return Strip([Segment(mark, style), *line], width)

    def _tone(self, tone: str, base: Style) -> Style:
        style = self.get_component_rich_style(f"rows--{tone}", partial=True)
        return base + style

    @staticmethod
    def _whole(cell: CellText, width: int, style: Style) -> Strip:
        text = cell if isinstance(cell, str) else cell.text
        return Strip([Segment(set_cell_size(text, width), style)], width)

    def _line(self, cells: Sequence[CellText], width: int, style: Style, base: Style, *, plain: bool) -> Strip:
        segments: list[Segment] = []
        for column, size, cell in measured(self._drawn, cells, width):
            text = cell if isinstance(cell, str) else cell.text
            tone = "" if isinstance(cell, str) else cell.tone
            if size <= 0:
                continue
            text = fit(text, size, right=column.right)
            drawn = style if plain or not tone else style + self.get_component_rich_style(f"rows--{tone}", partial=True)
            segments.append(Segment(text, drawn))
            segments.append(Segment(" ", style))
        return Strip(segments).adjust_cell_length(width, base)

    def _draw_state(self, y: int, width: int, base: Style) -> Strip:
        muted = self._tone("muted", base)
        if self.state == "loading":
            text = f" {SKELETON[y % len(SKELETON)]}" if y < min(5, self.size.height) else ""
            return Strip([Segment(set_cell_size(text, width), muted)], width)
        lines = wrapped(self._words, max(10, width - 2))
        first = max(0, (self.size.height - len(lines)) // 3)
        if not first <= y < first + len(lines):
            return Strip.blank(width, base)
        tone = muted if self.state == "empty" else self._tone("bad", base)
        return Strip([Segment(set_cell_size(" " + lines[y - first], width), tone)], width)
