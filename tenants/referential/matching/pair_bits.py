"""What comparing a few cards gives, in plain Python: for a handful of pairs arrays cost more than the pairs do.

The same bits, to the last, as `model.score` gives for arrays; a test holds the two together.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
import numpy as np

from tenants.referential.matching.columns import Columns
from tenants.referential.matching.features import Features
from tenants.referential.matching.keys import live_shares, network_size, share_of
from tenants.referential.matching.levels import COMPARISONS, UNKNOWN, Birth, Email, First, Phone
from tenants.referential.matching.model import (
    CROSSED,
    KIN_COMPARISONS,
    LIVING_ALIKE,
    MADE_ALIKE,
    NAMED_ALIKE,
    NAMED_AS_ONE,
    NAMESAKES,
    POSSIBLE,
    SAME_VALUE,
    SAME_VALUE_ALONE,
    SOMEBODY_S_OWN,
    Model,
    among_organisations,
    level_bits,
    prior_bits,
    score,
)
from tenants.referential.matching.pair_levels import Levels, levels_of

FEW: Final = 250
"""Pairs beyond which arrays are the faster: they cost a fixed while however few there are."""


class Likeness(msgspec.Struct, frozen=True, gc=False):
    """What comparing two cards gave; by comparison, in the order of `COMPARISONS`."""

    levels: Levels
    fields: tuple[float, ...]
    """Bits against strangers."""
    bits: float
    """For one person, against strangers and kin, prior included."""

    @property
    def given(self) -> float:
        """What the given names say, in bits."""
        return self.fields[_FIRST]


class Scale:
    """A model's weights and the live counts, ready to weigh pairs."""

    def __init__(self, model: Model, counts: Mapping[int, int], *, cards: int) -> None:
        """Begin with no value's share known.

        Args:
            model: the weights.
            counts: cards by counted key, as `live_shares` takes them.
            cards: how many there are in the network.
        """
        self._model, self._counts, self._cards = model, counts, cards
        self._prior = prior_bits(model, network_size(cards))
        self._weights, self._kin, self._namesakes = _laid_out(model)
        self._shares: dict[tuple[str, str], float] = {}
        self._values: dict[tuple[str, int, str], float] = {}
        """The bits of a value at a level: whoever is near has it too."""

    def weigh(self, one: Features, other: Features) -> Likeness:
        """Compare two cards; the same either way round."""
        levels = levels_of(one, other)
        fields = tuple(
            [
                self._value_bits(name, level, weights[level], one, other) if level in values else weights[level]
                for (name, weights, values), level in zip(self._weights, levels, strict=True)
            ]
        )
        if (
            levels.email in MADE_ALIKE
            and levels.last in NAMED_ALIKE
            and levels.first in NAMED_AS_ONE
            and self._namesakes
        ):
            fields = (*fields[:_EMAIL], self._namesakes[levels.email], *fields[_EMAIL + 1 :])
        bits = self._prior if levels.organisation == UNKNOWN else self._prior + among_organisations(self._model)
        for each in fields:
            bits += each
        at_home = levels.phone == Phone.SAME or levels.place in LIVING_ALIKE
        if at_home and levels.last in NAMED_ALIKE and self._model.kin:
            bits = -float(np.logaddexp2(-bits, -self._kin_bits(levels, fields)))
        if levels.email == Email.SAME_RELAY and not _is_somebody_s_own(levels):
            bits = min(bits, POSSIBLE)
        return Likeness(levels, tuple(fields), bits)

    def weigh_all(self, cards: Sequence[Features], pairs: Sequence[tuple[int, int]]) -> list[Likeness]:
        """Compare pairs of cards, by their places: one by one where they are few, as arrays where they are many."""
        if len(pairs) <= FEW:
            return [self.weigh(cards[one], cards[other]) for one, other in pairs]
        columns = Columns(cards)
        one, other = np.array(pairs, dtype=np.int32).T
        shares = live_shares(columns, self._counts, model=self._model, cards=self._cards)
        found = score(columns, one, other, model=self._model, shares=shares, cards=network_size(self._cards))
        levels = zip(*(found.levels[name].tolist() for name in COMPARISONS), strict=True)
        fields = zip(*(found.fields[name].tolist() for name in COMPARISONS), strict=True)
        return [
            Likeness(Levels(*at), by, bits) for at, by, bits in zip(levels, fields, found.bits.tolist(), strict=True)
        ]

    def _value_bits(self, name: str, level: int, bits: float, one: Features, other: Features) -> float:
        """Return the bits where two cards have one value: how rare it is counts."""
        field = SAME_VALUE[name][level]
        if level == CROSSED.get(name):
            here, there = self._share(field, getattr(one, field)), self._share(field, getattr(other, field))
            return (math.log2(self._model.match[name][level - 1]) - _log2(here) - _log2(there)) / 2
        value = _shared(field, one, other)
        known = self._values.get((name, level, value))
        if known is None:
            share = self._share(field, value)
            if level == SAME_VALUE_ALONE[name] or name == "email":
                known = _log2(self._model.match[name][level - 1] / share)
            else:
                known = bits + _log2(self._model.usual[field] / share)
            self._values[name, level, value] = known
        return known

    def _share(self, field: str, value: str) -> float:
        known = self._shares.get((field, value))
        if known is None:
            known = share_of(field, value, self._counts, model=self._model, cards=self._cards)
            self._shares[field, value] = known
        return known

    def _kin_bits(self, levels: Levels, fields: Sequence[float]) -> float:
        kin = self._model.kin_prior
        for weights, level in zip(self._kin, levels, strict=True):
            if weights is not None:
                kin += weights[level]
        if levels.first in (First.SAME, First.CROSSED):
            given = fields[_FIRST]
            kin += given - self._model.kin["first"][levels.first - 1]
            if levels.birth == Birth.OTHER_YEAR:
                kin += min(math.log2(self._model.match["first"][First.SAME - 1] / NAMESAKES) - given, 0.0)
        return kin


