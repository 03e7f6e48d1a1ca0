"""Where a card belongs: with an identity, with several that turn out to be one, or by itself.

Households are what makes matchers wrong: one surname, one phone, one address, several people. So a card joins an identity
as a whole or not at all: the members that contradict it are counted, and an initial that fits two people joins neither.
"""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

import msgspec

from tenants.referential.matching.features import Features
from tenants.referential.matching.frequencies import Frequencies
from tenants.referential.matching.scoring import IDENTIFYING, Score, compare, compare_first

LINKS_FROM: Final = 5.0
"""Bits from which cards link by themselves."""
SAME_PLACE_FROM: Final = 10.0
"""Bits from which one full and uncommon name in one place is one person."""
PROPOSED_FROM: Final = 1.0
"""Bits from which a steward is asked."""
LEAD: Final = 5.0
"""By how many bits an initial must fit one person better than the next."""
_NAME: Final = frozenset({"last_name", "organisation"})
_COMPARED: Final = 8


class Card(msgspec.Struct, frozen=True):
    """A card that is already in the referential."""

    id: UUID
    identity_id: UUID
    features: Features


class Match(msgspec.Struct, frozen=True):
    """An identity that a card may belong to, by its likest card there."""

    identity_id: UUID
    card_id: UUID
    score: Score


class Decision(msgspec.Struct, frozen=True):
    """What is to be done with a card."""

    links: tuple[Match, ...]
    """The identity it joins, then those that join with it; empty for a new identity."""
    proposed: tuple[Match, ...]
    """What a steward may look at."""


def decide(
    card: Features,
    candidates: Mapping[UUID, Iterable[Card]],
    frequencies: Frequencies,
    *,
    refused: frozenset[UUID] = frozenset(),
) -> Decision:
    """Decide where a card belongs.

    Args:
        card: cleaned.
        candidates: by identity, all its cards.
        frequencies: how common values are.
        refused: cards that a person said are not this one.
    """
    fits: list[Match] = []
    proposed: list[Match] = []
    for identity_id, members in candidates.items():
        cards = list(members)
        if refused.intersection(member.id for member in cards):
            continue
        scored = [(compare(card, member.features, frequencies), member) for member in cards]
        fitting = [(score, member) for score, member in scored if not score.contradicts]
        if not fitting:
            continue
        score, member = max(fitting, key=lambda pair: (pair[0].bits, pair[1].id))
        contradicted = len(scored) - len(fitting)
        match = Match(identity_id, member.id, score)
        if score.bits < LINKS_FROM or not _identifies(score) or 3 * contradicted >= len(scored):
            if score.bits >= PROPOSED_FROM and _NAME.intersection(score.agreed):
                proposed.append(match)
        else:
            fits.append(match)
    fits.sort(key=lambda match: (-match.score.bits, match.identity_id))
    proposed.sort(key=lambda match: (-match.score.bits, match.identity_id))
    links = _unambiguous(card, fits, candidates)
    left = [match for match in fits if match not in links]
    return Decision(tuple(links), tuple((left + proposed)[:3]))


def _identifies(score: Score) -> bool:
    """Say whether what agreed is a name and something of that person's own: neither is enough alone."""
    agreed = set(score.agreed)
    if "organisation" in agreed:
        return bool(agreed & {"email", "phone", "street", "postal_code"})
    if "last_name" not in agreed:
        return False
    if "first_name" not in agreed:
        # A surname with the family's phone or address is the family, not one of them.
        return bool(agreed & {"email", "birth_date"})
    return bool(agreed & IDENTIFYING) or ("postal_code" in agreed and score.bits >= SAME_PLACE_FROM)


def _unambiguous(card: Features, fits: list[Match], candidates: Mapping[UUID, Iterable[Card]]) -> list[Match]:
    if not fits:
        return []
    best, *others = fits
    first = list(candidates[best.identity_id])
    apart = [match for match in others if clash(first, candidates[match.identity_id])]
    initial = len(card.first) < 2 and not card.organisation
    if initial and any(best.score.bits - match.score.bits < LEAD for match in apart):
        return []
    return [best, *(match for match in others if match not in apart)]


def clash(some: Iterable[Card], others: Iterable[Card]) -> bool:
    """Say whether two identities contradict one another too much to be one: over a quarter of their pairs do."""
    mine, theirs = list(some)[:_COMPARED], list(others)[:_COMPARED]
    contradictions = sum(_contradict(one.features, other.features) for one in mine for other in theirs)
    return 4 * contradictions > len(mine) * len(theirs)


def _contradict(one: Features, other: Features) -> bool:
    if one.first and other.first and one.first != other.first and compare_first(one.first, other.first)[1]:
        return one.first != other.last and one.last != other.first
    return bool(one.birth and other.birth) and abs(int(one.birth[:4]) - int(other.birth[:4])) > 1
