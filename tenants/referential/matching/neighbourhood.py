"""The part of the referential around some cards, in memory: what a batch reads once, decides on, and writes back."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from uuid import UUID

import msgspec

from tenants.referential.matching.best_view import best_view
from tenants.referential.matching.deciding import Card, Match, clash, decide
from tenants.referential.matching.features import Features
from tenants.referential.matching.frequencies import Frequencies
from tenants.referential.matching.keys import blocking_keys, key
from tenants.referential.matching.scoring import compare

ROUNDS = 9
"""How often an identity that grew looks for more of its own."""
SHARED_CARDS = 25
SHARED_SURNAMES = 8
"""A value on more cards and surnames than these is a switchboard, whatever it looks like."""


class Link(msgspec.Struct, frozen=True):
    """A card, or all the cards of `former_id`, joining an identity."""

    card_id: UUID
    identity_id: UUID
    former_id: UUID
    """The identity whose cards move; `identity_id` itself where the card alone joins."""
    match: Match
    round: int


class Neighbourhood:
    """Cards near one another, by key and by identity."""

    def __init__(self, frequencies: Frequencies, *, make_id: Callable[[], UUID]) -> None:
        """Begin empty; `make_id` makes the ids of new identities."""
        self.frequencies = frequencies
        self.links: list[Link] = []
        self.proposals: list[tuple[UUID, Match]] = []
        self._make_id = make_id
        self._cards: dict[UUID, Card] = {}
        self._members: dict[UUID, dict[UUID, Card]] = defaultdict(dict)
        self._by_key: dict[int, dict[UUID, None]] = defaultdict(dict)
        self._refused: dict[UUID, frozenset[UUID]] = {}

    def put(self, card: Card, *, refused: Iterable[UUID] = ()) -> None:
        """Add a card as the referential knows it, or as it is now; one that is there already keeps its refusals."""
        known = self._cards.get(card.id)
        if known is not None:
            self._take_out(known)
        self._cards[card.id] = card
        self._members[card.identity_id][card.id] = card
        self._refused[card.id] = self._refused.get(card.id, frozenset()) | frozenset(refused)
        for number in blocking_keys(card.features):
            self._by_key[number][card.id] = None

    def knows(self, card_id: UUID) -> bool:
        """Say whether a card is here."""
        return card_id in self._cards

    def members(self, identity_id: UUID) -> list[Card]:
        """Return the cards of an identity."""
        return list(self._members.get(identity_id, {}).values())

    def identity_of(self, card_id: UUID) -> UUID:
        """Return the identity that a card is in now."""
        return self._cards[card_id].identity_id

    def place(self, card_id: UUID, features: Features) -> UUID:
        """Put a new or changed card where it belongs and return its identity; links and proposals are noted down.

        A card that stays plausible among its own stays: only a contradiction, or a person, takes it out.
        """
        before = self._cards.get(card_id)
        if before is not None:
            self._take_out(before)
            if self._still_fits(features, before.identity_id):
                self.put(Card(card_id, before.identity_id, features))
                return before.identity_id
        own = before.identity_id if before is not None and not self.members(before.identity_id) else self._make_id()
        if features.walk_in:
            self.put(Card(card_id, own, features))
            return own
        compared = self._without_shared(features)
        decision = decide(
            compared,
            self._candidates(blocking_keys(compared)),
            self.frequencies,
            refused=self._refused.get(card_id, frozenset()),
        )
        self.proposals += [(card_id, match) for match in decision.proposed]
        if not decision.links:
            self.put(Card(card_id, own, features))
            return own
        home, *joining = decision.links
        self.put(Card(card_id, home.identity_id, features))
        self.links.append(Link(card_id, home.identity_id, home.identity_id, home, 1))
        for match in joining:
            self._join(card_id, home.identity_id, match, 1)
        return home.identity_id

    def probe(self, features: Features) -> UUID | None:
        """Return the identity that a card not saved yet would join, changing nothing."""
        compared = self._without_shared(features)
        decision = decide(compared, self._candidates(blocking_keys(compared)), self.frequencies)
        return decision.links[0].identity_id if decision.links else None

    def gather(self, identity_id: UUID, *, number: int) -> bool:
        """Run one more round for an identity that grew: seek, as the sum of its cards, others of its own."""
        cards = self.members(identity_id)
        view = self._without_shared(best_view(cards))
        if view.walk_in:
            return False
        keys = frozenset().union(*(blocking_keys(card.features) for card in cards), blocking_keys(view))
        candidates = self._candidates(keys)
        candidates.pop(identity_id, None)
        refused = frozenset().union(*(self._refused[card.id] for card in cards))
        found = False
        for match in decide(view, candidates, self.frequencies, refused=refused).links:
            if not clash(self.members(identity_id), self.members(match.identity_id)):
                self._join(max(card.id for card in cards), identity_id, match, number)
                found = True
        return found

    def _join(self, card_id: UUID, identity_id: UUID, match: Match, number: int) -> None:
        for card in self.members(match.identity_id):
            self.put(Card(card.id, identity_id, card.features))
        self.links.append(Link(card_id, identity_id, match.identity_id, match, number))

    def _take_out(self, card: Card) -> None:
        members = self._members[card.identity_id]
        members.pop(card.id, None)
        if not members:
            del self._members[card.identity_id]
        for number in blocking_keys(card.features):
            self._by_key[number].pop(card.id, None)

    def _still_fits(self, features: Features, identity_id: UUID) -> bool:
        others = self.members(identity_id)
        contradicting = sum(compare(features, other.features, self.frequencies).contradicts for other in others)
        return bool(others) and 3 * contradicting < len(others)

    def _candidates(self, keys: Iterable[int]) -> dict[UUID, list[Card]]:
        near = {self._cards[card_id].identity_id for number in keys for card_id in self._by_key.get(number, ())}
        return {identity_id: self.members(identity_id) for identity_id in near}

    def _without_shared(self, features: Features) -> Features:
        phones = tuple(phone for phone in features.phones if not self._is_shared("phone", phone))
        email = "" if features.email and self._is_shared("email", features.email) else features.email
        if (phones, email) == (features.phones, features.email):
            return features
        return msgspec.structs.replace(features, phones=phones, email=email)

    def _is_shared(self, kind: str, value: str) -> bool:
        holders = self._by_key.get(key(kind, value), {})
        if len(holders) <= SHARED_CARDS:
            return False
        return len({self._cards[card_id].features.last for card_id in holders}) > SHARED_SURNAMES
