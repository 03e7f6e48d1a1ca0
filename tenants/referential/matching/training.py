"""Learn the weights from cards, without being told who is who: expectation and maximisation, as Fellegi and Sunter's model is.

u comes from pairs taken at random; m from the pairs that share a birth date, and from those that share a name, each leaving out
what it was chosen by (never from shared phones, which are families'); kin from the pairs that share a surname and a home.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tenants.referential.matching import candidates
from tenants.referential.matching.candidates import Pairs, Recipe
from tenants.referential.matching.columns import Columns
from tenants.referential.matching.comparing import compare
from tenants.referential.matching.field_pairs import Levels, Rows
from tenants.referential.matching.levels import COMPARISONS, Last
from tenants.referential.matching.model import KIN_COMPARISONS, Model, level_bits, may_be_kin, score, shares_of

Probabilities = npt.NDArray[np.float64]

EXPECTED: Final[Mapping[str, Sequence[float]]] = {
    "organisation": (0.8, 0.1, 0.05, 0.05),
    "first": (0.75, 0.01, 0.12, 0.03, 0.05, 0.02, 0.005, 0.015),
    "last": (0.84, 0.01, 0.04, 0.02, 0.05, 0.02, 0.02),
    "birth": (0.88, 0.05, 0.03, 0.01, 0.02, 0.01),
    "email": (0.75, 0.02, 0.03, 0.05, 0.15),
    "phone": (0.7, 0.02, 0.28),
    "place": (0.45, 0.05, 0.3, 0.05, 0.04, 0.01, 0.1),
}
"""What m is before any card is seen; it counts as `_EXPECTED_PAIRS` pairs, so that a hundred cards do not decide all."""
_EXPECTED_PAIRS: Final = 100.0
_PAIRS: Final = 500_000
_ROUNDS: Final = 40
NAMESAKES: Final[Mapping[str, Sequence[float]]] = {"email": (0.001, 0.03, 0.03, 0.001, 0.938)}
"""What u is between two people of one name before any card is seen, where it is not what it is between any two."""
_BLOCKS: Final[Sequence[tuple[Recipe, Sequence[str], Mapping[str, Sequence[float]]]]] = (
    (Recipe("birth", (("birth", "whole"),)), ("birth",), {}),
    (Recipe("names", (("first", "full"), ("last", "full"))), ("first", "last"), NAMESAKES),
)
"""What chooses the pairs, what cannot be learnt from them therefore, and what those who are two people have a u of their own for."""
_SAME_INITIAL: Final = 0.9
"""How often one person's surname begins alike on two cards."""
_SEED: Final = 20261122
_PAIRS_A_CARD: Final = 3.0
"""What the prior is before the cards' own is known."""


def train(columns: Columns, *, version: str, found: Pairs | None = None) -> Model:
    """Return the weights that these cards give; the same for the same cards in any order but for chance's share.

    Args:
        columns: the cards.
        version: what to name the weights.
        found: the pairs that share a key; looked for unless given.
    """
    random = np.random.default_rng(_SEED)
    chance = _chance(columns, random)
    match, namesakes = _match(columns, chance, random)
    shares = shares_of(columns)
    model = Model(
        version=version,
        match={name: [float(value) for value in match[name]] for name in COMPARISONS},
        chance={name: [float(value) for value in chance[name]] for name in COMPARISONS},
        pairs_a_card=_PAIRS_A_CARD,
        filled={field: float((columns[field] != 0).mean()) for field in shares} if len(columns) else {},
        usual={field: max(float((share[1:] ** 2).sum()), 1e-9) for field, share in shares.items()},
        namesakes={name: [float(value) for value in values] for name, values in namesakes.items()},
    )
    return with_prior_and_kin(columns, model, random, found=found)


