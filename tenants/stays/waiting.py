"""The waiting list: stays that want room where there is none, told when the stock frees, made options with one key."""

from datetime import date, timedelta
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch, tenant_transaction
from infra.errors import Conflict
from infra.outbox import record
from tenants.centres.queries import centre
from tenants.clients.blacklisting import require_not_blacklisted
from tenants.clients.queries import centre_today
from tenants.rooms.queries import free_rooms
from tenants.rooms.rules import propose
from tenants.stays import beds, events, statuses
from tenants.stays.rows import StayRow, lock_stay, save
from tenants.stays.rules import StayRef
from tenants.tasks.operations import raise_task, settle_tasks
from tenants.tasks.rules import Kind


class NotWaiting(Conflict):
    """This stay is not on the waiting list."""

    code = "not_waiting"


class HasRoom(Conflict):
    """This stay has beds already: it waits for nothing."""

    code = "has_room"


class StillFull(Conflict):
    """There is still not room enough for everybody."""

    code = "still_full"


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A stay on the waiting list."""

    stay_id: UUID
    arrival: date
    departure: date
    people: int


async def join_waiting_list(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> StayRef:
    """Put a tentative stay without beds on the waiting list; twice changes nothing.

    Raises:
        StayUnknown, StayStatusRefuses: there is none, or it is held or sold.
        HasRoom: it has beds.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_stay(centre_id, stay_id)
        statuses.check_way(stay.status, "waiting")
        if await beds.holds_of(centre_id, stay_id):
            raise HasRoom()
        return await _set(centre_id, stay, waiting=True, actor=actor)


async def leave_waiting_list(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> StayRef:
    """Take a stay off the waiting list; one that is not there stays as it is.

    Raises:
        StayUnknown: there is none.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_stay(centre_id, stay_id)
        await settle_tasks(centre_id, Kind.ROOM_FREED, stay_id, actor=actor)
        return await _set(centre_id, stay, waiting=False, actor=actor)


async def take_from_waiting_list(centre_id: UUID, stay_id: UUID, *, until: date | None = None, actor: Actor) -> StayRef:
    """Make a waiting stay an option on free beds for all its people: until the day given, or the centre's usual time.

    Raises:
        StayUnknown, NotWaiting: there is none, or it does not wait.
        StillFull: there are not beds enough; nothing is held.
        BedTaken: somebody was faster; nothing is held.
        OptionDayInvalid, ClientBlacklisted: it cannot be held.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_stay(centre_id, stay_id)
        found = [one for one in await waiting(centre_id) if one.stay_id == stay_id]
        if not found:
            raise NotWaiting()
        if stay.client_id is not None:
            await require_not_blacklisted(centre_id, stay.client_id)
        chosen = propose(await free_rooms(centre_id, stay.arrival, stay.departure), found[0].people)
        if len(chosen) < max(1, found[0].people):
            raise StillFull(f"{len(chosen)} beds for {found[0].people} people", beds=len(chosen))
        today = await centre_today(centre_id)
        last = until or min(today + timedelta(days=(await centre(centre_id)).option_days), stay.arrival)
        statuses.check_option(last, arrival=stay.arrival, today=today)
        await beds.take(centre_id, stay, chosen)
        await settle_tasks(centre_id, Kind.ROOM_FREED, stay_id, actor=actor)
        after = msgspec.structs.replace(stay, status="option", option_until=last)
        fact = events.OptionSet(subject_id=stay_id, version=stay.version + 1, until=last)
        return await save(centre_id, stay, after, "take_from_waiting_list", fact=fact, actor=actor)


async def waiting(centre_id: UUID) -> list[Waiting]:
    """Return who waits, the first to have asked first; inside the caller's transaction."""
    rows = await fetch(
        """SELECT id, arrival, departure, coalesce(pax, expected_pax, 1) AS people FROM stays
           WHERE centre_id = $1 AND waiting_since IS NOT NULL ORDER BY waiting_since, id""",
        centre_id,
    )
    return [
        Waiting(stay_id=row["id"], arrival=row["arrival"], departure=row["departure"], people=row["people"])
        for row in rows
    ]


async def look_at_waiting_list(centre_id: UUID, *, cause: str, actor: Actor) -> int:
    """Tell the desk of each waiting stay that now has room, and take off the list what waits for nothing; return how many.

    The beds are not kept: who asked first is told first, and whoever takes them has them.
    """
    told = 0
    async with tenant_transaction(centre_id):
        today = await centre_today(centre_id)
        for one in await waiting(centre_id):
            if one.arrival < today or await beds.holds_of(centre_id, one.stay_id):
                stay = await lock_stay(centre_id, one.stay_id)
                await settle_tasks(centre_id, Kind.ROOM_FREED, one.stay_id, actor=actor)
                await _set(centre_id, stay, waiting=False, actor=actor)
            elif len(propose(await free_rooms(centre_id, one.arrival, one.departure), one.people)) >= one.people:
                facts = {"arrival": one.arrival.isoformat(), "people": str(one.people)}
                made = await raise_task(centre_id, Kind.ROOM_FREED, one.stay_id, cause=cause, facts=facts, actor=actor)
                told += made is not None
            else:
                await settle_tasks(centre_id, Kind.ROOM_FREED, one.stay_id, actor=actor)
    return told


async def _set(centre_id: UUID, stay: StayRow, *, waiting: bool, actor: Actor) -> StayRef:
    changed = await execute(
        """UPDATE stays SET waiting_since = CASE WHEN $4 THEN $5::timestamptz END, version = $3
           WHERE centre_id = $1 AND id = $2 AND (waiting_since IS NOT NULL) <> $4""",
        centre_id,
        stay.id,
        stay.version + 1,
        waiting,
        now(),
    )
    if not changed:
        return StayRef(stay.id, stay.version)
    action = "join_waiting_list" if waiting else "leave_waiting_list"
    await audit("stay", stay.id, action, actor=actor)
    await record(events.StayChanged(subject_id=stay.id, version=stay.version + 1), actor=actor)
    return StayRef(stay.id, stay.version + 1)
