"""The doors: Stripe's API under `/v1`, the hosted page under `/c/pay`, the controls under `/_…`."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal, TypeVar

import msgspec
from litestar import Litestar, MediaType, Request, Response, get, post, route
from litestar.datastructures import State
from litestar.enums import HttpMethod

from infra.services.payments import api, checkout, controls, deliveries, disputes, errors, pages, payments, webhooks
from infra.services.payments.catalogue_objects import Session
from infra.services.payments.objects import Charge, Dispute, PaymentIntent, StripeObject
from infra.services.payments.store import Store
from infra.services.payments.world import World

_log = logging.getLogger(__name__)
WebRequest = Request[None, None, State]
Body = TypeVar("Body")


class DisputeOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /_disputes`: open one on a charge or payment intent, or decide one by its id."""

    charge: str | None = None
    payment_intent: str | None = None
    reason: str = "fraudulent"
    dispute: str | None = None
    outcome: Literal["won", "lost"] | None = None


class DelayedOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /_delayed`: how the bank debit of a session ended."""

    session: str
    outcome: Literal["succeeded", "failed"]


class Service:
    """The open file, the settings and the calls under way of one running simulator."""

    def __init__(self, store: Store, *, public_url: str, webhook: webhooks.WebhookSettings | None) -> None:
        self.store = store
        self.public_url = public_url
        self.webhook = webhook
        self.keys_in_use: set[tuple[str, str]] = set()
        checkout.move_pages(store, public_url=public_url)

    def world_of(self, object_id: str) -> World | None:
        """Return the world that an id belongs to."""
        account = self.store.owner(object_id)
        return World(self.store, account, public_url=self.public_url) if account else None


def build(service: Service) -> Litestar:
    """Return the application on top of an opened service."""

    @route("/v1/{path:path}", http_method=[HttpMethod.GET, HttpMethod.POST, HttpMethod.DELETE])
    async def stripe_api(request: WebRequest) -> Response[bytes]:
        call = api.Call(
            method=request.method,
            path=request.url.path.rstrip("/"),
            query=request.url.query,
            body=(await request.body()).decode("utf-8", "replace"),
            headers=dict(request.headers.items()),
        )
        answer = await _answered(service, call)
        return Response(answer.body, status_code=answer.status, headers=answer.headers, media_type="application/json")

    @get("/c/pay/{session_id:str}")
    async def hosted_page(session_id: str) -> Response[str]:
        return _html(pages.show(service.store, session_id, public_url=service.public_url))

    @post("/c/pay/{session_id:str}")
    async def payer_gesture(request: WebRequest, session_id: str) -> Response[str]:
        form = await request.form()
        gesture = pages.Gesture(
            action=str(form.get("action", "")), email=str(form.get("email", "")), name=str(form.get("name", ""))
        )
        return _html(pages.act(service.store, session_id, gesture, public_url=service.public_url))

    @get("/_control")
    async def show_controls() -> controls.Controls:
        return controls.read(service.store)

    @post("/_control")
    async def change_controls(request: WebRequest) -> Response[bytes]:
        asked = _body(await request.body(), controls.ControlChange)
        with service.store.transaction():
            return _json(controls.change(service.store, asked))

    @get("/_events")
    async def sent_events() -> list[deliveries.SentEvent]:
        return deliveries.sent_events(service.store)

    @post("/_disputes")
    async def dispute(request: WebRequest) -> Response[bytes]:
        return _json(_disputed(service, _body(await request.body(), DisputeOrder)), status=201)

    @post("/_delayed")
    async def delayed(request: WebRequest) -> Response[bytes]:
        asked = _body(await request.body(), DelayedOrder)
        world = service.world_of(asked.session)
        if world is None:
            raise errors.missing("session", asked.session)
        with service.store.transaction():
            session = world.get(Session, asked.session)
            return _json(payments.settle_debit(world, session, succeeded=asked.outcome == "succeeded"))

    @get("/", media_type=MediaType.HTML)
    async def index() -> str:
        return pages.index(service.store, public_url=service.public_url)

    @get("/style.css", media_type=MediaType.CSS)
    async def style() -> str:
        return pages.STYLE

    @get("/health/live", media_type=MediaType.TEXT)
    async def live() -> str:
        return "ok"

    return Litestar(
        [
            stripe_api,
            hosted_page,
            payer_gesture,
            show_controls,
            change_controls,
            sent_events,
            dispute,
            delayed,
            index,
            style,
            live,
        ],
        lifespan=[lambda _: _background(service)],
        exception_handlers={errors.StripeError: _refused, controls.ControlInvalid: _unclear, 500: _broken},
        openapi_config=None,
    )


async def _answered(service: Service, call: api.Call) -> api.Answer:
    """Answer a call after the delay that the control asks for, one at a time under the same idempotency key."""
    claim = (call.headers.get("stripe-account", ""), call.idempotency_key or "")
    if call.idempotency_key is not None and claim in service.keys_in_use:
        refusal = errors.key_in_use(call.idempotency_key)
        return api.Answer(status=refusal.status, body=api.error_body(refusal), headers={})
    service.keys_in_use.add(claim)
    try:
        await asyncio.sleep(controls.read(service.store).delay_ms / 1000)
        return api.answer(service.store, call, public_url=service.public_url)
    finally:
        service.keys_in_use.discard(claim)


def _disputed(service: Service, asked: DisputeOrder) -> StripeObject:
    target = asked.dispute or asked.charge or asked.payment_intent or ""
    world = service.world_of(target)
    if world is None:
        raise errors.missing("object", target)
    with service.store.transaction():
        if asked.dispute is not None:
            return disputes.close_dispute(world, world.get(Dispute, target), won=asked.outcome == "won")
        charge_id = asked.charge or world.get(PaymentIntent, target).latest_charge or ""
        return disputes.open_dispute(world, world.get(Charge, charge_id), reason=asked.reason)


@asynccontextmanager
async def _background(service: Service) -> AsyncIterator[None]:
    """Keep the webhook sender and the end of sessions going as long as the application runs."""
    tasks = [asyncio.create_task(_expire_forever(service))]
    if service.webhook is not None:
        tasks.append(asyncio.create_task(webhooks.send_forever(service.store, service.webhook)))
    yield
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _expire_forever(service: Service) -> None:
    while True:
        checkout.expire_overdue(service.store, public_url=service.public_url)
        await asyncio.sleep(1)


def _body(raw: bytes, kind: type[Body]) -> Body:
    try:
        return msgspec.json.decode(raw or b"{}", type=kind)
    except msgspec.DecodeError as failure:
        raise controls.ControlInvalid(str(failure)) from failure


def _json(thing: object, *, status: int = 200) -> Response[bytes]:
    return Response(msgspec.json.encode(thing), status_code=status, media_type="application/json")


def _html(page: pages.PageAnswer) -> Response[str]:
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    }
    if page.location:
        headers["Location"] = page.location
    return Response(page.html, status_code=page.status, headers=headers, media_type=MediaType.HTML)


def _refused(_: WebRequest, refusal: errors.StripeError) -> Response[bytes]:
    return Response(api.error_body(refusal), status_code=refusal.status, media_type="application/json")


def _unclear(_: WebRequest, refusal: controls.ControlInvalid) -> Response[bytes]:
    return _json({"error": str(refusal)}, status=400)


def _broken(request: WebRequest, failure: Exception) -> Response[bytes]:
    """A fault of the simulator itself: said in the log, answered as Stripe's own outages are."""
    _log.error("%s %s failed", request.method, request.url.path, exc_info=failure)
    return _refused(request, errors.ordered_failure(500))
