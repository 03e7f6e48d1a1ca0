"""What a stay commits to: held as an option, sold, cancelled, and the way back."""

from datetime import date
from uuid import UUID

import msgspec

from infra.actor import Actor, job
from infra.clock import now
from infra.database import fetch, tenant_transaction
from tenants.clients.blacklisting import require_not_blacklisted
from tenants.clients.operations import become_client
from tenants.clients.queries import centre_today
from tenants.stays import beds, events, statuses
from tenants.stays.overbooking import require_beds
from tenants.stays.rows import StayRow, lock_stay, save
from tenants.stays.rules import StayRef


async def set_option(centre_id: UUID, stay_id: UUID, until: date, *, actor: Actor) -> StayRef:
    """Hold the stay as an option until the end of a day, the centre's; an option may be given another day.

    Raises:
        StayUnknown, StayStatusRefuses: it is neither tentative nor an option.
        OptionDayInvalid: the day is past, or after the arrival.
        ClientBlacklisted: its card is locked.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_stay(centre_id, stay_id)
        statuses.check_way(stay.status, "option")
        statuses.check_option(until, arrival=stay.arrival, today=await centre_today(centre_id))
        await _require_stay_clients(centre_id, stay)
        after = msgspec.structs.replace(stay, status="option", option_until=until)
        fact = events.OptionSet(subject_id=stay_id, version=stay.version + 1, until=until)
        return await save(centre_id, stay, after, "set_option", fact=fact, actor=actor)


async def end_options(centre_id: UUID, today: date) -> int:
    """End the options whose last day has passed: their beds are free, their stays tentative; return how many.

    May run twice, and beside the desk: an option that somebody is changing is left for the next time.
    """
    actor = job("options")
    async with tenant_transaction(centre_id):
        rows = await fetch(
            """SELECT id FROM stays WHERE centre_id = $1 AND status = 'option' AND option_until < $2
               ORDER BY id FOR UPDATE SKIP LOCKED""",
            centre_id,
            today,
        )
        for row in rows:
            stay = await lock_stay(centre_id, row["id"])
            released = await beds.free(centre_id, stay)
            after = msgspec.structs.replace(stay, status="tentative", option_until=None, released_beds=released)
            fact = events.OptionEnded(subject_id=stay.id, version=stay.version + 1)
            await save(centre_id, stay, after, "end_option", fact=fact, actor=actor)
    return len(rows)


async def confirm_stay(centre_id: UUID, stay_id: UUID, *, reason: str, overbook: bool = False, actor: Actor) -> StayRef:
    """Sell the stay; a prospect becomes a client. Confirming what is sold already changes nothing.

    Args:
        centre_id: whose stay it is.
        stay_id: the stay.
        reason: a sentence for the trail (« deposit paid »).
        overbook: whether people may be more than the beds held, by the right `stay.overbook`.
        actor: who, or which job.

    Raises:
        StayUnknown, StayStatusRefuses: it is cancelled, or nobody came.
        ClientBlacklisted: its card is locked.
        TooFewBeds, RightMissing: its people are more than its beds.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_stay(centre_id, stay_id)
        if stay.status in statuses.SOLD:
            return StayRef(stay.id, stay.version)
        statuses.check_way(stay.status, "confirmed")
        await _require_stay_clients(centre_id, stay)
        await require_beds(centre_id, stay_id, overbook=overbook, actor=actor)
        after = msgspec.structs.replace(stay, status="confirmed", option_until=None, released_beds=[])
        fact = events.StayConfirmed(subject_id=stay_id, version=stay.version + 1)
        if stay.client_id is not None:
            await become_client(centre_id, stay.client_id, actor=actor)
        return await save(centre_id, stay, after, f"confirm: {reason}" if reason else "confirm", fact=fact, actor=actor)


async def cancel_stay(centre_id: UUID, stay_id: UUID, *, reason: str, actor: Actor) -> StayRef:
    """Cancel the stay and free its beds; for fifteen minutes `undo_cancellation` brings both back.

    Raises:
        StayUnknown, StayStatusRefuses: there is none, or its people are here or gone.
        CancellationReasonUnknown: the reason is not of `statuses.CANCELLATION_REASONS`.
    """
    statuses.check_cancellation(reason)
    async with tenant_transaction(centre_id):
        stay = await lock_stay(centre_id, stay_id)
        if stay.status == "cancelled":
            return StayRef(stay.id, stay.version)
        statuses.check_way(stay.status, "cancelled")
        after = msgspec.structs.replace(
            stay,
            status="cancelled",
            option_until=None,
            cancellation_reason=reason,
            cancelled_at=now(),
            released_beds=await beds.free(centre_id, stay),
            status_before=stay.status,
        )
        fact = events.StayCancelled(subject_id=stay_id, version=stay.version + 1)
        return await save(centre_id, stay, after, "cancel", fact=fact, actor=actor)


async def undo_cancellation(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> StayRef:
    """Take a cancellation back within fifteen minutes, with the beds it freed; an option comes back as tentative.

    Raises:
        StayUnknown, StayStatusRefuses, TooLateToUndo: it is not cancelled, or was too long ago.
        BedTaken: somebody took a bed since.
        ClientBlacklisted: the card was locked since.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_stay(centre_id, stay_id)
        statuses.check_way(stay.status, "cancellation_undone")
        statuses.check_undo(stay.cancelled_at or now(), now=now())
        await _require_stay_clients(centre_id, stay)
        await beds.take(centre_id, stay, stay.released_beds)
        after = msgspec.structs.replace(
            stay,
            status="confirmed" if stay.status_before == "confirmed" else "tentative",
            cancellation_reason=None,
            cancelled_at=None,
            released_beds=[],
            status_before="",
        )
        fact = events.CancellationUndone(subject_id=stay_id, version=stay.version + 1)
        return await save(centre_id, stay, after, "undo_cancellation", fact=fact, actor=actor)


async def _require_stay_clients(centre_id: UUID, stay: StayRow) -> None:
    for client_id in {stay.client_id, stay.payer_id} - {None}:
        if client_id is not None:
            await require_not_blacklisted(centre_id, client_id)
