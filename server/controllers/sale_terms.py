"""The centre's own terms of sale: read in versions, published from a day on."""

from datetime import date
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from billing.sale_terms import queries
from billing.sale_terms.operations import publish_terms
from billing.sale_terms.rules import SaleTermsUnknown
from infra.database import tenant_transaction
from infra.settings import settings
from server.answers import page_limit
from server.contract.basics import Page
from server.contract.sale_terms import NewSaleTerms, QuoteOnTerms, SaleTermsVersion
from server.dependencies import AtDesk, Desk
from server.pages.sale_terms import LARGEST


class SaleTermsDeskController(Controller):
    """What clients accept with a quote, where the centre has a text of its own."""

    path = "/api/v1/centres/{centre_slug:str}/sale-terms"
    tags = ("centre",)

    @get("/", opt={"right": "dossier.view"})
    async def versions(self, desk: AtDesk) -> Page[SaleTermsVersion]:
        """List every version, the last published first; none where clients accept the usual text."""
        return Page(items=await _versions(desk))

    @post("/", opt={"right": "centre.edit"})
    async def publish(self, desk: AtDesk, data: JSONBody[NewSaleTerms]) -> Page[SaleTermsVersion]:
        """Publish a text, in force from a day on: quotes are accepted with it from then; the same text changes nothing."""
        await publish_terms(desk.centre_id, data.texts, from_day=data.from_day, actor=desk.actor)
        return Page(items=await _versions(desk))

    @get("/{number:int}/quotes", opt={"right": "dossier.view"})
    async def quotes(
        self, desk: AtDesk, number: FromPath[int], limit: FromQuery[int | None] = None
    ) -> Page[QuoteOnTerms]:
        """List the quotes that were accepted with a version, the last accepted first."""
        if not 0 < number <= LARGEST:
            raise SaleTermsUnknown()
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await queries.quotes_on(desk.centre_id, number, limit=page_limit(limit))
        return Page(
            items=[
                QuoteOnTerms(
                    quote_id=one.quote_id,
                    dossier_id=one.dossier_id,
                    dossier_number=one.dossier_number,
                    number=one.number,
                    accepted_at=one.accepted_at.isoformat(),
                    accepted_by=one.accepted_by,
                )
                for one in found
            ]
        )


async def _versions(desk: Desk) -> list[SaleTermsVersion]:
    async with tenant_transaction(desk.centre_id, read_only=True):
        found = await queries.terms_versions(desk.centre_id)
        in_force = await queries.terms_on(desk.centre_id, desk.today)
    base = f"{settings().public_url.rstrip('/')}/c/{desk.slug}/terms"
    return [
        SaleTermsVersion(
            number=one.terms.number,
            from_day=one.terms.from_day,
            state=_state(one.terms.id, one.terms.from_day, in_force.id if in_force else None, desk.today),
            texts=one.terms.texts,
            published_at=one.terms.published_at.isoformat(),
            published_by=one.published_by,
            quotes=one.quotes,
            url=f"{base}/{one.terms.number}",
        )
        for one in found
    ]


def _state(terms_id: UUID, from_day: date, in_force: UUID | None, today: date) -> str:
    if terms_id == in_force:
        return "in_force"
    return "to_come" if from_day > today else "past"
