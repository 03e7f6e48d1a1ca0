"""How well cards are filled, and what became of duplicates."""

from datetime import datetime
from uuid import UUID

from server.contract.basics import Wire


class Filled(Wire, frozen=True):
    """Cards counted together, and of how many each field is filled; `usable_email` leads to the client itself."""

    name: str
    cards: int
    filled: dict[str, int]


class Duplicates(Wire, frozen=True):
    """Links that stand, pairs that wait for a steward, pairs decided, links undone."""

    linked: int
    waiting: int
    decided: int
    undone: int
    name: str = ""
    """What they share: a month `YYYY-MM`, in which that was done, a source, a centre's slug."""


class Reach(Wire, frozen=True):
    """A month, `YYYY-MM`: the cards at its last count, those with the client's own address, the addresses won in it."""

    name: str
    cards: int
    reachable: int
    won: int


class CardQuality(Wire, frozen=True):
    """The dashboard: all cards, and by month, source, language and (the network's) centre."""

    whole: Filled
    months: list[Filled]
    sources: list[Filled]
    languages: list[Filled]
    centres: list[Filled]
    duplicates: Duplicates
    reach: list[Reach] = []
    """The last two years, counted every night: how many clients can be written to."""
    duplicate_months: list[Duplicates] = []
    """The last two years, oldest first."""
    duplicate_sources: list[Duplicates] = []
    duplicate_centres: list[Duplicates] = []
    """The network's; a pair counts once in each centre, and in each source, that it touches."""


class IncompleteCard(Wire, frozen=True):
    """A card that lacks a field."""

    id: UUID
    name: str
    reference: str


class DuplicateCard(Wire, frozen=True):
    """A card of the centre in a pair; `what` became of it: linked, waiting, decided or undone, and when last.

    Of a pair with another centre's card only a link that stands is shown, as the signal shows it.
    """

    id: UUID
    name: str
    reference: str
    what: str
    at: datetime
