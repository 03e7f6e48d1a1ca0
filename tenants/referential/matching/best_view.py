"""An identity as one card: the fullest value of each field that its cards give."""

from collections.abc import Iterable
from uuid import UUID

from tenants.referential.matching.features import Features
from tenants.referential.matching.neighbourhood import Card


def best_view(cards: Iterable[Card]) -> Features:
    """Gather the fullest values: Patrick over P, Martin over M; the most recent card's on a tie (ids sort by time).

    Phones are all kept, newest first. The order in which cards came makes no difference but for ties.
    """
    newest_first = sorted((card for card in cards if not card.features.walk_in), key=_by_id, reverse=True)
    features = [card.features for card in newest_first]

    def fullest(values: Iterable[str]) -> str:
        return max(values, key=len, default="")

    placed = max(features, key=lambda card: bool(card.street) + bool(card.postal_code) + bool(card.town), default=None)
    surname = max(features, key=lambda card: (len(card.last), len(card.other_last)), default=None)
    return Features(
        organisation=fullest(card.organisation for card in features),
        first=fullest(card.first for card in features),
        last=surname.last if surname else "",
        other_last=surname.other_last if surname else "",
        email=next((card.email for card in features if card.email), ""),
        phones=tuple(dict.fromkeys(phone for card in features for phone in card.phones)),
        birth=next((card.birth for card in features if card.birth), ""),
        street=placed.street if placed else "",
        postal_code=placed.postal_code if placed else "",
        town=placed.town if placed else "",
        walk_in=not features,
    )


def _by_id(card: Card) -> UUID:
    return card.id
