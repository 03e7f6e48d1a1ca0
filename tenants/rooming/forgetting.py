"""What people ate and could not eat is health data: a month after the stay the list is destroyed, and its count noted."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from infra.actor import job
from infra.audit import audit
from infra.database import execute, fetch, tenant_transaction
from infra.outbox import record
from tenants.rooming.events import RoomingListsDestroyed

KEPT_DAYS: Final = 30
"""How long after the departure a list is kept: for what was forgotten, and for an illness that shows."""


async def forget_old_lists(centre_id: UUID, today: date) -> int:
    """Destroy the people of lists whose stay is long over, and what its survey said of health; return how many.

    May run twice: the second time finds nothing.
    """
    actor = job("rooming lists")
    async with tenant_transaction(centre_id):
        rows = await fetch(
            """SELECT DISTINCT entry.stay_id FROM rooming_entries AS entry
               JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = entry.stay_id
               WHERE entry.centre_id = $1 AND stay.departure < $2 ORDER BY entry.stay_id""",
            centre_id,
            today - timedelta(days=KEPT_DAYS),
        )
        total = 0
        for row in rows:
            people = await execute(
                "DELETE FROM rooming_entries WHERE centre_id = $1 AND stay_id = $2", centre_id, row["stay_id"]
            )
            await audit("stay", row["stay_id"], "forget_rooming_list", actor=actor, after={"people": people})
            await record(RoomingListsDestroyed(subject_id=row["stay_id"]), actor=actor)
            total += people
        await execute(
            """UPDATE arrival_surveys AS survey SET diets = '{}', allergies = '', access_needs = ''
               FROM stays AS stay WHERE survey.centre_id = $1 AND stay.centre_id = $1 AND stay.id = survey.stay_id
                 AND stay.departure < $2 AND (survey.diets <> '{}' OR survey.allergies <> '' OR survey.access_needs <> '')""",
            centre_id,
            today - timedelta(days=KEPT_DAYS),
        )
    return total
