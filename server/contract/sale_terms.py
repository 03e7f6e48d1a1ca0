"""Terms of sale: the versions of a centre's own, and which quotes rest on which."""

from datetime import date
from uuid import UUID

from server.contract.basics import Wire


class SaleTermsVersion(Wire, frozen=True):
    """A version; `state` is past, in_force or to_come; `quotes` were accepted with it."""

    number: int
    from_day: date
    state: str
    texts: dict[str, str]
    published_at: str
    published_by: str
    quotes: int
    url: str


class NewSaleTerms(Wire, frozen=True):
    """A text to publish, French always; in force from a day on, today unless told."""

    texts: dict[str, str]
    from_day: date | None = None


class QuoteOnTerms(Wire, frozen=True):
    """A quote that was accepted with a version."""

    quote_id: UUID
    dossier_id: UUID
    dossier_number: str
    number: int
    accepted_at: str
    accepted_by: str
