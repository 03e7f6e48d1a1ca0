"""The stay's row: locked before deciding, saved with its trail and its fact."""

from datetime import date, datetime
from uuid import UUID

import asyncpg
import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.database import execute, fetch_row, violated
from infra.errors import NotFound, StaleVersion
from infra.outbox import Event, record
from tenants.clients.blacklisting import ClientAlerted, ClientBlacklisted
from tenants.person_nights.operations import settle
from tenants.stays.rules import StayRef
from tenants.stays.statuses import SOLD


class StayUnknown(NotFound):
    """The centre has no such stay."""

    code = "stay_unknown"


class StayRow(msgspec.Struct, frozen=True, kw_only=True):
    """How a stay stands: what its gestures decide on and change."""

    id: UUID
    version: int
    status: str
    client_id: UUID | None
    payer_id: UUID | None
    arrival: date
    departure: date
    option_until: date | None
    cancellation_reason: str | None
    cancelled_at: datetime | None
    released_beds: list[UUID]
    status_before: str
    present_at: datetime | None
    departed_at: datetime | None
    left_on: date | None


async def require_stay(centre_id: UUID, stay_id: UUID) -> None:
    """Let only a stay of the centre through.

    Raises:
        StayUnknown: the centre has none of this id.
    """
    if await fetch_row("SELECT FROM stays WHERE centre_id = $1 AND id = $2", centre_id, stay_id) is None:
        raise StayUnknown()


async def lock_stay(centre_id: UUID, stay_id: UUID, *, version: int | None = None) -> StayRow:
    """Fetch a stay and hold its row until the transaction ends.

    Raises:
        StayUnknown: the centre has none of this id.
        StaleVersion: it was saved since `version` was read.
    """
    row = await fetch_row(
        """SELECT id, version, status, client_id, payer_id, arrival, departure, option_until, cancellation_reason,
                  cancelled_at, released_beds, status_before, present_at, departed_at, left_on
           FROM stays WHERE centre_id = $1 AND id = $2 FOR UPDATE""",
        centre_id,
        stay_id,
    )
    if row is None:
        raise StayUnknown()
    stay = StayRow(**row)
    if version is not None and version != stay.version:
        raise StaleVersion(f"the stay is at version {stay.version}", version=stay.version)
    return stay


async def save(centre_id: UUID, before: StayRow, after: StayRow, action: str, *, fact: Event, actor: Actor) -> StayRef:
    """Write what changed of a locked stay, one version up, with its person-nights, the audit entry and the fact.

    Raises:
        ClientBlacklisted: the database refused to take up a stay for a blacklisted card.
    """
    try:
        await execute(
            """UPDATE stays SET version = $3, status = $4, option_until = $5, cancellation_reason = $6,
                   cancelled_at = $7, released_beds = $8, status_before = $9, present_at = $10, departed_at = $11,
                   left_on = $12, waiting_since = CASE WHEN $4 = 'tentative' THEN waiting_since END
               WHERE centre_id = $1 AND id = $2""",
            centre_id,
            before.id,
            before.version + 1,
            after.status,
            after.option_until,
            after.cancellation_reason,
            after.cancelled_at,
            after.released_beds,
            after.status_before,
            after.present_at,
            after.departed_at,
            after.left_on,
        )
    except asyncpg.CheckViolationError as error:
        raise refused_by_database(error) from error
    if {before.status, after.status} & SOLD:
        await settle(centre_id, [before.id])
    old, new = difference(before, after)
    await audit("stay", before.id, action, actor=actor, before=old, after=new)
    await record(fact, actor=actor)
    return StayRef(before.id, before.version + 1)


def refused_by_database(error: asyncpg.CheckViolationError) -> Exception:
    """Say a check of the database in the desk's words; what has none stays what it is."""
    refusals = {"stays_client_not_blacklisted": ClientBlacklisted, "stays_client_not_alerted": ClientAlerted}
    refusal = refusals.get(violated(error) or "")
    return refusal() if refusal is not None else error


def difference(before: msgspec.Struct, after: msgspec.Struct) -> tuple[dict[str, object], dict[str, object]]:
    """Return the fields that differ, as they were and as they are: what an audit entry holds."""
    changed = [name for name in before.__struct_fields__ if getattr(before, name) != getattr(after, name)]
    return {name: getattr(before, name) for name in changed}, {name: getattr(after, name) for name in changed}
