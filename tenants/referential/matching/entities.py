"""From pairs to persons: cards gather as long as the likeliest of what is left is likely, and nobody contradicts too much.

Households are what makes matchers wrong: chains of cards that each resemble the next. So everybody who could be one person
with somebody is compared with everybody there, and two groups join when their likest pair says so and they agree on the whole.
"""

import math
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from tenants.referential.matching.candidates import Pairs, inner_pairs
from tenants.referential.matching.field_pairs import Rows
from tenants.referential.matching.model import Bits

LINKS_FROM: Final = 2.25
"""Bits from which the likest pair of two groups makes them one: nearly five to one."""
FEWEST_BITS: Final = -2.5
"""What two cards that stand alone need at least, in a file where next to no card does."""
CAUTION: Final = 2.0
"""Bits by which few lonely cards must speak for one another before they count: a wrong link is worse than a missed one."""
AGREE_FROM: Final = -1.0
"""What all pairs between two groups must give on average, each counted within `COUNTED` bits: one bad card among many
splits nobody, one card that everybody contradicts joins nobody."""
COUNTED: Final = 6.0
LEAD: Final = 5.0
"""By how many bits a card must fit one person better than another."""
OTHERS_TO: Final = -3.0
"""Bits on average to which two groups' given names are two persons'."""
NEAR_FROM: Final = -3.0
"""Bits from which two cards are looked at together at all."""
CROWD: Final = 60
"""Cards that are looked at together, at most; where more hang together, only what hangs faster counts."""

_NEVER: Final = -1e9

Labels = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float64]


def crowds(cards: int, one: Rows, other: Rows, bits: Bits) -> Labels:
    """Return for each card the crowd that it is to be looked at in: those that hang together by likely pairs."""
    near = bits >= NEAR_FROM
    one, other, bits = one[near], other[near], bits[near]
    labels = connected(cards, one, other)
    needed = NEAR_FROM
    while len(bits):
        too_many = (np.bincount(labels, minlength=cards) > CROWD)[labels]
        if not too_many.any():
            break
        needed += 1.0
        kept = (bits >= needed) | ~too_many[one]
        one, other, bits = one[kept], other[kept], bits[kept]
        labels = connected(cards, one, other)
    return labels


def connected(cards: int, one: Rows, other: Rows) -> Labels:
    """Return for each card the first of those that it hangs together with."""
    labels = np.arange(cards)
    while True:
        least = np.minimum(labels[one], labels[other])
        before = labels.copy()
        np.minimum.at(labels, one, least)
        np.minimum.at(labels, other, least)
        np.minimum.at(labels, before, labels)
        labels = labels[labels]
        if (labels == before).all():
            return labels


