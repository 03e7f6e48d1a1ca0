"""A survey whose text did not go or arrive: mailed where the card has an address, else it waits for the desk."""

from typing import Final
from uuid import UUID

from infra.actor import Actor
from infra.database import fetch_row, fetch_value, tenant_transaction
from tenants.arrivals.survey import mail_instead_of_text
from tenants.tasks.operations import raise_task, settle_tasks
from tenants.tasks.rules import Kind

_WANTED: Final = ("consent_withdrawn",)
"""Ends that somebody wanted: there is nothing to mend."""


async def follow_failed_text(centre_id: UUID, text_id: UUID, *, actor: Actor) -> None:
    """Mail instead of a text that failed, or have staff look. May run twice, and late."""
    if await mail_instead_of_text(centre_id, text_id, actor=actor):
        return
    async with tenant_transaction(centre_id, read_only=True):
        stay_id: UUID | None = await fetch_value(
            "SELECT subject_id FROM text_messages WHERE centre_id = $1 AND id = $2 AND subject_kind = 'stay'",
            centre_id,
            text_id,
        )
    if stay_id is not None:
        await look_at_text(centre_id, stay_id, actor=actor)


async def look_at_text(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> None:
    """Bring the list into line with the last text about a stay: it waits while it failed, and nothing else came of it.

    What came of it: the survey was answered or went to an address, the text arrived after all, nobody is to come any more.
    """
    async with tenant_transaction(centre_id):
        row = await fetch_row(
            """SELECT text.id, text.reason, stay.arrival,
                   text.state = 'failed' AND stay.status = 'confirmed' AND survey.answered_at IS NULL
                       AND survey.mailed_to IS NOT DISTINCT FROM text.recipient AS waits
               FROM text_messages AS text JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = text.subject_id
               LEFT JOIN arrival_surveys AS survey ON survey.centre_id = $1 AND survey.stay_id = stay.id
               WHERE text.centre_id = $1 AND text.subject_kind = 'stay' AND text.subject_id = $2
               ORDER BY text.created_at DESC, text.id DESC LIMIT 1""",
            centre_id,
            stay_id,
        )
        if row is None or not row["waits"] or row["reason"] in _WANTED:
            await settle_tasks(centre_id, Kind.TEXT_FAILED, stay_id, actor=actor)
            return
        facts = {"arrival": row["arrival"].isoformat(), "reason": row["reason"].partition(" ")[0]}
        await raise_task(centre_id, Kind.TEXT_FAILED, stay_id, cause=f"text:{row['id']}", facts=facts, actor=actor)
