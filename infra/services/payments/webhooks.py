"""Send signed webhooks until the endpoint takes them (docs.stripe.com/webhooks).

Stripe tries again with exponential back-off, for up to three days; here the same in seconds. Anything but 2xx is a
refusal, a redirect too. Each try is signed anew, as Stripe does.
"""

import asyncio
import hashlib
import hmac
import http.client
import random
from urllib.parse import urlsplit

import msgspec

from infra.services.payments import clock, controls, deliveries
from infra.services.payments.deliveries import Attempt, Delivery
from infra.services.payments.objects import Event
from infra.services.payments.store import Store


class WebhookSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where webhooks go and how hard they try.

    The nth refusal is followed by a wait of `first_retry_seconds` times 2 to the n-1, at most `longest_retry_seconds`;
    after `tries` the event is abandoned, and stays in the events list as Stripe's does.
    """

    url: str
    secret: str
    tries: int = 16
    first_retry_seconds: float = 1.0
    longest_retry_seconds: float = 60.0
    timeout_seconds: float = 10.0


def signature_header(payload: bytes, *, secret: str, timestamp: int) -> str:
    """Return the `Stripe-Signature` of a body (docs.stripe.com/webhooks/signature)."""
    signed = f"{timestamp}.".encode() + payload
    return f"t={timestamp},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def retry_seconds(settings: WebhookSettings, *, tries: int) -> float | None:
    """Return how long to wait after so many tries, or None to give up."""
    if tries >= settings.tries:
        return None
    return min(settings.first_retry_seconds * 2.0 ** (tries - 1), settings.longest_retry_seconds)


async def send_forever(store: Store, settings: WebhookSettings) -> None:
    """Send what is due, batch after batch, until cancelled. What was under way at a kill is sent again."""
    while True:
        batch = next_batch(store)
        for delivery in batch:
            await asyncio.sleep(controls.read(store).delay_ms / 1000)
            await _send(store, delivery, settings)
        if not batch:
            await asyncio.sleep(0.05)


def next_batch(store: Store) -> list[Delivery]:
    """Return what to send now, in the order to send it."""
    retries = deliveries.due(store, first_tries=False)
    fresh = deliveries.due(store, first_tries=True)
    asked = controls.read(store)
    if not asked.reorder or not fresh:
        return fresh + retries
    if clock.precise_now() - fresh[0].recorded_at < asked.hold_ms / 1000:
        return retries
    if asked.reorder == "shuffle":
        return random.sample(fresh, len(fresh)) + retries
    return sorted(fresh, key=lambda delivery: (delivery.copy, -delivery.id)) + retries


async def _send(store: Store, delivery: Delivery, settings: WebhookSettings) -> None:
    event = store.find(delivery.account, Event, delivery.event_id)
    if event is None:
        return
    attempt = await asyncio.to_thread(_post, msgspec.json.encode(event), delivery.copy, settings)
    wait = retry_seconds(settings, tries=delivery.tries + 1)
    deliveries.settle(store, delivery, attempt, retry_in_seconds=wait)


def _post(payload: bytes, copy: int, settings: WebhookSettings) -> Attempt:
    at = clock.precise_now()
    target = urlsplit(settings.url)
    kind = http.client.HTTPSConnection if target.scheme == "https" else http.client.HTTPConnection
    connection = kind(target.hostname or "127.0.0.1", target.port, timeout=settings.timeout_seconds)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature_header(payload, secret=settings.secret, timestamp=int(at)),
    }
    try:
        connection.request("POST", target.path + (f"?{target.query}" if target.query else ""), payload, headers)
        response = connection.getresponse()
        response.read()
        return Attempt(copy=copy, at=at, status=response.status, error=None)
    except (OSError, http.client.HTTPException) as failure:
        return Attempt(copy=copy, at=at, status=None, error=f"{type(failure).__name__}: {failure}")
    finally:
        connection.close()
