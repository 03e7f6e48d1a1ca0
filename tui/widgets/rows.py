"""A list of rows in columns, drawn line by line: ten thousand rows cost what is visible. Its four states are designed here."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.widgets.columns import Cell, CellText, Column, Row, fit, measured, wrapped
from tui.widgets.sorting import in_order, text_of
from tui.words import _

__all__ = ["Cell", "CellText", "Column", "Row", "Rows"]

MARKED_SECONDS = 2.5
"""How long a row that changed by itself stays marked."""
SKELETON = ("░░░░░░░░░░░░", "░░░░░░░░░░░░░░░░░░░", "░░░░░░░░", "░░░░░░░░░░░░░░░", "░░░░░░░░░░")


class Rows(ScrollView, can_focus=True):
    """Rows under a cursor. Says `Moved` as the cursor goes and `Opened` on a click; Enter belongs to the screen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--title", "rows--cursor", "rows--cursor-blurred", "rows--changed", "rows--muted", "rows--strong",
        "rows--good", "rows--warn", "rows--bad", "rows--accent", "rows--heading",
    }  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(-1)", show=False),
        Binding("end", "edge(1)", show=False),
    ]
    cursor = reactive(0, repaint=True, always_update=False)

    class Moved(Message):
        """The cursor is on another row."""

        def __init__(self, rows: "Rows", key: str) -> None:
            super().__init__()
            self.rows = rows
            self.key = key

        @property
        def control(self) -> "Rows":
            """The list."""
            return self.rows

    class Opened(Moved):
        """A row was clicked."""

    class NearEnd(Message):
        """The cursor comes near the end: more may be read."""

        def __init__(self, rows: "Rows") -> None:
            super().__init__()
            self.rows = rows

        @property
        def control(self) -> "Rows":
            """The list."""
            return self.rows

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        id: str | None = None,
        title: str = "",
        titled: bool = False,
        lines_per_row: int = 1,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.columns = list(columns)
        self.border_title = title or None
        self._titled = titled
        self._lines = lines_per_row
        self._rows: list[Row] = []
        self._as_came: list[Row] = []
        self._sorted = 0
        """The column it is sorted by, from 1 on; below zero backwards; 0 as it came."""
        self._changed: frozenset[str] = frozenset()
        self._words: list[str] = []
        self.state = "loading"

    # What it is told

    def show(self, rows: Sequence[Row], *, empty: str = "", changed: frozenset[str] = frozenset()) -> None:
        """Show rows; the cursor stays on the row it was on. `changed` are marked for a moment."""
        kept, words = self.key, [empty or _("Rien ici pour l'instant.")]
        if not changed and list(rows) == self._as_came and words == self._words and self.state in ("full", "empty"):
            return  # the same once more, as for each letter of a search that finds nothing
        self._as_came = list(rows)
        self._rows = (
            in_order(self._as_came, abs(self._sorted) - 1, backwards=self._sorted < 0) if self._sorted else list(rows)
        )
        self._words = words
        self.state = "full" if rows else "empty"
        index = next((index for index, row in enumerate(self._rows) if row.key == kept and not row.heading), None)
        self._size_up()
        self.cursor = self._nearest(self.cursor if index is None else index)
        if changed:
            self._changed = changed
            self.set_timer(MARKED_SECONDS, self._unmark)
        self.refresh()
        if self.key and self.key != kept:
            self.post_message(self.Moved(self, self.key))

    def show_loading(self) -> None:
        """Show the shape of a list; what was there stays."""
        if self.state != "full":
            self.state = "loading"
            self.refresh()

    def show_failed(self, why: str, *, again: bool = True) -> None:
        """Say why there is nothing, and that trying `again` may help; what was there stays."""
        if self.state != "full":
            self.state = "failed"
            self._words = [why, _("F5 pour réessayer.")] if again else [why]
            self.refresh()

    # What it says

    @property
    def key(self) -> str:
        """What the row under the cursor stands for; empty when there is none."""
        if self.state == "full" and 0 <= self.cursor < len(self._rows) and not self._rows[self.cursor].heading:
            return self._rows[self.cursor].key
        return ""

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def sort_next(self) -> str:
        """Sort by the next titled column, each first forwards, then backwards; say how, or nothing when as it came."""
        titled = [index for index, column in enumerate(self.columns, 1) if column.title or not self._titled]
        ways = [0, *(way for index in titled for way in (index, -index))]
        self._sorted = ways[(ways.index(self._sorted) + 1) % len(ways)] if self._sorted in ways else 0
        came, self._as_came = self._as_came, []
        if came:
            self.show(came)
        if not self._sorted:
            return ""
        column = self.columns[abs(self._sorted) - 1].title or _("colonne {n}").format(n=abs(self._sorted))
        return _("Trié par {column} {way}").format(column=column, way="↑" if self._sorted > 0 else "↓")

    def table(self) -> list[list[str]]:
        """Return what the list holds as a table, its titles first; empty when there is nothing."""
        rows = [row for row in self._rows if not row.heading] if self.state == "full" else []
        if not rows:
            return []
        second = [_("suite")] if any(row.second for row in rows) else []
        titles = [column.title for column in self.columns] + second
        return [titles, *([*map(text_of, row.cells), *([row.second.strip()] if second else [])] for row in rows)]

    def stand_on(self, key: str) -> None:
        """Put the cursor on a row."""
        index = next((index for index, row in enumerate(self._rows) if row.key == key), None)
        if index is not None:
            self.cursor = index

    # Moving

    def action_move(self, by: int) -> None:
        """Move the cursor, over headings."""
        index = self.cursor + by
        while 0 <= index < len(self._rows) and self._rows[index].heading:
            index += by
        if 0 <= index < len(self._rows):
            self.cursor = index

    def action_page(self, way: int) -> None:
        """Move by what is visible."""
        visible = max(1, (self.size.height - self._titled) // self._lines - 1)
        self.cursor = self._nearest(self.cursor + way * visible)

    def action_edge(self, way: int) -> None:
        """Move to the first or the last row."""
        self.cursor = self._nearest(0 if way < 0 else len(self._rows) - 1)

    def watch_cursor(self, before: int, after: int) -> None:
        """Keep the cursor in sight, and say where it is."""
        if self.state != "full":
            return
        self.scroll_to_region(
            Region(0, after * self._lines, max(1, self.size.width), self._lines + self._titled),
            animate=False, force=True, x_axis=False,
        )  # fmt: skip
        if before != after and self.key:
            self.post_message(self.Moved(self, self.key))
            if after >= len(self._rows) - 10:
                self.post_message(self.NearEnd(self))

    def on_click(self, event: events.Click) -> None:
        """Stand on the row clicked; a click on the row one stands on opens it."""
        line = int(event.y) - self.gutter.top - self._titled + self.scroll_offset.y
        index = line // self._lines
        if self.state == "full" and line >= 0 and index < len(self._rows) and not self._rows[index].heading:
            again = index == self.cursor and self.has_focus
            self.cursor = index
            if again or event.chain > 1:
                self.post_message(self.Opened(self, self.key))

    def on_resize(self) -> None:
        """Measure again."""
        self._size_up()

    def _nearest(self, index: int) -> int:
        index = max(0, min(index, len(self._rows) - 1))
        candidates: list[int] = [*range(index, len(self._rows)), *range(index - 1, -1, -1)]
        for candidate in candidates:
            if not self._rows[candidate].heading:
                return candidate
        return 0

    def _unmark(self) -> None:
        self._changed = frozenset()
        self.refresh()

    def _size_up(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._rows) * self._lines + self._titled)
        self._say_hidden()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scroll, and count again what is below."""
        super().watch_scroll_y(old_value, new_value)
        self._say_hidden()

    def _say_hidden(self) -> None:
        """Say in the frame how many rows are below what is seen: a short list must not look whole."""
        seen = int(self.scroll_offset.y + self.size.height - self._titled) // self._lines
        below = len(self._rows) - seen if self.state == "full" and self.size.height else 0
        said = f"▼ {below}" if below > 0 and self.border_title else None
        if said != self.border_subtitle:
            self.border_subtitle = said

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Draw one line: the titles, a row, or what stands for none."""
        width = self.size.width
        base = self.rich_style
        if self.state != "full":
            return self._draw_state(y, width, base)
        if self._titled and y == 0:
            titles = tuple(column.title for column in self.columns)
            return self._line(titles, width, self._tone("title", base), base, plain=True)
        index, part = divmod(y - self._titled + self.scroll_offset.y, self._lines)
        if not 0 <= index < len(self._rows):
            return Strip.blank(width, base)
        row = self._rows[index]
        style, plain = base, False
        if row.heading:
            style, plain = self._tone("heading", base), True
        elif index == self.cursor:
            style, plain = self._tone("cursor" if self.has_focus else "cursor-blurred", base), self.has_focus
        elif row.key in self._changed:
            style = self._tone("changed", base)
        if part:
            return self._line(
                (row.second,),
                width,
                style if plain else style + self._tone("muted", base),
                style,
                plain=True,
                whole=True,
            )
        return self._line(row.cells, width, style, style, plain=plain)

    def _tone(self, tone: str, base: Style) -> Style:
        style = self.get_component_rich_style(f"rows--{tone}", partial=True)
        return base + style

    def _line(
        self, cells: Sequence[CellText], width: int, style: Style, base: Style, *, plain: bool, whole: bool = False
    ) -> Strip:
        if whole:
            return Strip([Segment(set_cell_size("  " + str(cells[0]), width), style)], width)
        segments: list[Segment] = []
        for column, size, cell in measured(self.columns, cells, width):
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
