"""Allotments: so many beds of a type kept for a stay before its rooms are known.

An allotment counts all the beds of the type that the stay is to have: those it holds already are part of it, and what is
still open is never given to others. Who allots has the locks of all beds of the type, so that nobody takes one meanwhile.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.database import execute, execute_many, fetch, tenant_transaction
from infra.errors import Conflict, FieldError, Invalid
from infra.ids import new_id
from infra.outbox import record
from tenants.rooms import queries as room_queries
from tenants.rooms import stock
from tenants.rooms.rules import Room
from tenants.stays import beds, events, statuses
from tenants.stays.rows import lock_stay
from tenants.stays.rules import StayRef


class AllotmentInvalid(Invalid):
    """An allotment names types of the house, each once, and beds."""

    code = "allotment_invalid"


class TypeFull(Conflict):
    """There are not as many beds of this type left in these nights."""

    code = "type_full"


class Allotment(msgspec.Struct, frozen=True, kw_only=True):
    """Beds of a type for a stay; `held` of them are in rooms already."""

    room_type: str
    beds: int
    held: int = 0


async def allot(
    centre_id: UUID, stay_id: UUID, wanted: Sequence[Allotment], *, version: int | None = None, actor: Actor
) -> StayRef:
    """Make these the stay's allotments, whole: what is not named is given back. All of it or nothing.

    Raises:
        StayUnknown, StaleVersion, StayStatusRefuses: the stay cannot hold beds.
        AllotmentInvalid: a type is not of the house or comes twice, or beds are none.
        TypeFull: in some night there are not as many left; says how many.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_stay(centre_id, stay_id, version=version)
        statuses.check_way(stay.status, "beds")
        rooms = await room_queries.rooms(centre_id)
        _check(wanted, {room.room_type for room in rooms if room.room_type})
        await stock.lock_beds(
            centre_id,
            {bed.id for room in rooms if room.room_type in {one.room_type for one in wanted} for bed in room.beds},
        )
        for room_type in sorted({one.room_type for one in wanted}):
            await stock.lock_type(centre_id, room_type)
        before = await allotments_of(centre_id, stay_id)
        await execute("DELETE FROM allotments WHERE centre_id = $1 AND stay_id = $2", centre_id, stay_id)
        for one in wanted:
            left = await beds_left(
                centre_id, one.room_type, stay.arrival, stay.departure, rooms=rooms, but_stay=stay_id
            )
            if left < one.beds:
                raise TypeFull(f"{left} beds of « {one.room_type} » are left", room_type=one.room_type, left=left)
        await execute_many(
            "INSERT INTO allotments (id, centre_id, stay_id, room_type, beds) VALUES ($1, $2, $3, $4, $5)",
            [(new_id(), centre_id, stay_id, one.room_type, one.beds) for one in wanted],
        )
        await execute(
            "UPDATE stays SET version = $3 WHERE centre_id = $1 AND id = $2", centre_id, stay_id, stay.version + 1
        )
        await audit(
            "stay",
            stay_id,
            "allot",
            actor=actor,
            before={one.room_type: one.beds for one in before},
            after={one.room_type: one.beds for one in wanted},
        )
        await record(events.StayChanged(subject_id=stay_id, version=stay.version + 1), actor=actor)
    return StayRef(stay_id, stay.version + 1)


async def allotments_of(centre_id: UUID, stay_id: UUID) -> list[Allotment]:
    """Return a stay's allotments, with how many of their beds it holds on its last night."""
    rows = await fetch(
        """SELECT allotment.room_type, allotment.beds,
                  (SELECT count(*) FROM bed_holds AS held JOIN rooms AS room ON room.centre_id = $1 AND room.id = held.room_id
                   JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = held.stay_id
                   WHERE held.centre_id = $1 AND held.stay_id = $2 AND room.room_type = allotment.room_type
                     AND held.departure = stay.departure) AS held
           FROM allotments AS allotment WHERE allotment.centre_id = $1 AND allotment.stay_id = $2
           ORDER BY allotment.room_type""",
        centre_id,
        stay_id,
    )
    return [Allotment(room_type=row["room_type"], beds=row["beds"], held=row["held"]) for row in rows]


