"""A list of rows in columns under a cursor: sorted, narrowed, grouped as one likes, some of them chosen."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message

from server.contract.list_tables import ListColumn
from tui.widgets.arranging import Arrangement, arranged, plain, said
from tui.widgets.columns import Cell, CellText, Column, Row, hidden_columns, only_shown
from tui.widgets.drawn_rows import DrawnRows
from tui.words import _, ngettext

__all__ = ["Cell", "CellText", "Column", "Row", "Rows"]

MARKED_SECONDS = 2.5
"""How long a row that changed by itself stays marked."""
MOST_READ = 5_000
"""So many rows are read for a list to be narrowed or grouped as a whole, not more."""


class Rows(DrawnRows):
    """Rows under a cursor. Says `Moved` as the cursor goes and `Opened` on a click; Enter belongs to the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(-1)", show=False),
        Binding("end", "edge(1)", show=False),
    ]

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
        super().__init__(columns, id=id, titled=titled, lines_per_row=lines_per_row, classes=classes)
        self.border_title = title or None
        self._as_came: list[Row] = []
        self.arrangement = Arrangement()
        self._note = ""

    # What it is told

    def show(self, rows: Sequence[Row], *, empty: str = "", changed: frozenset[str] = frozenset()) -> None:
        """Show rows; the cursor stays on the row it was on. `changed` are marked for a moment."""
        kept, words = self.key, [empty or _("Rien ici pour l'instant.")]
        if not changed and list(rows) == self._as_came and words == self._words and self.state in ("full", "empty"):
            return  # the same once more, as for each letter of a search that finds nothing
        self._as_came = list(rows)
        self._rows = arranged(self._as_came, self.arrangement)
        self.chosen &= {row.key for row in self._rows}
        if self._as_came and not self._rows:
            words = [_("Aucune ligne n'a cette valeur. F4 : tout montrer.")]
        self._words = words
        self.state = "full" if self._rows else "empty"
        index = next((index for index, row in enumerate(self._rows) if row.key == kept and not row.heading), None)
        self._size_up()
        self.cursor = self._nearest(self.cursor if index is None else index)
        if changed:
            self._changed = changed
            self.set_timer(MARKED_SECONDS, self._unmark)
        self.refresh()
        if self.key and self.key != kept:
            self.post_message(self.Moved(self, self.key))
        if self.arrangement.gathers and len(self._as_came) < MOST_READ:
            self.post_message(self.NearEnd(self))  # what is narrowed or grouped is the whole list

    def look_by(self, how: Arrangement) -> None:
        """Look at the rows otherwise."""
        self.arrangement = how
        came, self._as_came = self._as_came, []
        if came:
            self.show(came)

    def take_columns(self) -> None:
        """Draw the columns that the user wants to see."""
        drawn = only_shown(self.columns, hidden_columns(self.name_of_list, self.columns))
        if drawn != self._drawn:
            self._drawn = drawn
            self.refresh()

    def on_mount(self) -> None:
        """Take the user's columns."""
        self.take_columns()

    def choose(self, keys: Sequence[str] | None = None) -> None:
        """Choose the row under the cursor, or give it back; with `keys` exactly those."""
        if keys is not None:
            self.chosen = set(keys)
        elif self.key:
            self.chosen ^= {self.key}
            self.action_move(1)
        self._say_hidden()
        self.refresh()

    def annotate(self, text: str) -> None:
        """Say something in the frame below, beside what the list says there itself; or nothing."""
        self._note = text
        self._say_hidden()

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

    @property
    def name_of_list(self) -> str:
        """What the user's columns are kept under."""
        return f"{getattr(self.screen, 'SCOPE', '')}.{self.id or ''}"

    @property
    def as_came(self) -> list[Row]:
        """All rows, as they were given, whatever is shown of them."""
        return self._as_came

    @property
    def shown(self) -> list[Row]:
        """The rows as they stand, headings too."""
        return self._rows

    @property
    def acted_on(self) -> list[str]:
        """The keys of the chosen rows in their order; with none chosen the one under the cursor."""
        chosen = [row.key for row in self._rows if row.key in self.chosen]
        return chosen or ([self.key] if self.key else [])

    def named_columns(self) -> list[tuple[int, str]]:
        """Return the columns that have a name, by their place."""
        return [(place, column.title) for place, column in enumerate(self.columns) if column.title]

    def sort_next(self) -> str:
        """Sort by the next named column, each first forwards, then backwards; say how, or nothing when as it came."""
        named = [place + 1 for place, _title in self.named_columns()] or [*range(1, len(self.columns) + 1)]
        ways = [0, *(way for place in named for way in (place, -place))]
        now = self.arrangement.sorted_by
        way = ways[(ways.index(now) + 1) % len(ways)] if now in ways else 0
        self.look_by(self.arrangement._replace(sorted_by=way))
        if not way:
            return ""
        column = self.columns[abs(way) - 1].title or _("colonne {n}").format(n=abs(way))
        return _("Trié par {column} {way}").format(column=column, way="↑" if way > 0 else "↓")

    def table_columns(self) -> list[ListColumn]:
        """Return the columns of `table`."""
        second = [ListColumn(_("suite"))] if any(row.second for row in self._rows) else []
        return [ListColumn(self.columns[at].title, self.columns[at].right) for at in self._wanted()] + second

    def table(self) -> list[list[str]]:
        """Return what is seen, its titles first, of the chosen rows where some are; empty when there is nothing."""
        rows = [row for row in self._rows if not row.heading] if self.state == "full" else []
        rows = [row for row in rows if row.key in self.chosen] or rows
        if not rows:
            return []
        columns = self.table_columns()
        places = self._wanted()
        second = len(columns) > len(places)
        lines = (
            [
                *(plain(said(row, at), figure=self.columns[at].right) for at in places),
                *([row.second.strip()] if second else []),
            ]
            for row in rows
        )
        return [[column.title for column in columns], *lines]

    def _wanted(self) -> list[int]:
        hidden = hidden_columns(self.name_of_list, self.columns)
        return [place for place in range(len(self.columns)) if place not in hidden]

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
        self.show_where()
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
            if event.ctrl:
                self.choose()
            elif again or event.chain > 1:
                self.post_message(self.Opened(self, self.key))

    def on_focus(self) -> None:
        """Stand there with the terminal's cursor too."""
        self.show_where()

    def on_resize(self) -> None:
        """Measure again, once there is something to measure: each screen would be laid out and painted twice as it opens."""
        if self.state == "loading":
            self._say_hidden()
        else:
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
        """Say in the frame how many rows are chosen, and how many are below what is seen: a short list must not look whole."""
        seen = int(self.scroll_offset.y + self.size.height - self._titled) // self._lines
        below = len(self._rows) - seen if self.state == "full" and self.size.height else 0
        chosen = len(self.chosen)
        parts = [self._note] if self._note else []
        parts += [ngettext("{n} choisie", "{n} choisies", chosen).format(n=chosen)] if chosen else []
        parts += [f"▼ {below}"] if below > 0 else []
        words = " · ".join(parts) if parts and (self.border_title or self.chosen or self._note) else None
        if words != self.border_subtitle:
            self.border_subtitle = words
