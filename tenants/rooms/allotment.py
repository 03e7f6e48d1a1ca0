"""Giving beds to many stays at once, in the order they arrive: what an import does. Pure.

A private room goes whole to one stay, a dormitory by bed. The smallest that is large enough is taken, or several.
"""

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
    given: dict[str, tuple[GivenBed, ...]] = {}
    for wish in sorted(wishes, key=lambda one: (one.arrival, one.departure, one.key)):
        chosen = _choose(_of_building(buildings, wish.building), wish) or _choose(buildings[""], wish)
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


def _of_building(buildings: dict[str, list[_Unit]], wanted: str) -> list[_Unit]:
    word = wanted.casefold()
    for name, units in buildings.items():
        if name and word and (name in word or word in name):
            return units
    return buildings[""]


def _choose(units: Sequence[_Unit], wish: Wish) -> list[_Unit]:
    """Choose the smallest free unit that is large enough, or the largest ones together; accessible rooms last."""
    free = [unit for unit in units if unit.is_free(wish.arrival, wish.departure)]
    enough = [unit for unit in free if len(unit.beds) >= wish.people]
    if enough:
        return [min(enough, key=lambda unit: (len(unit.beds), unit.accessible))]
    chosen: list[_Unit] = []
    left = wish.people
    for unit in sorted(free, key=lambda one: (one.accessible, -len(one.beds))):
        chosen.append(unit)
        left -= len(unit.beds)
        if left <= 0:
            return chosen
    return []
