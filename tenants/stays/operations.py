"""Every change to a stay before its people come: written, edited, given beds.

How it is held, sold and cancelled is in `commitments`, what happens once its people are here in `presence`.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import asyncpg

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, execute_many, tenant_transaction
from infra.ids import new_id
from infra.outbox import record
from tenants.clients.blacklisting import require_not_blacklisted
from tenants.clients.operations import become_client
from tenants.clients.queries import ClientUnknown, centre_today
from tenants.person_nights.operations import settle
from tenants.rooms.queries import free_rooms
from tenants.rooms.rules import propose
from tenants.stays import beds, codes, events, fiche, queries, rules, statuses
from tenants.stays.allotments import require_not_allotted
from tenants.stays.commitments import cancel_stay as cancel_stay
from tenants.stays.commitments import confirm_stay as confirm_stay
from tenants.stays.commitments import end_options as end_options
from tenants.stays.commitments import set_option as set_option
from tenants.stays.commitments import undo_cancellation as undo_cancellation
from tenants.stays.overbooking import require_beds
from tenants.stays.rows import StayRow, difference, lock_stay, refused_by_database
from tenants.stays.rules import NewStayFields, StayFields, StayRef


async def create_stay(centre_id: UUID, new: NewStayFields, *, actor: Actor) -> StayRef:
    """Write a stay down, with its beds held at once where `bed_ids` names some: all of it or nothing.

    Raises:
        StayDatesInvalid, StayFieldsInvalid, OptionDayInvalid, CodeUnknown: a field cannot be.
        OutOfServiceUnconfirmed: nobody in every band and no client.
        StayStatusRefuses: a stay begins tentative, option or confirmed.
        ClientUnknown, ClientBlacklisted: whose it would be.
        BedUnknown, BedTaken, RoomSoldWhole: the beds cannot be had.
    """
    rules.check_fields(new)
    if new.status not in statuses.OPEN:
        raise statuses.StayStatusRefuses(f"a stay does not begin {new.status}", status=new.status, gesture="create")
    stay_id = new_id()
    async with tenant_transaction(centre_id):
        await codes.check_codes(new)
        if new.status == "option":
            statuses.check_option(new.option_until, arrival=new.arrival, today=await centre_today(centre_id))
        await _require_clients(centre_id, new)
        try:
            await execute(
                f"""INSERT INTO stays (id, centre_id, status, option_until, released_beds, status_before, source, foreign_id,
                        version, created_at, {", ".join(fiche.COLUMNS)})
                    VALUES ($1, $2, $3, $4, '{{}}', '', $5, $6, 1, $7, {fiche.holes(8)})""",
                stay_id,
                centre_id,
                new.status,
                new.option_until if new.status == "option" else None,
                new.source,
                new.foreign_id,
                now(),
                *fiche.values_of(new),
            )
        except asyncpg.ForeignKeyViolationError as error:
            raise ClientUnknown() from error
        except asyncpg.CheckViolationError as error:
            raise refused_by_database(error) from error
        await _write_countries(centre_id, stay_id, new)
        if new.bed_ids:
            await beds.take(centre_id, _new_row(stay_id, new), new.bed_ids)
            await require_not_allotted(centre_id, stay_id, new.arrival, new.departure)
        if new.status == "confirmed":
            await require_beds(centre_id, stay_id, overbook=new.overbook, actor=actor)
        if new.status in statuses.SOLD:
            await settle(centre_id, [stay_id])
        if new.status == "confirmed" and new.client_id is not None:
            await become_client(centre_id, new.client_id, actor=actor)
        await audit("stay", stay_id, "create", actor=actor, after=new)
        await record(events.StayCreated(subject_id=stay_id, version=1), actor=actor)
    return StayRef(stay_id, 1)


async def change_stay(
    centre_id: UUID, stay_id: UUID, fields: StayFields, *, version: int | None, actor: Actor
) -> StayRef:
    """Save the fiche whole; other dates carry the stay's beds with them, or are refused.

    Raises:
        StayUnknown, StaleVersion: there is none, or it was saved since.
        StayStatusRefuses: it is cancelled, or its people are here and the arrival would move.
        And what `create_stay` refuses in the fields and the beds.
    """
    rules.check_fields(fields)
    async with tenant_transaction(centre_id):
        stay = await lock_stay(centre_id, stay_id, version=version)
        statuses.check_way(stay.status, "edit")
        await codes.check_codes(fields)
        if stay.status not in statuses.OPEN:
            _check_dates_stay(stay, fields)
        if (fields.client_id, fields.payer_id) != (stay.client_id, stay.payer_id):
            await _require_clients(centre_id, fields)
        before = await queries.fields_of(centre_id, stay_id)
        if (fields.arrival, fields.departure) != (stay.arrival, stay.departure):
            await beds.move(centre_id, stay, arrival=fields.arrival, departure=fields.departure)
        try:
            await execute(
                f"""UPDATE stays SET ({", ".join(fiche.COLUMNS)}, version, frozen_pax) = ROW({fiche.holes(5)}, $3,
                        CASE WHEN firm_day IS NOT DISTINCT FROM $4 THEN frozen_pax END)
                    WHERE centre_id = $1 AND id = $2""",
                centre_id,
                stay_id,
                stay.version + 1,
                fields.firm_day,
                *fiche.values_of(fields),
            )
        except asyncpg.ForeignKeyViolationError as error:
            raise ClientUnknown() from error
        except asyncpg.CheckViolationError as error:
            raise refused_by_database(error) from error
        if (before.nationalities, before.residences) != (fields.nationalities, fields.residences):
            await execute("DELETE FROM stay_countries WHERE centre_id = $1 AND stay_id = $2", centre_id, stay_id)
            await _write_countries(centre_id, stay_id, fields)
        if stay.status in statuses.SOLD:
            await settle(centre_id, [stay_id])
        old, new = difference(before, fields)
        await audit("stay", stay_id, "change", actor=actor, before=old, after=new)
        await record(events.StayChanged(subject_id=stay_id, version=stay.version + 1), actor=actor)
    return StayRef(stay_id, stay.version + 1)


async def hold_beds(
    centre_id: UUID, stay_id: UUID, bed_ids: Sequence[UUID], *, version: int | None = None, actor: Actor
) -> StayRef:
    """Make `bed_ids` the stay's beds from now on: the whole set, not a difference; all of it or nothing.

    Raises:
        StayUnknown, StaleVersion, StayStatusRefuses: the stay cannot hold beds.
        ClientBlacklisted: its card is locked.
        BedUnknown, BedTaken, RoomSoldWhole: the beds cannot be had; BedTaken says who has one.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_stay(centre_id, stay_id, version=version)
        statuses.check_way(stay.status, "beds")
        if bed_ids and stay.client_id is not None and stay.status != "present":
            await require_not_blacklisted(centre_id, stay.client_id)
        before = [hold.bed_id for hold in await beds.holds_of(centre_id, stay_id)]
        await beds.replace(centre_id, stay, bed_ids, today=await centre_today(centre_id))
        await require_not_allotted(centre_id, stay_id, stay.arrival, stay.departure)
        await execute(
            "UPDATE stays SET version = $3 WHERE centre_id = $1 AND id = $2", centre_id, stay_id, stay.version + 1
        )
        if stay.status in statuses.SOLD:
            await settle(centre_id, [stay_id])
        await audit(
            "stay", stay_id, "hold_beds", actor=actor, before={"bed_ids": before}, after={"bed_ids": sorted(bed_ids)}
        )
        await record(events.StayChanged(subject_id=stay_id, version=stay.version + 1), actor=actor)
    return StayRef(stay_id, stay.version + 1)


