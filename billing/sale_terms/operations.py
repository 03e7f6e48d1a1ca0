"""Publishing terms of sale: a new version each time, the old ones stay for whoever accepted them."""

from uuid import UUID

import msgspec

from billing.sale_terms import queries
from billing.sale_terms.rules import SaleTerms, checked
from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, tenant_transaction
from infra.ids import new_id
from tenants.centres.queries import locked_centre


async def publish_terms(centre_id: UUID, texts: dict[str, str], *, actor: Actor) -> SaleTerms:
    """Put terms of sale in force; the same texts as those in force change nothing.

    Raises:
        RightMissing: the actor lacks `centre.edit`.
        SaleTermsInvalid: the French text is missing, or one is too long.
    """
    actor.require("centre.edit")
    kept = checked(texts)
    async with tenant_transaction(centre_id):
        # One at a time: the numbers follow one another, and a client accepts the highest.
        await locked_centre(centre_id)
        before = await queries.current_terms(centre_id)
        if before is not None and before.texts == kept:
            return before
        made = SaleTerms(id=new_id(), number=before.number + 1 if before else 1, texts=kept, published_at=now())
        await execute(
            """INSERT INTO sale_terms (id, centre_id, number, texts, published_at, published_by)
               VALUES ($1, $2, $3, $4, $5, $6)""",
            made.id,
            centre_id,
            made.number,
            msgspec.json.encode(kept).decode(),
            made.published_at,
            actor.name,
        )
        await audit("centre", centre_id, "publish_terms", actor=actor, after={"number": made.number})
        return made
