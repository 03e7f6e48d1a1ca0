"""Booking money that came or went: the ledger, the dossier, the stay, the facts; each once, whatever repeats."""

from uuid import UUID

from billing.dossiers.progress import Locked, lock, settle
from billing.dossiers.rules import State
from billing.ledger.operations import post
from billing.ledger.rules import money_in
from billing.money import Money
from billing.payments import events
from billing.payments.queries import Payment
from infra.actor import Actor
from infra.audit import audit
from infra.database import fetch_row
from infra.outbox import record
from tenants.clients.blacklisting import is_kept_out
from tenants.stays.operations import confirm_stay
from tenants.stays.overbooking import lacking_beds


async def book_in(centre_id: UUID, payment: Payment, key: str, *, description: str, actor: Actor) -> bool:
    """Book a payment that arrived, in the transaction under way; the caller holds the dossier.

    Returns:
        False where it was booked before.
    """
    dossier = await lock(centre_id, payment.dossier_id)
    postings = money_in(payment.means, payment.amount, sale_booked=dossier.sale_booked)
    if not await post(centre_id, key, postings, dossier_id=dossier.id, description=description, actor=actor):
        return False
    moved = await settle(centre_id, dossier.id, actor=actor, started=True)
    await audit("dossier", dossier.id, "pay", actor=actor, after={"means": payment.means, "amount": payment.amount})
    settled = moved.state in (State.PAID, State.PROCESSED)
    fact = events.BalancePaid if settled else events.DepositPaid
    await record(fact(subject_id=payment.id, dossier_id=dossier.id), actor=actor)
    await _confirm(centre_id, moved, payment, actor=actor)
    return True


async def book_out(
    centre_id: UUID, payment: Payment, amount: Money, key: str, *, description: str, actor: Actor
) -> bool:
    """Book money of a payment that went back; a negative amount books that it came again. As `book_in`."""
    dossier = await lock(centre_id, payment.dossier_id)
    postings = money_in(payment.means, -amount, sale_booked=dossier.sale_booked)
    if not await post(centre_id, key, postings, dossier_id=dossier.id, description=description, actor=actor):
        return False
    await settle(centre_id, dossier.id, actor=actor)
    await audit("dossier", dossier.id, "give_back", actor=actor, after={"means": payment.means, "amount": amount})
    return True


async def _confirm(centre_id: UUID, dossier: Locked, payment: Payment, *, actor: Actor) -> None:
    """Confirm the stay once the deposit of the accepted quote is reached; where that may not be, leave it and say so."""
    row = await fetch_row(
        """SELECT s.status, q.deposit_minor FROM stays s
           JOIN quotes q ON q.centre_id = s.centre_id AND q.dossier_id = $3 AND q.state = 'accepted'
           WHERE s.centre_id = $1 AND s.id = $2""",
        centre_id,
        dossier.stay_id,
        dossier.id,
    )
    if (
        row is None
        or dossier.paid_minor < row["deposit_minor"]
        or row["status"] in ("confirmed", "present", "departed")
    ):
        return
    # Tentative under an accepted quote: its option ended and its beds were freed. Staff find others, or give back.
    # Or its people are more than its beds: to sell that is for who may.
    if (
        row["status"] != "option"
        or await is_kept_out(centre_id, dossier.client_id)
        or await lacking_beds(centre_id, dossier.stay_id)
    ):
        fact = events.StayLeftUnconfirmed(subject_id=payment.id, dossier_id=dossier.id)
        await record(fact, actor=actor)
        await audit("dossier", dossier.id, "leave_unconfirmed", actor=actor, after={"stay": row["status"]})
        return
    await confirm_stay(centre_id, dossier.stay_id, reason="acompte versé", actor=actor)
