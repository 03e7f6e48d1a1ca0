"""Which beds a file means: by the room's name, by the bed's within it, several of either where a cell holds several."""

import re
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from infra.errors import FieldError, Invalid
from tenants.referential.cleaning.text import fold
from tenants.rooms.rules import Room

_SEVERAL: Final = re.compile(r"[,+]")


class BedsUnreadable(Invalid):
    """A row names rooms or beds that the centre has not, or not one alone of."""

    code = "beds_unreadable"


class NamedBeds:
    """The centre's beds by their names, however these are written."""

    def __init__(self, rooms: Sequence[Room]) -> None:
        self._rooms: Mapping[str, Room] = {fold(room.name): room for room in rooms}

    def read(self, *, room: str, bed: str) -> tuple[UUID, ...]:
        """Return the beds that the two cells name: of rooms alone all that they have, each once; of empty cells none.

        Beds of a room that is sold by the bed are to be named; a bed without its room is one that no other room has.

        Raises:
            BedsUnreadable: with one error for each name that leads nowhere.
        """
        rooms, wrong = self._named_rooms(room)
        found: dict[UUID, None] = {}
        labels = _names(bed)
        for each in rooms if not labels else ():
            if each.dormitory:
                wrong.append(FieldError("/bed", "bed_needed", each.name))
            found |= dict.fromkeys(one.id for one in each.beds)
        for label in labels:
            beds = [
                one.id
                for each in (rooms if room.strip() else self._rooms.values())
                for one in each.beds
                if fold(label) in (fold(one.label), fold(f"{each.name} {one.label}"))
            ]
            if len(beds) == 1:
                found[beds[0]] = None
            elif rooms or not room.strip():
                wrong.append(FieldError("/bed", "ambiguous" if beds else "bed_unknown", label))
        if wrong:
            raise BedsUnreadable(errors=tuple(wrong))
        return tuple(found)

    def _named_rooms(self, cell: str) -> tuple[list[Room], list[FieldError]]:
        # A name may hold what stands between names elsewhere.
        names = [cell] if fold(cell) in self._rooms else _names(cell)
        known = [self._rooms[fold(name)] for name in names if fold(name) in self._rooms]
        return known, [FieldError("/room", "room_unknown", name) for name in names if fold(name) not in self._rooms]


def _names(cell: str) -> list[str]:
    return [name for part in _SEVERAL.split(cell) if (name := part.strip())]
