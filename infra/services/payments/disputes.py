"""A payer's bank takes a payment back; only the control `POST /_disputes` makes it do so."""

from infra.services.payments import clock, errors, payments
from infra.services.payments.objects import Charge, Dispute, JsonObject, new_id
from infra.services.payments.world import World

_WEEK_SECONDS = 7 * 24 * 60 * 60
_EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "product_description",
    "receipt",
    "refund_policy",
    "service_date",
    "service_documentation",
    "uncategorized_file",
    "uncategorized_text",
)


def open_dispute(world: World, charge: Charge, *, reason: str) -> Dispute:
    """Take a whole charge back until it is decided.

    Raises:
        StripeError: the charge was not paid or is disputed already.
    """
    if charge.disputed or not charge.paid:
        raise errors.invalid_request("This charge cannot be disputed.")
    dispute_id = new_id("du_1")
    movement = payments.balance_movement(
        dispute_id, kind="adjustment", amount=-charge.amount, currency=charge.currency, fee=2_000
    )
    world.save(movement)
    evidence: JsonObject = {**dict.fromkeys(_EVIDENCE), "enhanced_evidence": {}}
    dispute = Dispute(
        id=dispute_id,
        created=clock.now(),
        amount=charge.amount,
        currency=charge.currency,
        charge=charge.id,
        payment_intent=charge.payment_intent,
        reason=reason,
        status="needs_response",
        evidence=evidence,
        evidence_details={
            "due_by": clock.now() + 2 * _WEEK_SECONDS,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        balance_transactions=[movement],
        payment_method_details={
            "type": "card",
            "card": {"brand": "visa", "case_type": "chargeback", "network_reason_code": "10.4"},
        },
    )
    charge.disputed = True
    world.save(charge)
    world.save(dispute)
    world.record("charge.dispute.created", dispute)
    world.record("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close_dispute(world: World, dispute: Dispute, *, won: bool) -> Dispute:
    """Decide a dispute; the money comes back when the centre won.

    Raises:
        StripeError: it is decided already.
    """
    if dispute.status in ("won", "lost"):
        raise errors.invalid_request(f"This dispute is {dispute.status} already.")
    before = dispute.status
    dispute.status = "won" if won else "lost"
    if won:
        movement = payments.balance_movement(
            dispute.id, kind="adjustment", amount=dispute.amount, currency=dispute.currency, fee=0
        )
        world.save(movement)
        dispute.balance_transactions = [*dispute.balance_transactions, movement]
    world.save(dispute)
    world.record("charge.dispute.closed", dispute, previous={"status": before})
    if won:
        world.record("charge.dispute.funds_reinstated", dispute)
    return dispute