async def beds_left(
    centre_id: UUID, room_type: str, arrival: date, departure: date, *, rooms: Sequence[Room], but_stay: UUID
) -> int:
    """Return how many beds of a type nobody but `but_stay` holds or has allotted, in the night that has the fewest."""
    every = {bed.id for room in rooms if room.room_type == room_type for bed in room.beds}
    held = await fetch(
        """SELECT stay_id, arrival, departure, count(*) AS beds FROM bed_holds
           WHERE centre_id = $1 AND bed_id = ANY($2::uuid[]) AND departure > $3 AND arrival < $4
           GROUP BY stay_id, arrival, departure""",
        centre_id,
        sorted(every),
        arrival,
        departure,
    )
    allotted = await fetch(
        """SELECT allotment.stay_id, allotment.beds, stay.arrival, stay.departure FROM allotments AS allotment
           JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = allotment.stay_id
           WHERE allotment.centre_id = $1 AND allotment.room_type = $2 AND allotment.stay_id <> $5
             AND stay.departure > $3 AND stay.arrival < $4 AND stay.status = ANY($6::text[])""",
        centre_id,
        room_type,
        arrival,
        departure,
        but_stay,
        sorted(statuses.HOLDS_BEDS),
    )
    least = len(every)
    for night in (arrival + timedelta(days=number) for number in range((departure - arrival).days)):
        taken: dict[UUID | None, int] = {}
        for row in held:
            if row["arrival"] <= night < row["departure"] and row["stay_id"] != but_stay:
                taken[row["stay_id"]] = taken.get(row["stay_id"], 0) + row["beds"]
        for row in allotted:
            if row["arrival"] <= night < row["departure"]:
                # Its own rooms of the type are part of what it was allotted.
                taken[row["stay_id"]] = max(taken.get(row["stay_id"], 0), row["beds"])
        least = min(least, len(every) - sum(taken.values()))
    return least


async def require_not_allotted(centre_id: UUID, stay_id: UUID, arrival: date, departure: date) -> None:
    """Refuse beds just taken by a stay where they leave too few for what others were allotted; the caller has their locks.

    Raises:
        TypeFull: says of which type.
    """
    rows = await fetch(
        """SELECT DISTINCT allotment.room_type FROM allotments AS allotment
           JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = allotment.stay_id
           WHERE allotment.centre_id = $1 AND allotment.stay_id <> $2 AND stay.departure > $3 AND stay.arrival < $4
             AND allotment.room_type IN (SELECT room.room_type FROM bed_holds AS held
                 JOIN rooms AS room ON room.centre_id = $1 AND room.id = held.room_id
                 WHERE held.centre_id = $1 AND held.stay_id = $2)""",
        centre_id,
        stay_id,
        arrival,
        departure,
    )
    if not rows:
        return
    # Two who take different beds of a type do not meet at the beds' locks: they count one after the other.
    for room_type in sorted(row["room_type"] for row in rows):
        await stock.lock_type(centre_id, room_type)
    rooms = await room_queries.rooms(centre_id)
    mine = await beds.holds_of(centre_id, stay_id)
    types = {bed.id: room.room_type for room in rooms for bed in room.beds}
    for row in rows:
        left = await beds_left(centre_id, row["room_type"], arrival, departure, rooms=rooms, but_stay=stay_id)
        if sum(1 for hold in mine if types[hold.bed_id] == row["room_type"]) > left:
            raise TypeFull(f"« {row['room_type']} » is allotted", room_type=row["room_type"], left=max(0, left))


def wanted_of_type(allotments: Sequence[Allotment]) -> Mapping[str, int]:
    """Return how many beds of which type a stay is to have."""
    return {one.room_type: one.beds for one in allotments}


def _check(wanted: Sequence[Allotment], types: set[str]) -> None:
    errors = []
    for place, one in enumerate(wanted):
        if one.room_type not in types:
            errors.append(FieldError(f"/allotments/{place}/room_type", "unknown", "a type of the house's rooms"))
        if one.room_type in {other.room_type for other in wanted[:place]}:
            errors.append(FieldError(f"/allotments/{place}/room_type", "repeated", "each type once"))
        if one.beds < 1:
            errors.append(FieldError(f"/allotments/{place}/beds", "out_of_range", "one bed or more"))
    if errors:
        raise AllotmentInvalid(errors=tuple(errors))
