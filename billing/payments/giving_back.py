"""Money that goes back: refunds by staff, by hand or through Stripe in three beats, and what the client's bank takes."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from billing import stripe_gateway as stripe
from billing.dossiers.progress import lock
from billing.money import Money
from billing.payments import events
from billing.payments.booking import book_out
from billing.payments.queries import Payment, payment
from billing.payments.rules import PaymentInvalid, RefundTooLarge, left_to_refund, payment_state
from billing.payments.stripe_events import DisputeObject, RefundObject
from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import Row, execute, fetch, fetch_row, fetch_value, tenant_transaction
from infra.errors import Conflict, FieldError
from infra.ids import new_id
from infra.outbox import record

CALL_UNDER_WAY: Final = timedelta(minutes=1)
"""A refund that young may still have its answer coming."""
_FAILED: Final = ("failed", "canceled")


class PaymentNotReceived(Conflict):
    """This payment has not arrived: there is nothing to give back."""

    code = "payment_not_received"


async def refund(centre_id: UUID, payment_id: UUID, amount: Money | None, *, reason: str, actor: Actor) -> UUID:
    """Give back a payment or a part of it, by the way it came; return the refund's id.

    A card's refund is asked of Stripe after our row is committed; without an answer it stays pending and the nightly
    reconciliation, or Stripe's own event, ends it.

    Raises:
        PaymentUnknown: the centre has none of that id.
        PaymentNotReceived: nothing came.
        RefundTooLarge: more than is left of it.
        PaymentsUnavailable: Stripe did not answer: the refund is pending, do not ask twice.
        PaymentsRefused: Stripe refused; nothing was given back.
    """
    actor.require("payment.refund")
    async with tenant_transaction(centre_id):
        await lock(centre_id, (await payment(centre_id, payment_id)).dossier_id)
        given = await payment(centre_id, payment_id, lock=True)
        wanted = _checked(given, amount)
        refund_id = new_id()
        await execute(
            """INSERT INTO refunds (id, centre_id, payment_id, amount_minor, currency, reason, state, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7)""",
            refund_id,
            centre_id,
            payment_id,
            wanted.minor,
            wanted.currency,
            reason.strip()[:500],
            now(),
        )
        await audit("dossier", given.dossier_id, "refund", actor=actor, after={"amount": wanted, "reason": reason})
        if given.means != "card":
            await _went(centre_id, given, refund_id, wanted, actor=actor)
            return refund_id
        await _sum_refunds(centre_id, given)
    await _ask(centre_id, given, refund_id, wanted, actor=actor)
    return refund_id


def _checked(given: Payment, amount: Money | None) -> Money:
    if given.state in ("pending", "failed"):
        raise PaymentNotReceived
    left = left_to_refund(given.amount, refunded=given.refunded, disputed=given.disputed)
    wanted = left if amount is None else amount
    if wanted.currency != left.currency or wanted.minor < 0:
        raise PaymentInvalid(errors=(FieldError("/amount", "invalid", "Montant en euros, supérieur à zéro"),))
    if not wanted.minor or wanted > left:
        raise RefundTooLarge(left_minor=left.minor)
    return wanted


async def _ask(
    centre_id: UUID, given: Payment, refund_id: UUID, amount: Money, *, actor: Actor, look_first: bool = False
) -> None:
    account, intent = given.stripe_account, given.stripe_payment_intent
    answer = await stripe.find_refund(account, refund_id, payment_intent=intent) if look_first else None
    try:
        answer = answer or await stripe.give_back(account, refund_id, payment_intent=intent, amount=amount)
    except stripe.PaymentsRefused as refusal:
        async with tenant_transaction(centre_id):
            await lock(centre_id, given.dossier_id)
            await execute(
                """UPDATE refunds SET state = 'failed', error = $3
                   WHERE centre_id = $1 AND id = $2 AND state = 'pending'""",
                centre_id,
                refund_id,
                refusal.detail[:500],
            )
            await _sum_refunds(centre_id, given)
        raise
    told = RefundObject(
        id=answer.id,
        amount=amount.minor,
        currency=amount.currency.lower(),
        status=answer.status,
        payment_intent=intent,
        metadata={stripe.REFUND: str(refund_id)},
    )
    async with tenant_transaction(centre_id):
        await apply_refund(centre_id, given.id, told, actor=actor)


async def finish_refunds(centre_id: UUID, *, actor: Actor) -> int:
    """Ask again for what Stripe did not answer, looking by metadata first; return how many were ended."""
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch(
            """SELECT id, payment_id, amount_minor, currency FROM refunds
               WHERE centre_id = $1 AND state = 'pending' AND stripe_refund IS NULL AND created_at < $2 ORDER BY id""",
            centre_id,
            now() - CALL_UNDER_WAY,
        )
        pending = [(row, await payment(centre_id, row["payment_id"])) for row in rows]
    for row, given in pending:
        amount = Money(row["amount_minor"], row["currency"])
        try:
            await _ask(centre_id, given, row["id"], amount, actor=actor, look_first=True)
        except stripe.PaymentsRefused:
            continue  # written down as failed
    return len(pending)


async def apply_refund(centre_id: UUID, payment_id: UUID, told: RefundObject, *, actor: Actor) -> None:
    """Write down what Stripe says of a refund, in the transaction under way; one that ended does not change its end."""
    await lock(centre_id, (await payment(centre_id, payment_id)).dossier_id)
    given = await payment(centre_id, payment_id, lock=True)
    row = await _refund_row(centre_id, given, told)
    amount = Money(row["amount_minor"], row["currency"])
    if row["state"] == "failed":
        return
    if told.status in _FAILED:
        # A refund may go and come back: both are booked, so that the end is the same whichever event comes first.
        await _went(centre_id, given, row["id"], amount, actor=actor, quietly=True)
        await execute(
            "UPDATE refunds SET state = 'failed', error = $3 WHERE centre_id = $1 AND id = $2",
            centre_id,
            row["id"],
            told.failure_reason or told.status,
        )
        await book_out(
            centre_id, given, -amount, f"refund-failed:{row['id']}", description=f"Stripe {told.id}", actor=actor
        )
        await _sum_refunds(centre_id, given)
        fact = events.RefundFailed(subject_id=given.id, dossier_id=given.dossier_id, refund_id=row["id"])
        await record(fact, actor=actor)
    elif told.status == "succeeded":
        await _went(centre_id, given, row["id"], amount, actor=actor)
    else:
        await _sum_refunds(centre_id, given)


async def _refund_row(centre_id: UUID, given: Payment, told: RefundObject) -> Row:
    """Return the row of a refund: found by Stripe's id, else by ours, else made for what staff did at Stripe."""
    columns = "id, amount_minor, currency, state"
    if told.row_id is not None:
        await execute(
            """UPDATE refunds SET stripe_refund = $4
               WHERE centre_id = $1 AND id = $2 AND payment_id = $3 AND stripe_refund IS NULL""",
            centre_id,
            told.row_id,
            given.id,
            told.id,
        )
    await execute(
        """INSERT INTO refunds (id, centre_id, payment_id, amount_minor, currency, reason, state, stripe_refund,
               created_at)
           VALUES ($1, $2, $3, $4, $5, 'Stripe', 'pending', $6, $7) ON CONFLICT (centre_id, stripe_refund) DO NOTHING""",
        new_id(),
        centre_id,
        given.id,
        told.amount,
        told.currency.upper(),
        told.id,
        now(),
    )
    row = await fetch_row(
        f"SELECT {columns} FROM refunds WHERE centre_id = $1 AND stripe_refund = $2", centre_id, told.id
    )
    assert row is not None  # made above, by us or by somebody else
    return row


