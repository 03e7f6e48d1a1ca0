"""What a dossier does when something beside it moves: its stay, its thread."""

from uuid import UUID

from billing.dossiers import queries
from billing.dossiers.lines import repriced
from billing.dossiers.operations import save_line
from billing.dossiers.progress import lock, settle
from infra.actor import Actor
from infra.audit import audit
from infra.database import fetch_value, tenant_transaction


async def follow_stay(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> None:
    """Bring a dossier's lines into line with its stay's dates and head-count; quantities set by hand are kept.

    A dossier marked as treated is left as it is. A version already sent keeps what it offered.
    """
    async with tenant_transaction(centre_id):
        dossier_id = await fetch_value(
            "SELECT id FROM dossiers WHERE centre_id = $1 AND stay_id = $2", centre_id, stay_id
        )
        if dossier_id is None or (await lock(centre_id, dossier_id)).treated:
            return
        stay = await queries.stay_facts(centre_id, stay_id)
        moved = False
        for before in await queries.lines(centre_id, dossier_id):
            after = repriced(before, stay)
            if after != before:
                moved = True
                await save_line(centre_id, after)
                await audit("dossier", dossier_id, "reprice_line", actor=actor, before=before, after=after)
        if moved:
            await settle(centre_id, dossier_id, actor=actor, started=True)


async def note_progress(centre_id: UUID, enquiry_id: UUID, *, actor: Actor) -> None:
    """Take the dossier of an enquiry out of « Nouveaux dossiers », because somebody wrote in its thread."""
    async with tenant_transaction(centre_id):
        dossier_id = await fetch_value(
            "SELECT id FROM dossiers WHERE centre_id = $1 AND enquiry_id = $2 AND NOT started", centre_id, enquiry_id
        )
        if dossier_id is not None:
            await settle(centre_id, dossier_id, actor=actor, started=True)
