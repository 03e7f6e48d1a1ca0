"""The weights of a comparison, as data: how likely each level is between cards of one person (m) and of two people (u).

Two people on two cards are strangers or kin. Strangers seldom share anything; kin, and colleagues, share a surname, an
address, a phone, and differ by given name and birth. So a pair is weighed against both, and the likelier of them counts.
"""

import math
from collections.abc import Mapping
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tenants.referential.matching.columns import Columns
from tenants.referential.matching.comparing import compare
from tenants.referential.matching.field_pairs import Levels, Rows, is_among
from tenants.referential.matching.levels import COMPARISONS, UNKNOWN, Birth, Email, First, Last, Name, Phone, Place

Bits = npt.NDArray[np.float64]
Shares = Mapping[str, npt.NDArray[np.float64]]
"""By field and code: the share of the cards that have this value, among those that have any."""


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """One version of the weights, by comparison and level (from 1)."""

    version: str
    match: dict[str, list[float]]
    """m: how often two cards of one person compare so."""
    chance: dict[str, list[float]]
    """u: how often two cards taken at random do."""
    pairs_a_card: float
    """How many pairs of cards of one person there are, twice, for each card: over the number of cards, the prior."""
    filled: dict[str, float] = {}
    """By field, the share of the cards that say anything."""
    usual: dict[str, float] = {}
    """By field, how often two cards taken at random have one value."""
    kin: dict[str, list[float]] = {}
    """Bits for one person against two of a household; empty where the cards show no households."""
    kin_prior: float = 0.0
    """Bits for one person among pairs that share a surname and a phone or an address."""
    namesakes: dict[str, list[float]] = {}
    """u between two people of one name, where it differs: of two Jean Petit each may well be jean.petit at his provider."""


SAME_VALUE: Final[Mapping[str, Mapping[int, str]]] = {
    "organisation": {Name.SAME: "organisation"},
    "first": {First.SAME: "first", First.CROSSED: "first"},
    "last": {Last.SAME: "last", Last.CROSSED: "last"},
    "birth": {Birth.SAME: "birth"},
    "email": {Email.SAME: "email", Email.SAME_RELAY: "relay"},
    "phone": {Phone.SAME: "phone"},
    "place": {Place.SAME_CODE: "postal_code", Place.OTHER_STREET: "postal_code", Place.SAME_TOWN: "town"},
}
"""The levels at which two cards have one value, and of which field: the rarer the value, the more that says."""
BEGINNING: Final = 50_000
"""Cards among which phones and addresses are taken to be met, at least, however few there are."""
LEAST_FILLED: Final = 0.01
"""A field that no card had when the weights were learnt may be on the next: it then counts as on one card in a hundred."""
_NEARLY_UNIQUE: Final = ("phone", "email")
CROSSED: Final = {"first": First.CROSSED, "last": Last.CROSSED}
POSSIBLE: Final = 2.0
"""The bits at most where a platform's address is all that two namesakes share: a steward may look at them."""
NAMESAKES: Final = 0.05
"""The share of two of a household, born years apart, who bear one given name."""
NAMED_ALIKE: Final = (Last.SAME, Last.CROSSED, Last.SECOND, Last.CLOSE, Last.LIKE)
"""What shows a household's one surname. An initial does not: most that share it, and a town, are strangers, and weighed as kin
by these « Patrick M. » is taken for nobody's in some files."""
LIVING_ALIKE: Final = (Place.SAME_STREET, Place.LIKE_STREET, Place.SAME_CODE, Place.OTHER_STREET, Place.SAME_TOWN)
SOMEBODY_S_OWN: Final[Mapping[str, tuple[int, ...]]] = {
    "birth": (Birth.SAME, Birth.SLIP, Birth.TWO_OF_THREE, Birth.SAME_YEAR),
    "email": (Email.SAME, Email.SAME_MAILBOX, Email.SLIP),
    "phone": (Phone.SAME, Phone.SLIP),
    "place": (Place.SAME_STREET, Place.LIKE_STREET),
}
"""What is one person's where it agrees: names, a town, a platform's address are many people's."""
NAMED_AS_ONE: Final = (First.SAME, First.CROSSED, First.INITIAL, First.SHORT_FORM, First.CLOSE, First.LIKE, UNKNOWN)
"""Given names that may be one person's."""
MADE_ALIKE: Final = (Email.SAME_MAILBOX, Email.SLIP)
"""What two addresses share that were made from one name."""
KIN_COMPARISONS: Final = ("first", "last", "birth", "email", "phone", "place")


class Scores(msgspec.Struct, frozen=True):
    """What comparing some pairs gave."""

    levels: dict[str, Levels]
    fields: dict[str, Bits]
    """By comparison, its bits against strangers."""
    bits: Bits
    """For one person, against strangers and kin, prior included."""


def score(columns: Columns, one: Rows, other: Rows, *, model: Model, shares: Shares, cards: int) -> Scores:
    """Compare the pairs (one[i], other[i]); the same either way round.

    Args:
        columns: the cards.
        one: rows of one side.
        other: rows of the other.
        model: the weights.
        shares: how common values are, as `shares_of` counts them.
        cards: how many there are in all, in these columns or not.
    """
    levels = compare(columns, one, other)
    fields = {
        name: _field_bits(columns, one, other, name=name, levels=levels[name], model=model, shares=shares)
        for name in COMPARISONS
    }
    if "email" in model.namesakes:
        alike = is_among(levels["email"], MADE_ALIKE) & _are_namesakes(levels)
        fields["email"][alike] = level_bits(model.match["email"], model.namesakes["email"])[levels["email"][alike]]
    strangers = np.full(len(one), prior_bits(model, cards))
    strangers[levels["organisation"] != UNKNOWN] += among_organisations(model)
    for bits in fields.values():
        strangers += bits
    bits = _against_kin(levels, fields, strangers, model)
    alone = (levels["email"] == Email.SAME_RELAY) & ~_is_somebody_s_own(levels)
    return Scores(levels, fields, np.where(alone, np.minimum(bits, POSSIBLE), bits))


