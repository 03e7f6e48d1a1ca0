"""The nightly comparison with Stripe's own lists: what a webhook never brought, what an answer never said."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec

from billing import stripe_gateway as stripe
from billing.payments.giving_back import finish_refunds
from billing.payments.rules import RETRY_LIFE
from infra.actor import job
from infra.clock import now
from infra.database import execute, fetch, tenant_transaction
from infra.inbox import store_event
from tenants.centres.queries import centre as centre_of

LOOK_BACK: Final = timedelta(days=4)
"""Stripe gives up a webhook after three days."""

_ACTOR: Final = job("reconciliation")


class Reconciled(msgspec.Struct, frozen=True, kw_only=True):
    """What was found: events that never came, now in the inbox; refunds ended; sessions found or given up."""

    missed_events: list[str]
    refunds_ended: int
    sessions_found: int
    sessions_given_up: int


async def reconcile(centre_id: UUID) -> Reconciled:
    """Put every event of the centre's account that the inbox has not into it, and end what hangs. May run twice.

    A centre that takes no cards has nothing to compare.

    Raises:
        PaymentsUnavailable: Stripe does not answer: to be run again.
    """
    async with tenant_transaction(centre_id, read_only=True):
        centre = await centre_of(centre_id)
    try:
        account = stripe.account_of(centre.stripe_account)
    except stripe.PaymentsNotConfigured:
        return Reconciled(missed_events=[], refunds_ended=0, sessions_found=0, sessions_given_up=0)
    missed = [
        event_id
        for event_id, payload in await stripe.events_since(account, now() - LOOK_BACK)
        if await store_event("stripe", event_id, payload)
    ]
    found, given_up = await _end_sessions(centre_id)
    return Reconciled(
        missed_events=missed,
        refunds_ended=await finish_refunds(centre_id, actor=_ACTOR),
        sessions_found=found,
        sessions_given_up=given_up,
    )


async def _end_sessions(centre_id: UUID) -> tuple[int, int]:
    """Look at Stripe for the sessions whose answer never came, and close those nobody was sent to."""
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch(
            """SELECT id, stripe_account, created_at FROM checkout_sessions
               WHERE centre_id = $1 AND state = 'pending' AND created_at < $2""",
            centre_id,
            now() - RETRY_LIFE,
        )
    found = 0
    for row in rows:
        session = await stripe.find_session(row["stripe_account"], row["id"], since=row["created_at"])
        if session is not None:
            found += 1
            if session.open:
                await stripe.expire_session(row["stripe_account"], session.id)
        async with tenant_transaction(centre_id):
            await execute(
                """UPDATE checkout_sessions SET state = 'expired', stripe_session = $3
                   WHERE centre_id = $1 AND id = $2 AND state = 'pending'""",
                centre_id,
                row["id"],
                None if session is None else session.id,
            )
    return found, len(rows) - found
