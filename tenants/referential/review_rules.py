"""What a steward sees of two cards and decides of them. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from infra.errors import Conflict, NotFound
from tenants.referential.matching.best_view import best_view
from tenants.referential.matching.features import Features
from tenants.referential.matching.neighbourhood import Card
from tenants.referential.rules import LinkMade


class LinkUnknown(NotFound):
    """There is no such link, or it was undone already."""

    code = "link_unknown"


class CardUnknown(NotFound):
    """The referential has no such card."""

    code = "card_unknown"


class DecisionUnknown(NotFound):
    """There is no such decision, or it was taken back already."""

    code = "decision_unknown"


class PairDecided(Conflict):
    """Somebody decided this pair meanwhile, or its cards changed."""

    code = "pair_decided"


class PairContradicts(Conflict):
    """Two cards that this would bring together were said not to be one person's: take that back first."""

    code = "pair_contradicts"


class Verdict(StrEnum):
    """What a steward says of a pair."""

    SAME = "same"
    DIFFERENT = "different"
    LATER = "later"


class CardShown(msgspec.Struct, frozen=True, kw_only=True):
    """A centre's card as the network's steward sees it."""

    id: UUID
    centre_id: UUID
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
    created_at: datetime
    stays: int
    last_arrival: date | None
    identity_id: UUID
    features: Features


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Two cards that may be one person's, and what speaks for and against it."""

    bits: float
    fields: dict[str, float]
    agreed: list[str]
    gain: float
    """How many pairs of cards a « same » would join, times how likely it is."""
    postponed: bool
    one: CardShown
    other: CardShown


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How the work stands."""

    waiting: int
    decided_today: int
    same: int
    """Labels for the next training: pairs said to be one, and not taken back."""
    different: int


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What a steward said last of two cards, as training reads it."""

    card_id: UUID
    other_card_id: UUID
    same: bool


class BestValue(msgspec.Struct, frozen=True, kw_only=True):
    """The fullest value of a field among an identity's cards, and the card it stands on."""

    field: str
    value: str
    card_id: UUID


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as it was taken, and whether it was taken back."""

    id: UUID
    card_id: UUID
    other_card_id: UUID
    verdict: str
    decided_at: datetime
    decided_by: str
    undone_at: datetime | None
    undone_by: str | None


class IdentityShown(msgspec.Struct, frozen=True, kw_only=True):
    """A person or an organisation behind cards: the cards, the best view of them, and what joined and parted them."""

    id: UUID
    cards: list[CardShown]
    best: list[BestValue]
    links: list[LinkMade]
    decisions: list[Decided]
    objected: bool


PHONES_SHOWN: Final = 3
_SHOWN: Final = ("organisation", "last_name", "first_name", "birth_date", "email", "phones", "street", "town")


def best_values(cards: Sequence[CardShown]) -> list[BestValue]:
    """Return the best view with origins: of each field the fullest valid value, the most recent card's on a tie.

    What is fullest is decided on the cleaned values, and shown as it stands on its card.
    """
    best = best_view(Card(card.id, card.identity_id, card.features) for card in cards)
    cleaned: Mapping[str, tuple[str, str]] = {
        "organisation": ("organisation", best.organisation),
        "last_name": ("last", best.last),
        "first_name": ("first", best.first),
        "birth_date": ("birth", best.birth),
        "email": ("email", best.email),
        "street": ("street", best.street),
        "town": ("town", best.town),
    }
    newest_first = sorted((card for card in cards if not card.features.walk_in), key=lambda card: card.id, reverse=True)
    found = []
    for field in _SHOWN:
        if field == "phones":
            origins = {phone: card.id for card in reversed(newest_first) for phone in card.features.phones}
            found += [
                BestValue(field="phones", value=phone, card_id=origins[phone]) for phone in best.phones[:PHONES_SHOWN]
            ]
            continue
        feature, value = cleaned[field]
        origin = next((card for card in newest_first if value and getattr(card.features, feature) == value), None)
        if origin is not None:
            found.append(BestValue(field=field, value=written(origin, field) or value, card_id=origin.id))
    return found


def written(card: CardShown, field: str) -> str:
    """Return a field as it stands on a card; the town with its postal code."""
    if field == "town":
        return " ".join(filter(None, (card.postal_code, card.town)))
    value = getattr(card, field)
    return (
        value.isoformat()
        if isinstance(value, date)
        else " / ".join(value)
        if isinstance(value, list)
        else str(value or "")
    )
