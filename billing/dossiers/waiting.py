"""What of a dossier waits for a person, and until when."""

from uuid import UUID

from billing.dossiers.queries import dossiers_of_stays
from infra.actor import Actor
from infra.database import Row, fetch_row, tenant_transaction
from tenants.stays.statuses import SOLD
from tenants.tasks.operations import raise_task, settle_tasks
from tenants.tasks.rules import Kind


async def wait_after_option(centre_id: UUID, stay_id: UUID, *, cause: str, actor: Actor) -> None:
    """Have staff look at the dossier whose stay's option ended, unless that is settled already."""
    async with tenant_transaction(centre_id):
        owner = (await dossiers_of_stays(centre_id, [stay_id])).get(stay_id)
        if owner is not None and _is_without_option(await _now(centre_id, owner.id)):
            facts = {"number": owner.number}
            await raise_task(centre_id, Kind.OPTION_ENDED, owner.id, cause=cause, facts=facts, actor=actor)


async def wait_after_payment(centre_id: UUID, dossier_id: UUID, *, cause: str, actor: Actor) -> None:
    """Have staff look at the dossier whose deposit came too late to confirm its stay, unless that is settled already."""
    async with tenant_transaction(centre_id):
        row = await _now(centre_id, dossier_id)
        if row is not None and _is_paid_for_nothing(row):
            facts = {"number": row["number"], "stay": row["status"]}
            kind = Kind.STAY_LEFT_UNCONFIRMED
            await raise_task(centre_id, kind, dossier_id, cause=cause, facts=facts, actor=actor)


async def look_again(centre_id: UUID, dossier_id: UUID, *, actor: Actor) -> None:
    """End the tasks about a dossier whose cause is gone: the stay is held, sold, cancelled or on again, the money went back."""
    async with tenant_transaction(centre_id):
        row = await _now(centre_id, dossier_id)
        if not _is_without_option(row):
            await settle_tasks(centre_id, Kind.OPTION_ENDED, dossier_id, actor=actor)
        if row is None or not _is_paid_for_nothing(row):
            await settle_tasks(centre_id, Kind.STAY_LEFT_UNCONFIRMED, dossier_id, actor=actor)
        if row is None or row["status"] != "cancelled":
            await settle_tasks(centre_id, Kind.CANCELLATION_FEE, dossier_id, actor=actor)


async def look_again_at_stay(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> None:
    """`look_again` at the dossier that owns a stay, if one does."""
    async with tenant_transaction(centre_id):
        owner = (await dossiers_of_stays(centre_id, [stay_id])).get(stay_id)
        if owner is not None:
            await look_again(centre_id, owner.id, actor=actor)


async def _now(centre_id: UUID, dossier_id: UUID) -> Row | None:
    return await fetch_row(
        """SELECT d.number, d.archived, d.paid_minor, s.status FROM dossiers d
           JOIN stays s ON s.centre_id = d.centre_id AND s.id = d.stay_id WHERE d.centre_id = $1 AND d.id = $2""",
        centre_id,
        dossier_id,
    )


def _is_without_option(row: Row | None) -> bool:
    return row is not None and not row["archived"] and row["status"] == "tentative"


def _is_paid_for_nothing(row: Row) -> bool:
    return not row["archived"] and row["paid_minor"] > 0 and row["status"] not in SOLD
