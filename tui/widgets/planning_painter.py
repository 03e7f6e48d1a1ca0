"""Draws the planning's lines: the days above, rooms and groups, the foot; nothing is told by colour alone."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from uuid import UUID

from rich.cells import set_cell_size
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from server.contract.stays import PlanningBar, Room
from tui.formats import long_day, month, short_period
from tui.lists import STAY_STATUS, label
from tui.widgets import planning_foot as foot
from tui.widgets.planning_carry import in_words
from tui.widgets.planning_cells import Mark, bar_cells, dormitory_cells, drawn, group_cells, span
from tui.widgets.planning_rows import NAMES, Head
from tui.words import _, language

if TYPE_CHECKING:
    from tui.widgets.planning_grid import PlanningGrid, Range

HEAD: Final = 2
INITIALS: Final = {
    "fr": ("lu", "ma", "me", "je", "ve", "sa", "di"),
    "en": ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"),
}


@lru_cache(maxsize=256)
def tint(colour: str, *, solid: bool) -> Style:
    """Return the style of a card's colour: the ground with letters that can be read on it, or the letters."""
    if not solid:
        return Style(color=colour)
    red, green, blue = Color.parse(colour).get_truecolor()
    light = 299 * red + 587 * green + 114 * blue > 140_000
    return Style(bgcolor=colour, color="#000000" if light else "#ffffff", bold=True)