_FIRST: Final = list(COMPARISONS).index("first")
_EMAIL: Final = list(COMPARISONS).index("email")


class _LaidOut(NamedTuple):
    """A model's weights by comparison, in the order of `COMPARISONS`."""

    strangers: list[tuple[str, list[float], frozenset[int]]]
    """The bits of each level, and the levels at which the value itself counts."""
    kin: list[list[float] | None]
    namesakes: list[float]
    """The bits of two addresses of namesakes, by level; empty where they count as anybody's."""


_last_laid_out: tuple[Model, _LaidOut] | None = None


def _laid_out(model: Model) -> _LaidOut:
    """Lay a model's weights out by level; once for all the cards that are weighed by one model."""
    global _last_laid_out
    last = _last_laid_out
    if last is not None and last[0] is model:
        return last[1]
    strangers = [
        (name, level_bits(model.match[name], model.chance[name]).tolist(), frozenset(map(int, SAME_VALUE[name])))
        for name in COMPARISONS
    ]
    kin = [[0.0, *model.kin[name]] if model.kin and name in KIN_COMPARISONS else None for name in COMPARISONS]
    namesakes = level_bits(model.match["email"], model.namesakes["email"]).tolist() if model.namesakes else []
    _last_laid_out = (model, _LaidOut(strangers, kin, namesakes))
    return _last_laid_out[1]


def _log2(number: float) -> float:
    """Return what arrays give: where the processor has its own way, its last bit may differ from the C library's."""
    return float(np.log2(number))


def _shared(field: str, one: Features, other: Features) -> str:
    """Return the value that both cards have; of two phones, the one that is on both."""
    if field != "phone":
        return str(getattr(one, field))
    return one.phones[0] if one.phones[0] in other.phones[:2] else one.phones[1]


def _is_somebody_s_own(levels: Levels) -> bool:
    return any(getattr(levels, name) in own for name, own in SOMEBODY_S_OWN.items())
