"""Counts that become firm: on the day that was agreed the people are counted, and a bill of presence reads that count."""

from datetime import date
from uuid import UUID

from infra.actor import job
from infra.audit import audit
from infra.database import execute, fetch, tenant_transaction
from infra.outbox import record
from tenants.person_nights.operations import settle
from tenants.stays import events
from tenants.stays.rows import lock_stay
from tenants.stays.statuses import SOLD


async def freeze_counts(centre_id: UUID, today: date) -> int:
    """Count the people of each stay whose counts are firm as of yesterday or before; return how many.

    May run twice, and beside the desk: what is counted stays, and a stay without any count is left until it has one.
    """
    actor = job("counts")
    async with tenant_transaction(centre_id):
        rows = await fetch(
            """SELECT id, coalesce(pax, expected_pax) AS people FROM stays
               WHERE centre_id = $1 AND firm_day < $2 AND frozen_pax IS NULL AND coalesce(pax, expected_pax) IS NOT NULL
                 AND status IN ('option', 'confirmed', 'present', 'departed')
               ORDER BY id FOR UPDATE SKIP LOCKED""",
            centre_id,
            today,
        )
        for row in rows:
            stay = await lock_stay(centre_id, row["id"])
            await execute(
                "UPDATE stays SET frozen_pax = $3, version = $4 WHERE centre_id = $1 AND id = $2",
                centre_id,
                stay.id,
                row["people"],
                stay.version + 1,
            )
            if stay.status in SOLD:
                await settle(centre_id, [stay.id])
            after: dict[str, object] = {"frozen_pax": row["people"]}
            await audit("stay", stay.id, "freeze_counts", actor=actor, after=after)
            await record(events.CountsFixed(subject_id=stay.id, version=stay.version + 1), actor=actor)
    return len(rows)
