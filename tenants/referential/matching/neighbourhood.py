"""The part of the referential around some cards, in memory: what a batch reads once, decides on, and writes back."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

import msgspec

from tenants.referential.matching.bulk import SHARED_CARDS, SHARED_SURNAMES
from tenants.referential.matching.candidates import LARGEST
from tenants.referential.matching.crowd import Crowd
from tenants.referential.matching.entities import AGREE_FROM, COUNTED, LINKS_FROM
from tenants.referential.matching.features import Features
from tenants.referential.matching.keys import blocking_keys, value_key
from tenants.referential.matching.levels import AGREED, COMPARISONS, UNKNOWN
from tenants.referential.matching.model import Model
from tenants.referential.matching.pair_bits import Scale

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
        self._scale = Scale(model, counts, cards=cards)
        self._make_id = make_id
        self._fresh: set[UUID] = set()
        self._cards: dict[UUID, Card] = {}
        self._members: dict[UUID, dict[UUID, None]] = defaultdict(dict)
        self._by_key: dict[int, dict[UUID, None]] = defaultdict(dict)
        self._by_value: dict[tuple[str, str], dict[UUID, None]] = defaultdict(dict)
        """Who has a phone or an address."""
        self._is_crowded = False
        """Whether any of these is had by more than `SHARED_CARDS`."""
        self._refused: dict[UUID, frozenset[UUID]] = {}
        self._looked_at: dict[UUID, frozenset[UUID]] = {}
        """By identity, those that were looked at when it last gathered."""

    def put(self, card: Card, *, refused: Iterable[UUID] = ()) -> None:
        """Add a card as the referential knows it; one that is there already keeps its refusals."""
        known = self._cards.get(card.id)
        if known is not None:
            self._members[known.identity_id].pop(card.id)
        if known is None or known.features != card.features:
            for value in () if known is None else _shareable(known.features):
                self._by_value[value].pop(card.id, None)
            for value in _shareable(card.features):
                holders = self._by_value[value]
                holders[card.id] = None
                self._is_crowded |= len(holders) > SHARED_CARDS
        self._cards[card.id] = card
        self._members[card.identity_id][card.id] = None
        if refused or known is None:
            self._refused[card.id] = self._refused.get(card.id, frozenset()) | frozenset(refused)

    def hit(self, key: int, card_id: UUID) -> None:
        """Note that a key that was looked for brought a card. Nobody's other keys are known: to make them costs more than to ask."""
        self._by_key[key][card_id] = None

    def knows(self, card_id: UUID) -> bool:
        """Say whether a card is here."""
        return card_id in self._cards

    def members(self, identity_id: UUID) -> list[Card]:
        """Return the cards of an identity, in the order of their ids."""
        found = self._members.get(identity_id, ())
        return [self._cards[card_id] for card_id in (sorted(found) if len(found) > 1 else found)]

    def identity_of(self, card_id: UUID) -> UUID:
        """Return the identity that a card is in now."""
        return self._cards[card_id].identity_id

    def keys_of(self, identity_id: UUID) -> frozenset[int]:
        """Return the keys of all the cards of an identity."""
        return frozenset().union(*(blocking_keys(card.features) for card in self.members(identity_id)))

    def place(self, card_id: UUID, features: Features) -> UUID:
        """Put a new or changed card where it belongs; links and proposals are noted down.

        A card that its own others still allow stays: only what a new card would be refused for, or a person, takes it out.

        Returns:
            The identity to write the card with; what the links move further, they move after that.
        """
        before, links = self._cards.get(card_id), len(self.links)
        own = before.identity_id if before is not None else self._new_identity()
        self._write_over(Card(card_id, own, features))
        if len(self._members[own]) > 1 and (features.walk_in or not self._still_fits(own, card_id)):
            own = self._new_identity()
            self.put(Card(card_id, own, features))
        fresh = own in self._fresh
        if not features.walk_in:
            self.gather(own, number=1, proposing=True)
        self._fresh.discard(own)
        return self.links[links].identity_id if fresh and len(self.links) > links else own

    def _write_over(self, card: Card) -> None:
        """Put a card as it is now: it is found by what it says now only."""
        known = self._cards.get(card.id)
        for key in () if known is None else blocking_keys(known.features):
            self._by_key[key].pop(card.id, None)
        self.put(card)
        for key in blocking_keys(card.features):
            self.hit(key, card.id)

    def _new_identity(self) -> UUID:
        made = self._make_id()
        self._fresh.add(made)
        return made

    def probe(self, features: Features) -> UUID | None:
        """Return the identity that a card not saved yet would join, changing nothing."""
        asked = Neighbourhood(self.model, self._counts, self._size, make_id=lambda: _NOBODY)
        for card in self._cards.values():
            asked.put(card, refused=self._refused[card.id])
        for key, holders in self._by_key.items():
            for card_id in holders:
                asked.hit(key, card_id)
        found = asked.place(_NOBODY, features)
        return found if found != _NOBODY else None

    def gather(self, identity_id: UUID, *, number: int, proposing: bool = False) -> bool:
        """Look among the neighbours of an identity for others of its own, and join them; say whether any was found.

        Args:
            identity_id: whose.
            number: the round, for the link's record.
            proposing: note down for a steward what is likely but does not join.
        """
        sharing = self._sharing(identity_id)
        near = dict.fromkeys([identity_id, *sorted({self.identity_of(card_id) for card_id in sharing} - {identity_id})])
        if number > 1 and near.keys() <= self._looked_at.get(identity_id, frozenset()):
            return False
        groups = [[card for card in self.members(identity) if not card.features.walk_in] for identity in near]
        if len(near) < 2 or not groups[0]:
            return False
        cards = [card for group in groups for card in group]
        crowd = Crowd(
            ([self._without_shared(card.features) for card in group] for group in groups if group),
            self._scale,
            near=[place for place, card in enumerate(cards) if card.id in sharing],
        )
        joined, here = len(self.links), crowd.together
        if len(here) > len(groups[0]):
            gathering = crowd.gathering(self._apart({card.id: place for place, card in enumerate(cards)}))
            while True:
                _, joining, bits = gathering.likest(0)
                if bits < LINKS_FROM:
                    break
                pair = crowd.likest_pair(gathering, 0, joining)
                self._join(cards[pair[0]], cards[pair[1]], _match(cards, pair, crowd), number)
                gathering.join(0, joining)
            here = [crowd.together[row] for row in gathering.members(0)]
        self._looked_at[self.identity_of(cards[0].id)] = frozenset(near)
        if proposing:
            self._propose(cards, crowd, here)
        return len(self.links) > joined

    def _sharing(self, identity_id: UUID) -> set[UUID]:
        """Return the cards that share a key with an identity, its own among them."""
        keys = self.keys_of(identity_id)
        found = {card_id for key in keys for card_id in self._by_key.get(key, ())}
        # A card that was erased since the key was looked for is nobody's neighbour.
        return {card_id for card_id in found if card_id in self._cards}

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

    def _propose(self, cards: Sequence[Card], crowd: Crowd, here: Sequence[int]) -> None:
        """Note down the likeliest pairs between these and others, who did not join them, one an identity."""
        mine = {crowd.identity[place] for place in here}
        best: dict[int, tuple[float, int, int]] = {}
        for bits, one, other in crowd.likely(here, over=PROPOSED_FROM):
            identity = crowd.identity[other]
            if identity not in mine:
                best[identity] = max(best.get(identity, (bits, -other, -one)), (bits, -other, -one))
        likest = sorted(best.values(), key=lambda found: (-found[0], -found[1]))[:_PROPOSED]
        self.proposals += [
            _match(cards, (-one, -other), crowd)
            for _, other, one in likest
            if cards[-other].id not in self._refused[cards[-one].id]
        ]

    def _still_fits(self, identity_id: UUID, card_id: UUID) -> bool:
        """Say whether what a card says now agrees, on the whole, with what the others of its identity say."""
        cards = [card for card in self.members(identity_id) if not card.features.walk_in or card.id == card_id]
        said = [self._without_shared(card.features) for card in cards]
        mine = next(place for place, card in enumerate(cards) if card.id == card_id)
        pairs = [(min(mine, place), max(mine, place)) for place in range(len(cards)) if place != mine]
        counted = [max(-COUNTED, min(found.bits, COUNTED)) for found in self._scale.weigh_all(said, pairs)]
        return not counted or sum(counted) >= AGREE_FROM * len(counted)

    def _without_shared(self, features: Features) -> Features:
        if not self._is_crowded and not features.relay:
            return features
        phones = tuple(phone for phone in features.phones if not self._is_shared("phone", phone))
        email, relay = (
            "" if value and self._is_shared(field, value) else value
            for field, value in (("email", features.email), ("relay", features.relay))
        )
        if (phones, email, relay) == (features.phones, features.email, features.relay):
            return features
        return msgspec.structs.replace(features, phones=phones, email=email, relay=relay)

    def _is_shared(self, field: str, value: str) -> bool:
        """Say whether a phone or an address is on too many cards and under too many surnames."""
        holders = self._by_value.get((field, value), ())
        if len(holders) > SHARED_CARDS:
            return len({self._cards[card_id].features.last for card_id in holders}) > SHARED_SURNAMES
        # So many that their key brought none of them.
        return field == "relay" and self._counts.get(value_key(field, value) or 0, 0) > LARGEST


def _shareable(features: Features) -> list[tuple[str, str]]:
    """Return the values that switchboards and desks are known by."""
    found = [("phone", phone) for phone in features.phones]
    return found + [(field, value) for field, value in (("email", features.email), ("relay", features.relay)) if value]


def _match(cards: Sequence[Card], pair: tuple[int, int], crowd: Crowd) -> Match:
    """Return what was found between two cards, by their places in a crowd."""
    found = crowd.between(*pair)
    levels = dict(zip(COMPARISONS, found.levels, strict=True))
    fields = {
        name: round(bits, 2)
        for (name, level), bits in zip(levels.items(), found.fields, strict=True)
        if level != UNKNOWN
    }
    agreed = [field for name, level in levels.items() for field in AGREED[name].get(level, ())]
    return Match(cards[pair[0]].id, cards[pair[1]].id, round(found.bits, 2), fields, agreed)
