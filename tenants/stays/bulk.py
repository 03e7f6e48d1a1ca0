"""Stays by the hundred: what imports bring, in one transaction, with an audit entry each and one fact."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import asyncpg
import msgspec

from infra.actor import Actor
from infra.audit import audit_many
from infra.clock import now
from infra.database import execute, execute_many, fetch, tenant_transaction, violated
from infra.ids import new_id
from infra.outbox import Event, record
from tenants.clients.bulk import become_clients
from tenants.person_nights.operations import settle
from tenants.rooms import stock
from tenants.rooms.allotment import GivenBed, Taken
from tenants.rooms.stock import BedTaken
from tenants.stays.rules import StayFields
from tenants.stays.statuses import SOLD


class StaysImported(Event, frozen=True, kw_only=True, tag="stays.imported"):
    """A batch of stays came in; the subject is the batch."""

    stays: int


class StaysTakenBack(Event, frozen=True, kw_only=True, tag="stays.import_undone"):
    """Imported stays were taken back; the subject is the batch."""

    stays: int


class BulkStay(msgspec.Struct, frozen=True, kw_only=True):
    """A stay about to be written as it was elsewhere. Its fields are checked already."""

    id: UUID
    fields: StayFields
    status: str
    cancellation_reason: str | None
    cancelled_at: datetime | None
    source: str
    foreign_id: str
    beds: tuple[GivenBed, ...]


async def add_stays(centre_id: UUID, stays: Sequence[BulkStay], *, actor: Actor) -> None:
    """Write many stays with the beds they have: all of them or none.

    Raises:
        RightMissing: the actor lacks `import.run`.
        BedTaken: the desk sold one of the beds meanwhile; import again, and other beds are found.
    """
    actor.require("import.run")
    async with tenant_transaction(centre_id):
        await stock.lock_beds(centre_id, [bed.bed_id for stay in stays for bed in stay.beds])
        await execute_many(
            """INSERT INTO stays (id, centre_id, client_id, status, arrival, departure, booked_day, booking_category,
                   booking_type, purpose_category, purpose, purpose_detail, children, teenagers, young, adults, seniors,
                   region, services, notes, arrival_time, cancellation_reason, cancelled_at, released_beds,
                   status_before, source, foreign_id, version, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '', '', $10, $11, $12, $13, $14, '', $15, $16, '', $17, $18,
                   '{}', '', $19, $20, 1, $21)""",
            [_row(centre_id, stay) for stay in stays],
        )
        await execute_many(
            """INSERT INTO stay_countries (id, centre_id, stay_id, kind, country, people)
               VALUES ($1, $2, $3, 'nationality', $4, $5)""",
            [
                (new_id(), centre_id, stay.id, entry.country, entry.people)
                for stay in stays
                for entry in stay.fields.nationalities
            ],
        )
        sold = [stay.fields.client_id for stay in stays if stay.status in SOLD]
        await become_clients(centre_id, filter(None, sold))
        await _hold(centre_id, stays)
        await settle(centre_id, [stay.id for stay in stays])
        told: dict[UUID, dict[str, object]] = {
            stay.id: {"source": stay.source, "id": stay.foreign_id, "status": stay.status} for stay in stays
        }
        await audit_many("stay", told, "import", actor=actor)
        await record(StaysImported(subject_id=new_id(), stays=len(stays)), actor=actor)


async def take_back_stays(centre_id: UUID, stay_ids: Sequence[UUID], *, actor: Actor) -> None:
    """Cancel imported stays, free their beds and their source's ids; in the transaction that holds their rows."""
    if not stay_ids:
        return
    ids = list(stay_ids)
    await execute(
        """UPDATE stays SET status = 'cancelled', cancellation_reason = coalesce(cancellation_reason, 'other'),
               cancelled_at = coalesce(cancelled_at, $3), option_until = NULL, foreign_id = NULL, version = version + 1
           WHERE centre_id = $1 AND id = ANY ($2)""",
        centre_id,
        ids,
        now(),
    )
    await execute("DELETE FROM bed_holds WHERE centre_id = $1 AND stay_id = ANY ($2)", centre_id, ids)
    await settle(centre_id, ids)
    gone: dict[UUID, dict[str, object]] = {stay_id: {"import": "undone"} for stay_id in ids}
    await audit_many("stay", gone, "undo_import", actor=actor)
    await record(StaysTakenBack(subject_id=new_id(), stays=len(ids)), actor=actor)


async def imported(centre_id: UUID, source: str) -> set[str]:
    """Return the source's ids of the stays that came in already."""
    rows = await fetch(
        "SELECT foreign_id FROM stays WHERE centre_id = $1 AND source = $2 AND foreign_id IS NOT NULL",
        centre_id,
        source,
    )
    return {row["foreign_id"] for row in rows}


async def taken_beds(centre_id: UUID, first_day: date, last_day: date) -> list[Taken]:
    """Return what is held in these days, by stays and withdrawals alike."""
    rows = await fetch(
        "SELECT bed_id, arrival, departure FROM bed_holds WHERE centre_id = $1 AND departure > $2 AND arrival <= $3",
        centre_id,
        first_day,
        last_day,
    )
    return [Taken(row["bed_id"], row["arrival"], row["departure"]) for row in rows]


async def _hold(centre_id: UUID, stays: Sequence[BulkStay]) -> None:
    holds = [(stay, bed) for stay in stays for bed in stay.beds]
    if not holds:
        return
    try:
        await execute(
            """INSERT INTO bed_holds (id, centre_id, bed_id, room_id, stay_id, arrival, departure)
               SELECT id, $1, bed_id, room_id, stay_id, arrival, departure
               FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::date[], $7::date[])
                   AS hold (id, bed_id, room_id, stay_id, arrival, departure)""",
            centre_id,
            [new_id() for _ in holds],
            [bed.bed_id for _, bed in holds],
            [bed.room_id for _, bed in holds],
            [stay.id for stay, _ in holds],
            [stay.fields.arrival for stay, _ in holds],
            [stay.fields.departure for stay, _ in holds],
        )
    except asyncpg.ExclusionViolationError as error:
        if violated(error) != "bed_holds_no_overlap":
            raise
        raise BedTaken("a bed was sold while the import ran: run it again, it goes on where it stopped") from error


def _row(centre_id: UUID, stay: BulkStay) -> tuple[object, ...]:
    fields, counts = stay.fields, stay.fields.counts
    return (
        stay.id,
        centre_id,
        fields.client_id,
        stay.status,
        fields.arrival,
        fields.departure,
        fields.booked_day,
        fields.booking_category,
        fields.booking_type,
        counts.children,
        counts.teenagers,
        counts.young,
        counts.adults,
        counts.seniors,
        list(fields.services),
        fields.notes,
        stay.cancellation_reason,
        stay.cancelled_at,
        stay.source,
        stay.foreign_id,
        now(),
    )
