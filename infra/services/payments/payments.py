"""What a payer does on the hosted page, and what his bank does days later.

The payment intent of a session is made when its payer first tries to pay, as Stripe has done since version 2022-08-01.
"""

import msgspec

from infra.services.payments import checkout, clock, errors
from infra.services.payments.catalogue_objects import CustomerDetails, Session
from infra.services.payments.objects import (
    BalanceTransaction,
    BillingDetails,
    CardDetails,
    Charge,
    JsonObject,
    PaymentError,
    PaymentIntent,
    PaymentMethodDetails,
    SepaDetails,
    new_id,
)
from infra.services.payments.world import World

FEE_BASIS_POINTS = 150
FEE_FIXED_MINOR = 25
"""Stripe's published price for European cards: 1.5 % and 25 cents."""
DECLINED = "Your card was declined."


class Payer(msgspec.Struct, frozen=True, kw_only=True):
    """Who sits in front of the hosted page, as typed there."""

    email: str | None = None
    name: str | None = None


def pay(world: World, session: Session, payer: Payer) -> Session:
    """Pay an open session by card, at once."""
    intent = _intent(world, session)
    charge = _charge(intent, payer, method="card", status="succeeded")
    world.record("charge.succeeded", _settle(world, intent, charge))
    world.record("payment_intent.succeeded", intent)
    return _complete(world, session, payer, payment_status="paid")


def decline(world: World, session: Session, payer: Payer) -> Session:
    """Refuse the payer's card. The session stays open for another try."""
    intent = _intent(world, session)
    charge = _charge(intent, payer, method="card", status="failed")
    world.save(charge)
    _mark_failed(world, intent, charge)
    return session


def debit(world: World, session: Session, payer: Payer) -> Session:
    """Take a bank debit that is known only days later: the session is complete and unpaid until then."""
    intent = _intent(world, session)
    charge = _charge(intent, payer, method="sepa_debit", status="pending")
    world.save(charge)
    intent.status = "processing"
    intent.latest_charge = charge.id
    intent.payment_method = charge.payment_method
    world.save(intent)
    world.record("charge.pending", charge)
    world.record("payment_intent.processing", intent)
    return _complete(world, session, payer, payment_status="unpaid")


def settle_debit(world: World, session: Session, *, succeeded: bool) -> Session:
    """Say how a bank debit ended.

    Raises:
        StripeError: the session has no debit under way.
    """
    if session.status != "complete" or session.payment_status != "unpaid" or session.payment_intent is None:
        raise errors.invalid_request("This session has no delayed payment under way.")
    intent = world.get(PaymentIntent, session.payment_intent)
    charge = world.get(Charge, intent.latest_charge or "")
    if not succeeded:
        charge.status, charge.paid, charge.captured = "failed", False, False
        charge.failure_code, charge.failure_message = ("insufficient_funds", "The account has insufficient funds.")
        world.save(charge)
        _mark_failed(world, intent, charge)
        world.record("checkout.session.async_payment_failed", session)
        return session
    charge.status, charge.paid = "succeeded", True
    world.record("charge.succeeded", _settle(world, intent, charge))
    world.record("payment_intent.succeeded", intent)
    session.payment_status = "paid"
    world.save(session)
    world.record("checkout.session.async_payment_succeeded", session)
    return session


def _intent(world: World, session: Session) -> PaymentIntent:
    """Return the session's payment intent, made on the first try."""
    if session.status != "open":
        raise errors.invalid_request(f"This session is {session.status}.")
    if session.payment_intent is not None:
        return world.get(PaymentIntent, session.payment_intent)
    data = checkout.pending_intent(world, session)
    intent_id = new_id("pi_3")
    intent = PaymentIntent(
        id=intent_id,
        created=clock.now(),
        amount=session.amount_total,
        currency=session.currency,
        status="requires_payment_method",
        payment_method_types=session.payment_method_types,
        allowed_payment_method_types=session.allowed_payment_method_types,
        client_secret=new_id(f"{intent_id}_secret_"),
        description=data.description,
        metadata=data.metadata,
        receipt_email=data.receipt_email,
        statement_descriptor=data.statement_descriptor,
        statement_descriptor_suffix=data.statement_descriptor_suffix,
        application_fee_amount=data.application_fee_amount,
        on_behalf_of=data.on_behalf_of,
        transfer_group=data.transfer_group,
    )
    world.save(intent)
    world.record("payment_intent.created", intent)
    session.payment_intent = intent.id
    world.save(session)
    return intent