class Painter:
    """Draws for one grid, from what it holds."""

    def __init__(self, grid: "PlanningGrid") -> None:
        self.grid = grid

    def line(self, y: int) -> Strip:
        """Draw a line of the window."""
        grid = self.grid
        width, base = grid.size.width, grid.rich_style
        if y < HEAD:
            return self._head(y, base)
        from_foot = y - (grid.size.height - grid.foot_height)
        if from_foot >= 0:
            return self._foot(from_foot, base)
        if grid.state != "full":
            return self._state(y - HEAD, base)
        line = grid.line_at(y)
        if line is None:
            return Strip.blank(width, base)
        current = line is grid.line
        cells = self._group(line) if isinstance(line, Head) else self._room(line)
        segments = [
            Segment(
                self._name(line),
                self._tone("cursor" if current else "group" if isinstance(line, Head) else "name", base),
            )
        ]
        marked = None if isinstance(line, Head) else self._marks().get(line.id)
        segments += self._cells(cells, marked, current=current, base=base)
        return Strip(segments).simplify().adjust_cell_length(width, base)

    def _tone(self, name: str, base: Style) -> Style:
        return base + self.grid.get_component_rich_style(f"planning--{name}", partial=True)

    def _dates(self) -> list[date]:
        return [self.grid.first_day + timedelta(days=number) for number in range(self.grid.days_shown)]

    def _head(self, y: int, base: Style) -> Strip:
        grid, width = self.grid, self.grid.cells
        name = set_cell_size(_(" chambre") if y else f" {grid.day.year}", NAMES - 4) + ("lit│" if y else "   │")
        segments = [Segment(name, self._tone("head", base))]
        skip = 0
        for day in self._dates():
            if skip:
                # The month or the number of the day before stands here too.
                skip -= 1
                continue
            text = self._day_head(day, y, width)
            taken = max(1, -(-len(text) // width))
            skip = taken - 1
            tone = (
                "cursor"
                if grid.day == day
                else "today"
                if day == grid.today
                else "weekend"
                if day.weekday() > 4
                else "head"
            )
            segments += [Segment(text, self._tone(tone, base)), Segment(" " * (taken * width - len(text)), base)]
        return Strip(segments).adjust_cell_length(grid.size.width, base)

    def _day_head(self, day: date, y: int, width: int) -> str:
        """Write a day's name (y 0) and number (y 1); in narrow views the month and each Monday's number."""
        if width >= 4:
            return f"{day.day:>2}" if y else INITIALS[language()][day.weekday()]
        if y:
            return f"{day.day:>2}" if day.weekday() == 0 or (width == 2 and day.weekday() in {2, 4}) else "·"
        if day.day == 1 or day == self.grid.first_day:
            return month(day)
        return INITIALS[language()][day.weekday()][0] if width == 2 else " "

    def _state(self, y: int, base: Style) -> Strip:
        grid, width = self.grid, self.grid.size.width
        if grid.state == "loading":
            text = ("░░░░ ░░░░░ ░ │" + " ░░░░░░░░░" * (y % 3) + "   ░░░░░░░░░░░░░░") if y < 8 else ""
            return Strip([Segment(set_cell_size(" " + text, width), self._tone("muted", base))], width)
        words = (
            [grid.why, _("F5 pour réessayer.")]
            if grid.state == "failed"
            else [_("Aucune chambre encore : la direction les ajoute.")]
        )
        text = words[y - 2] if 2 <= y < 2 + len(words) else ""
        tone = self._tone("full" if grid.state == "failed" else "muted", base)
        return Strip([Segment(set_cell_size(f"  {text}", width), tone)], width)

    def _name(self, line: Room | Head) -> str:
        if isinstance(line, Head):
            beds = sum(len(room.beds) for room in line.rooms)
            return f"{'▸' if line.folded else '▾'}{set_cell_size(line.label, 11)}{beds:>3}│"
        kind = _("PMR") if line.accessible and not line.room_type else line.room_type
        return f" {set_cell_size(line.name, 4)} {set_cell_size(kind, 7)}{len(line.beds):>2}│"

    def _group(self, head: Head) -> list[Mark]:
        grid = self.grid
        return group_cells(head, grid.bars, first=grid.first_day, days=grid.days_shown, width=grid.cells)

    def _room(self, room: Room) -> list[Mark]:
        grid, bars = self.grid, self.grid.bars.get(room.id, [])
        first, days, width = grid.first_day, grid.days_shown, grid.cells
        if room.dormitory:
            cells = dormitory_cells(room, bars, first=first, days=days, width=width)
        else:
            cells = bar_cells(bars, first=first, days=days, width=width)
        return self._with_ghost(cells, room)

    def _with_ghost(self, cells: list[Mark], room: Room) -> list[Mark]:
        """Draw over a room what would be put down on it; what is in the way shows by its sign, not by its colour alone."""
        grid, carry = self.grid, self.grid.carry
        if carry is None or grid.room is None:
            return cells
        ghost = carry.over(grid.room, grid.day)
        if ghost.room_id != room.id:
            return cells
        blocked = carry.in_the_way(ghost, room, grid.bars.get(room.id, ()))
        start, end = span(ghost, first=grid.first_day, width=grid.cells)
        letters = [mark.letter for mark in drawn(ghost, max(0, end - max(start, 0)))]
        for at, letter in zip(range(max(start, 0), min(end, len(cells))), letters, strict=False):
            fill = "!" if blocked else "▚"
            cells[at] = Mark(letter if letter.isalnum() else fill, "full" if blocked else "ghost")
        return cells

    def _marks(self) -> "dict[UUID, Range]":
        grid = self.grid
        marks = dict(grid.marks)
        if grid.mark_from is not None:
            first, last = sorted((grid.mark_from[1], grid.day))
            marks[grid.mark_from[0]] = (first, last + timedelta(days=1))
        return marks

    def _cells(self, cells: list[Mark], marked: "Range | None", *, current: bool, base: Style) -> Iterable[Segment]:
        grid, width = self.grid, self.grid.cells
        cursor = range(0)
        if current:
            at = (grid.day - grid.first_day).days * width
            cursor = range(at, at + width)
        chosen = range(0)
        if marked:
            chosen = range(*((day - grid.first_day).days * width for day in marked))
        tones: dict[Mark, Style] = {}
        for at, mark in enumerate(cells):
            if at in cursor and grid.carry is None:
                # Drawn on the cursor's colour: a full block would hide it.
                yield Segment(mark.letter.replace("█", " "), self._tone("cursor", base))
            elif at in chosen:
                yield Segment("+" if mark.letter == " " else mark.letter, self._tone("mark", base))
            else:
                known = mark._replace(letter="")
                if known not in tones:
                    style = self._tone(mark.tone, base) if mark.tone else base
                    tones[known] = style + tint(mark.colour, solid=mark.solid) if mark.colour else style
                yield Segment(mark.letter, tones[known])

    def _foot(self, line: int, base: Style) -> Strip:
        grid, width = self.grid, self.grid.size.width
        tone = self._tone("foot", base)
        if line == 0:
            return Strip([Segment("─" * (NAMES - 1) + "┼" + "─" * (width - NAMES), self._tone("muted", base))], width)
        if line == grid.foot_height - 1:
            return Strip([Segment(set_cell_size(" " + self._under_cursor(), width), self._tone("head", base))], width)
        what = grid.foot_lines[line - 1]
        segments = [Segment(foot.name_cells(what), tone)]
        for day in self._dates():
            counted = grid.days.get(day)
            text = foot.count(what, counted, grid.cells) if counted else ""
            full = what == "free" and text == "0"
            segments.append(Segment(text.ljust(grid.cells), self._tone("full", base) if full else tone))
        return Strip(segments).adjust_cell_length(width, base)

    def _under_cursor(self) -> str:
        grid, room = self.grid, self.grid.room
        if grid.carry is not None and room is not None:
            ghost = grid.carry.over(room, grid.day)
            goal = grid.carry.room if grid.carry.kind in {"start", "end"} else room
            blocking = grid.carry.in_the_way(ghost, goal, grid.bars.get(goal.id, ()))
            return in_words(grid.carry, ghost, goal, blocking)
        bars = grid.bars_here
        if bars and room is not None:
            said = [
                f"{bar.label} {bar.pax or ''} {_status(bar)} {short_period(bar.arrival, bar.departure)}" for bar in bars
            ]
            return f"{room.name} · {long_day(grid.day)} · " + " + ".join(said)
        counted = grid.days.get(grid.day)
        return foot.in_words(counted) if counted else ""


def _status(bar: PlanningBar) -> str:
    return _("hors service") if bar.status == "out_of_service" else label(STAY_STATUS, bar.status)
