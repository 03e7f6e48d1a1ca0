"""What may be held together, and in which order rooms stand. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from infra.errors import Conflict, FieldError, Invalid

LONGEST_NIGHTS: Final = 400
"""No hold is longer: the database checks it, and availability relies on it."""

BED_KINDS: Final = ("single", "double", "bunk")

WITHDRAWAL_REASONS: Final = {"works": True, "cleaning": False, "staff": False, "other": False}
"""Why a room may be out of service, and whether the room then leaves the centre's capacity."""


class RoomInvalid(Invalid):
    """A room cannot be made like that."""

    code = "room_invalid"


class RoomSoldWhole(Conflict):
    """A private room is sold whole: take all its beds or none."""

    code = "room_sold_whole"


class WithdrawalInvalid(Invalid):
    """A room cannot be put out of service like that."""

    code = "withdrawal_invalid"


class NewRoomFields(msgspec.Struct, frozen=True, kw_only=True):
    """A room to make, with so many beds of one kind."""

    name: str
    beds: int
    building: str = ""
    floor: str = ""
    room_type: str = ""
    dormitory: bool = False
    accessible: bool = False
    bed_kind: str = "single"


class Bed(msgspec.Struct, frozen=True):
    """A place to sleep for one."""

    id: UUID
    label: str
    kind: str


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A room and its beds, in their order."""

    id: UUID
    version: int
    name: str
    building: str
    floor: str
    room_type: str
    dormitory: bool
    accessible: bool
    beds: tuple[Bed, ...]


class StockBed(msgspec.Struct, frozen=True):
    """A bed with what decides how it is sold; `whole` counts the beds of its room."""

    id: UUID
    room_id: UUID
    room: str
    dormitory: bool
    whole: int


def check_room(new: NewRoomFields) -> None:
    """Refuse a room without a name, without a bed, or with beds of no known kind.

    Raises:
        RoomInvalid: with one error for each field.
    """
    errors = []
    if not new.name.strip():
        errors.append(FieldError("/name", "required", "a room has a name"))
    if not 1 <= new.beds <= 100:
        errors.append(FieldError("/beds", "out_of_range", "a room has from 1 to 100 beds"))
    if new.bed_kind not in BED_KINDS:
        errors.append(FieldError("/bed_kind", "unknown", f"a bed is one of {', '.join(BED_KINDS)}"))
    if errors:
        raise RoomInvalid(errors=tuple(errors))


def check_withdrawal(first_day: date, last_day: date, reason: str) -> None:
    """Refuse a withdrawal that ends before it begins, is too long, or gives no reason of the list.

    Raises:
        WithdrawalInvalid: with one error for each field.
    """
    errors = []
    if last_day < first_day:
        errors.append(FieldError("/last_day", "before_first", "the last night comes before the first"))
    if (last_day - first_day).days >= LONGEST_NIGHTS:
        errors.append(FieldError("/last_day", "too_long", f"at most {LONGEST_NIGHTS} nights"))
    if reason not in WITHDRAWAL_REASONS:
        errors.append(FieldError("/reason", "unknown", f"one of {', '.join(WITHDRAWAL_REASONS)}"))
    if errors:
        raise WithdrawalInvalid(errors=tuple(errors))


def check_sold_whole(beds: Iterable[StockBed]) -> None:
    """Refuse a part of a private room.

    Raises:
        RoomSoldWhole: naming the room.
    """
    taken: dict[UUID, int] = {}
    rooms: dict[UUID, StockBed] = {}
    for bed in beds:
        taken[bed.room_id] = taken.get(bed.room_id, 0) + 1
        rooms[bed.room_id] = bed
    for room_id, bed in rooms.items():
        if not bed.dormitory and taken[room_id] != bed.whole:
            raise RoomSoldWhole(
                f"{bed.room} is a private room of {bed.whole} beds, sold whole", room=bed.room, beds=bed.whole
            )


def sort_key(*parts: str) -> str:
    """Return what rooms are ordered by: accents and case dropped, numbers padded, so that B2 stands before B10."""
    plain = unicodedata.normalize("NFKD", "\x1f".join(parts)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"\d+", lambda number: number.group().zfill(6), plain)


class FreeRoom(msgspec.Struct, frozen=True, kw_only=True):
    """What of a room is free for a whole period; `whole` counts all its beds."""

    room_id: UUID
    room: str
    room_type: str
    dormitory: bool
    accessible: bool
    free_bed_ids: tuple[UUID, ...]
    whole: int
    floor: str = ""
    """Building and floor: rooms of a group stand together where they can."""


def propose_apart(
    free: Sequence[FreeRoom], parts: Sequence[int], *, of_type: Mapping[str, int] | None = None
) -> list[list[UUID]]:
    """Choose beds for each part of a group as `propose` does, no two parts in one room, all of them near each other.

    Args:
        free: the free rooms, in the house's order.
        parts: how many people each part has.
        of_type: how many beds of which type were kept for all of them.
    """
    left, floors, kept = list(free), set[str](), dict(of_type or {})
    chosen = []
    for people in parts:
        beds = propose(left, people, of_type=kept, floors=floors)
        taken = [room for room in left if set(room.free_bed_ids) & set(beds)]
        for room in taken:
            if room.room_type in kept:
                kept[room.room_type] = max(0, kept[room.room_type] - len(set(room.free_bed_ids) & set(beds)))
        floors |= {room.floor for room in taken}
        left = [room for room in left if room not in taken]
        chosen.append(beds)
    return chosen


def propose(
    free: Sequence[FreeRoom],
    people: int,
    *,
    of_type: Mapping[str, int] | None = None,
    floors: Collection[str] = (),
) -> list[UUID]:
    """Choose beds for so many people: the types that were allotted first, then whole rooms, each the best fit.

    Rooms of one floor are preferred to others, accessible rooms kept for the last, a private room is taken whole.
    Returns as many beds as could be had: fewer than `people` where the house is full, more where the last private room
    is larger than what was left to place.

    Args:
        free: the free rooms, in the house's order.
        people: how many sleep; zero or more.
        of_type: how many beds of which type were kept for them.
        floors: where others of their group are: rooms there come first.
    """
    chosen: list[UUID] = []
    rooms = [room for room in free if room.free_bed_ids]
    near = set(floors)
    for room_type, kept in (of_type or {}).items():
        of_it = [room for room in rooms if room.room_type == room_type]
        chosen += _fill(of_it, min(kept, people - len(chosen)), near)
        rooms = [room for room in rooms if not set(room.free_bed_ids) <= set(chosen)]
    taken = set(chosen)
    rooms = [
        room
        if room.dormitory is False
        else msgspec.structs.replace(room, free_bed_ids=tuple(bed for bed in room.free_bed_ids if bed not in taken))
        for room in rooms
    ]
    return chosen + _fill([room for room in rooms if room.free_bed_ids], people - len(chosen), near)


def _fill(rooms: list[FreeRoom], left: int, floors: set[str]) -> list[UUID]:
    """Take rooms one by one, the best fit each time, until nobody is left or no room is."""
    chosen: list[UUID] = []
    while left > 0 and rooms:
        room = min(rooms, key=lambda candidate: _fit(candidate, left, floors))
        rooms.remove(room)
        beds = room.free_bed_ids if not room.dormitory else room.free_bed_ids[:left]
        chosen.extend(beds)
        floors.add(room.floor)
        left -= len(beds)
    return chosen


def _fit(room: FreeRoom, left: int, floors: set[str]) -> tuple[bool, int, bool, int, int]:
    """Rank a room for `left` people: filled whole first, then on a floor they are on, then the one that wastes least."""
    size = len(room.free_bed_ids)
    partly = size < room.whole
    elsewhere = bool(floors) and room.floor not in floors
    if size <= left:
        # The largest that is filled whole, an untouched room before one that others already sleep in.
        return room.accessible, 0 if not partly else 1, elsewhere, -size, 0
    wasted = 0 if room.dormitory else size - left
    return room.accessible, 2, elsewhere, wasted, size
