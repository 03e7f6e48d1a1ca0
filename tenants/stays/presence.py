"""Once the people are here: present, rooms that leave early, departed, and the way back from each."""

from datetime import date, timedelta
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.clock import now
from infra.database import execute, fetch, tenant_transaction
from infra.errors import Conflict, FieldError, Invalid, NotFound
from infra.ids import new_id
from infra.outbox import Event
from tenants.clients.blacklisting import require_not_blacklisted
from tenants.clients.queries import centre_today
from tenants.rooms import stock
from tenants.stays import beds, events, statuses
from tenants.stays.rows import StayRow, lock_stay, save
from tenants.stays.rules import StayRef


class EarlyDepartureInvalid(Invalid):
    """A room leaves early on a day between the arrival and the departure, neither included."""

    code = "early_departure_invalid"


class RoomNotHeld(NotFound):
    """The stay does not have this room on that day."""

    code = "room_not_held"


class NothingToUndo(Conflict):
    """This room did not leave early."""

    code = "nothing_to_undo"


async def mark_present(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> StayRef:
    """Say that the people of a confirmed stay are in the house; saying it twice changes nothing.

    Raises:
        StayUnknown, StayStatusRefuses: there is none, or it is not sold.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_stay(centre_id, stay_id)
        if stay.status == "present":
            return StayRef(stay.id, stay.version)
        statuses.check_way(stay.status, "present")
        after = msgspec.structs.replace(stay, status="present", present_at=now())
        fact = events.StayPresent(subject_id=stay_id, version=stay.version + 1)
        return await save(centre_id, stay, after, "mark_present", fact=fact, actor=actor)


async def undo_present(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> StayRef:
    """Take a wrong « present » back: the stay is expected again.

    Raises:
        StayUnknown, StayStatusRefuses: there is none, or it is not present.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_stay(centre_id, stay_id)
        statuses.check_way(stay.status, "presence_undone")
        after = msgspec.structs.replace(stay, status="confirmed", present_at=None)
        fact = events.PresenceUndone(subject_id=stay_id, version=stay.version + 1)
        return await save(centre_id, stay, after, "undo_present", fact=fact, actor=actor)


async def mark_no_show(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> StayRef:
    """Say that nobody came; the beds are free.

    Raises:
        StayUnknown, StayStatusRefuses: there is none, or it was not expected.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_stay(centre_id, stay_id)
        statuses.check_way(stay.status, "no_show")
        released = await beds.free(centre_id, stay)
        after = msgspec.structs.replace(
            stay, status="no_show", option_until=None, released_beds=released, status_before=stay.status
        )
        fact = events.StayNoShow(subject_id=stay_id, version=stay.version + 1)
        return await save(centre_id, stay, after, "mark_no_show", fact=fact, actor=actor)


async def undo_no_show(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> StayRef:
    """Take a wrong « no-show » back, with its beds; what was sold is sold again, an option comes back as tentative.

    Raises:
        StayUnknown, StayStatusRefuses: there is none, or somebody came.
        BedTaken: somebody has one of its beds since.
        ClientBlacklisted: the card was locked since.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_stay(centre_id, stay_id)
        statuses.check_way(stay.status, "no_show_undone")
        if stay.client_id is not None:
            await require_not_blacklisted(centre_id, stay.client_id)
        await beds.take(centre_id, stay, stay.released_beds)
        status = "tentative" if stay.status_before == "option" else "confirmed"
        after = msgspec.structs.replace(stay, status=status, released_beds=[], status_before="")
        fact = events.NoShowUndone(subject_id=stay_id, version=stay.version + 1)
        return await save(centre_id, stay, after, "undo_no_show", fact=fact, actor=actor)


async def mark_departed(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> StayRef:
    """Say that the people have left; before the departure, the nights that are left are free. Twice changes nothing.

    Raises:
        StayUnknown, StayStatusRefuses: there is none, or nobody is here.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_stay(centre_id, stay_id)
        if stay.status == "departed":
            return StayRef(stay.id, stay.version)
        statuses.check_way(stay.status, "departed")
        # Who leaves on the day they came was expected for that night: it stays held.
        day = max(await centre_today(centre_id), stay.arrival + timedelta(days=1))
        return await _depart(centre_id, stay, day=day, action="mark_departed", actor=actor)


async def undo_departed(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> StayRef:
    """Take a wrong « departed » back; the nights that it freed are the stay's again, where nobody took them.

    Raises:
        StayUnknown, StayStatusRefuses: there is none, or it has not departed.
        BedTaken: somebody has one of its beds since.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_stay(centre_id, stay_id)
        statuses.check_way(stay.status, "departure_undone")
        return await _undo_departed(centre_id, stay, action="undo_departed", actor=actor)


async def depart_early(
    centre_id: UUID, stay_id: UUID, room_id: UUID, day: date, *, whole_group: bool = False, actor: Actor
) -> StayRef:
    """Free one room of a group from `day` on; with `whole_group` every room, and the stay has departed.

    Neither the stay's dates nor anything owed moves: a bill changes by a commercial act only.

    Raises:
        StayUnknown, StayStatusRefuses: there is none, or it is not sold.
        EarlyDepartureInvalid: the day is not strictly inside the stay.
        RoomNotHeld: the stay does not have this room then.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_stay(centre_id, stay_id)
        statuses.check_way(stay.status, "early_departure")
        if not stay.arrival < day < stay.departure:
            raise EarlyDepartureInvalid(errors=(FieldError("/day", "outside_stay", "a day inside the stay"),))
        held = {hold.room_id for hold in await beds.holds_of(centre_id, stay_id) if hold.departure > day}
        if room_id not in held:
            raise RoomNotHeld()
        if whole_group:
            return await _depart(centre_id, stay, day=day, action="depart_early", actor=actor)
        await _free_rooms(centre_id, stay, [room_id], day=day, whole_group=False)
        fact = events.RoomLeftEarly(subject_id=stay_id, version=stay.version + 1, room_id=room_id, day=day)
        action = f"depart_early: room {room_id} from {day}"
        return await save(centre_id, stay, stay, action, fact=fact, actor=actor)


async def undo_early_departure(centre_id: UUID, stay_id: UUID, room_id: UUID, *, actor: Actor) -> StayRef:
    """Take an early departure back within fifteen minutes: the room's, or the whole group's where they left together.

    Raises:
        StayUnknown, NothingToUndo, TooLateToUndo: there is none, or it was too long ago.
        BedTaken: somebody took one of the beds since.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_stay(centre_id, stay_id)
        rows = await fetch(
            """SELECT left_at, whole_group FROM early_departures
               WHERE centre_id = $1 AND stay_id = $2 AND room_id = $3 AND undone_at IS NULL""",
            centre_id,
            stay_id,
            room_id,
        )
        if not rows:
            raise NothingToUndo()
        statuses.check_undo(rows[0]["left_at"], now=now())
        if rows[0]["whole_group"]:
            return await _undo_departed(centre_id, stay, action="undo_early_departure", actor=actor)
        await _take_back(centre_id, stay, rooms=[room_id])
        fact = events.EarlyDepartureUndone(subject_id=stay_id, version=stay.version + 1, room_id=room_id)
        return await save(centre_id, stay, stay, f"undo_early_departure: room {room_id}", fact=fact, actor=actor)


async def _depart(centre_id: UUID, stay: StayRow, *, day: date, action: str, actor: Actor) -> StayRef:
    """End the stay; where `day` is before its departure, free what is held after it."""
    early = day < stay.departure
    if early:
        held = {hold.room_id for hold in await beds.holds_of(centre_id, stay.id) if hold.departure > day}
        await _free_rooms(centre_id, stay, sorted(held), day=day, whole_group=True)
    after = msgspec.structs.replace(stay, status="departed", departed_at=now(), left_on=day if early else None)
    fact: Event = events.StayDeparted(subject_id=stay.id, version=stay.version + 1)
    return await save(centre_id, stay, after, action, fact=fact, actor=actor)


async def _undo_departed(centre_id: UUID, stay: StayRow, *, action: str, actor: Actor) -> StayRef:
    rows = await fetch(
        """SELECT room_id FROM early_departures
           WHERE centre_id = $1 AND stay_id = $2 AND whole_group AND undone_at IS NULL ORDER BY room_id""",
        centre_id,
        stay.id,
    )
    await _take_back(centre_id, stay, rooms=[row["room_id"] for row in rows])
    status = "present" if stay.present_at is not None else "confirmed"
    after = msgspec.structs.replace(stay, status=status, departed_at=None, left_on=None)
    fact = events.DepartureUndone(subject_id=stay.id, version=stay.version + 1)
    return await save(centre_id, stay, after, action, fact=fact, actor=actor)


async def _free_rooms(centre_id: UUID, stay: StayRow, rooms: list[UUID], *, day: date, whole_group: bool) -> None:
    for room_id in rooms:
        # A room leaves once: leaving still earlier than was said takes the place of what was said.
        await execute(
            """UPDATE early_departures SET undone_at = $4
               WHERE centre_id = $1 AND stay_id = $2 AND room_id = $3 AND undone_at IS NULL""",
            centre_id,
            stay.id,
            room_id,
            now(),
        )
        await execute(
            """INSERT INTO early_departures (id, centre_id, stay_id, room_id, day, departure, whole_group, left_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
            new_id(),
            centre_id,
            stay.id,
            room_id,
            day,
            stay.departure,
            whole_group,
            now(),
        )
    await execute(
        "DELETE FROM bed_holds WHERE centre_id = $1 AND stay_id = $2 AND room_id = ANY($3::uuid[]) AND arrival >= $4",
        centre_id,
        stay.id,
        rooms,
        day,
    )
    await execute(
        """UPDATE bed_holds SET departure = $4
           WHERE centre_id = $1 AND stay_id = $2 AND room_id = ANY($3::uuid[]) AND departure > $4""",
        centre_id,
        stay.id,
        rooms,
        day,
    )


async def _take_back(centre_id: UUID, stay: StayRow, *, rooms: list[UUID]) -> None:
    """Give rooms that left early back to their stay, from the day they left to its departure."""
    left = await beds.rooms_left(centre_id, stay.id)
    holds = await beds.holds_of(centre_id, stay.id)
    bed_ids = {hold.bed_id for hold in holds if hold.room_id in rooms and hold.departure == left[hold.room_id]}
    await stock.lock_beds(centre_id, bed_ids)
    known = {bed.id: bed for bed in await stock.stock_beds(centre_id, sorted(bed_ids))}
    for room_id in rooms:
        await stock.take_beds(
            centre_id,
            [bed for bed in known.values() if bed.room_id == room_id],
            arrival=left[room_id],
            departure=stay.departure,
            holder=stock.Holder(stay_id=stay.id),
        )
    await beds.join_nights(centre_id, stay.id, bed_ids)
    await execute(
        """UPDATE early_departures SET undone_at = $4
           WHERE centre_id = $1 AND stay_id = $2 AND room_id = ANY($3::uuid[]) AND undone_at IS NULL""",
        centre_id,
        stay.id,
        rooms,
        now(),
    )
