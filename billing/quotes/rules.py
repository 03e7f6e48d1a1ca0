"""What a quote says, frozen when it is sent, and what may become of it. Pure."""

from datetime import date, timedelta
from typing import Final

import msgspec

from billing.money import Money
from billing.taxes import VatShare
from infra.errors import Conflict, FieldError, Invalid

VALID_DAYS: Final = 30
DETAILS: Final = ("simple", "grouped", "detailed")


class QuoteEmpty(Conflict):
    """There is nothing on the dossier to offer: add a service first."""

    code = "quote_empty"


class QuoteSendingInvalid(Invalid):
    """The quote cannot be sent as described."""

    code = "quote_sending_invalid"


class QuoteSuperseded(Conflict):
    """A newer version replaces this quote: read that one."""

    code = "quote_superseded"


class QuoteExpired(Conflict):
    """This quote was valid until a day that has passed: ask for a new one."""

    code = "quote_expired"


class QuoteRefused(Conflict):
    """This quote was refused: ask for a new one."""

    code = "quote_refused"


class QuoteLost(Conflict):
    """This quote no longer stands, because the stay changed: ask for a new one."""

    code = "quote_lost"


class QuoteAccepted(Conflict):
    """This quote was accepted already: talk to the centre."""

    code = "quote_accepted"


class QuoteNotAccepted(Conflict):
    """No quote is accepted yet: there is nothing to pay."""

    code = "quote_not_accepted"


class AcceptanceInvalid(Invalid):
    """Name who accepts, and agree to the terms of sale."""

    code = "acceptance_invalid"


class CentreSide(msgspec.Struct, frozen=True, kw_only=True):
    """Who offers, as printed; `colour` is `#rrggbb`."""

    name: str
    legal_name: str
    siret: str
    vat_number: str
    street: str
    postal_code: str
    town: str
    phone: str
    email: str
    colour: str
    acm_number: str
    capacity_minors: int | None
    safety_commission_day: date | None


class ClientSide(msgspec.Struct, frozen=True, kw_only=True):
    """To whom, as printed."""

    name: str
    contact: str
    street: str
    postal_code: str
    town: str
    language: str


class OfferLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line, as offered; amounts include tax."""

    label: str
    product_type: str
    unit: str
    quantity: int
    nights: int
    unit_price: Money
    total: Money
    vat_basis_points: int
    accounting_code: str


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """All that a version says: the PDF, the page and the sale are made of it and of nothing else."""

    dossier_number: str
    number: int
    sent_day: date
    valid_until: date
    option_until: date | None
    detail: str
    centre: CentreSide
    client: ClientSide
    arrival: date
    departure: date
    people: int | None
    minors: bool
    lines: list[OfferLine]
    vat: list[VatShare]
    total: Money
    deposit: Money
    deposit_nature: str

    @property
    def nights(self) -> int:
        """How many nights from arrival to departure."""
        return (self.departure - self.arrival).days

    @property
    def vat_total(self) -> Money:
        """The tax of every rate."""
        return Money(sum(share.vat.minor for share in self.vat), self.total.currency)


def validity(chosen: date | None, *, option_until: date | None, detail: str, today: date, arrival: date) -> date:
    """Return the last day a version can be accepted: the chosen one, else in thirty days, never after the arrival.

    Raises:
        QuoteSendingInvalid: a day has passed or comes after the arrival, or the degree of detail is unknown.
    """
    errors = []
    if detail not in DETAILS:
        errors.append(FieldError("/detail", "unknown", "simple, grouped ou detailed"))
    for pointer, day in (("/valid_until", chosen), ("/option_until", option_until)):
        if day is not None and not today <= day <= arrival:
            errors.append(FieldError(pointer, "out_of_range", "Entre aujourd'hui et l'arrivée"))
    if today > arrival:
        errors.append(FieldError("/valid_until", "arrival_past", "L'arrivée est passée"))
    if errors:
        raise QuoteSendingInvalid(errors=tuple(errors))
    return chosen or min(today + timedelta(days=VALID_DAYS), arrival)


def state_on(state: str, *, valid_until: date, today: date) -> str:
    """Return a version's state on a day: what was sent and not accepted ends with its last day, job or no job."""
    return "expired" if state == "sent" and today > valid_until else state


def check_open(state: str, *, valid_until: date, newer: int | None) -> None:
    """Refuse to accept or refuse a version that is not the one on offer.

    Args:
        state: on the day.
        valid_until: for the words.
        newer: the number of the version that replaces it, if one does.

    Raises:
        QuoteSuperseded, QuoteExpired, QuoteRefused, QuoteLost, QuoteAccepted: each says why.
    """
    if state == "superseded":
        raise QuoteSuperseded(f"La version {newer} du devis remplace celle-ci" if newer else "", newer=newer or 0)
    if state == "expired":
        raise QuoteExpired(f"Ce devis était valable jusqu'au {valid_until:%d/%m/%Y}", until=valid_until.isoformat())
    if state == "refused":
        raise QuoteRefused
    if state == "lost":
        raise QuoteLost
    if state == "accepted":
        raise QuoteAccepted


def option_day(*, kept: date | None, days: int, today: date, arrival: date) -> date:
    """Return until when an accepted stay is held: its own option where it is later, else so many days, at most the arrival."""
    proposed = min(today + timedelta(days=days), arrival)
    return max(kept, proposed) if kept is not None else proposed
