"""A calendar on demand: a month of days, the cursor on one of them; Enter gives it back."""

import calendar
from datetime import date, timedelta
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widget import Widget

from tui.dialogs.base import Dialog
from tui.formats import WEEKDAYS, long_day, month
from tui.words import _, language

FIRST_LINE = 2
"""Lines above the first week: the month, the weekdays."""
CELL = 4
DAYS = timedelta(days=1)


class Month(Widget, can_focus=True):
    """The month of the day stood on. Today is between brackets: nothing is told by colour alone."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"month--cursor", "month--muted", "month--title"}

    def __init__(self, day: date, *, today: date) -> None:
        super().__init__()
        self.day = day
        self._today = today

    def stand_on(self, day: date) -> None:
        """Stand on a day, in whatever month."""
        self.day = day
        self.refresh()

    def weeks(self) -> list[list[date]]:
        """Return the month's weeks, Monday first, with the days of its neighbours that fill them."""
        return calendar.Calendar().monthdatescalendar(self.day.year, self.day.month)

    def render_line(self, y: int) -> Strip:
        """Draw the month's name, the weekdays, a week."""
        base, width = self.rich_style, self.size.width
        title = base + self.get_component_rich_style("month--title", partial=True)
        muted = base + self.get_component_rich_style("month--muted", partial=True)
        weeks = self.weeks()
        if y == 0:
            return Strip([Segment(f" {month(self.day)} {self.day.year}", title)]).adjust_cell_length(width, base)
        if y == 1:
            names = "".join(f"{name[:2]:>{CELL - 1}} " for name in WEEKDAYS[language()])
            return Strip([Segment(names, muted)]).adjust_cell_length(width, base)
        if not 0 <= y - FIRST_LINE < len(weeks):
            return Strip.blank(width, base)
        cursor = base + self.get_component_rich_style("month--cursor", partial=True)
        segments = []
        for day in weeks[y - FIRST_LINE]:
            text = f"[{day.day:>2}]" if day == self._today else f" {day.day:>2} "
            style = cursor if day == self.day else base if day.month == self.day.month else muted
            segments.append(Segment(text, style))
        return Strip(segments).adjust_cell_length(width, base)

    def on_click(self, event: events.Click) -> None:
        """Stand on the day clicked; a click on the one stood on gives it back."""
        week, column = event.y - FIRST_LINE, event.x // CELL
        weeks = self.weeks()
        if 0 <= week < len(weeks) and 0 <= column < 7:
            again = weeks[week][column] == self.day
            self.stand_on(weeks[week][column])
            if again:
                self.screen.dismiss(self.day)


class Calendar(Dialog[date]):
    """Choose a day: arrows by days and weeks, PgUp and PgDn by months, t today."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("up", "move(-7)", show=False),
        Binding("down", "move(7)", show=False),
        Binding("pageup", "month(-1)", show=False),
        Binding("pagedown", "month(1)", show=False),
        Binding("t", "today", show=False),
        Binding("enter", "choose", show=False),
    ]

    def __init__(self, title: str, *, day: date, today: date) -> None:
        super().__init__(title, keys=_("⏎ choisir · PgUp PgDn mois · t auj."))
        self._today = today
        self.month = Month(day, today=today)

    def inside(self) -> ComposeResult:
        """Lay out the month."""
        yield self.month

    def on_mount(self) -> None:
        """Stand in it."""
        self.month.focus()
        self._say()

    def _say(self) -> None:
        self._frame.border_title = long_day(self.month.day)

    def _stand_on(self, day: date) -> None:
        self.month.stand_on(day)
        self._say()

    def action_move(self, days: int) -> None:
        """Go some days further; the calendar's edges hold."""
        if date.min + 31 * DAYS < self.month.day < date.max - 31 * DAYS:
            self._stand_on(self.month.day + days * DAYS)

    def action_month(self, way: int) -> None:
        """Go to the same day of another month, its last one where it has fewer."""
        year, index = divmod(self.month.day.year * 12 + self.month.day.month - 1 + way, 12)
        if date.min.year < year < date.max.year:
            last = calendar.monthrange(year, index + 1)[1]
            self._stand_on(date(year, index + 1, min(self.month.day.day, last)))

    def action_today(self) -> None:
        """Go to today."""
        self._stand_on(self._today)

    def action_choose(self) -> None:
        """Give the day back."""
        self.dismiss(self.month.day)
