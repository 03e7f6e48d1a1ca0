"""Taking Stripe's events in, as the webhook and the worker do, in any order and as often as one likes."""

from collections.abc import Iterable
from datetime import timedelta

import httpx
import msgspec

from billing.payments.applying import EventTooEarly, apply_stripe_event
from billing.stripe_gateway import events_since
from infra.clock import now
from infra.ids import new_id
from infra.inbox import StoredEvent
from tests.infra.services.payments.simulator import Simulator


def stored(event_id: str, payload: bytes) -> StoredEvent:
    """Return an event as the inbox holds it."""
    return StoredEvent(id=new_id(), source="stripe", event_id=event_id, payload=payload)


async def happened(account: str) -> list[StoredEvent]:
    """Return everything that happened on an account, oldest first."""
    return [stored(event_id, body) for event_id, body in await events_since(account, now() - timedelta(days=1))]


async def apply_all(events: Iterable[StoredEvent], *, rounds: int = 20) -> None:
    """Apply events in the order given; what comes too early is tried again after the others, as the inbox does."""
    waiting = list(events)
    for _ in range(rounds):
        early = []
        for event in waiting:
            try:
                await apply_stripe_event(event)
            except EventTooEarly:
                early.append(event)
        if not early:
            return
        waiting = early
    raise AssertionError(f"still too early: {[event.event_id for event in waiting]}")


def press(simulator: Simulator, checkout_url: str, action: str) -> None:
    """Press a button of the hosted page."""
    httpx.post(checkout_url, data={"action": action})


def kind_of(event: StoredEvent) -> str:
    """Return an event's type."""
    kind: str = msgspec.json.decode(event.payload)["type"]
    return kind
