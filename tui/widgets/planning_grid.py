"""Rooms down, days across: what is visible is drawn, line by line; a move repaints the lines it touches."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from server.contract.stays import Planning, PlanningBar, PlanningDay, Room
from tui.widgets import planning_foot as foot
from tui.widgets.planning_carry import Carry, PutDown
from tui.widgets.planning_painter import HEAD, Painter
from tui.widgets.planning_rows import NAMES, VIEWS, Head, Line, View, day_cells, key_of, lines_of

TALL_FROM = 30
"""Lines of the window from which the foot says everything."""
Range = tuple[date, date]
"""First night, and the day after the last one."""


class PlanningGrid(Widget, can_focus=True):
    """The planning under a cursor. Says `Moved` with each step, `Wanted` when it comes to days it does not have, `Opened` on a double click."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "planning--head", "planning--weekend", "planning--today", "planning--name", "planning--cursor", "planning--mark", "planning--foot",
        "planning--tentative", "planning--option", "planning--confirmed", "planning--present", "planning--departed", "planning--out_of_service",
        "planning--muted", "planning--full", "planning--group", "planning--ghost",
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

    class Dropped(Message):
        """What was dragged by the mouse is put down."""

    def __init__(self, today: date) -> None:
        super().__init__(id="grid")
        self.today = today
        self.first_day = today - timedelta(days=today.weekday())
        self.day = today
        self.view: View = VIEWS[0]
        self.grouping = ""
        self.folded: set[str] = set()
        self.lines: list[Line] = []
        self.marks: dict[UUID, Range] = {}
        self.mark_from: tuple[UUID, date] | None = None
        self.carry: Carry | None = None
        self.state = "loading"
        self.why = ""
        self.bars: dict[UUID, list[PlanningBar]] = {}
        self.days: dict[date, PlanningDay] = {}
        self.row = 0
        self._rooms: Sequence[Room] = ()
        self._loaded: Range | None = None
        self._top = 0
        self._pressed: Carry | None = None
        self._painter = Painter(self)

    # What it is told

    def show(self, planning: Planning, rooms: list[Room]) -> None:
        """Show a planning; the cursor stays where it was. `rooms` are those to draw."""
        self.state = "full" if planning.rooms else "empty"
        self.bars = {}
        for bar in sorted(planning.bars, key=lambda bar: bar.arrival):
            self.bars.setdefault(bar.room_id, []).append(bar)
        self.days = {day.day: day for day in planning.days}
        self._loaded = (planning.first_day, planning.last_day)
        self._rooms = rooms
        self._arrange()

    def failed(self, why: str) -> None:
        """Say why there is nothing; a planning that is there stays."""
        if self.state != "full":
            self.state, self.why = "failed", why
            self.refresh()

    def look_by(self, *, view: View | None = None, grouping: str | None = None) -> None:
        """See more or less time at once, or other groups; the cursor stays on its room and day."""
        self.view = view or self.view
        self.grouping = self.grouping if grouping is None else grouping
        if self.view.days == 7 or not self.first_day <= self.day <= self.last_day:
            self.first_day = self.day - timedelta(days=self.day.weekday())
        self._arrange()
        self._look()

    def fold(self) -> bool:
        """Fold the group under the cursor, or unfold it; False where rooms stand by themselves."""
        line = self.line
        if line is None or not self.grouping:
            return False
        key = line.key if isinstance(line, Head) else key_of(line, self.grouping)
        self.folded ^= {key}
        self._arrange(stand_on=key)
        return True

    def go_to(self, day: date) -> None:
        """Put the cursor on a day, a week of what was before it in sight."""
        self.day = day
        self.first_day = day - timedelta(days=day.weekday())
        self._look()
        self.refresh()

    def stand_on(self, room_id: UUID) -> None:
        """Put the cursor on a room."""
        self.row = self._row_of(lambda line: isinstance(line, Room) and line.id == room_id)
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
        """Take all marks away, and let go what is carried; False when there was nothing."""
        had = bool(self.marks or self.mark_from or self.carry)
        self.marks, self.mark_from, self.carry = {}, None, None
        self.refresh()
        return had

    def take_up(self, kind: str, bar: PlanningBar) -> None:
        """Take a bar in hand, under the cursor."""
        if self.room is not None:
            self.carry = Carry(kind, bar, self.room, self.day)
            self.refresh()

    def put_down(self) -> PutDown | None:
        """Let go of what is carried; say where, or None where nothing was in hand or no room is there."""
        carry, room = self.carry, self.room
        self.carry = None
        self.refresh()
        if carry is None or room is None:
            return None
        ghost = carry.over(room, self.day)
        goal = carry.room if carry.kind in {"start", "end"} else room
        others = [bar for bar in self.bars_here if bar.stay_id != carry.bar.stay_id]
        return PutDown(carry, goal, self.day, ghost, others[0] if others else None)

    # What it says

    @property
    def line(self) -> Line | None:
        """The line under the cursor: a room, or the head of a group."""
        return self.lines[self.row] if 0 <= self.row < len(self.lines) else None

    @property
    def room(self) -> Room | None:
        """The room under the cursor."""
        line = self.line
        return line if isinstance(line, Room) else None

    @property
    def bars_here(self) -> list[PlanningBar]:
        """What stands under the cursor: one bar of a private room, any number in a dormitory."""
        room = self.room
        return [bar for bar in self.bars.get(room.id, ()) if bar.arrival <= self.day < bar.departure] if room else []

    @property
    def bar(self) -> PlanningBar | None:
        """The bar under the cursor."""
        return next(iter(self.bars_here), None)

    @property
    def cells(self) -> int:
        """The cells of a day."""
        return day_cells(self.view, self.size.width)

    @property
    def days_shown(self) -> int:
        """How many days fit."""
        return self.view.days or max(1, (self.size.width - NAMES) // self.cells)

    @property
    def last_day(self) -> date:
        """The last day in sight."""
        return self.first_day + timedelta(days=self.days_shown - 1)

    @property
    def foot_lines(self) -> tuple[str, ...]:
        """What the foot counts, in the room there is."""
        if self.cells < 4:
            return foot.NARROW
        return foot.TALL if self.size.height >= TALL_FROM else foot.SHORT

    @property
    def foot_height(self) -> int:
        """Lines of the foot, with its rule and what is under the cursor."""
        return len(self.foot_lines) + 2

    def line_at(self, y: int) -> Line | None:
        """Return what is drawn on a line of the window."""
        row = y - HEAD + self._top
        inside = HEAD <= y < self.size.height - self.foot_height
        return self.lines[row] if inside and 0 <= row < len(self.lines) else None

    # Moving

    def action_step(self, by: int) -> None:
        """Move by days; the days follow."""
        before = self.first_day
        self.day += timedelta(days=by)
        if self.day < self.first_day:
            back = 6 if self.view.days == 7 else min(7, self.days_shown - 1)
            self.first_day = self.day - timedelta(days=back)
        elif self.day > self.last_day:
            ahead = 0 if self.view.days == 7 else max(0, self.days_shown - 8)
            self.first_day = self.day - timedelta(days=ahead)
        if self.first_day != before:
            self._look()
            self.refresh()
        else:
            self._repaint(self.row)
        self.post_message(self.Moved())

    def action_room(self, by: int) -> None:
        """Move by rooms; the rooms follow."""
        before, top = self.row, self._top
        self.row = max(0, min(len(self.lines) - 1, self.row + by))
        self._scroll()
        if self._top != top:
            self.refresh()
        else:
            self._repaint(before, self.row)
        self.post_message(self.Moved())

    def on_click(self, event: events.Click) -> None:
        """Open on a double click; a click on a group's head folds it."""
        if event.x < NAMES and isinstance(self.line_at(event.y), Head):
            self._stand_at(event.x, event.y)
            self.fold()
        elif event.chain > 1 and self._stand_at(event.x, event.y):
            self.post_message(self.Opened())

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Stand on the cell, and take hold of its bar in case it is dragged: its last night pulls its end."""
        self._pressed = None
        if event.button == 3:
            self._stand_at(event.x, event.y)
        if event.button == 1 and self.carry is None and self._stand_at(event.x, event.y):
            bar, room = self.bar, self.room
            if bar is not None and bar.stay_id is not None and room is not None:
                nights = (bar.departure - bar.arrival).days
                at_end = nights > 1 and self.day == bar.departure - timedelta(days=1)
                self._pressed = Carry("end" if at_end else "move", bar, room, self.day)
                # Till the button is let go, wherever that is.
                self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Carry the bar along once the pointer leaves its cell with the button down."""
        if self.app.mouse_captured is not self:
            return
        before = (self.row, self.day)
        if self._stand_at(event.x, event.y) and self._pressed is not None and (self.row, self.day) != before:
            self.carry, self._pressed = self._pressed, None

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Put down what was dragged."""
        self._pressed = None
        if self.app.mouse_captured is not self:
            return
        self.release_mouse()
        if self.carry is not None:
            self._stand_at(event.x, event.y)
            self.post_message(self.Dropped())

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

    def _stand_at(self, x: int, y: int) -> bool:
        line = self.line_at(y)
        if line is None:
            return False
        self.row = y - HEAD + self._top
        if x >= NAMES:
            self.day = min(self.first_day + timedelta(days=(x - NAMES) // self.cells), self.last_day)
        self.refresh()
        self.post_message(self.Moved())
        return True

    def _arrange(self, *, stand_on: str = "") -> None:
        here = self.line
        self.lines = lines_of(self._rooms, grouping=self.grouping, folded=self.folded)
        if stand_on:
            self.row = self._row_of(lambda line: isinstance(line, Head) and line.key == stand_on)
        elif isinstance(here, Room):
            known = here.id
            self.row = self._row_of(lambda line: isinstance(line, Room) and line.id == known)
        self._scroll()
        self.refresh()

    def _row_of(self, wanted: Callable[[Line], bool]) -> int:
        return next(
            (row for row, line in enumerate(self.lines) if wanted(line)), min(self.row, max(0, len(self.lines) - 1))
        )

    def _scroll(self) -> None:
        visible = max(1, self.size.height - HEAD - self.foot_height)
        self._top = max(0, min(self._top, self.row), self.row - visible + 1)

    def _look(self) -> None:
        if self._loaded is None or self.first_day < self._loaded[0] or self.last_day > self._loaded[1]:
            self.post_message(self.Wanted())

    def _repaint(self, *rows: int) -> None:
        lines = {row - self._top + HEAD for row in rows} | {0, 1, self.size.height - 1}
        self.refresh(*[Region(0, line, self.size.width, 1) for line in lines])

    def render_line(self, y: int) -> Strip:
        """Draw one line: days, a room, or the foot."""
        return self._painter.line(y)
