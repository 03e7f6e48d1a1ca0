"""Which beds a stay has: the whole set at once, kept together with its dates."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from infra.database import execute, fetch, fetch_value
from tenants.rooms import rules as room_rules
from tenants.rooms import stock
from tenants.stays.arrangements import Hold, arrangement, joined_nights, redated
from tenants.stays.rows import StayRow


async def holds_of(centre_id: UUID, stay_id: UUID) -> list[Hold]:
    """Return what a stay holds, past nights included."""
    rows = await fetch(
        "SELECT bed_id, room_id, arrival, departure FROM bed_holds WHERE centre_id = $1 AND stay_id = $2 ORDER BY bed_id",
        centre_id,
        stay_id,
    )
    return [Hold(row["bed_id"], row["room_id"], row["arrival"], row["departure"]) for row in rows]


async def rooms_left(centre_id: UUID, stay_id: UUID) -> dict[UUID, date]:
    """Return the rooms of a stay that left early, and from which day each is free."""
    rows = await fetch(
        "SELECT room_id, day FROM early_departures WHERE centre_id = $1 AND stay_id = $2 AND undone_at IS NULL",
        centre_id,
        stay_id,
    )
    return {row["room_id"]: row["day"] for row in rows}


async def take(centre_id: UUID, stay: StayRow, bed_ids: Sequence[UUID], *, since: date | None = None) -> None:
    """Give a stay beds that it has not, from its arrival (or `since`) to its departure.

    Raises:
        BedUnknown, BedTaken, RoomSoldWhole: and then nothing changed.
    """
    if not bed_ids:
        return
    beds = await stock.stock_beds(centre_id, bed_ids)
    room_rules.check_sold_whole(beds)
    await stock.lock_beds(centre_id, bed_ids)
    await stock.take_beds(
        centre_id,
        beds,
        arrival=since or stay.arrival,
        departure=stay.departure,
        holder=stock.Holder(stay_id=stay.id),
    )


async def replace(centre_id: UUID, stay: StayRow, bed_ids: Sequence[UUID], *, today: date) -> None:
    """Make `bed_ids` the stay's beds. Nights already slept stay where they were slept; rooms that left are past.

    Raises:
        BedUnknown, BedTaken, RoomSoldWhole: and then nothing changed.
    """
    since = max(stay.arrival, today) if stay.status == "present" else stay.arrival
    left = await rooms_left(centre_id, stay.id)
    current = [
        hold for hold in await holds_of(centre_id, stay.id) if hold.departure > since and hold.room_id not in left
    ]
    wanted = set(bed_ids)
    beds = await stock.stock_beds(centre_id, list(wanted))
    room_rules.check_sold_whole(beds)
    had = {hold.bed_id for hold in current}
    await stock.lock_beds(centre_id, wanted | had)
    gone = [hold.bed_id for hold in current if hold.bed_id not in wanted]
    await _free_from(centre_id, stay.id, gone, since=since)
    if since < stay.departure:
        await stock.take_beds(
            centre_id,
            [bed for bed in beds if bed.id not in had],
            arrival=since,
            departure=stay.departure,
            holder=stock.Holder(stay_id=stay.id),
        )
        await join_nights(centre_id, stay.id, wanted)


async def move(centre_id: UUID, stay: StayRow, *, arrival: date, departure: date) -> None:
    """Carry the stay's beds to other dates; a room that left early stays left.

    Raises:
        BedTaken: somebody has one of them in the new nights; then nothing changed.
    """
    holds = await holds_of(centre_id, stay.id)
    if not holds:
        return
    await stock.lock_beds(centre_id, {hold.bed_id for hold in holds})
    now = arrangement(stay.arrival, stay.departure, holds)
    left = await rooms_left(centre_id, stay.id)
    after = redated(now, arrival=arrival, departure=departure, left=left)
    await stock.free_holder(centre_id, stock.Holder(stay_id=stay.id))
    await take_holds(centre_id, stay.id, after.holds)


async def take_holds(centre_id: UUID, stay_id: UUID, holds: Sequence[Hold]) -> None:
    """Give a stay beds for the nights of each hold; the caller has their locks.

    Raises:
        BedTaken: somebody has one of them.
    """
    known = {bed.id: bed for bed in await stock.stock_beds(centre_id, list({hold.bed_id for hold in holds}))}
    periods: dict[tuple[date, date], list[UUID]] = {}
    for hold in holds:
        periods.setdefault((hold.arrival, hold.departure), []).append(hold.bed_id)
    for (begins, ends), bed_ids in sorted(periods.items()):
        await stock.take_beds(
            centre_id,
            [known[bed_id] for bed_id in bed_ids],
            arrival=begins,
            departure=ends,
            holder=stock.Holder(stay_id=stay_id),
        )


async def join_nights(centre_id: UUID, stay_id: UUID, bed_ids: Collection[UUID]) -> None:
    """Make one hold of those of a bed that touch: given up and had again, a bar is moved and freed whole as before."""
    holds = [hold for hold in await holds_of(centre_id, stay_id) if hold.bed_id in bed_ids]
    joined = joined_nights(holds)
    if len(joined) == len(holds):
        return
    await execute(
        "DELETE FROM bed_holds WHERE centre_id = $1 AND stay_id = $2 AND bed_id = ANY($3::uuid[])",
        centre_id,
        stay_id,
        list(bed_ids),
    )
    await take_holds(centre_id, stay_id, joined)


async def free(centre_id: UUID, stay: StayRow) -> list[UUID]:
    """Give back every bed of a stay; return those beds."""
    return await stock.free_holder(centre_id, stock.Holder(stay_id=stay.id))


async def count(centre_id: UUID, stay_id: UUID) -> int:
    """Count the beds that a stay has on its last night."""
    return int(
        await fetch_value(
            """SELECT count(*) FROM bed_holds AS held
               JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = held.stay_id AND stay.departure = held.departure
               WHERE held.centre_id = $1 AND held.stay_id = $2""",
            centre_id,
            stay_id,
        )
    )


async def _free_from(centre_id: UUID, stay_id: UUID, bed_ids: Sequence[UUID], *, since: date) -> None:
    """Give beds back from a day on: nights before it stay held."""
    if not bed_ids:
        return
    await execute(
        "DELETE FROM bed_holds WHERE centre_id = $1 AND stay_id = $2 AND bed_id = ANY($3::uuid[]) AND arrival >= $4",
        centre_id,
        stay_id,
        list(bed_ids),
        since,
    )
    await execute(
        """UPDATE bed_holds SET departure = $4
           WHERE centre_id = $1 AND stay_id = $2 AND bed_id = ANY($3::uuid[]) AND departure > $4""",
        centre_id,
        stay_id,
        list(bed_ids),
        since,
    )
