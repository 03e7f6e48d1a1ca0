"""Asking Stripe what happened, where its webhooks cannot come: a demo with a test key, on a machine nobody reaches."""

from datetime import datetime, timedelta
from typing import Final

import structlog

from billing import stripe_gateway as stripe
from infra.clock import now
from infra.database import fetch, fetch_value, network_transaction, relay_transaction
from infra.inbox import store_event
from infra.settings import Settings, settings

_log = structlog.get_logger("billing.payments")

FIRST_LOOK: Final = timedelta(hours=1)
OVERLAP: Final = timedelta(minutes=2)
"""Stripe lists an event a little after its time; what was had before is stored no second time."""


def webhooks_cannot_come(to: Settings | None = None) -> bool:
    """Say whether this is a demo that charges at Stripe itself; its own simulator reaches it by webhook."""
    told = to or settings()
    return told.demo and bool(told.stripe_key) and not told.stripe_api_base


async def poll_stripe_events() -> list[str]:
    """Put what happened on every account that centres charge on into the inbox; return the ids that are new.

    Without a key there is nobody to ask. An account that the key may not look into is passed over.

    Raises:
        PaymentsUnavailable: Stripe does not answer: to be run again.
    """
    if not settings().stripe_key:
        return []
    async with network_transaction():
        rows = await fetch(
            "SELECT DISTINCT coalesce(stripe_account, '') AS account FROM centres WHERE state <> 'closed' ORDER BY 1"
        )
    new = []
    for row in rows:
        try:
            happened = await stripe.events_since(row["account"], await _since(row["account"]))
        except stripe.PaymentsRefused as error:
            _log.warning("stripe_account_closed_to_us", account=row["account"], error=error.detail)
            continue
        for event_id, payload in happened:
            if await store_event("stripe", event_id, payload):
                new.append(event_id)
    return new


async def _since(account: str) -> datetime:
    async with relay_transaction():
        last = await fetch_value(
            """SELECT max((payload ->> 'created')::bigint) FROM inbox
               WHERE source = 'stripe' AND coalesce(payload ->> 'account', '') = $1""",
            account,
        )
    return now() - FIRST_LOOK if last is None else stripe.instant(last) - OVERLAP
