"""Payment links, Checkout sessions, payments, refunds, disputes."""

from piccolo.columns import UUID, BigInt, Date, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class PaymentLink(
    Table, db=DB, tablename="payment_links", help_text="Halte's own durable address, for one quote version."
):
    """One link."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    dossier_id = UUID(default=None)
    quote_id = UUID(default=None)
    part = Text(default=None, help_text="deposit, balance or whole.")
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)


class CheckoutSession(
    Table, db=DB, tablename="checkout_sessions", help_text="One asking of Stripe; its id is the idempotency key."
):
    """One session."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    link_id = UUID(default=None)
    dossier_id = UUID(default=None)
    part = Text(default=None)
    amount_minor = BigInt(default=None)
    currency = Text(default=None)
    state = Text(default=None, help_text="pending (asked, not answered), open, processing, paid, failed or expired.")
    stripe_account = Text(default=None, help_text="Whose account is charged; empty is the key's own, in the demo.")
    stripe_session = Text(null=True, default=None)
    url = Text(null=True, default=None)
    error = Text(null=True, default=None, help_text="What Stripe said when it refused.")
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None, help_text="Stripe's own end of it: 24 hours at most.")


class Payment(Table, db=DB, tablename="payments", help_text="Money that came in, or is on its way."):
    """One payment."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    dossier_id = UUID(default=None)
    checkout_session_id = UUID(null=True, default=None, help_text="Empty for what was recorded by hand.")
    means = Text(default=None, help_text="card, transfer, cheque, cash, voucher or public_transfer.")
    part = Text(default=None, help_text="deposit, balance or whole: what it was asked for as.")
    amount_minor = BigInt(default=None)
    refunded_minor = BigInt(default=None, help_text="Given back, asked for or done; never more than came.")
    disputed_minor = BigInt(default=None, help_text="Taken back by the client's bank.")
    currency = Text(default=None)
    state = Text(default=None, help_text="pending, paid, failed, refunded or partly_refunded.")
    reference = Text(default=None, help_text="Of the cheque or transfer; Stripe's payment intent for a card.")
    received_day = Date(default=None)
    at = Timestamptz(default=None)
    stripe_payment_intent = Text(null=True, default=None)
    stripe_account = Text(default=None)


class Refund(Table, db=DB, tablename="refunds", help_text="Money given back; its id is the idempotency key."):
    """One refund."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    payment_id = UUID(default=None)
    amount_minor = BigInt(default=None)
    currency = Text(default=None)
    reason = Text(default=None)
    state = Text(default=None, help_text="pending, succeeded or failed.")
    stripe_refund = Text(null=True, default=None)
    error = Text(null=True, default=None)
    created_at = Timestamptz(default=None)


class Dispute(Table, db=DB, tablename="disputes", help_text="A client's bank contests a card payment."):
    """One dispute."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    payment_id = UUID(default=None)
    stripe_dispute = Text(default=None)
    amount_minor = BigInt(default=None)
    currency = Text(default=None)
    state = Text(default=None, help_text="open, won or lost.")
    reason = Text(default=None)
    opened_at = Timestamptz(default=None)
