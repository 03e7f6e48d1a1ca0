"""What the outside tells us: verified, stored once, answered. The workers do the rest."""

from litestar import Controller, Request, post
from litestar.datastructures import State
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import FromPath

from billing.stripe_gateway import SignatureInvalid, verified_event_id
from infra.inbox import store_event
from infra.settings import settings
from tenants.connections.rules import SignatureWrong as CallSignatureWrong
from tenants.connections.webhook import verified_call
from tenants.satisfaction.provider import SignatureWrong, verified_webhook
from tenants.text_messages.reports import ReportNotProved, verified_report

LARGEST_BYTES = 1_000_000


class WebhookController(Controller):
    """Doors for programs that prove who they are by a signature."""

    path = "/webhooks"
    opt = {"public": True, "unlimited": True}
    tags = ("webhooks",)

    @post("/stripe", status_code=200, include_in_schema=False)
    async def stripe(self, request: Request[None, None, State]) -> dict[str, bool]:
        """Store an event of Stripe under its own id; without a secret there is no such route."""
        if not settings().stripe_webhook_secret:
            raise NotFoundException
        payload = await _body(request)
        try:
            event_id = verified_event_id(payload, request.headers.get("stripe-signature", ""))
        except SignatureInvalid as error:
            raise ClientException("the signature is not valid") from error
        await store_event("stripe", event_id, payload)
        return {"received": True}

    @post("/satisfaction/{slug:str}", status_code=200, include_in_schema=False)
    async def satisfaction(self, request: Request[None, None, State], slug: FromPath[str]) -> dict[str, bool]:
        """Store a review that a centre's provider sends; without a key there is no such route."""
        payload = await _body(request)
        try:
            verified = await verified_webhook(slug, payload, request.headers.get("x-halte-signature", ""))
        except SignatureWrong as error:
            raise ClientException("the signature is not valid") from error
        if verified is None:
            raise NotFoundException
        await store_event("satisfaction", *verified)
        return {"received": True}

    @post("/cards/{slug:str}/{name:str}", status_code=200, include_in_schema=False)
    async def cards(
        self, request: Request[None, None, State], slug: FromPath[str], name: FromPath[str]
    ) -> dict[str, bool]:
        """Store the cards that a centre's connection calls with; without one by this name there is no such route."""
        payload = await _body(request)
        try:
            verified = await verified_call(slug, name, payload, request.headers.get("x-halte-signature", ""))
        except CallSignatureWrong as error:
            raise ClientException("the signature is not valid") from error
        if verified is None:
            raise NotFoundException
        await store_event("cards", *verified)
        return {"received": True}

    @post("/texts/{slug:str}", status_code=200, include_in_schema=False)
    async def texts(self, request: Request[None, None, State], slug: FromPath[str]) -> dict[str, bool]:
        """Store what the gateway of texts tells of one; without a token there is no such route."""
        payload = await _body(request)
        try:
            verified = await verified_report(slug, payload, request.headers.get("authorization", ""))
        except ReportNotProved as error:
            raise ClientException("the token is not valid") from error
        if verified is None:
            raise NotFoundException
        if verified[0]:
            await store_event("texts", *verified)
        return {"received": True}


async def _body(request: Request[None, None, State]) -> bytes:
    payload = await request.body()
    if len(payload) > LARGEST_BYTES:
        raise ClientException("too large")
    return payload
