"""Rooms down, days across: what is visible is drawn, line by line; a move repaints the lines it touches."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from server.contract.stays import Planning, PlanningBar, PlanningDay, Room
from tui.formats import long_day, short_period
from tui.lists import STAY_STATUS, label
from tui.words import _, language

NAMES = 16
"""Cells of the left column: name, type, beds, a rule."""
DAY = 4
HEAD, FOOT = 2, 4
FILLS = {"tentative": "┈", "option": "▒", "confirmed": "▓", "present": "█", "departed": "░", "out_of_service": "×"}
SIGNS = {"tentative": "~", "option": "?", "present": "●", "out_of_service": "×"}
INITIALS = {"fr": ("lu", "ma", "me", "je", "ve", "sa", "di"), "en": ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")}
Range = tuple[date, date]
"""First night, and the day after the last one."""


class PlanningGrid(Widget, can_focus=True):
    """The planning under a cursor. Says `Moved` with each step, `Wanted` when it comes to days it does not have, `Opened` on a double click."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "planning--head", "planning--weekend", "planning--today", "planning--name", "planning--cursor", "planning--mark", "planning--foot",
        "planning--tentative", "planning--option", "planning--confirmed", "planning--present", "planning--departed", "planning--out_of_service",
        "planning--muted", "planning--full",
    }  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("shift+left,ctrl+left", "step(-7)", show=False),
        Binding("shift+right,ctrl+right", "step(7)", show=False),
        Binding("up", "room(-1)", show=False),
        Binding("down", "room(1)", show=False),
        Binding("pageup", "room(-10)", show=False),
        Binding("pagedown", "room(10)", show=False),
        Binding("home", "room(-1000)", show=False),
        Binding("end", "room(1000)", show=False),
    ]

    class Moved(Message):
        """The cursor moved."""

    class Opened(Message):
        """A cell was clicked twice."""

    class Wanted(Message):
        """Days are looked at that are not there."""

    def __init__(self, today: date) -> None:
        super().__init__(id="grid")
        self.today = today
        self.first_day = today - timedelta(days=today.weekday())
        self.day = today
        self.rooms: list[Room] = []
        self.marks: dict[UUID, Range] = {}
        self.mark_from: tuple[UUID, date] | None = None
        self.state = "loading"
        self._why = ""
        self._bars: dict[UUID, list[PlanningBar]] = {}
        self._days: dict[date, PlanningDay] = {}
        self._loaded: Range | None = None
        self._row = 0
        self._top = 0

    # What it is told

    def show(self, planning: Planning, rooms: list[Room]) -> None:
        """Show a planning; the cursor stays where it was. `rooms` are those to draw."""
        self.state = "full" if planning.rooms else "empty"
        room = self.room
        self.rooms = rooms
        self._bars = {}
        for bar in sorted(planning.bars, key=lambda bar: bar.arrival):
            self._bars.setdefault(bar.room_id, []).append(bar)
        self._days = {day.day: day for day in planning.days}
        self._loaded = (planning.first_day, planning.last_day)
        self._row = next(
            (index for index, other in enumerate(rooms) if room and other.id == room.id),
            min(self._row, max(0, len(rooms) - 1)),
        )
        self.refresh()

    def failed(self, why: str) -> None:
        """Say why there is nothing; a planning that is there stays."""
        if self.state != "full":
            self.state, self._why = "failed", why
            self.refresh()

    def go_to(self, day: date) -> None:
        """Put the cursor on a day, a week of what was before it in sight."""
        self.day = day
        self.first_day = day - timedelta(days=day.weekday())
        self._look()
        self.refresh()

    def stand_on(self, room_id: UUID) -> None:
        """Put the cursor on a room."""
        self._row = next((index for index, room in enumerate(self.rooms) if room.id == room_id), self._row)
        self._scroll()
        self.refresh()

    def mark(self) -> None:
        """Begin a mark, end it, or copy its days to another room; on a marked room, take it away."""
        room = self.room
        if room is None:
            return
        if self.mark_from is not None:
            anchored, start = self.mark_from
            first, last = sorted((start, self.day))
            self.marks[anchored] = (first, last + timedelta(days=1))
            self.mark_from = None
        elif room.id in self.marks:
            del self.marks[room.id]
        elif self.marks:
            self.marks[room.id] = next(iter(self.marks.values()))
        else:
            self.mark_from = (room.id, self.day)
        self.refresh()

    def unmark(self) -> bool:
        """Take all marks away; False when there was none."""
        had = bool(self.marks or self.mark_from)
        self.marks, self.mark_from = {}, None
        self.refresh()
        return had

    # What it says

    @property
    def room(self) -> Room | None:
        """The room under the cursor."""
        return self.rooms[self._row] if 0 <= self._row < len(self.rooms) else None

    @property
    def bar(self) -> PlanningBar | None:
        """The bar under the cursor."""
        return self._bar_at(self.room, self.day) if self.room else None

    @property
    def days_shown(self) -> int:
        """How many days fit."""
        return max(1, (self.size.width - NAMES) // DAY)

    @property
    def last_day(self) -> date:
        """The last day in sight."""
        return self.first_day + timedelta(days=self.days_shown - 1)

    def _bar_at(self, room: Room, day: date) -> PlanningBar | None:
        return next((bar for bar in self._bars.get(room.id, ()) if bar.arrival <= day < bar.departure), None)

    # Moving

    def action_step(self, by: int) -> None:
        """Move by days; the days follow."""
        before = self.first_day
        self.day += timedelta(days=by)
        if self.day < self.first_day:
            self.first_day = self.day - timedelta(days=min(7, self.days_shown - 1))
        elif self.day > self.last_day:
            self.first_day = self.day - timedelta(days=max(0, self.days_shown - 8))
        if self.first_day != before:
            self._look()
            self.refresh()
        else:
            self._repaint(self._row)
        self.post_message(self.Moved())

    def action_room(self, by: int) -> None:
        """Move by rooms; the rooms follow."""
        before, top = self._row, self._top
        self._row = max(0, min(len(self.rooms) - 1, self._row + by))
        self._scroll()
        if self._top != top:
            self.refresh()
        else:
            self._repaint(before, self._row)
        self.post_message(self.Moved())

    def on_click(self, event: events.Click) -> None:
        """Stand on the cell clicked; twice opens it."""
        row = event.y - HEAD + self._top
        if event.x >= NAMES and event.y >= HEAD and 0 <= row < len(self.rooms) and event.y < self.size.height - FOOT:
            self._row = row
            self.day = self.first_day + timedelta(days=(event.x - NAMES) // DAY)
            self.refresh()
            self.post_message(self.Opened() if event.chain > 1 else self.Moved())

    def on_mouse_scroll_down(self) -> None:
        """Go down."""
        self.action_room(3)

    def on_mouse_scroll_up(self) -> None:
        """Go up."""
        self.action_room(-3)

    def on_resize(self) -> None:
        """Keep the cursor in sight, and look for the days that came into it."""
        self._scroll()
        self._look()

    @property
    def _visible(self) -> int:
        return max(1, self.size.height - HEAD - FOOT)

    def _scroll(self) -> None:
        self._top = max(0, min(self._top, self._row), self._row - self._visible + 1)

    def _look(self) -> None:
        if self._loaded is None or self.first_day < self._loaded[0] or self.last_day > self._loaded[1]:
            self.post_message(self.Wanted())

    def _repaint(self, *rows: int) -> None:
        lines = {row - self._top + HEAD for row in rows} | {0, 1, self.size.height - 1}
        self.refresh(*[Region(0, line, self.size.width, 1) for line in lines])

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Draw one line: days, a room, or the foot."""
        width = self.size.width
        base = self.rich_style
        if y < HEAD:
            return self._draw_head(y, base)
        from_foot = y - (self.size.height - FOOT)
        if from_foot >= 0:
            return self._draw_foot(from_foot, base)
        if self.state != "full":
            return self._draw_state(y - HEAD, base)
        row = y - HEAD + self._top
        if row >= len(self.rooms):
            return Strip.blank(width, base)
        return self._draw_room(row, base)

    def _tone(self, name: str, base: Style) -> Style:
        return base + self.get_component_rich_style(f"planning--{name}", partial=True)

    def _dates(self) -> list[date]:
        return [self.first_day + timedelta(days=number) for number in range(self.days_shown)]

    def _draw_head(self, y: int, base: Style) -> Strip:
        name = set_cell_size(_(" chambre") if y else f" {self.day.year}", NAMES - 4) + ("lit│" if y else "   │")
        segments = [Segment(name, self._tone("head", base))]
        for day in self._dates():
            tone = (
                "cursor"
                if day == self.day
                else "today"
                if day == self.today
                else "weekend"
                if day.weekday() > 4
                else "head"
            )
            text = f"{day.day:>2}" if y else INITIALS[language()][day.weekday()]
            segments += [Segment(text, self._tone(tone, base)), Segment(" " * (DAY - len(text)), base)]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def _draw_state(self, y: int, base: Style) -> Strip:
        width = self.size.width
        if self.state == "loading":
            text = ("░░░░ ░░░░░ ░ │" + " ░░░░░░░░░" * (y % 3) + "   ░░░░░░░░░░░░░░") if y < 8 else ""
            return Strip([Segment(set_cell_size(" " + text, width), self._tone("muted", base))], width)
        words = (
            [self._why, _("F5 pour réessayer.")]
            if self.state == "failed"
            else [_("Aucune chambre encore : la direction les ajoute.")]
        )
        text = words[y - 2] if 2 <= y < 2 + len(words) else ""
        return Strip(
            [
                Segment(
                    set_cell_size(f"  {text}", width), self._tone("full" if self.state == "failed" else "muted", base)
                )
            ],
            width,
        )

    def _draw_room(self, row: int, base: Style) -> Strip:
        room = self.rooms[row]
        kind = _("PMR") if room.accessible and not room.room_type else room.room_type
        name = f" {set_cell_size(room.name, 4)} {set_cell_size(kind, 7)}{len(room.beds):>2}│"
        segments = [Segment(name, self._tone("cursor" if row == self._row else "name", base))]
        cells = self._dormitory_cells(room) if room.dormitory else self._bar_cells(room)
        marks: Mapping[UUID, Range] = self.marks
        anchor = self.mark_from
        if anchor is not None:
            first, last = sorted((anchor[1], self.day))
            marks = {**self.marks, anchor[0]: (first, last + timedelta(days=1))}
        marked = marks.get(room.id)
        for number, day in enumerate(self._dates()):
            for text, tone in cells[number * DAY : number * DAY + DAY]:
                if row == self._row and day == self.day:
                    style, text = self._tone("cursor", base), text.replace("█", " ")  # noqa: PLW2901 (drawn on the cursor's colour)
                elif marked and marked[0] <= day < marked[1]:
                    style, text = self._tone("mark", base), text if text != " " else "+"  # noqa: PLW2901 (a mark shows without colour)
                else:
                    style = self._tone(tone, base) if tone else base
                segments.append(Segment(text, style))
        return Strip(segments).simplify().adjust_cell_length(self.size.width, base)

    def _bar_cells(self, room: Room) -> list[tuple[str, str]]:
        count = self.days_shown
        cells: list[tuple[str, str]] = [(" ", "")] * (count * DAY)
        for bar in self._bars.get(room.id, ()):
            start = (bar.arrival - self.first_day).days * DAY
            end = (bar.departure - self.first_day).days * DAY - 1
            if end <= 0 or start >= count * DAY:
                continue
            fill = FILLS.get(bar.status, "▓")
            sign = SIGNS.get(bar.status, "")
            said = f"{sign}{bar.label}" + (f" {bar.pax}" if bar.pax else "")
            room_for = end - max(start, 0)
            # A fill at both ends says how the stay stands, however long the name is.
            text = f"{fill}{said[: max(0, room_for - 2)]}".ljust(room_for, fill)[:room_for]
            for offset, letter in enumerate(text):
                at = max(start, 0) + offset
                if at < count * DAY:
                    cells[at] = (letter, bar.status)
        return cells

    def _dormitory_cells(self, room: Room) -> list[tuple[str, str]]:
        cells: list[tuple[str, str]] = []
        total = len(room.beds)
        for day in self._dates():
            bars = [bar for bar in self._bars.get(room.id, ()) if bar.arrival <= day < bar.departure]
            if any(bar.status == "out_of_service" for bar in bars):
                cells += [("×", "out_of_service")] * (DAY - 1) + [(" ", "")]
                continue
            taken = sum(bar.beds for bar in bars)
            text = f"{taken}/{total}" if taken and total < 10 else f"{taken:>3}" if taken else " ·"
            tone = "full" if taken >= total else "confirmed" if taken else "muted"
            cells += [(letter, tone) for letter in text[:DAY].ljust(DAY)]
        return cells

    def _draw_foot(self, line: int, base: Style) -> Strip:
        tone = self._tone("foot", base)
        width = self.size.width
        if line == 0:
            return Strip([Segment("─" * (NAMES - 1) + "┼" + "─" * (width - NAMES), self._tone("muted", base))], width)
        if line == FOOT - 1:
            return Strip([Segment(set_cell_size(" " + self._under_cursor(), width), self._tone("head", base))], width)
        days = [self._days.get(day) for day in self._dates()]
        if line == 1:
            name = _("libres")
            texts = ["" if day is None else str(max(0, day.capacity - day.blocked - day.occupied)) for day in days]
        else:
            name = _("arr. départs")
            texts = [
                ""
                if day is None or not (day.arrivals or day.departures)
                else f"{min(day.arrivals, 9)}·{min(day.departures, 9)}"
                for day in days
            ]
        segments = [Segment(f" {set_cell_size(name, NAMES - 2)}│", tone)]
        for text in texts:
            style = self._tone("full", base) if text == "0" and line == 1 else tone
            segments.append(Segment(text[: DAY - 1].ljust(DAY), style))
        return Strip(segments).adjust_cell_length(width, base)

    def _under_cursor(self) -> str:
        bars = (
            [bar for bar in self._bars.get(self.room.id, ()) if bar.arrival <= self.day < bar.departure]
            if self.room
            else []
        )
        if not bars or self.room is None:
            return (
                "▓ "
                + _("confirmé")
                + "  █● "
                + _("présent")
                + "  ▒? "
                + _("option")
                + "  ┈~ "
                + _("à l'étude")
                + "  ░ "
                + _("parti")
                + "  × "
                + _("hors service")
            )
        said = [
            f"{bar.label} {bar.pax or ''} {self._status(bar)} {short_period(bar.arrival, bar.departure)}"
            for bar in bars
        ]
        return f"{self.room.name} · {long_day(self.day)} · " + " + ".join(said)

    @staticmethod
    def _status(bar: PlanningBar) -> str:
        return _("hors service") if bar.status == "out_of_service" else label(STAY_STATUS, bar.status)