async def release_beds(centre_id: UUID, stay_id: UUID, *, version: int | None = None, actor: Actor) -> StayRef:
    """Give back the stay's beds; the stay itself stands as it did.

    Raises:
        StayUnknown, StaleVersion, StayStatusRefuses: as `hold_beds`.
    """
    return await hold_beds(centre_id, stay_id, (), version=version, actor=actor)


async def propose_beds(centre_id: UUID, arrival: date, departure: date, pax: int) -> list[UUID]:
    """Propose free beds for so many people, whole rooms first; fewer beds than people where the house is full.

    A proposal holds nothing: `hold_beds` does.
    """
    async with tenant_transaction(centre_id, read_only=True):
        return propose(await free_rooms(centre_id, arrival, departure), pax)


def _check_dates_stay(stay: StayRow, fields: StayFields) -> None:
    moved = fields.arrival != stay.arrival or (stay.status == "departed" and fields.departure != stay.departure)
    if moved:
        raise statuses.StayStatusRefuses(f"the stay is {stay.status}", status=stay.status, gesture="move")


async def _require_clients(centre_id: UUID, fields: StayFields) -> None:
    for client_id in {fields.client_id, fields.payer_id} - {None}:
        if client_id is not None:
            await require_not_blacklisted(centre_id, client_id)


async def _write_countries(centre_id: UUID, stay_id: UUID, fields: StayFields) -> None:
    rows = [
        (new_id(), centre_id, stay_id, kind, entry.country, entry.people)
        for kind, listed in (("nationality", fields.nationalities), ("residence", fields.residences))
        for entry in listed
    ]
    if rows:
        await execute_many(
            "INSERT INTO stay_countries (id, centre_id, stay_id, kind, country, people) VALUES ($1, $2, $3, $4, $5, $6)",
            rows,
        )


def _new_row(stay_id: UUID, new: NewStayFields) -> StayRow:
    return StayRow(
        id=stay_id,
        version=1,
        status=new.status,
        client_id=new.client_id,
        payer_id=new.payer_id,
        arrival=new.arrival,
        departure=new.departure,
        option_until=new.option_until,
        cancellation_reason=None,
        cancelled_at=None,
        released_beds=[],
        status_before="",
        present_at=None,
        departed_at=None,
        left_on=None,
    )
