"""How a centre asks what its clients thought."""

from datetime import date
from uuid import UUID

from server.contract.basics import Wire


class SatisfactionSettings(Wire, frozen=True):
    """How a centre asks; `has_key` says that a provider's key is kept, which is never shown."""

    survey_on: bool
    low_tenths: int
    """A score at or below it, in tenths of five, makes a task."""
    provider_url: str
    has_key: bool
    version: int
    webhook_url: str = ""
    """Where a provider sends its signed reviews."""


class SatisfactionChange(Wire, frozen=True):
    """The settings as they are to be; `provider_key` null keeps the one there is, empty forgets it."""

    survey_on: bool
    low_tenths: int = 25
    provider_url: str = ""
    provider_key: str | None = None


class PublicReview(Wire, frozen=True):
    """What somebody published about the centre, as the provider told it; empty what was not told. Nothing is fetched."""

    id: UUID
    site: str
    author: str
    day: date
    score_tenths: int
    """In tenths of five."""
    comment: str
    url: str
    linked_by: str | None = None
    """Who said whose it is; null while nobody has."""


class ReviewsPulled(Wire, frozen=True):
    """How many stays got a score from the provider just now."""

    taken: int
