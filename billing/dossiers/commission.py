"""What a client keeps of the price of one dossier: filled from the card, changed here."""

from uuid import UUID

from billing.dossiers.events import DossierChanged
from billing.dossiers.operations import DossierRef
from billing.dossiers.progress import lock
from billing.dossiers.rules import DossierTreated
from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch_value, tenant_transaction
from infra.errors import FieldError, Invalid
from infra.outbox import record

WHOLE = 10_000


class CommissionInvalid(Invalid):
    """A commission is between nothing and the whole price."""

    code = "commission_invalid"


async def set_commission(
    centre_id: UUID, dossier_id: UUID, share_basis_points: int, *, version: int | None = None, actor: Actor
) -> DossierRef:
    """Say what the client keeps of this dossier's price; the card's own default stays as it is.

    Raises:
        DossierUnknown: the centre has none of that id.
        StaleVersion: somebody saved the dossier since `version`.
        DossierTreated: it is marked as treated.
        CommissionInvalid: less than nothing, or more than the price.
    """
    actor.require("dossier.edit")
    if not 0 <= share_basis_points <= WHOLE:
        raise CommissionInvalid(errors=(FieldError("/share_basis_points", "out_of_range", "Entre 0 et 100 %."),))
    async with tenant_transaction(centre_id):
        dossier = await lock(centre_id, dossier_id, version=version)
        if dossier.treated:
            raise DossierTreated
        before: int | None = await fetch_value(
            "SELECT commission_basis_points FROM dossiers WHERE centre_id = $1 AND id = $2", centre_id, dossier_id
        )
        await execute(
            """UPDATE dossiers SET commission_basis_points = $3, version = version + 1, changed_at = $4
               WHERE centre_id = $1 AND id = $2""",
            centre_id,
            dossier_id,
            share_basis_points,
            now(),
        )
        old: dict[str, object] = {"commission_basis_points": before or 0}
        new: dict[str, object] = {"commission_basis_points": share_basis_points}
        await audit("dossier", dossier_id, "set_commission", actor=actor, before=old, after=new)
        await record(DossierChanged(subject_id=dossier_id, version=dossier.version + 1), actor=actor)
    return DossierRef(id=dossier.id, version=dossier.version + 1, number=dossier.number)