def _charge(intent: PaymentIntent, payer: Payer, *, method: str, status: str) -> Charge:
    failed = status == "failed"
    details = (
        PaymentMethodDetails(type="card", card=CardDetails(last4="0002" if failed else "4242"))
        if method == "card"
        else PaymentMethodDetails(type="sepa_debit", sepa_debit=SepaDetails())
    )
    return Charge(
        id=new_id("ch_3" if method == "card" else "py_3"),
        created=clock.now(),
        amount=intent.amount,
        amount_captured=0 if failed else intent.amount,
        captured=not failed,
        currency=intent.currency,
        status=status,
        paid=status == "succeeded",
        payment_intent=intent.id,
        payment_method=new_id("pm_1"),
        payment_method_details=details,
        billing_details=BillingDetails(email=payer.email, name=payer.name),
        description=intent.description,
        metadata=dict(intent.metadata),
        receipt_email=intent.receipt_email,
        failure_code="card_declined" if failed else None,
        failure_message=DECLINED if failed else None,
        outcome=_outcome(failed=failed),
        application_fee_amount=intent.application_fee_amount,
        on_behalf_of=intent.on_behalf_of,
        transfer_group=intent.transfer_group,
        fraud_details={},
    )


def _settle(world: World, intent: PaymentIntent, charge: Charge) -> Charge:
    fee = (charge.amount * FEE_BASIS_POINTS + 5_000) // 10_000 + FEE_FIXED_MINOR
    movement = balance_movement(charge.id, kind="charge", amount=charge.amount, currency=charge.currency, fee=fee)
    world.save(movement)
    charge.balance_transaction = movement.id
    world.save(charge)
    intent.status = "succeeded"
    intent.amount_received = intent.amount
    intent.latest_charge = charge.id
    intent.payment_method = charge.payment_method
    intent.last_payment_error = None
    world.save(intent)
    return charge


def balance_movement(source: str, *, kind: str, amount: int, currency: str, fee: int) -> BalanceTransaction:
    """Build the line of the balance that a charge, a refund or a dispute makes. `amount` has its sign."""
    now = clock.now()
    return BalanceTransaction(
        id=new_id("txn_3"),
        created=now,
        available_on=now + 7 * 24 * 60 * 60,
        amount=amount,
        currency=currency,
        fee=fee,
        net=amount - fee,
        type=kind,
        reporting_category=kind,
        source=source,
        fee_details=[
            {"amount": fee, "application": None, "currency": currency, "description": "Frais", "type": "stripe_fee"}
        ]
        if fee
        else [],
    )


def _mark_failed(world: World, intent: PaymentIntent, charge: Charge) -> None:
    intent.status = "requires_payment_method"
    intent.latest_charge = charge.id
    intent.last_payment_error = PaymentError(
        type="card_error",
        code=charge.failure_code or "card_declined",
        decline_code="generic_decline" if charge.failure_code == "card_declined" else None,
        message=charge.failure_message or DECLINED,
        charge=charge.id,
    )
    world.save(intent)
    world.record("charge.failed", charge)
    world.record("payment_intent.payment_failed", intent)


def _complete(world: World, session: Session, payer: Payer, *, payment_status: str) -> Session:
    session.status = "complete"
    session.payment_status = payment_status
    session.url = None
    session.customer_details = CustomerDetails(email=payer.email, name=payer.name, individual_name=payer.name)
    world.save(session)
    world.record("checkout.session.completed", session)
    return session


def _outcome(*, failed: bool) -> JsonObject:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network" if failed else "approved_by_network",
        "reason": "generic_decline" if failed else None,
        "risk_level": "normal",
        "risk_score": 12,
        "seller_message": "The bank returned the decline code `generic_decline`." if failed else "Payment complete.",
        "type": "issuer_declined" if failed else "authorized",
    }