def _chance(columns: Columns, random: np.random.Generator) -> dict[str, Probabilities]:
    people = np.flatnonzero((columns["organisation"] == 0) & ~columns.walk_in).astype(np.int32)
    found = {name: np.asarray(expected, dtype=np.float64) for name, expected in EXPECTED.items()}
    if len(people) > 1:
        wanted = min(_PAIRS, len(people) ** 2 // 2)
        one, other = random.choice(people, wanted), random.choice(people, wanted)
        levels = compare(columns, one[one != other], other[one != other])
        for name, expected in EXPECTED.items():
            counted = _counts(levels[name], len(expected))
            if counted.sum():
                # A level never met in these pairs may still be met in two billion.
                counted += 0.5
                found[name] = counted / counted.sum()
    for name, field in (
        ("first", "first"),
        ("last", "last"),
        ("birth", "birth"),
        ("email", "email"),
        ("phone", "phone"),
    ):
        holders = columns.counts(field)[1:].astype(np.float64)
        if holders.sum() > 1:
            exact = (holders * (holders - 1)).sum() / (holders.sum() * (holders.sum() - 1))
            found[name][0] = max(exact, holders.sum() ** -2)
    named = max(int((columns["organisation"] != 0).sum()), 50)
    found["organisation"] = np.array([2 / named, 1 / named, 3 / named, 1 - 6 / named])
    return found


def _match(
    columns: Columns, chance: Mapping[str, Probabilities], random: np.random.Generator
) -> tuple[dict[str, Probabilities], dict[str, Probabilities]]:
    """Return m, and what u is between namesakes."""
    counted = {name: np.asarray(expected) * _EXPECTED_PAIRS for name, expected in EXPECTED.items()}
    namesakes: dict[str, Probabilities] = {}
    for recipe, chosen_by, owned in _BLOCKS:
        one, other = _block(columns, recipe, random)
        if len(one):
            learnt = [name for name in COMPARISONS if name not in ("organisation", *chosen_by)]
            levels = compare(columns, one, other)
            found, theirs = _expectation({name: levels[name] for name in learnt}, chance, owned)
            namesakes |= theirs
            for name, counts in found.items():
                counted[name] += counts
    return {name: counts / counts.sum() for name, counts in counted.items()}, namesakes


def _block(columns: Columns, recipe: Recipe, random: np.random.Generator) -> tuple[Rows, Rows]:
    pairs = candidates.pairs_of(columns, recipe, most=_PAIRS)
    if len(pairs) > _PAIRS:
        pairs = random.choice(pairs, _PAIRS, replace=False)
    one, other = np.divmod(pairs, max(len(columns), 1))
    return one.astype(np.int32), other.astype(np.int32)


class _Patterns:
    """Pairs counted by what all their levels are: a few thousand stand for millions."""

    def __init__(self, levels: Mapping[str, Levels]) -> None:
        self.sizes = {name: len(COMPARISONS[name]) for name in levels}
        code = np.zeros(len(next(iter(levels.values()))), dtype=np.int64)
        for name, values in levels.items():
            code = code * (self.sizes[name] + 1) + values
        codes, self.pairs = np.unique(code, return_counts=True)
        self.levels: dict[str, npt.NDArray[np.int64]] = {}
        for name in reversed(list(levels)):
            codes, self.levels[name] = np.divmod(codes, self.sizes[name] + 1)

    def likelihood(self, by_comparison: Mapping[str, Probabilities]) -> Probabilities:
        """Return the logarithm of each pattern's probability; an unknown value leaves it as it is."""
        together = np.zeros(len(self.pairs))
        for name, levels in self.levels.items():
            together += np.log(np.r_[1.0, by_comparison[name]])[levels]
        return together

    def counts(self, name: str, weights: Probabilities) -> Probabilities:
        """Return how many pairs, weighed, have each level of a comparison."""
        return np.bincount(self.levels[name], weights, minlength=self.sizes[name] + 1)[1:].astype(np.float64)


def _expectation(
    levels: Mapping[str, Levels], chance: Mapping[str, Probabilities], owned: Mapping[str, Sequence[float]]
) -> tuple[dict[str, Probabilities], dict[str, Probabilities]]:
    """Return how often the pairs that are one person's compare at each level, and u where it is these pairs' own."""
    patterns = _Patterns(levels)
    match = {name: np.asarray(EXPECTED[name], dtype=np.float64) for name in levels}
    theirs = dict(chance) | {name: np.asarray(expected) for name, expected in owned.items()}
    share, same = 0.5, np.zeros(len(patterns.pairs))
    for _ in range(_ROUNDS):
        same = _responsibility(patterns.likelihood(match), patterns.likelihood(theirs), share) * patterns.pairs
        share = _within(same.sum() / patterns.pairs.sum(), 1e-6)
        for name in levels:
            counts = patterns.counts(name, same) + _EXPECTED_PAIRS * np.asarray(EXPECTED[name])
            match[name] = counts / counts.sum()
        for name, expected in owned.items():
            counts = patterns.counts(name, patterns.pairs - same) + _EXPECTED_PAIRS * np.asarray(expected)
            theirs[name] = counts / counts.sum()
    return {name: patterns.counts(name, same) for name in levels}, {name: theirs[name] for name in owned}


def _responsibility(mine: Probabilities, theirs: Probabilities, share: float) -> Probabilities:
    odds = np.clip(theirs - mine + math.log((1 - share) / share), -50, 50)
    return np.asarray(1 / (1 + np.exp(odds)))


def _within(share: float, margin: float) -> float:
    return min(max(float(share), margin), 1 - margin)


def with_prior_and_kin(
    columns: Columns, model: Model, random: np.random.Generator | None = None, *, found: Pairs | None = None
) -> Model:
    """Return weights with the prior and the kin that follow from their m and u; the pairs as `train` takes them."""
    random = np.random.default_rng(_SEED) if random is None else random
    match = model.match | {"last": _with_initials(columns, model)}
    model = msgspec.structs.replace(model, match=match, pairs_a_card=_PAIRS_A_CARD, kin={}, kin_prior=0.0)
    pairs = candidates.pairs(columns) if found is None else found
    if len(pairs) < 2:
        return model
    kept = 1.0
    if len(pairs) > _PAIRS:
        kept = _PAIRS / len(pairs)
        pairs = np.sort(random.choice(pairs, _PAIRS, replace=False))
    one, other = (side.astype(np.int32) for side in np.divmod(pairs, len(columns)))
    scores = score(columns, one, other, model=model, shares=shares_of(columns), cards=len(columns))
    bits, pairs_a_card = scores.bits, model.pairs_a_card
    for _ in range(3):
        same = float((1 / (1 + 2.0 ** -np.clip(bits, -40, 40))).sum()) / kept
        better = max(2 * same / len(columns), 1e-3)
        bits = bits + math.log2(better / pairs_a_card)
        pairs_a_card = better
    kin, kin_prior = _kin(scores.levels, model)
    return msgspec.structs.replace(model, pairs_a_card=pairs_a_card, kin=kin, kin_prior=kin_prior)


def _with_initials(columns: Columns, model: Model) -> list[float]:
    """Return m of surnames, one that is only an initial being no rarer between one person's cards than between any two.

    How few cards have a mere initial is no evidence; how few people share the letter is.
    """
    match, place = model.match["last"], Last.INITIAL - 1
    letters = np.unique(columns.hashes("last", "initial")[columns["last"] != 0], return_counts=True)[1].astype(
        np.float64
    )
    if not len(letters):
        return match
    alike = float((letters**2).sum() / letters.sum() ** 2)
    least = min(_SAME_INITIAL * model.chance["last"][place] / alike, 0.2)
    if match[place] >= least:
        return match
    others = (1 - least) / (1 - match[place])
    return [least if level == place else value * others for level, value in enumerate(match)]


def _kin(levels: Mapping[str, Levels], model: Model) -> tuple[dict[str, list[float]], float]:
    """Tell one person's cards from a household's, among the pairs that share a surname and a home.

    Kin bear given names and birth dates as strangers do, but for twins; what else they share is learnt.
    """
    near = may_be_kin(levels)
    if near.sum() < _EXPECTED_PAIRS:
        return {}, 0.0
    patterns = _Patterns({name: levels[name][near] for name in KIN_COMPARISONS})
    one = {name: np.asarray(model.match[name]) for name in KIN_COMPARISONS}
    two = dict(one) | {"first": np.asarray(model.chance["first"])}
    births = np.asarray(model.chance["birth"]) / sum(model.chance["birth"])
    share, twins = 0.5, 0.01
    for _ in range(_ROUNDS + _ROUNDS // 2):
        two["birth"] = (1 - twins) * births
        two["birth"][0] += twins
        same = _responsibility(patterns.likelihood(one), patterns.likelihood(two), share)
        share = _within(float((same * patterns.pairs).sum() / patterns.pairs.sum()), 1e-4)
        for name in ("email", "phone", "place", "last"):
            for side, weights in ((one, same), (two, 1 - same)):
                counts = patterns.counts(name, weights * patterns.pairs)
                counts += _EXPECTED_PAIRS / 2 * np.asarray(model.match[name])
                side[name] = counts / counts.sum()
        counts = patterns.counts("birth", (1 - same) * patterns.pairs) + 20 * births
        twins = min(max(float(counts[0] / counts.sum() - births[0]), 0.002), 0.3)
    bits = {name: level_bits(list(one[name]), list(two[name]))[1:] for name in KIN_COMPARISONS}
    return {name: [float(value) for value in values] for name, values in bits.items()}, math.log2(share / (1 - share))


def _counts(levels: Levels, size: int) -> Probabilities:
    return np.bincount(levels, minlength=size + 1)[1:].astype(np.float64)
