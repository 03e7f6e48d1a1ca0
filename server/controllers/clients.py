"""The kardex: finding, making and changing cards, the referential's signal, the padlock."""

import base64
from uuid import UUID

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody

from infra.audit import audit
from infra.database import tenant_transaction
from server.answers import page_limit, tagged
from server.contract.basics import Page
from server.contract.clients import (
    ClientCard,
    ClientFields,
    ClientLine,
    MendingRefused,
    NewClientAction,
    Signal,
    SignalQuestion,
)
from server.dependencies import AtDesk, Desk, IfMatch
from server.filters import OfClients
from server.views.clients import card_view, line_view, signal_view, typed_fields
from tenants.clients import following, operations
from tenants.clients.mendings import refuse_mending
from tenants.clients.search import search
from tenants.referential import queries as referential
from tenants.referential.matching.features import Written
from tenants.satisfaction import public_reviews


class ClientController(Controller):
    """The cards of one centre."""

    path = "/api/v1/centres/{centre_slug:str}/clients"
    tags = ("clients",)

    @get("/", opt={"right": "client.view"})
    async def clients(
        self,
        desk: AtDesk,
        *,
        of_clients: OfClients,
        q: FromQuery[str] = "",
        cursor: FromQuery[str | None] = None,
        limit: FromQuery[int | None] = None,
    ) -> Page[ClientLine]:
        """Find cards from any fragment: names, town, phone digits in any format, e-mail, reference; typos forgiven."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await search(desk.centre_id, q, of=of_clients, limit=page_limit(limit), cursor=_unpacked(cursor))
        return Page(items=[line_view(line) for line in found.items], next_cursor=_packed(found.next_cursor))

    @post("/", opt={"right": "client.edit"})
    async def add(self, desk: AtDesk, data: JSONBody[ClientFields]) -> Response[ClientCard]:
        """Make a card; what was typed is cleaned, and matched by the referential."""
        made = await operations.add_client(desk.centre_id, typed_fields(data), actor=desk.actor)
        return await _answer(desk, made.id, status=201)

    @post("/signal", opt={"right": "client.view"}, status_code=200)
    async def signal(self, desk: AtDesk, data: JSONBody[SignalQuestion]) -> Signal | None:
        """Ask the referential about a card being typed; null where no other centre knows the client."""
        is_person = data.kind == "person" or (not data.kind and bool(data.last_name or data.first_name))
        question = Written(
            organisation="" if is_person else data.organisation,
            first_name=data.first_name,
            last_name=data.last_name,
            email=data.email,
            phones=(data.phone,) if data.phone else (),
            birth_date=data.birth_date,
            street=data.street,
            postal_code=data.postal_code,
            town=data.town,
            country=data.country or "FR",
        )
        async with tenant_transaction(desk.centre_id, read_only=True):
            return signal_view(await referential.signal_for(desk.centre_id, question))

    @get("/{client_id:uuid}", opt={"right": "client.view"})
    async def client(self, desk: AtDesk, client_id: FromPath[UUID]) -> Response[ClientCard]:
        """Open a card, unmasked, with everything the centre knows of the client; the opening is logged."""
        async with tenant_transaction(desk.centre_id):
            card = await card_view(desk.centre_id, client_id)
            await audit("client", client_id, "open", actor=desk.actor)
        return tagged(card, card.version)

    @patch("/{client_id:uuid}", opt={"right": "client.edit"})
    async def change(
        self, desk: AtDesk, client_id: FromPath[UUID], data: JSONBody[ClientFields], if_match: IfMatch
    ) -> Response[ClientCard]:
        """Save the card whole, as it was typed."""
        await operations.change_client(
            desk.centre_id, client_id, typed_fields(data), version=if_match, actor=desk.actor
        )
        return await _answer(desk, client_id)

    @post("/{client_id:uuid}/mendings", opt={"right": "client.edit"}, status_code=200)
    async def refuse_mending(
        self, desk: AtDesk, client_id: FromPath[UUID], data: JSONBody[MendingRefused], if_match: IfMatch
    ) -> Response[ClientCard]:
        """Refuse a mending: the field is as it was written again, and stays so."""
        await refuse_mending(desk.centre_id, client_id, data.mending, version=if_match, actor=desk.actor)
        return await _answer(desk, client_id)

    @post("/{client_id:uuid}/actions", opt={"right": "client.edit"})
    async def note_action(
        self, desk: AtDesk, client_id: FromPath[UUID], data: JSONBody[NewClientAction]
    ) -> Response[ClientCard]:
        """Note what was done with the client, and when."""
        await following.note_action(
            desk.centre_id, client_id, data.action, day=data.day, note=data.note, actor=desk.actor
        )
        return await _answer(desk, client_id, status=201)

    @delete("/{client_id:uuid}/actions/{action_id:uuid}", opt={"right": "client.edit"}, status_code=200)
    async def remove_action(
        self, desk: AtDesk, client_id: FromPath[UUID], action_id: FromPath[UUID]
    ) -> Response[ClientCard]:
        """Take away an action that was noted by mistake."""
        await following.remove_action(desk.centre_id, client_id, action_id, actor=desk.actor)
        return await _answer(desk, client_id)

    @post("/{client_id:uuid}/reviews/{review_id:uuid}", opt={"right": "client.edit"})
    async def link_review(
        self, desk: AtDesk, client_id: FromPath[UUID], review_id: FromPath[UUID]
    ) -> Response[ClientCard]:
        """Say that a public review is this client's."""
        await public_reviews.link_review(desk.centre_id, client_id, review_id, actor=desk.actor)
        return await _answer(desk, client_id, status=201)

    @delete("/{client_id:uuid}/reviews/{review_id:uuid}", opt={"right": "client.edit"}, status_code=200)
    async def unlink_review(
        self, desk: AtDesk, client_id: FromPath[UUID], review_id: FromPath[UUID]
    ) -> Response[ClientCard]:
        """Take a public review off the card: it is nobody's again."""
        await public_reviews.unlink_review(desk.centre_id, client_id, review_id, actor=desk.actor)
        return await _answer(desk, client_id)


async def _answer(desk: Desk, client_id: UUID, *, status: int = 200) -> Response[ClientCard]:
    async with tenant_transaction(desk.centre_id, read_only=True):
        card = await card_view(desk.centre_id, client_id)
    return tagged(card, card.version, status=status)


def _packed(cursor: str | None) -> str | None:
    """Make a search's cursor opaque."""
    return None if cursor is None else base64.urlsafe_b64encode(cursor.encode()).decode().rstrip("=")


def _unpacked(cursor: str | None) -> str | None:
    """Read a cursor that was given out; what cannot be one begins again."""
    if not cursor:
        return None
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        return None