def groups(labels: Labels) -> Iterator[Rows]:
    """Yield the crowds of more than one card, those of one size together, a crowd a line."""
    order = np.argsort(labels, kind="stable").astype(np.int32)
    ordered = labels[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.empty(0, dtype=np.int64)
    sizes = np.diff(np.r_[starts, len(ordered)])
    for size in np.unique(sizes[sizes > 1]):
        yield order[starts[sizes == size][:, None] + np.arange(size)]


def everybody(labels: Labels) -> Pairs:
    """Return all pairs inside the crowds."""
    return np.concatenate([np.empty(0, dtype=np.int64), *(inner_pairs(group, len(labels)) for group in groups(labels))])


def gather(labels: Labels, pairs: Pairs, bits: Bits, given: Bits) -> Labels:
    """Return for each card the first card of its person.

    Args:
        labels: each card's crowd.
        pairs: all pairs inside them, as `everybody` returns them.
        bits: of each of these pairs.
        given: of these, what the given names say.
    """
    persons = np.arange(len(labels))
    at = 0
    for crowd in groups(labels):
        lines, size = crowd.shape
        between = size * (size - 1) // 2
        inside, names = (each[at : at + lines * between].reshape(lines, between) for each in (bits, given))
        at += lines * between
        if size == 2:
            linked = inside[:, 0] >= LINKS_FROM
            persons[crowd[linked, 1]] = crowd[linked, 0]
            continue
        agreed = (inside.min(axis=1) >= LINKS_FROM) & (names.min(axis=1) > OTHERS_TO)
        persons[crowd[agreed]] = crowd[agreed, :1]
        for line in np.flatnonzero((inside.max(axis=1) >= LINKS_FROM) & ~agreed):
            persons[crowd[line]] = crowd[line][persons_of(square(inside[line], size), square(names[line], size))]
    return persons


def pair_up(persons: Labels, one: Rows, other: Rows, bits: Bits) -> Labels:
    """Join cards that stand alone to the one card that they are like, where nearly every card has another of its person.

    How many cards have none is read from the file itself: the fewer, the less the likest must be like it. Both must stand
    alone, and nothing else may come near.

    Args:
        persons: as `gather` returns them.
        one: rows of one side of all pairs that were found near.
        other: rows of the other.
        bits: of each of them.
    """
    cards = len(persons)
    odds = np.exp2(np.clip(bits, -40.0, 40.0))
    others = np.bincount(one, odds, minlength=cards) + np.bincount(other, odds, minlength=cards)
    share = 0.5
    for _ in range(_ROUNDS):
        share = float((share / (share + others)).mean()) if cards else 1.0
    needed = max(LINKS_FROM - max(-math.log2(max(share, 1e-9)) - CAUTION, 0.0), FEWEST_BITS)
    alone = np.bincount(persons, minlength=cards)[persons] == 1
    worth = np.flatnonzero((bits >= needed) & (bits < LINKS_FROM) & alone[one] & alone[other])
    rivals = others[one[worth]] + others[other[worth]] - 2 * odds[worth]
    chosen = worth[odds[worth] >= 2.0**LINKS_FROM * rivals]
    joined = persons.copy()
    joined[np.maximum(one[chosen], other[chosen])] = np.minimum(one[chosen], other[chosen])
    return joined


_ROUNDS: Final = 60


def square(inside: Bits, size: int) -> Matrix:
    """Lay the bits of all pairs of a crowd out in a table, both ways round."""
    table = np.full((size, size), -np.inf)
    table[_upper(size)] = inside
    return np.asarray(np.maximum(table, table.T))


@lru_cache(maxsize=CROWD)
def _upper(size: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the places above the diagonal, which are the same for every crowd of a size."""
    return np.triu_indices(size, 1)


class Gathering:
    """A crowd on its way to persons: groups of cards, each named by the place of a card, and what stands between every two."""

    def __init__(self, likest: Matrix, given: Matrix, *, apart: Iterable[tuple[int, int]] = ()) -> None:
        """Begin with everybody alone.

        Args:
            likest: the bits between every two cards, -inf on the diagonal.
            given: of these, what their given names say.
            apart: cards that a person said are not one's.
        """
        self.person = list(range(len(likest)))
        self._likest = likest.copy()
        self._total = np.clip(likest, -COUNTED, COUNTED)
        self._given = np.maximum(given, -COUNTED)
        self._pairs = np.ones_like(likest)
        for one, other in apart:
            self._total[one, other] = self._total[other, one] = _NEVER

    def members(self, group: int) -> list[int]:
        """Return the places of a group's cards."""
        return [place for place, each in enumerate(self.person) if each == group]

    def likest(self, of: int | None = None) -> tuple[int, int, float]:
        """Return two groups that are to join next, and the bits of their likest pair; below `LINKS_FROM` there are none.

        A card that fits two groups, which are not one, joins neither unless one leads: an initial in a family.

        Args:
            of: one of the two; any where not given.
        """
        open_to = np.where(self._total >= AGREE_FROM * self._pairs, self._likest, -np.inf)
        if of is not None:
            only = np.full_like(open_to, -np.inf)
            only[of] = open_to[of]
            open_to = only
        while True:
            home, joining = divmod(int(open_to.argmax()), len(self.person))
            bits = float(open_to[home, joining])
            if bits < LINKS_FROM or not (self._torn(home, joining, bits) or self._torn(joining, home, bits)):
                return home, joining, bits
            open_to[home, joining] = open_to[joining, home] = -np.inf

    def _torn(self, group: int, best: int, bits: float) -> bool:
        if self.person.count(group) > 1:
            return False
        agreeing = self._total[group] >= AGREE_FROM * self._pairs[group]
        others = self._given[best] <= OTHERS_TO * self._pairs[best]
        rivals = (self._likest[group] > max(bits - LEAD, LINKS_FROM)) & agreeing & others
        rivals[[group, best]] = False
        return bool(rivals.any())

    def join(self, home: int, joining: int) -> None:
        """Make two groups one, which keeps the first's name."""
        for table in (self._total, self._given, self._pairs):
            table[home] += table[joining]
            table[:, home] = table[home]
        self._likest[home] = np.maximum(self._likest[home], self._likest[joining])
        self._likest[:, home] = self._likest[home]
        self._likest[home, home] = -np.inf
        self._likest[joining] = self._likest[:, joining] = -np.inf
        self.person = [home if each == joining else each for each in self.person]


def persons_of(likest: Matrix, given: Matrix) -> list[int]:
    """Return for each card of a crowd the place of the first card of its person; the tables are as in `Gathering`."""
    gathering = Gathering(likest, given)
    while True:
        home, joining, bits = gathering.likest()
        if bits < LINKS_FROM:
            return gathering.person
        gathering.join(home, joining)
