"""Stays of minors (accueils collectifs de mineurs): the organiser's declaration, asked for in time."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from infra.actor import Actor, job
from infra.database import fetch, fetch_value, tenant_transaction
from tenants.tasks.operations import raise_task, settle_tasks
from tenants.tasks.rules import Kind

TYPES: Final = ("acm",)
"""The booking types and purposes that are accueils collectifs de mineurs."""

REMINDERS: Final = ((Kind.ACM_EIGHT_DAYS, 8), (Kind.ACM_TWO_MONTHS, 61))
"""How many days before the arrival a declaration that is not there is asked for; the nearest first."""


async def remind_of_declarations(centre_id: UUID, today: date) -> int:
    """Have the desk ask for each declaration that is missing, two months and eight days before; return how many tasks.

    May run twice: a reminder is raised once for each arrival day.
    """
    raised = 0
    async with tenant_transaction(centre_id):
        rows = await fetch(
            """SELECT id, arrival FROM stays
               WHERE centre_id = $1 AND arrival >= $2 AND arrival <= $3 AND status IN ('option', 'confirmed')
                 AND (booking_type = ANY($4::text[]) OR purpose = ANY($4::text[]) OR purpose_category = ANY($4::text[]))
                 AND coalesce(acm_number, '') = ''
               ORDER BY arrival, id""",
            centre_id,
            today,
            today + timedelta(days=REMINDERS[-1][1]),
            list(TYPES),
        )
        for row in rows:
            kind = next(kind for kind, days in REMINDERS if row["arrival"] <= today + timedelta(days=days))
            facts = {"arrival": row["arrival"].isoformat()}
            cause = f"{kind}:{row['arrival']}"
            made = await raise_task(centre_id, kind, row["id"], cause=cause, facts=facts, actor=job("acm"))
            raised += made is not None
    return raised


async def look_at_declaration(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> None:
    """End the reminders of a stay whose declaration has come."""
    async with tenant_transaction(centre_id):
        number = await fetch_value("SELECT acm_number FROM stays WHERE centre_id = $1 AND id = $2", centre_id, stay_id)
        if number:
            for kind, _days in REMINDERS:
                await settle_tasks(centre_id, kind, stay_id, actor=actor)
