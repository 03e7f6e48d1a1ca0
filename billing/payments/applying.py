"""Applying Stripe's events: each once, whatever their order or repetition; the end is the same.

What an event books hangs on the thing it is about (a session, a refund, a dispute), never on the event: a second event
about the same thing finds it booked. What an event of the past would undo (a completed session that « expires ») is
not undone. An event about a payment that is not here yet waits.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
import structlog

from billing.dossiers.progress import lock
from billing.money import Money
from billing.payments import events
from billing.payments.booking import book_in
from billing.payments.giving_back import apply_dispute, apply_refund
from billing.payments.queries import Payment, payment, payment_of_session
from billing.payments.stripe_events import DisputeObject, RefundObject, SessionObject, StripeEvent
from infra.actor import job
from infra.clock import now, today
from infra.database import Row, execute, fetch_row, system_transaction, tenant_transaction
from infra.errors import Unavailable
from infra.ids import new_id
from infra.inbox import StoredEvent
from infra.outbox import record
from tenants.centres.queries import centre as centre_of

PATIENCE: Final = timedelta(days=3)
"""Stripe repeats what it could not deliver for three days: an unknown payment after that is not ours."""

_log = structlog.get_logger("billing.payments")
STRIPE: Final = job("stripe", address="webhook")


class EventTooEarly(Unavailable):
    """The event is about a payment whose own event has not come yet: try again."""

    code = "event_too_early"


async def apply_stripe_event(stored: StoredEvent) -> None:
    """Apply one stored event of Stripe; kinds that nobody reads stay in the inbox and change nothing.

    Raises:
        EventTooEarly: to be given again later.
    """
    event = msgspec.json.decode(stored.payload, type=StripeEvent)
    apply = _APPLY.get(event.type)
    if apply is not None:
        await apply(event)


async def _apply_session(event: StripeEvent) -> None:
    session = msgspec.json.decode(event.data.object, type=SessionObject)
    if session.ours is None:
        return
    centre_id, row_id = session.ours
    async with tenant_transaction(centre_id):
        row = await fetch_row(
            "SELECT dossier_id FROM checkout_sessions WHERE centre_id = $1 AND id = $2", centre_id, row_id
        )
        if row is None:
            _log.warning("stripe_session_unknown", event_id=event.id, session=session.id)
            return
        await lock(centre_id, row["dossier_id"])
        row = await fetch_row(
            """SELECT id, dossier_id, part, amount_minor, currency, state, stripe_account, stripe_session
               FROM checkout_sessions WHERE centre_id = $1 AND id = $2 FOR UPDATE""",
            centre_id,
            row_id,
        )
        assert row is not None  # it is never deleted
        if not _matches(row, session, event):
            _log.error("stripe_session_mismatch", event_id=event.id, session=session.id, row=str(row_id))
            return
        if row["stripe_session"] is None:
            await execute(
                "UPDATE checkout_sessions SET stripe_session = $3 WHERE centre_id = $1 AND id = $2",
                centre_id,
                row_id,
                session.id,
            )
        await _advance(centre_id, row, session, event)


def _matches(row: Row, session: SessionObject, event: StripeEvent) -> bool:
    """Say whether the event is about our session: anybody with an account can write our ids into his own metadata."""
    return (
        (event.account or "") == row["stripe_account"]
        and row["stripe_session"] in (None, session.id)
        and session.amount == Money(row["amount_minor"], row["currency"])
    )


async def _advance(centre_id: UUID, row: Row, session: SessionObject, event: StripeEvent) -> None:
    if event.type == "checkout.session.expired":
        if row["state"] in ("pending", "open"):
            await _set_state(centre_id, row["id"], "expired")
    elif event.type == "checkout.session.async_payment_failed":
        await _failed(centre_id, row, session, event)
    elif session.payment_status == "paid" or event.type == "checkout.session.async_payment_succeeded":
        await _paid(centre_id, row, session, event)
    elif row["state"] not in ("paid", "failed"):
        # Complete but not paid: a bank debit is on its way, for days.
        await _put_payment(centre_id, row, session, event, state="pending")
        await _set_state(centre_id, row["id"], "processing")


async def _paid(centre_id: UUID, row: Row, session: SessionObject, event: StripeEvent) -> None:
    received = await _put_payment(centre_id, row, session, event, state="paid")
    await _set_state(centre_id, row["id"], "paid")
    await book_in(
        centre_id, received, f"card:{row['id']}", description=f"Stripe {session.payment_intent}", actor=STRIPE
    )


async def _failed(centre_id: UUID, row: Row, session: SessionObject, event: StripeEvent) -> None:
    if row["state"] in ("paid", "failed"):
        return
    failed = await _put_payment(centre_id, row, session, event, state="failed")
    await _set_state(centre_id, row["id"], "failed")
    await record(events.PaymentFailed(subject_id=failed.id, dossier_id=row["dossier_id"]), actor=STRIPE)


async def _set_state(centre_id: UUID, row_id: UUID, state: str) -> None:
    await execute("UPDATE checkout_sessions SET state = $3 WHERE centre_id = $1 AND id = $2", centre_id, row_id, state)


async def _put_payment(centre_id: UUID, row: Row, session: SessionObject, event: StripeEvent, *, state: str) -> Payment:
    """Write the payment of a session, or move a pending one on; refunds already known keep their mark."""
    await execute(
        """INSERT INTO payments (id, centre_id, dossier_id, checkout_session_id, means, part, amount_minor,
               refunded_minor, disputed_minor, currency, state, reference, received_day, at, stripe_payment_intent,
               stripe_account)
           VALUES ($1, $2, $3, $4, 'card', $5, $6, 0, 0, $7, $8, $9, $10, $11, $12, $13)
           ON CONFLICT (centre_id, checkout_session_id) DO UPDATE SET
               state = CASE WHEN payments.state = 'pending' THEN excluded.state ELSE payments.state END,
               stripe_payment_intent = coalesce(payments.stripe_payment_intent, excluded.stripe_payment_intent),
               reference = CASE WHEN payments.reference = '' THEN excluded.reference ELSE payments.reference END""",
        new_id(),
        centre_id,
        row["dossier_id"],
        row["id"],
        row["part"],
        row["amount_minor"],
        row["currency"],
        state,
        session.payment_intent or "",
        today((await centre_of(centre_id)).time_zone),
        event.at,
        session.payment_intent,
        row["stripe_account"],
    )
    return await payment_of_session(centre_id, row["id"])


async def _apply_refund(event: StripeEvent) -> None:
    refund = msgspec.json.decode(event.data.object, type=RefundObject)
    found = await _find(refund.payment_intent, event)
    if found is not None:
        centre_id, payment_id = found
        async with tenant_transaction(centre_id):
            if await _is_of_account(centre_id, payment_id, event):
                await apply_refund(centre_id, payment_id, refund, actor=STRIPE)


async def _apply_dispute(event: StripeEvent) -> None:
    dispute = msgspec.json.decode(event.data.object, type=DisputeObject)
    found = await _find(dispute.payment_intent, event)
    if found is not None:
        centre_id, payment_id = found
        async with tenant_transaction(centre_id):
            if await _is_of_account(centre_id, payment_id, event):
                reinstated = event.type == "charge.dispute.funds_reinstated"
                await apply_dispute(
                    centre_id, payment_id, dispute, reinstated=reinstated, opened_at=event.at, actor=STRIPE
                )


async def _find(payment_intent: str | None, event: StripeEvent) -> tuple[UUID, UUID] | None:
    """Find the centre and the payment of an intent; None where it is not ours.

    Raises:
        EventTooEarly: it may be ours, and its session's event has not come yet.
    """
    if payment_intent is None:
        return None
    async with system_transaction(read_only=True):
        row = await fetch_row("SELECT centre_id, payment_id FROM find_stripe_payment($1)", payment_intent)
    if row is not None:
        return row["centre_id"], row["payment_id"]
    if event.at > now() - PATIENCE:
        raise EventTooEarly(event.id)
    return None


async def _is_of_account(centre_id: UUID, payment_id: UUID, event: StripeEvent) -> bool:
    given = await payment(centre_id, payment_id)
    if given.state == "pending":
        # Nothing goes back before it came: a dossier must not owe money in between.
        raise EventTooEarly(event.id)
    return given.stripe_account == (event.account or "")


_APPLY: Final[Mapping[str, Callable[[StripeEvent], Awaitable[None]]]] = {
    "checkout.session.completed": _apply_session,
    "checkout.session.async_payment_succeeded": _apply_session,
    "checkout.session.async_payment_failed": _apply_session,
    "checkout.session.expired": _apply_session,
    "refund.created": _apply_refund,
    "refund.updated": _apply_refund,
    "refund.failed": _apply_refund,
    "charge.refund.updated": _apply_refund,
    "charge.dispute.created": _apply_dispute,
    "charge.dispute.updated": _apply_dispute,
    "charge.dispute.closed": _apply_dispute,
    "charge.dispute.funds_withdrawn": _apply_dispute,
    "charge.dispute.funds_reinstated": _apply_dispute,
}
