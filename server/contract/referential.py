"""The network's referential to its stewards: pairs to decide, identities, passes, the detail that is opened for a reason."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from server.contract.basics import Wire


class ReviewedCard(Wire, frozen=True):
    """A centre's card as stewards see it. `last_season` is winter, spring, summer or autumn."""

    id: UUID
    centre_name: str
    reference: str
    kind: str
    title: str
    first_name: str
    last_name: str
    organisation: str
    email: str
    phones: list[str]
    birth_date: date | None
    street: str
    postal_code: str
    town: str
    client_type: str
    stays: int
    last_season: str | None = None
    last_year: int | None = None


class ReviewedPair(Wire, frozen=True):
    """Two cards that may be one person's.

    `fields` holds what each comparison (organisation, first, last, birth, email, phone, place) speaks for it, in bits;
    `agreed` the fields that agree after cleaning.
    """

    bits: float
    fields: dict[str, float]
    agreed: list[str]
    gain: float
    postponed: bool
    one: ReviewedCard
    other: ReviewedCard


class ReviewQueue(Wire, frozen=True):
    """The next pairs, the greatest gain first, and how the work stands."""

    pairs: list[ReviewedPair]
    waiting: int
    decided_today: int
    labels_same: int
    labels_different: int


class PairDecision(Wire, frozen=True):
    """What is said of a pair."""

    card_id: UUID
    other_card_id: UUID
    verdict: Literal["same", "different", "later"]


class DecisionMade(Wire, frozen=True):
    """A decision; by its id it is taken back."""

    id: UUID


class OriginOfValue(Wire, frozen=True):
    """A value of the best view, and the card it stands on."""

    field: str
    value: str
    card_id: UUID


class LinkMadeBetween(Wire, frozen=True):
    """A link, and whether it was cut; `decided_by` is the matcher or a person."""

    id: UUID
    card_id: UUID
    other_card_id: UUID
    bits: float
    fields: dict[str, float]
    agreed: list[str]
    round: int
    model: str
    decided_by: str
    made_at: datetime
    undone_at: datetime | None = None
    undone_by: str | None = None


class DecisionTaken(Wire, frozen=True):
    """A steward's decision, and whether it was taken back."""

    id: UUID
    card_id: UUID
    other_card_id: UUID
    verdict: str
    decided_at: datetime
    decided_by: str
    undone_at: datetime | None = None
    undone_by: str | None = None


class ReviewedIdentity(Wire, frozen=True):
    """A person or an organisation behind cards: the cards, the best view of them, its history oldest first."""

    id: UUID
    cards: list[ReviewedCard]
    best: list[OriginOfValue]
    links: list[LinkMadeBetween]
    decisions: list[DecisionTaken]
    objected: bool


class LinkRun(Wire, frozen=True):
    """A pass over the network, by whom and by which weights; of the `planned` links it wrote `links`, `standing` stand; stewards
    are asked about `proposed` pairs.

    `state` says how it stands: under way, broken off (what it wrote stands), done, taken back.
    """

    id: UUID
    started_at: datetime
    started_by: str
    model: str
    threshold: float
    cards: int
    pairs: int
    planned: int
    links: int
    standing: int
    refused: int
    proposed: int
    state: Literal["going", "stopped", "complete", "undone"]
    finished_at: datetime | None = None
    undone_at: datetime | None = None
    undone_by: str | None = None


class LinkRunUndoing(Wire, frozen=True):
    """What taking a pass back would do: the links that stand, and the cards that they join."""

    links: int
    cards: int


class LinkRunUndone(Wire, frozen=True):
    """What was taken back at once: the links cut, and those left; where some are left, ask again."""

    cut: int
    left: int


class ObjectionTakenBack(Wire, frozen=True):
    """A client's wish to be recognised again: how they said so, for the card's history."""

    wish: str


class DetailReason(Wire, frozen=True):
    """Why the detail is opened; the centres whose data it is read it."""

    reason: str


class SeasonStays(Wire, frozen=True):
    """How many stays began in a season."""

    season: str
    year: int
    stays: int


class CentreDetail(Wire, frozen=True):
    """At one centre: the seasons of the stays, and what the client declared there against what is detected."""

    centre_name: str
    seasons: list[SeasonStays]
    declared_elsewhere: bool | None
    detected_elsewhere: bool
