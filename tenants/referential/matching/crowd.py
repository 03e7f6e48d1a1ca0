"""The cards around an identity, compared as far as it matters to who they are: mostly, with that identity alone."""

from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np

from tenants.referential.matching.entities import LINKS_FROM, NEAR_FROM, Gathering, Matrix
from tenants.referential.matching.features import Features
from tenants.referential.matching.pair_bits import Likeness, Scale


class Crowd:
    """Cards by their places, those of one identity side by side, those of the identity that asks first."""

    def __init__(
        self, groups: Iterable[Sequence[Features]], scale: Scale, *, near: Iterable[int] | None = None
    ) -> None:
        """Compare the first group with all, and whoever is likely one of it in turn.

        Groups that are likely nobody of these play no part: no link of theirs, and no rival that counts, is missed.

        Args:
            groups: the cards of each identity; none is empty.
            scale: weighs pairs.
            near: the places of cards that share a key with the first group. The others of an identity are compared with that
                group only if one of these comes near it, as files' are. All, where not given.
        """
        self._scale = scale
        self._near = None if near is None else frozenset(near)
        self._cards: list[Features] = []
        self.identity: list[int] = []
        """For each card, the place of the first card of its identity."""
        for group in groups:
            self.identity += [len(self._cards)] * len(group)
            self._cards += group
        self._found: dict[tuple[int, int], Likeness] = {}
        self.together = self._hang_together()
        """The places of the first group's cards, and of all that hang together with them by likely pairs, in order."""

    def between(self, one: int, other: int) -> Likeness:
        """Return what comparing a card of the first group, or of one that joined it, with another group's gave."""
        return self._found[(one, other) if one < other else (other, one)]

    def likely(self, here: Iterable[int], *, over: float) -> Iterator[tuple[float, int, int]]:
        """Yield the pairs of some cards with others that have so many bits: these, the one's place, the other's."""
        mine = frozenset(here)
        for pair, found in self._found.items():
            if found.bits >= over:
                for one, other in (pair, pair[::-1]):
                    if one in mine and other not in mine:
                        yield found.bits, one, other

    def likest_pair(self, gathering: Gathering, home: int, joining: int) -> tuple[int, int]:
        """Return the likest pair of two groups of a gathering of ours."""
        here, there = ([self.together[row] for row in gathering.members(group)] for group in (home, joining))
        return max(((one, other) for one in here for other in there), key=lambda two: self.between(*two).bits)

    def gathering(self, apart: Iterable[tuple[int, int]]) -> Gathering:
        """Begin to gather those who hang together, each identity as one.

        Args:
            apart: places of cards that a person said are not one's.
        """
        row_of = {place: row for row, place in enumerate(self.together)}
        likest: Matrix = np.full((len(row_of), len(row_of)), -np.inf)
        given = likest.copy()
        for (one, other), found in self._found.items():
            if one in row_of and other in row_of:
                at = row_of[one], row_of[other]
                likest[at] = likest[at[::-1]] = found.bits
                given[at] = given[at[::-1]] = found.given
        gathering = Gathering(
            likest,
            given,
            apart=[(row_of[one], row_of[other]) for one, other in apart if one in row_of and other in row_of],
        )
        for row, place in enumerate(self.together):
            if self.identity[place] != place:
                gathering.join(row_of[self.identity[place]], row)
        return gathering

    def _hang_together(self) -> list[int]:
        members: dict[int, list[int]] = {}
        for place, identity in enumerate(self.identity):
            members.setdefault(identity, []).append(place)
        reached, compared = [0], set[int]()
        for identity in reached:
            compared.add(identity)
            others = [place for place, theirs in enumerate(self.identity) if theirs not in compared]
            if identity == 0 and self._near is not None:
                others = self._worth_comparing(members[0], others, self._near)
            # Whoever is reached through another was perhaps not compared with the first.
            self._compare(members[0], members[identity] if identity else ())
            likely = self._compare(members[identity], others)
            reached += sorted(likely.difference(reached))
        return sorted(place for place, identity in enumerate(self.identity) if identity in compared)

    def _worth_comparing(self, here: Sequence[int], others: Sequence[int], near: Collection[int]) -> list[int]:
        """Return the cards of the identities of which one that is near comes near enough."""
        self._compare(here, [place for place in others if place in near])
        promising = {self.identity[other] for (_, other), found in self._found.items() if found.bits >= NEAR_FROM}
        return [place for place in others if self.identity[place] in promising]

    def _compare(self, here: Sequence[int], others: Iterable[int]) -> set[int]:
        """Compare cards of two sides that were not compared yet; return the identities of those that are likely one's."""
        both = [(min(one, other), max(one, other)) for one in here for other in others]
        pairs = [pair for pair in both if pair not in self._found]
        self._found.update(zip(pairs, self._scale.weigh_all(self._cards, pairs), strict=True))
        return {self.identity[place] for pair in both if self._found[pair].bits >= LINKS_FROM for place in pair}
