"""What stored webhooks lead to, by source."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from billing.payments.applying import apply_stripe_event
from infra.actor import job
from infra.inbox import StoredEvent
from tenants.connections.webhook import apply_call
from tenants.satisfaction.provider import apply_webhook
from tenants.text_messages.reports import apply_report

Reader = Callable[[StoredEvent], Awaitable[object]]


async def _apply_review(event: StoredEvent) -> None:
    await apply_webhook(event, actor=job("satisfaction"))


async def _take_cards(event: StoredEvent) -> None:
    await apply_call(event, actor=job("connections"))


async def _follow_text(event: StoredEvent) -> None:
    await apply_report(event, actor=job("texts"))


READERS: Final[Mapping[str, Reader]] = {
    "stripe": apply_stripe_event,
    "satisfaction": _apply_review,
    "cards": _take_cards,
    "texts": _follow_text,
}
"""Source → the operation that applies one of its events; it may be given the same event twice."""
