"""What a link asks for, whether it may be paid, what became of a payment. Pure."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

import msgspec

from billing.money import Money
from infra.errors import Conflict, FieldError, Invalid

MEANS_BY_HAND: Final = ("transfer", "cheque", "cash", "voucher", "public_transfer")
SESSION_LIFE: Final = timedelta(hours=4)
"""How long a Checkout session is asked to live (Stripe: thirty minutes to a day); the link opens a new one after it."""
SESSION_MARGIN: Final = timedelta(minutes=10)
"""A session that ends sooner is not offered any more."""
RETRY_LIFE: Final = timedelta(hours=3)
"""How long an unanswered asking is repeated as it was; `expires_at` must stay thirty minutes ahead."""


class Part(StrEnum):
    """What a link is for."""

    DEPOSIT = "deposit"
    BALANCE = "balance"
    WHOLE = "whole"


class PartUnknown(Invalid):
    """A payment link is for the deposit, the balance or the whole."""

    code = "part_unknown"


class NothingDue(Conflict):
    """There is nothing left to pay of that part."""

    code = "nothing_due"


class PaymentInvalid(Invalid):
    """The payment cannot be recorded as described."""

    code = "payment_invalid"


class RefundTooLarge(Conflict):
    """There is not so much left of this payment to give back."""

    code = "refund_too_large"


class LinkState(StrEnum):
    """What somebody who opens a payment link finds."""

    PAYABLE = "payable"
    SUPERSEDED = "superseded"
    NOT_ACCEPTED = "not_accepted"
    PROCESSING = "processing"
    PAID = "paid"
    OPTION_ENDED = "option_ended"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    """The card is locked; the page says no more than that the centre is to be called."""
    CENTRE_CLOSED = "centre_closed"


class LinkFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All that decides whether a link may be paid."""

    centre_open: bool
    blacklisted: bool
    quote_state: str
    stay_status: str
    amount: Money
    processing: bool


def part_of(word: str) -> Part:
    """Return the part a word names.

    Raises:
        PartUnknown: none.
    """
    if word not in list(Part):
        raise PartUnknown(errors=(FieldError("/part", "unknown", "deposit, balance ou whole"),))
    return Part(word)


def amount_of(part: Part, *, total: Money, deposit: Money, paid: Money) -> Money:
    """Return what a link asks for now: what is left of the deposit, or of everything; never less than nothing."""
    owed = deposit if part is Part.DEPOSIT else total
    return max(owed - paid, Money(0, total.currency))


def link_state(facts: LinkFacts) -> LinkState:
    """Return what the link's page shows; what keeps anybody from paying comes before what was paid."""
    found = (
        (not facts.centre_open, LinkState.CENTRE_CLOSED),
        (facts.quote_state in ("superseded", "lost"), LinkState.SUPERSEDED),
        (facts.amount.minor <= 0, LinkState.PAID),
        (facts.blacklisted, LinkState.REFUSED),
        (facts.quote_state != "accepted", LinkState.NOT_ACCEPTED),
        (facts.stay_status in ("cancelled", "no_show"), LinkState.CANCELLED),
        # Accepting keeps or makes the option: a stay that is tentative again lost it, and its beds are free.
        (facts.stay_status == "tentative", LinkState.OPTION_ENDED),
        (facts.processing, LinkState.PROCESSING),
    )
    return next((state for applies, state in found if applies), LinkState.PAYABLE)


def payment_state(amount: Money, *, given_back: Money) -> str:
    """Return a received payment's state after refunds that went through."""
    if given_back.minor <= 0:
        return "paid"
    return "refunded" if given_back >= amount else "partly_refunded"


def left_to_refund(amount: Money, *, refunded: Money, disputed: Money) -> Money:
    """Return how much of a payment can still be given back."""
    return max(amount - refunded - disputed, Money(0, amount.currency))
