"""The part of the referential around some cards, in memory: what a batch reads once, decides on, and writes back."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

import msgspec
import numpy as np

from tenants.referential.matching.bulk import SHARED_CARDS, SHARED_SURNAMES
from tenants.referential.matching.columns import Columns
from tenants.referential.matching.entities import AGREE_FROM, COUNTED, LINKS_FROM, Gathering, Matrix, square
from tenants.referential.matching.features import Features
from tenants.referential.matching.keys import blocking_keys, live_shares, network_size, strong_keys
from tenants.referential.matching.levels import AGREED, UNKNOWN
from tenants.referential.matching.model import Model, Scores, score

ROUNDS = 9
"""How often an identity that grew looks for more of its own."""
PROPOSED_FROM = 0.0
"""Bits from which a steward is asked."""
_PROPOSED = 3
_NOBODY = UUID(int=(1 << 128) - 1)


class Card(msgspec.Struct, frozen=True):
    """A card that is in the referential."""

    id: UUID
    identity_id: UUID
    features: Features


class Match(msgspec.Struct, frozen=True):
    """Two cards that are, or may be, one person's, and what spoke for it."""

    card_id: UUID
    other_id: UUID
    bits: float
    fields: dict[str, float]
    """By comparison, what it added or took; what neither card knows is left out."""
    agreed: list[str]
    """The fields of the cards that agree after cleaning, for « pourquoi ? »."""


class Link(msgspec.Struct, frozen=True):
    """A card, or all the cards of `former_id`, joining an identity."""

    identity_id: UUID
    former_id: UUID
    """The identity whose cards move; `identity_id` itself where it is the match's card alone, which had none yet."""
    match: Match
    round: int


