"""What is agreed with a client: defaults of new stays and quotes, prices of their own."""

from uuid import UUID

import msgspec
from litestar import Controller, Response, delete, get, post, put
from litestar.params import FromPath, JSONBody

from billing.client_terms import operations
from billing.client_terms.queries import Defaults as Agreed
from billing.money import Money
from infra.database import tenant_transaction
from server.answers import tagged
from server.contract.client_terms import Defaults, DefaultsToFill, NewClientRate
from server.contract.clients import ClientCard
from server.dependencies import AtDesk, Desk, IfMatch
from server.views.client_terms import defaults_view
from server.views.clients import card_view


class ClientTermsController(Controller):
    """The « clé outil » and the rates of one card."""

    path = "/api/v1/centres/{centre_slug:str}/clients/{client_id:uuid}"
    tags = ("clients",)

    @get("/defaults", opt={"right": "client.view"})
    async def defaults(self, desk: AtDesk, client_id: FromPath[UUID]) -> DefaultsToFill:
        """Return what fills this client's new stay or quote; empty where nothing is agreed."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            return await defaults_view(desk.centre_id, client_id)

    @put("/defaults", opt={"right": "client.edit"})
    async def set_defaults(
        self, desk: AtDesk, client_id: FromPath[UUID], data: JSONBody[Defaults], if_match: IfMatch
    ) -> Response[ClientCard]:
        """Save the card's defaults whole; If-Match names their own version, 0 where there are none yet."""
        agreed = msgspec.convert(data, Agreed, from_attributes=True)
        await operations.set_defaults(desk.centre_id, client_id, agreed, version=if_match, actor=desk.actor)
        return await _answer(desk, client_id)

    @post("/rates", opt={"right": "rate.edit"})
    async def add_rate(
        self, desk: AtDesk, client_id: FromPath[UUID], data: JSONBody[NewClientRate]
    ) -> Response[ClientCard]:
        """Give the client a price of their own; it wins over every other."""
        new = operations.NewRate(
            name=data.name,
            service_id=data.service_id,
            room_type=data.room_type,
            price=Money(data.price.minor, data.price.currency),
            first_day=data.first_day,
            last_day=data.last_day,
            min_nights=data.min_nights,
            max_nights=data.max_nights,
            promo_allowed=data.promo_allowed,
        )
        await operations.add_rate(desk.centre_id, client_id, new, actor=desk.actor)
        return await _answer(desk, client_id, status=201)

    @delete("/rates/{rate_id:uuid}", opt={"right": "rate.edit"}, status_code=200)
    async def retire_rate(
        self, desk: AtDesk, client_id: FromPath[UUID], rate_id: FromPath[UUID]
    ) -> Response[ClientCard]:
        """Take a rate out of use; lines sold at it keep their price."""
        await operations.retire_rate(desk.centre_id, client_id, rate_id, actor=desk.actor)
        return await _answer(desk, client_id)


async def _answer(desk: Desk, client_id: UUID, *, status: int = 200) -> Response[ClientCard]:
    async with tenant_transaction(desk.centre_id, read_only=True):
        card = await card_view(desk.centre_id, client_id)
    return tagged(card, card.version, status=status)
