"""Taking hold of what a gesture of the planning touches: stays locked, then beds, then a look at what is free."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec

from infra.database import fetch, fetch_value
from infra.errors import FieldError
from tenants.clients.queries import centre_today
from tenants.rooms import queries as room_queries
from tenants.rooms import stock
from tenants.rooms.rules import Room, StockBed
from tenants.stays import arrangements, beds, statuses
from tenants.stays.arrangements import Arrangement, GestureInvalid, Grip, Hold, gripped
from tenants.stays.rows import StayRow, lock_stay


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """A stay that a gesture has in hand: its row is locked."""

    row: StayRow
    people: int | None
    now: Arrangement
    left: dict[UUID, date]
    """Rooms that left early, and from which day each is free."""
    since: date
    """The first night that may still change: nights slept are past."""


async def in_hand(
    centre_id: UUID, grips: Sequence[Grip], *, rows: Sequence[StayRow] = (), to_rooms: Iterable[UUID] = ()
) -> Mapping[UUID, Touched]:
    """Lock the stays of the grips, then all beds that they have and those of the rooms that are meant."""
    today = await centre_today(centre_id)
    locked = list(rows) or [await lock_stay(centre_id, stay_id) for stay_id in sorted({grip.stay_id for grip in grips})]
    found: dict[UUID, Touched] = {}
    wanted: set[UUID] = set()
    for row in locked:
        statuses.check_way(row.status, "beds")
        holds = await beds.holds_of(centre_id, row.id)
        wanted |= {hold.bed_id for hold in holds}
        found[row.id] = Touched(
            row=row,
            people=await fetch_value(
                "SELECT coalesce(pax, expected_pax) FROM stays WHERE centre_id = $1 AND id = $2", centre_id, row.id
            ),
            now=arrangements.arrangement(row.arrival, row.departure, holds),
            left=await beds.rooms_left(centre_id, row.id),
            since=max(row.arrival, today) if row.status == "present" else date.min,
        )
    goals = set(to_rooms)
    if goals:
        rooms = await room_queries.rooms(centre_id)
        if goals - {room.id for room in rooms}:
            raise room_queries.RoomUnknown()
        wanted |= {bed.id for room in rooms if room.id in goals for bed in room.beds}
    await stock.lock_beds(centre_id, wanted)
    for grip in grips:
        if grip.room_id in found[grip.stay_id].left:
            raise GestureInvalid(errors=(FieldError("/room_id", "room_left", "this room left early: undo that first"),))
    return found


async def beds_in(
    centre_id: UUID,
    room_id: UUID,
    nights: Grip,
    *,
    since: date,
    count: int,
    given_up: Mapping[UUID, Iterable[Hold]],
    most: bool = False,
) -> list[StockBed]:
    """Choose beds of a room whose locks are held; with `most`, of a dormitory as many of `count` as are free.

    Raises:
        BedTaken: says who has them.
    """
    room: Room = await room_queries.room(centre_id, room_id)
    known = await stock.stock_beds(centre_id, [bed.id for bed in room.beds])
    placed = sorted(known, key=lambda bed: [other.id for other in room.beds].index(bed.id))
    begins = max(nights.arrival, since)
    gone = {(stay_id, hold) for stay_id, holds in given_up.items() for hold in holds}
    rows = await fetch(
        """SELECT stay_id, bed_id, room_id, arrival, departure FROM bed_holds
           WHERE centre_id = $1 AND bed_id = ANY($2::uuid[]) AND departure > $3 AND arrival < $4""",
        centre_id,
        [bed.id for bed in room.beds],
        begins,
        nights.departure,
    )
    busy = {
        row["bed_id"]
        for row in rows
        if (row["stay_id"], Hold(row["bed_id"], row["room_id"], row["arrival"], row["departure"])) not in gone
    }
    free = {bed.id for bed in room.beds} - busy
    if most and room.dormitory:
        count = max(1, min(count, len(free)))
    chosen = arrangements.wanted_beds(placed, free, count=count, dormitory=room.dormitory)
    if chosen is None or busy & {bed.id for bed in chosen}:
        taken = [bed.id for bed in room.beds if bed.id in busy]
        await stock.refuse_taken(centre_id, taken, arrival=begins, departure=nights.departure)
    return chosen or []


def beds_wanted(touched: Touched, grip: Grip) -> int:
    """Return how many beds of a dormitory a bar needs: those it has, yet no more than the stay has people."""
    held = len(gripped(touched.now, grip))
    return max(1, min(held, touched.people)) if touched.people is not None else held
