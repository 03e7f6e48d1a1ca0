"""Giving beds to many stays at once, in the order they arrive: what an import does. Pure.

A private room goes whole to one stay, a dormitory by bed. The smallest that is large enough is taken, or several.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

import msgspec

from tenants.rooms.rules import Room


class Wish(msgspec.Struct, frozen=True):
    """So many people from arrival to departure (not included), in the building of this word where there is one."""

    key: str
    building: str
    arrival: date
    departure: date
    people: int


class GivenBed(msgspec.Struct, frozen=True):
    """A bed and the room it stands in."""

    bed_id: UUID
    room_id: UUID


class Taken(msgspec.Struct, frozen=True):
    """A bed that is not free from arrival to departure."""

    bed_id: UUID
    arrival: date
    departure: date


class _Unit:
    """What is given at once: a private room's beds, or one bed of a dormitory."""

    __slots__ = ("accessible", "beds", "busy", "free_from")

    def __init__(self, beds: Sequence[GivenBed], *, accessible: bool) -> None:
        self.beds = tuple(beds)
        self.accessible = accessible
        self.busy: list[tuple[date, date]] = []
        self.free_from = date.min

    def is_free(self, arrival: date, departure: date) -> bool:
        return self.free_from <= arrival or not any(
            begins < departure and arrival < ends for begins, ends in reversed(self.busy)
        )

    def take(self, arrival: date, departure: date) -> None:
        self.busy.append((arrival, departure))
        self.free_from = max(self.free_from, departure)


class _Units:
    """The units of a building, in the two orders that they are looked for in."""

    __slots__ = ("largest_first", "sizes", "smallest_first")

    def __init__(self, units: Sequence[_Unit]) -> None:
        self.smallest_first = sorted(units, key=lambda unit: (len(unit.beds), unit.accessible))
        self.largest_first = sorted(units, key=lambda unit: (unit.accessible, -len(unit.beds)))
        self.sizes = [len(unit.beds) for unit in self.smallest_first]


def allot(rooms: Sequence[Room], taken: Iterable[Taken], wishes: Iterable[Wish]) -> dict[str, tuple[GivenBed, ...]]:
    """Give each wish its beds, in order of arrival; those that find none are not in the answer.

    Args:
        rooms: the centre's, in the house's order.
        taken: what is not free, in any order.
        wishes: those whose building is full, or is no room's, may have any room.
    """
    held: dict[UUID, list[Taken]] = {}
    for one in taken:
        held.setdefault(one.bed_id, []).append(one)
    buildings: dict[str, list[_Unit]] = {"": []}
    for room in rooms:
        units = _units(room, held)
        buildings[""] += units
        buildings.setdefault(room.building.casefold(), []).extend(units if room.building else [])
    ordered = {name: _Units(units) for name, units in buildings.items()}
    given: dict[str, tuple[GivenBed, ...]] = {}
    for wish in sorted(wishes, key=lambda one: (one.arrival, one.departure, one.key)):
        chosen = _choose(_of_building(ordered, wish.building), wish) or _choose(ordered[""], wish)
        for unit in chosen:
            unit.take(wish.arrival, wish.departure)
        if chosen:
            given[wish.key] = tuple(bed for unit in chosen for bed in unit.beds)
    return given


def _units(room: Room, held: dict[UUID, list[Taken]]) -> list[_Unit]:
    beds = [GivenBed(bed.id, room.id) for bed in room.beds]
    groups = [[bed] for bed in beds] if room.dormitory else [beds]
    units = [_Unit(group, accessible=room.accessible) for group in groups if group]
    for unit in units:
        for bed in unit.beds:
            for one in held.get(bed.bed_id, ()):
                unit.take(one.arrival, one.departure)
    return units


def _of_building(buildings: dict[str, _Units], wanted: str) -> _Units:
    word = wanted.casefold()
    for name, units in buildings.items():
        if name and word and (name in word or word in name):
            return units
    return buildings[""]


def _choose(units: _Units, wish: Wish) -> list[_Unit]:
    """Choose the smallest free unit that is large enough, or the largest ones together; accessible rooms last."""
    arrival, departure, left = wish.arrival, wish.departure, wish.people
    for unit in units.smallest_first[bisect_left(units.sizes, left) :]:
        if unit.free_from <= arrival or unit.is_free(arrival, departure):
            return [unit]
    chosen: list[_Unit] = []
    for unit in units.largest_first:
        if unit.free_from <= arrival or unit.is_free(arrival, departure):
            chosen.append(unit)
            left -= len(unit.beds)
            if left <= 0:
                return chosen
    return []
