"""How much an agreement says, from how common the value is: log2 of (chance among cards of one person / among others)."""

import math
from collections.abc import Mapping

import msgspec

from tenants.referential.matching.keys import key


class Frequencies(msgspec.Struct, frozen=True):
    """How many cards there are, and how many hold each value (by its key; an absent one is held by none yet).

    A network that has only begun counts as one of 50,000 cards, and each name starts as commonplace: weights neither
    jump with the first imports nor take Martin for rare because it was met once.
    """

    cards: int
    counts: Mapping[int, int]

    @property
    def size(self) -> int:
        """Cards of the network, at least as many as one has."""
        return max(self.cards, 50_000)

    @property
    def prior(self) -> float:
        """Bits against two cards, taken by chance among candidates, being one person."""
        return -math.log2(self.size / 3)

    def first_name(self, name: str) -> float:
        """Bits for one given name on both cards."""
        return self._smoothed(key("count-first", name), agree=0.72, known=60, of=10_000, low=4.0, high=12.0)

    def last_name(self, name: str) -> float:
        """Bits for one surname on both cards."""
        return self._smoothed(key("count-last", name), agree=0.83, known=40, of=20_000, low=5.0, high=15.0)

    def postal_code(self, code: str) -> float:
        """Bits for one postal code on both cards."""
        return self._smoothed(key("count-place", code), agree=0.6, known=100, of=20_000, low=3.0, high=11.0)

    def identifier(self, kind: str, value: str) -> float:
        """Bits for a phone or an address that both cards hold: the fewer hold it, the more."""
        holders = max(2, self.counts.get(key(kind, value), 0))
        return min(19.0, max(6.0, math.log2(0.5 * self.size / holders)))

    def _smoothed(self, number: int, *, agree: float, known: int, of: int, low: float, high: float) -> float:
        share = (self.counts.get(number, 0) + known) / (self.cards + of)
        return min(high, max(low, math.log2(agree / share)))
