"""Pairs of cards that comparing a whole network at once found: what speaks for each, and which stewards are to look at."""

from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tenants.referential.matching.columns import Columns
from tenants.referential.matching.field_pairs import Rows
from tenants.referential.matching.keys import network_size
from tenants.referential.matching.levels import AGREED, UNKNOWN
from tenants.referential.matching.model import Model, Scores, Shares, score

PROPOSED_A_PERSON: Final = 3
_AT_ONCE: Final = 200_000


class Pair(msgspec.Struct, frozen=True):
    """Two cards, by their rows, and what spoke for it."""

    row: int
    other: int
    bits: float
    fields: dict[str, float]
    agreed: list[str]


def scored(
    columns: Columns, together: npt.NDArray[np.int64], *, model: Model, shares: Shares
) -> tuple[Rows, Rows, npt.NDArray[np.float64]]:
    """Return the two sides of some pairs, and their bits."""
    one, other = (side.astype(np.int32) for side in np.divmod(together, max(len(columns), 1)))
    parts = [np.empty(0)]
    for first in range(0, len(together), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        parts.append(_score(columns, one[part], other[part], model, shares).bits)
    return one, other, np.concatenate(parts)


def likest(mine: npt.NDArray[np.generic], theirs: Rows, bits: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return, for each of mine, the place of the pair with the most bits; the first of equals."""
    order = np.lexsort((theirs, -bits, mine))
    ordered = mine[order]
    return order[np.r_[True, ordered[1:] != ordered[:-1]]] if len(order) else order


def for_stewards(
    persons: npt.NDArray[np.int64], one: Rows, other: Rows, bits: npt.NDArray[np.float64]
) -> tuple[Rows, Rows]:
    """Return the likeliest pair between any two persons that did not become one, a few a person."""
    here, there = persons[one], persons[other]
    between = np.minimum(here, there) * len(persons) + np.maximum(here, there)
    best = likest(between, other, bits)
    best = best[np.argsort(-bits[best], kind="stable")]
    asked: dict[int, int] = {}
    kept = []
    for place in best.tolist():
        person = int(min(here[place], there[place]))
        if asked.get(person, 0) < PROPOSED_A_PERSON:
            asked[person] = asked.get(person, 0) + 1
            kept.append(place)
    return one[kept], other[kept]


def told(columns: Columns, rows: Rows, others: Rows, *, model: Model, shares: Shares) -> list[Pair]:
    """Return these pairs with what each field says."""
    made: list[Pair] = []
    for first in range(0, len(rows), _AT_ONCE):
        one, other = rows[first : first + _AT_ONCE], others[first : first + _AT_ONCE]
        scores = _score(columns, one, other, model, shares)
        made += [pair_of(scores, place, int(one[place]), int(other[place])) for place in range(len(one))]
    return made


def pair_of(scores: Scores, place: int, row: int, other: int) -> Pair:
    """Return one of the pairs that were scored, with what each field says."""
    fields = {
        name: round(float(bits[place]), 2)
        for name, bits in scores.fields.items()
        if scores.levels[name][place] != UNKNOWN
    }
    agreed = [
        field for name, levels in scores.levels.items() for field in AGREED.get(name, {}).get(int(levels[place]), ())
    ]
    return Pair(row, other, round(float(scores.bits[place]), 2), fields, agreed)


def _score(columns: Columns, one: Rows, other: Rows, model: Model, shares: Shares) -> Scores:
    return score(columns, one, other, model=model, shares=shares, cards=network_size(len(columns)))
