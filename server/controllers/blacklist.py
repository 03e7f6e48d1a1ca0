"""The padlock, its letter, the stays it leaves to be decided, and the network's alert."""

from uuid import UUID

import msgspec
from litestar import Controller, Response, delete, get, post
from litestar.params import FromPath, JSONBody

from infra.database import tenant_transaction
from server.answers import tagged
from server.contract.basics import Page
from server.contract.clients import AlertDecision, Blacklisting, ClientCard, LetterSending, WaitingAlert
from server.contract.day_sheet import DocumentLink
from server.dependencies import AtDesk, AtNetwork, Desk
from server.pages.card_papers import letter_link
from server.views.clients import card_view
from tenants.clients import alerting, blacklisting
from tenants.clients.blacklist_letter import blacklist_letter, send_letter
from tenants.clients.blacklisted_stays import keep_stay


class BlacklistController(Controller):
    """The padlock of one card."""

    path = "/api/v1/centres/{centre_slug:str}/clients/{client_id:uuid}/blacklisting"
    tags = ("clients",)

    @post("/", opt={"right": "client.blacklist"})
    async def blacklist(
        self, desk: AtDesk, client_id: FromPath[UUID], data: JSONBody[Blacklisting]
    ) -> Response[ClientCard]:
        """Close the padlock: no way in takes a reservation for the card until the evening of the last day."""
        new = blacklisting.NewBlacklisting(reason=data.reason, evidence_day=data.evidence_day, last_day=data.last_day)
        await blacklisting.blacklist(desk.centre_id, client_id, new, actor=desk.actor)
        return await _answer(desk, client_id, status=201)

    @delete("/", opt={"right": "client.blacklist"}, status_code=200)
    async def lift(self, desk: AtDesk, client_id: FromPath[UUID]) -> Response[ClientCard]:
        """Open the padlock before its last day."""
        await blacklisting.lift_blacklist(desk.centre_id, client_id, actor=desk.actor)
        return await _answer(desk, client_id)

    @get("/letter", opt={"right": "client.blacklist"}, media_type="application/pdf")
    async def letter(self, desk: AtDesk, client_id: FromPath[UUID]) -> Response[bytes]:
        """Read the letter to the person, as PDF; made once."""
        paper = await blacklist_letter(desk.centre_id, client_id, actor=desk.actor)
        return Response(paper.content, media_type="application/pdf")

    @post("/letter/links", opt={"right": "client.blacklist"})
    async def letter_link(self, desk: AtDesk, client_id: FromPath[UUID]) -> DocumentLink:
        """Make an address that gives the letter for a quarter of an hour."""
        return await letter_link(desk.centre_id, client_id, today=desk.today, actor=desk.actor)

    @post("/letter", opt={"right": "client.blacklist"})
    async def send(
        self, desk: AtDesk, client_id: FromPath[UUID], data: JSONBody[LetterSending]
    ) -> Response[ClientCard]:
        """Send the letter by mail, or note that it went by post or was handed over."""
        await send_letter(desk.centre_id, client_id, data.means, day=data.day, actor=desk.actor)
        return await _answer(desk, client_id, status=201)

    @post("/stays/{stay_id:uuid}/kept", opt={"right": "client.blacklist"})
    async def keep(self, desk: AtDesk, client_id: FromPath[UUID], stay_id: FromPath[UUID]) -> Response[ClientCard]:
        """Decide that a stay to come stands; cancelling it is the other decision."""
        await keep_stay(desk.centre_id, client_id, stay_id, actor=desk.actor)
        return await _answer(desk, client_id, status=201)

    @post("/alert", opt={"right": "client.blacklist"})
    async def ask_alert(self, desk: AtDesk, client_id: FromPath[UUID]) -> Response[ClientCard]:
        """Ask the network to tell the other centres whom to call, and no more."""
        await alerting.ask_alert(desk.centre_id, client_id, actor=desk.actor)
        return await _answer(desk, client_id, status=201)


class NetworkAlertController(Controller):
    """The alerts that wait for the network's decision."""

    path = "/api/v1/network/blacklist-alerts"
    tags = ("network",)

    @get("/", opt={"right": "referential.review"})
    async def waiting(self, network: AtNetwork) -> Page[WaitingAlert]:
        """List what waits, the oldest first."""
        found = await alerting.waiting_alerts(actor=network.actor)
        return Page(items=[msgspec.convert(alert, WaitingAlert, from_attributes=True) for alert in found])

    @post("/{alert_id:uuid}", opt={"right": "referential.review"}, status_code=200)
    async def decide(
        self, network: AtNetwork, alert_id: FromPath[UUID], data: JSONBody[AlertDecision]
    ) -> Page[WaitingAlert]:
        """Confirm an alert or refuse it; who asked for it does not. The answer is what still waits."""
        await alerting.decide_alert(alert_id, confirmed=data.confirmed, actor=network.actor)
        found = await alerting.waiting_alerts(actor=network.actor)
        return Page(items=[msgspec.convert(alert, WaitingAlert, from_attributes=True) for alert in found])


async def _answer(desk: Desk, client_id: UUID, *, status: int = 200) -> Response[ClientCard]:
    async with tenant_transaction(desk.centre_id, read_only=True):
        card = await card_view(desk.centre_id, client_id)
    return tagged(card, card.version, status=status)
