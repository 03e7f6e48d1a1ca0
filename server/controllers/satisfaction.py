"""How a centre asks what its clients thought of their stays."""

import msgspec
from litestar import Controller, Response, get, post, put
from litestar.params import JSONBody

from infra.database import tenant_transaction
from infra.settings import settings
from server.answers import tagged
from server.contract.basics import Page
from server.contract.satisfaction import PublicReview, ReviewsPulled, SatisfactionChange, SatisfactionSettings
from server.dependencies import AtDesk, Desk, IfMatch
from server.views.clients import review_view
from tenants.satisfaction import queries
from tenants.satisfaction.operations import change_settings
from tenants.satisfaction.provider import pull_reviews
from tenants.satisfaction.public_reviews import reviews_of_nobody


class SatisfactionController(Controller):
    """The survey after the stay, and the outside provider."""

    path = "/api/v1/centres/{centre_slug:str}/satisfaction"
    tags = ("satisfaction",)

    @get("/", opt={"right": "desk.view"})
    async def settings(self, desk: AtDesk) -> Response[SatisfactionSettings]:
        """Show how the centre asks."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await queries.settings_of(desk.centre_id)
        return _answer(desk, found)

    @put("/", opt={"right": "centre.edit"})
    async def change(
        self, desk: AtDesk, data: JSONBody[SatisfactionChange], if_match: IfMatch
    ) -> Response[SatisfactionSettings]:
        """Say how the centre asks, and who the provider is; the key is kept sealed."""
        wanted = queries.SatisfactionSettings(
            survey_on=data.survey_on, low_tenths=data.low_tenths, provider_url=data.provider_url
        )
        changed = await change_settings(
            desk.centre_id, wanted, key=data.provider_key, version=if_match, actor=desk.actor
        )
        return _answer(desk, changed)

    @get("/reviews", opt={"right": "client.view"})
    async def reviews(self, desk: AtDesk) -> Page[PublicReview]:
        """List the public reviews that name no stay and are on no card yet, the latest hundred."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await reviews_of_nobody(desk.centre_id)
        return Page(items=[review_view(review) for review in found])

    @post("/reviews", opt={"right": "centre.edit"}, status_code=200)
    async def pull(self, desk: AtDesk) -> ReviewsPulled:
        """Ask the provider now for the stays without a score; it is asked every night besides."""
        return ReviewsPulled(taken=await pull_reviews(desk.centre_id, desk.today, actor=desk.actor))


def _answer(desk: Desk, found: queries.SatisfactionSettings) -> Response[SatisfactionSettings]:
    view = msgspec.convert(found, SatisfactionSettings, from_attributes=True)
    address = f"{settings().public_url.rstrip('/')}/webhooks/satisfaction/{desk.slug}"
    return tagged(msgspec.structs.replace(view, webhook_url=address), found.version)
