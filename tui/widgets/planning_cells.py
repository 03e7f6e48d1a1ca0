"""The cells of one line of the planning: what is written in each, and in which tone and colour. Knows no widget."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from server.contract.stays import PlanningBar, Room
from tui.widgets.planning_foot import level
from tui.widgets.planning_rows import Head

FILLS: Final = {
    "tentative": "┈",
    "option": "▒",
    "confirmed": "▓",
    "present": "█",
    "departed": "░",
    "out_of_service": "×",
}
SHORTEST_NAME: Final = 5
"""Cells of a name, sign and ellipsis included, under which it says nobody any more."""
SIGNS: Final = {"tentative": "~", "option": "?", "present": "●", "out_of_service": "×"}
SOLID: Final = frozenset({"confirmed", "present"})
"""Where the label stands on the card's colour; elsewhere the colour is the letters' own."""


class Mark(NamedTuple):
    """A cell: its letter, its tone, and the card's colour where it has one; `solid` where that is the ground."""

    letter: str
    tone: str = ""
    colour: str = ""
    solid: bool = False


EMPTY: Final = Mark(" ")


def bar_cells(bars: Iterable[PlanningBar], *, first: date, days: int, width: int) -> list[Mark]:
    """Draw the bars of a private room: a fill that says how the stay stands, its sign, name and people."""
    cells = [EMPTY] * (days * width)
    for bar in bars:
        start, end = span(bar, first=first, width=width)
        if end <= 0 or start >= len(cells):
            continue
        for at, mark in zip(range(max(start, 0), len(cells)), drawn(bar, end - max(start, 0)), strict=False):
            cells[at] = mark
    return cells


def span(bar: PlanningBar, *, first: date, width: int) -> tuple[int, int]:
    """Return the cells that a bar takes: from, and the one after the last; a gap before the next one where there is room."""
    start = (bar.arrival - first).days * width
    return start, (bar.departure - first).days * width - (1 if width > 1 else 0)


def drawn(bar: PlanningBar, room_for: int) -> list[Mark]:
    """Write a bar in so many cells. A fill at both ends says how the stay stands, however long the name is."""
    fill = FILLS.get(bar.status, "▓")
    said = f"{SIGNS.get(bar.status, '')}{bar.label}"
    if bar.pax:
        people = f" {bar.pax}"
        left = room_for - 2 - len(people)
        # The name gives way to how many they are, as long as one still reads whose it is.
        said = (said if len(said) <= left or left < SHORTEST_NAME else f"{said[: left - 1]}…") + people
    if room_for < 3:
        # Too narrow for a name: the sign alone tells one stay from the next.
        text = (SIGNS.get(bar.status) or fill).ljust(room_for, fill)[:room_for]
    else:
        text = f"{fill}{said[: room_for - 2]}".ljust(room_for, fill)[:room_for]
    solid = bar.status in SOLID
    return [Mark(letter, bar.status, bar.colour, solid=solid and letter != fill) for letter in text]


def dormitory_cells(room: Room, bars: Sequence[PlanningBar], *, first: date, days: int, width: int) -> list[Mark]:
    """Count the beds taken of a dormitory, day by day."""
    cells: list[Mark] = []
    total = len(room.beds)
    for number in range(days):
        day = date.fromordinal(first.toordinal() + number)
        here = [bar for bar in bars if bar.arrival <= day < bar.departure]
        if any(bar.status == "out_of_service" for bar in here):
            cells += [Mark("×", "out_of_service")] * max(1, width - 1) + [EMPTY] * (width > 1)
            continue
        taken = sum(bar.beds for bar in here)
        cells += share(taken, total, width)
    return cells


def group_cells(
    head: Head, bars: Mapping[UUID, Sequence[PlanningBar]], *, first: date, days: int, width: int
) -> list[Mark]:
    """Count the beds still free in a group of rooms, day by day; in narrow views draw how full it is."""
    beds = sum(len(room.beds) for room in head.rooms)
    free = [beds] * days
    for room in head.rooms:
        for bar in bars.get(room.id, ()):
            for number in range(max(0, (bar.arrival - first).days), min(days, (bar.departure - first).days)):
                free[number] -= bar.beds
    cells: list[Mark] = []
    for count in free:
        text = short_count(max(0, count), width) if width >= 4 else level(beds - count, beds).ljust(width)
        cells += [Mark(letter, "full" if count <= 0 else "foot") for letter in text]
    return cells


def share(taken: int, total: int, width: int) -> list[Mark]:
    """Write how many of a dormitory's beds are taken, in so many cells."""
    tone = "full" if taken >= total else "confirmed" if taken else "muted"
    if width < 4:
        text = level(taken, total)
    elif not taken:
        text = " ·"
    elif width >= 4 and total < 10:
        text = f"{taken}/{total}"
    else:
        text = short_count(taken, width).rstrip()
    return [Mark(letter, tone) for letter in text[:width].ljust(width)]


def short_count(count: int, width: int) -> str:
    """Write a count in so many cells; what is too long for one or two of them becomes a sign."""
    text = str(count)
    room_for = max(1, width - 1)
    return (text if len(text) <= room_for else "+").ljust(width)
