"""Give money back, whole or in parts, never more than was taken (docs.stripe.com/api/refunds)."""

import msgspec

from infra.services.payments import clock, errors, form, payments
from infra.services.payments.objects import Charge, JsonObject, PaymentIntent, Refund, new_id
from infra.services.payments.world import World

_REASONS = {"duplicate", "fraudulent", "requested_by_customer"}


class RefundParams(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST /v1/refunds` takes: one of `charge` and `payment_intent`; no amount means all that is left."""

    charge: str | None = None
    payment_intent: str | None = None
    amount: int | None = None
    reason: str | None = None
    metadata: dict[str, str] = {}


class RefundChange(msgspec.Struct, forbid_unknown_fields=True):
    """What may be changed on a refund."""

    metadata: dict[str, str]


def create(world: World, params: form.Form) -> Refund:
    """Give back all that is left of a charge, or a part.

    Raises:
        StripeError: nothing was paid, all is given back (`charge_already_refunded`), the payer's bank took it back
            (`charge_disputed`), or the amount is more than what is left.
    """
    asked = form.read(params, RefundParams)
    if asked.reason is not None and asked.reason not in _REASONS:
        message = f"Invalid reason: must be one of {', '.join(sorted(_REASONS))}"
        raise errors.invalid_parameter(message, param="reason")
    form.check_metadata(asked.metadata)
    charge = _charge(world, asked)
    left = charge.amount - charge.amount_refunded
    amount = left if asked.amount is None else asked.amount
    _check(charge, amount=amount, left=left)
    refund_id = new_id("re_3")
    movement = payments.balance_movement(refund_id, kind="refund", amount=-amount, currency=charge.currency, fee=0)
    world.save(movement)
    refund = Refund(
        id=refund_id,
        created=clock.now(),
        amount=amount,
        currency=charge.currency,
        charge=charge.id,
        payment_intent=charge.payment_intent,
        status="succeeded",
        metadata=asked.metadata,
        reason=asked.reason,
        balance_transaction=movement.id,
        destination_details={
            "type": "card",
            "card": {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"},
        },
    )
    before: JsonObject = {"amount_refunded": charge.amount_refunded, "refunded": charge.refunded}
    charge.amount_refunded += amount
    charge.refunded = charge.amount_refunded == charge.amount
    world.save(refund)
    world.save(charge)
    world.record("refund.created", refund)
    world.record("charge.refunded", charge, previous=before)
    _give_reference(world, refund)
    return refund


def update(world: World, refund_id: str, params: form.Form) -> Refund:
    """Change a refund's metadata."""
    asked = form.read(params, RefundChange)
    form.check_metadata(asked.metadata)
    refund = world.get(Refund, refund_id)
    labels = dict(refund.metadata)
    refund.metadata = {**refund.metadata, **asked.metadata}
    world.save(refund)
    world.record("refund.updated", refund, previous={"metadata": labels})
    return refund


def _charge(world: World, asked: RefundParams) -> Charge:
    if asked.charge is not None:
        return world.get(Charge, asked.charge, param="charge")
    if asked.payment_intent is None:
        message = "One of the following params should be provided for this request: payment_intent or charge."
        raise errors.invalid_parameter(message)
    intent = world.get(PaymentIntent, asked.payment_intent, param="payment_intent")
    if intent.status != "succeeded" or intent.latest_charge is None:
        message = f"This PaymentIntent ({intent.id}) does not have a successful charge to refund."
        raise errors.invalid_request(message, param="payment_intent")
    return world.get(Charge, intent.latest_charge)


def _check(charge: Charge, *, amount: int, left: int) -> None:
    if charge.disputed:
        raise errors.invalid_request(
            f"Charge {charge.id} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if not charge.paid:
        raise errors.invalid_request(f"Charge {charge.id} was not paid; cannot issue a refund.")
    if left == 0:
        message = f"Charge {charge.id} has already been refunded."
        raise errors.invalid_request(message, code="charge_already_refunded")
    if amount < 1:
        raise errors.invalid_parameter("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if amount > left:
        currency = charge.currency.upper()
        message = (
            f"Refund amount ({amount / 100:.2f} {currency}) is greater than unrefunded amount on charge "
            f"({left / 100:.2f} {currency})"
        )
        raise errors.invalid_request(message, param="amount")


def _give_reference(world: World, refund: Refund) -> None:
    """Add the card network's reference, which Stripe learns after the refund was made, hence a second event."""
    before = refund.destination_details
    refund.destination_details = {
        "type": "card",
        "card": {
            "reference": new_id("", length=23),
            "reference_status": "available",
            "reference_type": "acquirer_reference_number",
            "type": "refund",
        },
    }
    world.save(refund)
    world.record("refund.updated", refund, previous={"destination_details": before})
