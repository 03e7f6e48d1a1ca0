"""What happened to money; `subject_id` is the payment's, or the session's where nothing came."""

from uuid import UUID

from infra.outbox import Event


class DepositPaid(Event, frozen=True, kw_only=True, tag="payments.deposit_paid"):
    """Money came, and the dossier is not settled yet."""

    dossier_id: UUID


class BalancePaid(Event, frozen=True, kw_only=True, tag="payments.balance_paid"):
    """Money came, and with it the dossier is settled."""

    dossier_id: UUID


class PaymentFailed(Event, frozen=True, kw_only=True, tag="payments.failed"):
    """A payment that was on its way did not come."""

    dossier_id: UUID


class PaymentRefunded(Event, frozen=True, kw_only=True, tag="payments.refunded"):
    """Some or all of a payment went back."""

    dossier_id: UUID
    refund_id: UUID


class RefundFailed(Event, frozen=True, kw_only=True, tag="payments.refund_failed"):
    """The client's bank did not take a refund."""

    dossier_id: UUID
    refund_id: UUID


class PaymentDisputed(Event, frozen=True, kw_only=True, tag="payments.disputed"):
    """The client's bank contests a payment, or has decided: see the dispute."""

    dossier_id: UUID


class StayLeftUnconfirmed(Event, frozen=True, kw_only=True, tag="payments.stay_left_unconfirmed"):
    """The deposit came, but the stay cannot be confirmed by itself: its option had ended, it is cancelled or locked."""

    dossier_id: UUID
