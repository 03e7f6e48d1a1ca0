"""Everything of a centre that answers to a fragment, at once."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from litestar import Controller, get
from litestar.params import FromQuery

from billing.dossiers.finding import dossiers_found
from infra.database import tenant_transaction
from server.contract.search import Found, RoomFound, StayFound
from server.dependencies import AtDesk, Desk
from server.views.clients import line_view
from server.views.dossiers import card_view
from tenants.clients.search import Line, search
from tenants.rooms.finding import rooms_named
from tenants.stays.finding import stays_of_clients

SHOWN = 8
"""So many of each kind."""
LOOKED_INTO = 200
"""Of so many cards are stays and dossiers looked for; who has more namesakes types another letter."""


class SearchController(Controller):
    """Clients, dossiers, stays and rooms."""

    path = "/api/v1/centres/{centre_slug:str}"
    tags = ("centre",)

    @get("/search", opt={"right": "desk.view"})
    async def everything(self, desk: AtDesk, q: FromQuery[str] = "") -> Found:
        """Find the first clients, dossiers, stays and rooms; of what the caller may not see, none."""
        if not q.strip():
            return Found()
        async with tenant_transaction(desk.centre_id, read_only=True):
            return await _found(desk, q)


async def _found(desk: Desk, text: str) -> Found:
    cards: Sequence[Line] = (await search(desk.centre_id, text, limit=LOOKED_INTO)).items
    client_ids: list[UUID] = [card.id for card in cards]
    found = Found()
    if desk.actor.may("client.view"):
        shown = [line_view(card) for card in cards[:SHOWN]]
        found = msgspec.structs.replace(found, clients=shown, more_clients=len(cards) > SHOWN)
    if desk.actor.may("dossier.view"):
        dossiers = await dossiers_found(desk.centre_id, text, client_ids, limit=SHOWN)
        found = msgspec.structs.replace(found, dossiers=[card_view(card) for card in dossiers])
    if desk.actor.may("stay.view"):
        stays = await stays_of_clients(desk.centre_id, client_ids, today=desk.today, limit=SHOWN)
        rooms = await rooms_named(desk.centre_id, text, limit=SHOWN)
        found = msgspec.structs.replace(
            found,
            stays=[msgspec.convert(stay, StayFound, from_attributes=True) for stay in stays],
            rooms=[msgspec.convert(room, RoomFound, from_attributes=True) for room in rooms],
        )
    return found
