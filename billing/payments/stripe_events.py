"""Stripe's events as far as they are read (docs.stripe.com/api/events); fields that nobody reads are left out."""

from datetime import datetime
from uuid import UUID

import msgspec

from billing.money import Money
from billing.stripe_gateway import CENTRE, REFUND, SESSION, instant


class Data(msgspec.Struct, frozen=True):
    """What the event is about, read once its kind is known."""

    object: msgspec.Raw


class StripeEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event; `account` is empty for what happened on the key's own account."""

    id: str
    type: str
    created: int
    data: Data
    account: str | None = None

    @property
    def at(self) -> datetime:
        """When it happened at Stripe."""
        return instant(self.created)


class SessionObject(msgspec.Struct, frozen=True, kw_only=True):
    """A Checkout session."""

    id: str
    payment_status: str
    amount_total: int | None
    currency: str | None
    payment_intent: str | None = None
    metadata: dict[str, str] | None = None

    @property
    def ours(self) -> tuple[UUID, UUID] | None:
        """The centre and the row it says it was opened for; None where it was not opened by us."""
        return _ids(self.metadata, CENTRE, SESSION)

    @property
    def amount(self) -> Money:
        """What it asks for."""
        return Money(self.amount_total or 0, (self.currency or "").upper())


class RefundObject(msgspec.Struct, frozen=True, kw_only=True):
    """A refund: `status` pending, requires_action, succeeded, failed or canceled."""

    id: str
    amount: int
    currency: str
    status: str | None
    payment_intent: str | None = None
    metadata: dict[str, str] | None = None
    failure_reason: str | None = None

    @property
    def row_id(self) -> UUID | None:
        """The row it was asked for by; None where somebody gave it back in Stripe's own pages."""
        try:
            return UUID((self.metadata or {}).get(REFUND, ""))
        except ValueError:
            return None


class DisputeObject(msgspec.Struct, frozen=True, kw_only=True):
    """A dispute; `status` begins with `warning_` while no money has moved."""

    id: str
    amount: int
    currency: str
    status: str
    reason: str
    payment_intent: str | None = None


def _ids(metadata: dict[str, str] | None, first: str, second: str) -> tuple[UUID, UUID] | None:
    try:
        return UUID((metadata or {})[first]), UUID((metadata or {})[second])
    except (KeyError, ValueError):
        return None