def prior_bits(model: Model, cards: int) -> float:
    """Return the bits against two cards taken at random being one person's."""
    return math.log2(model.pairs_a_card / max(cards, 2))


def among_organisations(model: Model) -> float:
    """Return the bits by which two organisations are likelier one than two cards taken at random: they are fewer."""
    return -math.log2(max(model.filled.get("organisation", 1.0), LEAST_FILLED))


def shares_of(columns: Columns) -> dict[str, npt.NDArray[np.float64]]:
    """Count how common the values of these cards are; a value that two cards share is held by two at least.

    Phones and addresses are one person's, or one house's, among many more people than a small file has.
    """
    fields = {field for levels in SAME_VALUE.values() for field in levels.values()}
    counted = {}
    for field in fields:
        counts = columns.counts(field).astype(np.float64)
        counts[0] = 0.0
        counted[field] = np.maximum(counts, 2.0) / max(counts.sum(), 50.0)
        if field in _NEARLY_UNIQUE:
            counted[field] /= max(BEGINNING / max(len(columns), 1), 1.0)
    return counted


def level_bits(match: list[float], chance: list[float]) -> Bits:
    """Return the bits of each level, level 0 (unknown) being none."""
    return np.array([0.0, *(math.log2(m / u) for m, u in zip(match, chance, strict=True))])


def may_be_kin(levels: Mapping[str, Levels]) -> npt.NDArray[np.bool_]:
    """Say which pairs share a surname and a phone or an address, as households do."""
    return np.asarray(
        is_among(levels["last"], NAMED_ALIKE)
        & ((levels["phone"] == Phone.SAME) | is_among(levels["place"], LIVING_ALIKE))
    )


def _are_namesakes(levels: Mapping[str, Levels]) -> npt.NDArray[np.bool_]:
    return np.asarray(is_among(levels["last"], NAMED_ALIKE) & is_among(levels["first"], NAMED_AS_ONE))


def _is_somebody_s_own(levels: Mapping[str, Levels]) -> npt.NDArray[np.bool_]:
    return np.asarray(np.any([is_among(levels[name], own) for name, own in SOMEBODY_S_OWN.items()], axis=0))


def _field_bits(
    columns: Columns, one: Rows, other: Rows, *, name: str, levels: Levels, model: Model, shares: Shares
) -> Bits:
    weights = level_bits(model.match[name], model.chance[name])
    bits = weights[levels]
    for level, field in SAME_VALUE[name].items():
        rows = np.flatnonzero(levels == level)
        if not len(rows):
            continue
        if level == CROSSED.get(name):
            # Of two names changed round, which is rare and seen in both fields, each takes half.
            here, there = shares[field][columns[field][one[rows]]], shares[field][columns[field][other[rows]]]
            bits[rows] = (math.log2(model.match[name][level - 1]) - np.log2(here) - np.log2(there)) / 2
            continue
        share = shares[field][_shared(columns, field, one[rows], other[rows])]
        if level == SAME_VALUE_ALONE[name] or name == "email":
            bits[rows] = np.log2(model.match[name][level - 1] / share)
        else:
            # The level holds more than this value (the street differs, or is unknown): adjust by how common it is.
            bits[rows] += np.log2(model.usual[field] / share)
    return bits


SAME_VALUE_ALONE: Final = dict.fromkeys(COMPARISONS, 1) | {"place": UNKNOWN}


def _shared(columns: Columns, field: str, one: Rows, other: Rows) -> npt.NDArray[np.int32]:
    """Return the value that both cards have; of two phones, the one that is on both."""
    if field != "phone":
        return columns[field][one]
    first, second = columns["phone"][one], columns["second_phone"][one]
    on_both = (first == columns["phone"][other]) | (first == columns["second_phone"][other])
    return np.where(on_both, first, second)


def _against_kin(levels: dict[str, Levels], fields: dict[str, Bits], strangers: Bits, model: Model) -> Bits:
    if not model.kin:
        return strangers
    near = np.flatnonzero(may_be_kin(levels))
    first, given = levels["first"][near], fields["first"][near]
    kin = np.full(len(near), model.kin_prior)
    for name in KIN_COMPARISONS:
        kin += np.array([0.0, *model.kin[name]])[levels[name][near]]
    # Two of a family seldom bear one rare given name: what its rarity says, it says here too.
    same = (first == First.SAME) | (first == First.CROSSED)
    kin[same] += given[same] - np.array([0.0, *model.kin["first"]])[first[same]]
    # But sons are named for their fathers.
    apart = same & (levels["birth"][near] == Birth.OTHER_YEAR)
    kin[apart] += np.minimum(math.log2(model.match["first"][First.SAME - 1] / NAMESAKES) - given[apart], 0.0)
    bits = strangers.copy()
    bits[near] = -np.logaddexp2(-strangers[near], -kin)
    return bits
