"""Where the price of a line comes from: codes and figures, in the order in which they are told. Words are made where they are read."""

from enum import StrEnum

import msgspec

from billing.money import Money


class Code(StrEnum):
    """What each reason is; what it says beside is in its other fields."""

    CATALOGUE_RATE = "catalogue_rate"
    """`price` per `unit`."""
    CLIENT_RATE = "client_rate"
    """The client's own rate `name`, before every other: `price` per `unit`."""
    CLIENT_DISCOUNT = "client_discount"
    """`number` basis points, of the client's card."""
    TYPED_DISCOUNT = "typed_discount"
    """`number` basis points, typed by `name`."""
    FREE_PLACES = "free_places"
    """One for `number`."""
    TYPED_PRICE = "typed_price"
    """Typed by `name`, in place of what the reasons after it say."""
    FREE_PRICE = "free_price"
    """Of a line made to measure; typed by `name`."""
    TOURIST_TAX = "tourist_tax"
    """Of the category `name`: `price` for a person and night."""
    TAX_EXEMPT = "tax_exempt"
    """`number` nights are exempt; `name` is the code of why."""
    ADDITIONAL_TAX = "additional_tax"
    """A share of `price`."""
    WRITTEN = "written"
    """`name`, as somebody wrote it."""


class Reason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One reason."""

    code: Code
    name: str = ""
    price: Money | None = None
    unit: str = ""
    number: int = 0


Reasons = tuple[Reason, ...]


def as_stored(reasons: Reasons) -> str:
    """Return the reasons as a line's row keeps them."""
    return msgspec.json.encode(reasons).decode()


def as_read(stored: str) -> Reasons:
    """Return the reasons that a line's row keeps."""
    return msgspec.json.decode(stored, type=Reasons)


def is_typed(reasons: Reasons) -> bool:
    """Say whether somebody set this price by hand: it stays as it is when dates or people change."""
    return bool(reasons) and reasons[0].code is Code.TYPED_PRICE
