"""Publishing terms of sale: a new version each time, the old ones stay for whoever accepted them."""

from datetime import date
from uuid import UUID

import msgspec

from billing.sale_terms import queries
from billing.sale_terms.rules import SaleTerms, check_day, checked
from infra.actor import Actor
from infra.audit import audit
from infra.clock import now, today
from infra.database import execute, tenant_transaction
from infra.ids import new_id
from tenants.centres.queries import locked_centre


async def publish_terms(
    centre_id: UUID, texts: dict[str, str], *, from_day: date | None = None, actor: Actor
) -> SaleTerms:
    """Publish terms of sale, in force from a day on, today unless told; the same texts as are in force then change nothing.

    Raises:
        RightMissing: the actor lacks `centre.edit`.
        SaleTermsInvalid: the French text is missing, one is too long, or the day is past.
    """
    actor.require("centre.edit")
    kept = checked(texts)
    async with tenant_transaction(centre_id):
        # One at a time: the numbers follow one another, and of two of one day the higher holds.
        place = await locked_centre(centre_id)
        day = today(place.time_zone)
        begins = from_day or day
        check_day(begins, today=day)
        before = await queries.terms_on(centre_id, begins)
        if before is not None and before.texts == kept:
            return before
        number = await queries.last_number(centre_id) + 1
        made = SaleTerms(id=new_id(), number=number, texts=kept, published_at=now(), from_day=begins)
        await execute(
            """INSERT INTO sale_terms (id, centre_id, number, texts, published_at, published_by, from_day)
               VALUES ($1, $2, $3, $4, $5, $6, $7)""",
            made.id,
            centre_id,
            made.number,
            msgspec.json.encode(kept).decode(),
            made.published_at,
            actor.name,
            begins,
        )
        noted = {"number": made.number, "from_day": begins}
        await audit("centre", centre_id, "publish_terms", actor=actor, after=noted)
        return made
