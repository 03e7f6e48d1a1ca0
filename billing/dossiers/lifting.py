"""A padlock that an unpaid debt closed opens when the payment arrives."""

from uuid import UUID

from infra.actor import Actor
from infra.database import fetch_row, tenant_transaction
from tenants.clients.blacklisting import lift_paid


async def lift_when_paid(centre_id: UUID, dossier_id: UUID, *, actor: Actor) -> bool:
    """Lift the lock of a dossier's client where nothing that was sold is owed any more; say whether it was lifted."""
    async with tenant_transaction(centre_id):
        row = await fetch_row(
            """SELECT d.client_id, coalesce(sum(o.due_minor) FILTER (WHERE o.due_minor > 0
                   AND s.status IN ('confirmed', 'present', 'departed', 'no_show')), 0) AS owed
               FROM dossiers d
               JOIN dossiers o ON o.centre_id = d.centre_id AND o.client_id = d.client_id
               JOIN stays s ON s.centre_id = o.centre_id AND s.id = o.stay_id
               WHERE d.centre_id = $1 AND d.id = $2 GROUP BY d.client_id""",
            centre_id,
            dossier_id,
        )
        if row is None or row["owed"] > 0:
            return False
        return await lift_paid(centre_id, row["client_id"], actor=actor)
