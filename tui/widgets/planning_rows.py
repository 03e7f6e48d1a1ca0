"""What stands down the planning: rooms, by themselves or under the building, floor or type they are grouped by; and how wide a day is."""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from server.contract.stays import Room
from tui.words import N_, _

NAMES: Final = 16
"""Cells of the left column: name, type, beds, a rule."""

GROUPINGS: Final = (
    ("", N_("chambres")),
    ("building", N_("par bâtiment")),
    ("floor", N_("par étage")),
    ("type", N_("par type")),
)


class View(NamedTuple):
    """How much time one sees at once; `cells` for a day, 0 for as many as make the days fit the width."""

    code: str
    label: str
    cells: int
    days: int


VIEWS: Final = (
    View("fortnight", N_("quinzaine"), 4, 0),
    View("week", N_("semaine"), 0, 7),
    View("month", N_("mois"), 2, 0),
    View("season", N_("saison"), 1, 0),
)


class Head(NamedTuple):
    """The line over a group; folded, it stands for its rooms."""

    key: str
    label: str
    rooms: tuple[Room, ...]
    folded: bool


Line = Room | Head


def lines_of(rooms: Sequence[Room], *, grouping: str, folded: Collection[str]) -> list[Line]:
    """Arrange rooms in lines, in the house's order within each group."""
    if not grouping:
        return list(rooms)
    groups: dict[str, list[Room]] = {}
    for room in rooms:
        groups.setdefault(key_of(room, grouping), []).append(room)
    lines: list[Line] = []
    for key, members in groups.items():
        lines.append(Head(key, key or _("sans nom"), tuple(members), key in folded))
        if key not in folded:
            lines += members
    return lines


def key_of(room: Room, grouping: str) -> str:
    """Return the group of a room."""
    if grouping == "building":
        return room.building
    if grouping == "floor":
        return " ".join(part for part in (room.building, room.floor) if part)
    return room.room_type or (_("dortoir") if room.dormitory else "")


def day_cells(view: View, width: int) -> int:
    """Return how many cells a day has in a grid of that width."""
    return view.cells or max(4, (width - NAMES) // view.days)
