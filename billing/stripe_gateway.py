"""Stripe, through its own SDK: the one file that calls it. Never inside a transaction; every call may be repeated.

An answer that does not come is `PaymentsUnavailable` and says nothing about what happened there; a refusal is
`PaymentsRefused` and says that nothing did. Calls run in threads, since the SDK's asynchronous client belongs to one
loop and its connections cannot be shared by workers and tests.
"""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, TypeVar
from uuid import UUID

import msgspec
import stripe
from stripe.params.checkout import SessionCreateParams

from billing.money import Money
from infra.errors import Conflict, Unavailable
from infra.settings import settings

TIMEOUT_SECONDS: Final = 10
CENTRE, SESSION, REFUND = "halte_centre", "halte_session", "halte_refund"
"""Our names in Stripe's metadata."""

EVENT_TYPES: Final = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)
"""What a webhook endpoint subscribes to; every other kind is stored and left alone."""

Answer = TypeVar("Answer")


class PaymentsUnavailable(Unavailable):
    """The payment service does not answer: nothing was lost, try again in a minute."""

    code = "payments_unavailable"


class PaymentsRefused(Conflict):
    """The payment service refuses; its reason is in the dossier's history."""

    code = "payments_refused"


class PaymentsNotConfigured(Unavailable):
    """This centre cannot take cards yet: pay by transfer."""

    code = "payments_not_configured"


class SignatureInvalid(Exception):
    """A webhook whose signature is not ours, or too old."""


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A session at Stripe; `url` is empty once nobody can pay there."""

    id: str
    url: str
    open: bool


class Refunded(msgspec.Struct, frozen=True, kw_only=True):
    """A refund at Stripe, with Stripe's own status."""

    id: str
    status: str


class SessionOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What a session is to ask for. The same order gives the same session."""

    centre_id: UUID
    session_id: UUID
    amount: Money
    label: str
    reference: str
    email: str
    language: str
    return_url: str
    cancel_url: str
    expires_at: datetime


@lru_cache(maxsize=4)
def _client(key: str, api_base: str) -> stripe.StripeClient:
    http = stripe.RequestsClient(timeout=TIMEOUT_SECONDS)
    if not api_base:
        return stripe.StripeClient(key, http_client=http, max_network_retries=1)
    return stripe.StripeClient(key, http_client=http, max_network_retries=1, base_addresses={"api": api_base})


def client() -> stripe.StripeClient:
    """Return the SDK's client of this process.

    Raises:
        PaymentsNotConfigured: there is no key.
    """
    if not settings().stripe_key:
        raise PaymentsNotConfigured
    return _client(settings().stripe_key, settings().stripe_api_base)


def account_of(stripe_account: str | None) -> str:
    """Return whose account a centre charges on; empty is the key's own, which only the demo may.

    Raises:
        PaymentsNotConfigured: the centre has none, or there is no key.
    """
    if not settings().stripe_key or not (stripe_account or settings().demo):
        raise PaymentsNotConfigured
    return stripe_account or ""


async def _asked(call: Callable[[], Answer]) -> Answer:
    try:
        return await asyncio.to_thread(call)
    except (stripe.InvalidRequestError, stripe.CardError, stripe.PermissionError) as error:
        if error.http_status == 409:
            # Another call with this key is under way, and may do what this one asks for.
            raise PaymentsUnavailable from error
        raise PaymentsRefused(error.user_message or str(error), reason=error.code or "refused") from error
    except stripe.StripeError as error:
        raise PaymentsUnavailable from error


def _options(account: str, key: UUID | None = None) -> stripe.RequestOptions:
    options: stripe.RequestOptions = {}
    if account:
        options["stripe_account"] = account
    if key is not None:
        options["idempotency_key"] = str(key)
    return options


async def open_session(account: str, order: SessionOrder) -> Opened:
    """Open a Checkout session, or return the one that this order opened before (docs.stripe.com/idempotency).

    Raises:
        PaymentsUnavailable: no answer: there may be a session, or not.
        PaymentsRefused: there is none.
    """
    metadata = {CENTRE: str(order.centre_id), SESSION: str(order.session_id)}
    params: SessionCreateParams = {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": order.amount.currency.lower(),
                    "unit_amount": order.amount.minor,
                    "product_data": {"name": order.label},
                },
            }
        ],
        "success_url": order.return_url,
        "cancel_url": order.cancel_url,
        "client_reference_id": order.reference,
        "expires_at": int(order.expires_at.timestamp()),
        "locale": "en" if order.language == "en" else "fr",
        "metadata": metadata,
        "payment_intent_data": {"description": order.label, "metadata": metadata},
    }
    if order.email:
        params["customer_email"] = order.email
    service = client().v1.checkout.sessions
    return _opened(await _asked(lambda: service.create(params, _options(account, order.session_id))))


async def find_session(account: str, session_id: UUID, *, since: datetime) -> Opened | None:
    """Look for the session of one of our rows by metadata: idempotency keys may be forgotten after a day.

    Raises:
        PaymentsUnavailable: no answer.
    """

    def look() -> stripe.checkout.Session | None:
        found = client().v1.checkout.sessions.list(
            {"created": {"gte": int(since.timestamp()) - 60}, "limit": 100}, _options(account)
        )
        for session in found.auto_paging_iter():
            if session.metadata is not None and session.metadata.to_dict().get(SESSION) == str(session_id):
                return session
        return None

    session = await _asked(look)
    return None if session is None else _opened(session)


async def expire_session(account: str, stripe_session: str) -> None:
    """Close a session, so that nobody pays there any more; one that ended by itself is left as it is.

    Raises:
        PaymentsUnavailable: no answer.
    """
    service = client().v1.checkout.sessions
    try:
        await _asked(lambda: service.expire(stripe_session, None, _options(account)))
    except PaymentsRefused:
        return


async def give_back(account: str, refund_id: UUID, *, payment_intent: str, amount: Money) -> Refunded:
    """Ask for a refund, or return the one that this row asked for before.

    Raises:
        PaymentsUnavailable: no answer: it may have been given back, or not.
        PaymentsRefused: nothing was given back.
    """
    service = client().v1.refunds
    refund = await _asked(
        lambda: service.create(
            {"payment_intent": payment_intent, "amount": amount.minor, "metadata": {REFUND: str(refund_id)}},
            _options(account, refund_id),
        )
    )
    return Refunded(id=refund.id, status=refund.status or "pending")


async def find_refund(account: str, refund_id: UUID, *, payment_intent: str) -> Refunded | None:
    """Look for the refund of one of our rows by metadata.

    Raises:
        PaymentsUnavailable: no answer.
    """

    def look() -> stripe.Refund | None:
        found = client().v1.refunds.list({"payment_intent": payment_intent, "limit": 100}, _options(account))
        for refund in found.auto_paging_iter():
            if refund.metadata is not None and refund.metadata.to_dict().get(REFUND) == str(refund_id):
                return refund
        return None

    refund = await _asked(look)
    return None if refund is None else Refunded(id=refund.id, status=refund.status or "pending")


async def events_since(account: str, since: datetime) -> list[tuple[str, bytes]]:
    """Return the id and the JSON of every event of ours since an instant, oldest first, as a webhook would bring them.

    Raises:
        PaymentsUnavailable: no answer.
        PaymentsRefused: the key may not look into the account.
    """

    def look() -> list[tuple[str, bytes]]:
        page = client().v1.events.list(
            {"created": {"gte": int(since.timestamp())}, "types": list(EVENT_TYPES), "limit": 100}, _options(account)
        )
        found = []
        for event in page.auto_paging_iter():
            body = event.to_dict()
            if account:
                # Asked as the account itself, Stripe leaves out what a webhook to the platform says.
                body.setdefault("account", account)
            found.append((event.id, msgspec.json.encode(body)))
        found.reverse()
        return found

    return await _asked(look)


class _Head(msgspec.Struct, frozen=True):
    """As much of an event as is read before it is stored."""

    id: str
    object: str
    type: str


_EVENT_ID: Final = re.compile(r"[!-~]{1,255}")


def verified_event_id(payload: bytes, signature: str) -> str:
    """Check a webhook's signature over its raw body (300 s of tolerance) and return the event's id.

    Raises:
        SignatureInvalid: it is not signed by Stripe for us, is too old, or is no event.
    """
    try:
        stripe.WebhookSignature.verify_header(
            payload.decode(), signature, settings().stripe_webhook_secret, stripe.Webhook.DEFAULT_TOLERANCE
        )
        # Not Stripe's own reading, which falls over what is signed and no event: whoever has the secret may err too.
        event = msgspec.json.decode(payload, type=_Head)
    except (ValueError, RecursionError, stripe.SignatureVerificationError) as error:
        raise SignatureInvalid from error
    if event.object != "event" or not _EVENT_ID.fullmatch(event.id):
        raise SignatureInvalid
    return event.id


def _opened(session: stripe.checkout.Session) -> Opened:
    return Opened(id=session.id, url=session.url or "", open=session.status == "open")


def instant(seconds: int) -> datetime:
    """Return Stripe's seconds as an aware instant."""
    return datetime.fromtimestamp(seconds, UTC)
