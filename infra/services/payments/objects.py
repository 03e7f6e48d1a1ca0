"""Stripe's objects about money, with the field names of one API version.

Fields that Stripe sends as null are here too, so that reading one through the SDK answers None instead of failing.
Amounts are in minor units of their currency, instants in seconds since 1970.
"""

import secrets
import string

import msgspec

API_VERSION = "2026-10-28.endive"
"""The version that the SDK of the lock pins; a test compares them."""

JsonObject = dict[str, object]


def new_id(prefix: str, *, length: int = 24) -> str:
    """Return a fresh id in Stripe's form, `pi_3Nx…`."""
    alphabet = string.ascii_letters + string.digits
    return prefix + "".join(secrets.choice(alphabet) for _ in range(length))


class StripeObject(msgspec.Struct, kw_only=True):
    """Anything with an id that an account owns."""

    id: str
    object: str


class CreatedObject(StripeObject, kw_only=True):
    """An object that says when it was made."""

    created: int
    livemode: bool = False
    metadata: dict[str, str] = msgspec.field(default_factory=dict)


class CardDetails(msgspec.Struct, kw_only=True):
    """The test card that every payer of the simulator owns."""

    brand: str = "visa"
    country: str = "FR"
    exp_month: int = 12
    exp_year: int = 2034
    funding: str = "credit"
    last4: str = "4242"
    network: str = "visa"


class SepaDetails(msgspec.Struct, kw_only=True):
    """The test bank account of delayed payments."""

    bank_code: str = "20041"
    branch_code: str = "01005"
    country: str = "FR"
    last4: str = "2606"


class PaymentMethodDetails(msgspec.Struct, kw_only=True, omit_defaults=True):
    """How a charge was paid."""

    type: str
    card: CardDetails | None = None
    sepa_debit: SepaDetails | None = None


class BillingDetails(msgspec.Struct, kw_only=True):
    """Who paid, as typed on the hosted page."""

    email: str | None = None
    name: str | None = None
    phone: str | None = None
    address: JsonObject | None = None
    tax_id: str | None = None


class PaymentError(msgspec.Struct, kw_only=True):
    """Why the last try of a payment failed."""

    type: str
    code: str
    message: str
    decline_code: str | None = None
    charge: str | None = None
    doc_url: str | None = None


class PaymentIntent(CreatedObject, kw_only=True):
    """One sum to be paid, through as many tries as it takes."""

    object: str = "payment_intent"
    amount: int
    currency: str
    status: str
    payment_method_types: list[str]
    allowed_payment_method_types: list[str] | None = None
    amount_capturable: int = 0
    amount_received: int = 0
    capture_method: str = "automatic_async"
    confirmation_method: str = "automatic"
    client_secret: str | None = None
    description: str | None = None
    last_payment_error: PaymentError | None = None
    latest_charge: str | None = None
    payment_method: str | None = None
    receipt_email: str | None = None
    application: str | None = None
    application_fee_amount: int | None = None
    automatic_payment_methods: JsonObject | None = None
    canceled_at: int | None = None
    cancellation_reason: str | None = None
    customer: str | None = None
    next_action: JsonObject | None = None
    on_behalf_of: str | None = None
    payment_method_options: JsonObject | None = None
    processing: JsonObject | None = None
    review: str | None = None
    setup_future_usage: str | None = None
    shipping: JsonObject | None = None
    source: str | None = None
    statement_descriptor: str | None = None
    statement_descriptor_suffix: str | None = None
    transfer_data: JsonObject | None = None
    transfer_group: str | None = None


class Charge(CreatedObject, kw_only=True):
    """One try to take the money."""

    object: str = "charge"
    amount: int
    currency: str
    status: str
    paid: bool
    payment_intent: str
    payment_method_details: PaymentMethodDetails
    billing_details: BillingDetails
    amount_captured: int = 0
    amount_refunded: int = 0
    captured: bool = True
    disputed: bool = False
    refunded: bool = False
    balance_transaction: str | None = None
    description: str | None = None
    failure_code: str | None = None
    failure_message: str | None = None
    outcome: JsonObject | None = None
    payment_method: str | None = None
    receipt_email: str | None = None
    receipt_number: str | None = None
    receipt_url: str | None = None
    application: str | None = None
    application_fee: str | None = None
    application_fee_amount: int | None = None
    calculated_statement_descriptor: str | None = None
    customer: str | None = None
    failure_balance_transaction: str | None = None
    fraud_details: JsonObject | None = None
    on_behalf_of: str | None = None
    radar_options: JsonObject | None = None
    review: str | None = None
    shipping: JsonObject | None = None
    source: str | None = None
    source_transfer: str | None = None
    statement_descriptor: str | None = None
    statement_descriptor_suffix: str | None = None
    transfer_data: JsonObject | None = None
    transfer_group: str | None = None


class Refund(StripeObject, kw_only=True):
    """Money given back, whole or in part."""

    object: str = "refund"
    created: int
    amount: int
    currency: str
    charge: str
    payment_intent: str
    status: str
    metadata: dict[str, str] = msgspec.field(default_factory=dict)
    reason: str | None = None
    balance_transaction: str | None = None
    destination_details: JsonObject | None = None
    failure_balance_transaction: str | None = None
    failure_reason: str | None = None
    pending_reason: str | None = None
    receipt_number: str | None = None
    source_transfer_reversal: str | None = None
    transfer_reversal: str | None = None


class BalanceTransaction(StripeObject, kw_only=True):
    """What moved on the account's balance, fee included: `net` is `amount` less `fee`."""

    object: str = "balance_transaction"
    created: int
    available_on: int
    amount: int
    currency: str
    fee: int
    net: int
    type: str
    reporting_category: str
    source: str
    fee_details: list[JsonObject] = msgspec.field(default_factory=list)
    balance_type: str = "payments"
    status: str = "pending"
    description: str | None = None
    exchange_rate: float | None = None


class Dispute(CreatedObject, kw_only=True):
    """A payer's bank taking a payment back until it is decided."""

    object: str = "dispute"
    amount: int
    currency: str
    charge: str
    payment_intent: str
    reason: str
    status: str
    evidence: JsonObject
    evidence_details: JsonObject
    balance_transactions: list[BalanceTransaction] = msgspec.field(default_factory=list)
    enhanced_eligibility_types: list[str] = msgspec.field(default_factory=list)
    is_charge_refundable: bool = False
    network_reason_code: str | None = None
    payment_method_details: JsonObject | None = None


class EventData(msgspec.Struct, kw_only=True):
    """The object as it was when the event happened, and what it had been before."""

    object: msgspec.Raw
    previous_attributes: JsonObject | msgspec.UnsetType = msgspec.UNSET


class EventRequest(msgspec.Struct, kw_only=True):
    """The API call that caused an event; nulls when a payer or time did."""

    id: str | None = None
    idempotency_key: str | None = None


class Event(StripeObject, kw_only=True):
    """A fact about one object; `account` is there for connected accounts only."""

    object: str = "event"
    created: int
    type: str
    data: EventData
    request: EventRequest
    api_version: str = API_VERSION
    livemode: bool = False
    pending_webhooks: int = 1
    account: str | msgspec.UnsetType = msgspec.UNSET