class Neighbourhood:
    """Cards near one another, by key and by identity."""

    def __init__(self, model: Model, counts: Mapping[int, int], cards: int, *, make_id: Callable[[], UUID]) -> None:
        """Begin empty.

        Args:
            model: the weights.
            counts: how many cards of the network hold each counted value, by its key.
            cards: how many the network has.
            make_id: makes the ids of new identities.
        """
        self.links: list[Link] = []
        self.proposals: list[Match] = []
        self.model, self._counts, self._size = model, counts, cards
        self._make_id = make_id
        self._fresh: set[UUID] = set()
        self._cards: dict[UUID, Card] = {}
        self._members: dict[UUID, dict[UUID, None]] = defaultdict(dict)
        self._keys: dict[UUID, frozenset[int]] = {}
        self._by_key: dict[int, dict[UUID, None]] = defaultdict(dict)
        self._refused: dict[UUID, frozenset[UUID]] = {}

    def put(self, card: Card, *, refused: Iterable[UUID] = ()) -> None:
        """Add a card as the referential knows it, or as it is now; one that is there already keeps its refusals."""
        known = self._cards.get(card.id)
        if known is not None:
            self._members[known.identity_id].pop(card.id)
        if known is None or known.features != card.features:
            for number in self._keys.get(card.id, ()):
                self._by_key[number].pop(card.id, None)
            self._keys[card.id] = blocking_keys(card.features)
            for number in self._keys[card.id]:
                self._by_key[number][card.id] = None
        self._cards[card.id] = card
        self._members[card.identity_id][card.id] = None
        self._refused[card.id] = self._refused.get(card.id, frozenset()) | frozenset(refused)

    def knows(self, card_id: UUID) -> bool:
        """Say whether a card is here."""
        return card_id in self._cards

    def members(self, identity_id: UUID) -> list[Card]:
        """Return the cards of an identity, in the order of their ids."""
        return [self._cards[card_id] for card_id in sorted(self._members.get(identity_id, ()))]

    def identity_of(self, card_id: UUID) -> UUID:
        """Return the identity that a card is in now."""
        return self._cards[card_id].identity_id

    def keys_of(self, identity_id: UUID) -> frozenset[int]:
        """Return the keys of all the cards of an identity."""
        return frozenset().union(*(self._keys[card_id] for card_id in self._members.get(identity_id, ())))

    def place(self, card_id: UUID, features: Features) -> UUID:
        """Put a new or changed card where it belongs; links and proposals are noted down.

        A card that its own others still allow stays: only what a new card would be refused for, or a person, takes it out.

        Returns:
            The identity to write the card with; what the links move further, they move after that.
        """
        before, links = self._cards.get(card_id), len(self.links)
        own = before.identity_id if before is not None else self._new_identity()
        self.put(Card(card_id, own, features))
        if len(self._members[own]) > 1 and (features.walk_in or not self._still_fits(own, card_id)):
            own = self._new_identity()
            self.put(Card(card_id, own, features))
        fresh = own in self._fresh
        if not features.walk_in:
            self.gather(own, number=1, proposing=True)
        self._fresh.discard(own)
        return self.links[links].identity_id if fresh and len(self.links) > links else own

    def _new_identity(self) -> UUID:
        made = self._make_id()
        self._fresh.add(made)
        return made

    def probe(self, features: Features) -> UUID | None:
        """Return the identity that a card not saved yet would join, changing nothing."""
        asked = Neighbourhood(self.model, self._counts, self._size, make_id=lambda: _NOBODY)
        for card in self._cards.values():
            asked.put(card, refused=self._refused[card.id])
        found = asked.place(_NOBODY, features)
        return found if found != _NOBODY else None

    def gather(self, identity_id: UUID, *, number: int, proposing: bool = False) -> bool:
        """Look among the neighbours of an identity for others of its own, and join them; say whether any was found.

        Args:
            identity_id: whose.
            number: the round, for the link's record.
            proposing: note down for a steward what is likely but does not join.
        """
        near = dict.fromkeys([identity_id, *self._near(identity_id)])
        groups = [[card for card in self.members(identity) if not card.features.walk_in] for identity in near]
        cards = [card for group in groups for card in group]
        if len(near) < 2 or not groups[0]:
            return False
        scores = self._scores(cards)
        table = square(scores.bits, len(cards))
        places = {card.id: place for place, card in enumerate(cards)}
        gathering = Gathering(table, square(scores.fields["first"], len(cards)), apart=self._apart(places))
        for first, *others in (group for group in groups if group):
            for other in others:
                gathering.join(places[first.id], places[other.id])
        mine, found = 0, False
        while True:
            _, joining, bits = gathering.likest(mine)
            if bits < LINKS_FROM:
                break
            here = [place for place, group in enumerate(gathering.person) if group == mine]
            there = [place for place, group in enumerate(gathering.person) if group == joining]
            pair = max(((one, other) for one in here for other in there), key=lambda two: float(table[two]))
            self._join(cards[pair[0]], cards[pair[1]], _match(cards, pair, scores), number)
            gathering.join(mine, joining)
            found = True
        if proposing:
            self._propose(cards, gathering.person, table, scores)
        return found

    def _near(self, identity_id: UUID) -> list[UUID]:
        """Return the identities that share a key with one; those with the smallest ids first, whoever asks."""
        near = {
            self._cards[card_id].identity_id
            for key in self.keys_of(identity_id)
            for card_id in self._by_key.get(key, ())
        }
        return sorted(near - {identity_id})

    def _scores(self, cards: Sequence[Card]) -> Scores:
        columns = Columns([self._without_shared(card.features) for card in cards])
        one, other = (side.astype(np.int32) for side in np.triu_indices(len(cards), 1))
        shares = live_shares(columns, self._counts, model=self.model, cards=self._size)
        return score(columns, one, other, model=self.model, shares=shares, cards=network_size(self._size))

    def _apart(self, places: Mapping[UUID, int]) -> list[tuple[int, int]]:
        return [
            (place, places[other])
            for card_id, place in places.items()
            for other in self._refused[card_id]
            if other in places
        ]

    def _join(self, mine: Card, theirs: Card, match: Match, number: int) -> None:
        """Move the cards of the younger identity to the elder (ids sort by time): either order gives the same."""
        home, former = sorted((self.identity_of(mine.id), self.identity_of(theirs.id)))
        for card in self.members(former):
            self.put(Card(card.id, home, card.features))
        self.links.append(Link(home, home if former in self._fresh else former, match, number))
        self._fresh.discard(former)

    def _propose(self, cards: Sequence[Card], persons: Sequence[int], table: Matrix, scores: Scores) -> None:
        """Note down the likeliest pairs between mine and others that did not join, one an identity."""
        here = [place for place, person in enumerate(persons) if person == 0]
        best: dict[int, tuple[int, int]] = {}
        for place, person in enumerate(persons):
            if person != 0:
                one = max(here, key=lambda row: float(table[row, place]))
                if table[one, place] >= PROPOSED_FROM and (
                    person not in best or table[one, place] > table[best[person]]
                ):
                    best[person] = (one, place)
        likest = sorted(best.values(), key=lambda two: -float(table[two]))[:_PROPOSED]
        self.proposals += [
            _match(cards, pair, scores) for pair in likest if cards[pair[1]].id not in self._refused[cards[pair[0]].id]
        ]

    def _still_fits(self, identity_id: UUID, card_id: UUID) -> bool:
        """Say whether what a card says now agrees, on the whole, with what the others of its identity say."""
        cards = [card for card in self.members(identity_id) if not card.features.walk_in or card.id == card_id]
        table = square(self._scores(cards).bits, len(cards))
        row = next(place for place, card in enumerate(cards) if card.id == card_id)
        others = [float(np.clip(bits, -COUNTED, COUNTED)) for place, bits in enumerate(table[row]) if place != row]
        return not others or sum(others) >= AGREE_FROM * len(others)

    def _without_shared(self, features: Features) -> Features:
        phones = tuple(phone for phone in features.phones if not self._is_shared(Features(phones=(phone,))))
        email = features.email if features.email and not self._is_shared(Features(email=features.email)) else ""
        if (phones, email) == (features.phones, features.email):
            return features
        return msgspec.structs.replace(features, phones=phones, email=email)

    def _is_shared(self, value: Features) -> bool:
        """Say whether a phone or an address, on a card of its own, is on too many cards and under too many surnames."""
        (number,) = strong_keys(value)
        holders = self._by_key.get(number, {})
        if len(holders) <= SHARED_CARDS:
            return False
        return len({self._cards[card_id].features.last for card_id in holders}) > SHARED_SURNAMES


def _match(cards: Sequence[Card], pair: tuple[int, int], scores: Scores) -> Match:
    """Return what was found between two cards, by their places in a crowd."""
    low, high = sorted(pair)
    row = low * len(cards) - low * (low + 1) // 2 + high - low - 1
    fields = {
        name: round(float(bits[row]), 2) for name, bits in scores.fields.items() if scores.levels[name][row] != UNKNOWN
    }
    agreed = [
        field for name, levels in scores.levels.items() for field in AGREED.get(name, {}).get(int(levels[row]), ())
    ]
    return Match(cards[pair[0]].id, cards[pair[1]].id, round(float(scores.bits[row]), 2), fields, agreed)