async def _went(
    centre_id: UUID, given: Payment, refund_id: UUID, amount: Money, *, actor: Actor, quietly: bool = False
) -> None:
    await execute(
        "UPDATE refunds SET state = 'succeeded' WHERE centre_id = $1 AND id = $2 AND state = 'pending'",
        centre_id,
        refund_id,
    )
    key, words = f"refund:{refund_id}", f"Remboursement {given.reference}".strip()
    booked = await book_out(centre_id, given, amount, key, description=words, actor=actor)
    await _sum_refunds(centre_id, given)
    if booked and not quietly:
        fact = events.PaymentRefunded(subject_id=given.id, dossier_id=given.dossier_id, refund_id=refund_id)
        await record(fact, actor=actor)


async def _sum_refunds(centre_id: UUID, given: Payment) -> None:
    """Rebuild a payment's running total and state from its refunds, in the transaction that changed one."""
    row = await fetch_row(
        """SELECT coalesce(sum(amount_minor) FILTER (WHERE state <> 'failed'), 0)::bigint AS asked,
               coalesce(sum(amount_minor) FILTER (WHERE state = 'succeeded'), 0)::bigint AS gone
           FROM refunds WHERE centre_id = $1 AND payment_id = $2""",
        centre_id,
        given.id,
    )
    assert row is not None  # an aggregate always has a row
    await execute(
        "UPDATE payments SET refunded_minor = $3, state = $4 WHERE centre_id = $1 AND id = $2",
        centre_id,
        given.id,
        row["asked"],
        payment_state(given.amount, given_back=Money(row["gone"], given.amount.currency)),
    )


async def apply_dispute(
    centre_id: UUID, payment_id: UUID, told: DisputeObject, *, reinstated: bool, opened_at: datetime, actor: Actor
) -> None:
    """Write down what Stripe says of a dispute, in the transaction under way: the bank takes the money, or gives it back."""
    if told.status.startswith("warning_"):
        return
    await lock(centre_id, (await payment(centre_id, payment_id)).dossier_id)
    given = await payment(centre_id, payment_id, lock=True)
    amount = Money(told.amount, told.currency.upper())
    made = await execute(
        """INSERT INTO disputes (id, centre_id, payment_id, stripe_dispute, amount_minor, currency, state, reason,
               opened_at)
           VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8) ON CONFLICT (centre_id, stripe_dispute) DO NOTHING""",
        new_id(),
        centre_id,
        given.id,
        told.id,
        amount.minor,
        amount.currency,
        told.reason,
        opened_at,
    )
    await book_out(centre_id, given, amount, f"dispute:{told.id}", description=f"Stripe {told.id}", actor=actor)
    before = await fetch_value(
        "SELECT state FROM disputes WHERE centre_id = $1 AND stripe_dispute = $2", centre_id, told.id
    )
    state = "won" if reinstated or told.status == "won" else "lost" if told.status == "lost" else "open"
    if before == "open" and state != "open":
        await execute(
            "UPDATE disputes SET state = $3 WHERE centre_id = $1 AND stripe_dispute = $2", centre_id, told.id, state
        )
    if state == "won":
        key = f"dispute-won:{told.id}"
        await book_out(centre_id, given, -amount, key, description=f"Stripe {told.id}", actor=actor)
    await execute(
        """UPDATE payments SET disputed_minor = (SELECT coalesce(sum(amount_minor), 0) FROM disputes
               WHERE centre_id = $1 AND payment_id = $2 AND state <> 'won') WHERE centre_id = $1 AND id = $2""",
        centre_id,
        given.id,
    )
    if made or before != state:
        await record(events.PaymentDisputed(subject_id=given.id, dossier_id=given.dossier_id), actor=actor)
