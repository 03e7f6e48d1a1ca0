"""How the names of two cards compare: in either field, changed round, shortened, mistyped."""

import numpy as np
from rapidfuzz.distance import JaroWinkler, Prefix
from rapidfuzz.process import cpdist

from tenants.referential.cleaning.given_names import HIS_AND_HERS, SHORT_FORMS
from tenants.referential.matching.columns import Columns
from tenants.referential.matching.field_pairs import FieldPairs, Flags, Levels, Rows, workers
from tenants.referential.matching.levels import UNKNOWN, First, Last


def compare_names(columns: Columns, one: Rows, other: Rows) -> dict[str, Levels]:
    """Return the levels of given names and of surnames."""
    first, last = FieldPairs(columns, "first", one, other), FieldPairs(columns, "last", one, other)
    first_levels, last_levels = _first(first), _last(columns, last, one, other)
    # A given name in the field of the surname, here and there: both are then as good as the same.
    given, surnames = columns.numbers("first", "full"), columns.numbers("last", "full")
    here = (given[first.one] != 0) & (given[first.one] == surnames[last.other])
    there = (given[first.other] != 0) & (given[first.other] == surnames[last.one])
    crossed = here & there & ~first.same
    first_levels[crossed], last_levels[crossed] = First.CROSSED, Last.CROSSED
    half = (here ^ there) & (first_levels >= First.OTHER_INITIAL) & (last_levels >= Last.OTHER)
    for rows, mine, theirs in ((np.flatnonzero(half & here), one, other), (np.flatnonzero(half & there), other, one)):
        first_levels[rows], last_levels[rows] = _half_crossed(columns, mine[rows], theirs[rows])
    for mine, theirs in ((one, other), (other, one)):
        first_levels[_in_one_field(columns, mine, theirs)] = First.CLOSE
    return {"first": first_levels, "last": last_levels}


def _half_crossed(columns: Columns, one: Rows, other: Rows) -> tuple[Levels, Levels]:
    """Return the levels of names of which the first one's given name is the other's surname: the other two decide."""
    levels = np.array(
        [
            levels_half_crossed(last, first)
            for last, first in zip(
                columns.array("last")[columns["last"][one]],
                columns.array("first")[columns["first"][other]],
                strict=True,
            )
        ],
        dtype=np.uint8,
    ).reshape(-1, 2)
    return levels[:, 0], levels[:, 1]


def levels_half_crossed(last: str, first: str) -> tuple[First, Last]:
    """Return the levels of two names, changed round, whose one half is the same; these are the other, « E » and « Eva »."""
    if min(len(last), len(first)) == 1:
        return (First.INITIAL, Last.CLOSE) if last[0] == first[0] else (First.OTHER_INITIAL, Last.LIKE)
    alike = np.float32(JaroWinkler.normalized_similarity(last, first, score_cutoff=0.8)) >= np.float32(0.84)
    return (First.LIKE, Last.LIKE) if alike else (First.OTHER, Last.OTHER)


def _in_one_field(columns: Columns, one: Rows, other: Rows) -> Flags:
    """Say which of the cards have both of the other's names in the field of the surname, in either order."""
    rows = np.flatnonzero(
        (columns["first"][one] == 0) & (columns["other_last"][one] != 0) & (columns["last"][other] != 0)
    )
    numbers = {field: columns.numbers(field, "full") for field in ("first", "last")}
    last, second = (numbers["last"][columns[field][one[rows]]] for field in ("last", "other_last"))
    given, surname = (numbers[field][columns[field][other[rows]]] for field in ("first", "last"))
    found = np.zeros(len(one), dtype=bool)
    found[rows] = (given != 0) & (((second == given) & (last == surname)) | ((last == given) & (second == surname)))
    return found


def _first(names: FieldPairs) -> Levels:
    levels = np.where(names.known, np.uint8(First.OTHER), np.uint8(UNKNOWN))
    shorter, same_initial = names.shorter(), names.same_initial()
    initial = names.known & (shorter == 1)
    levels[initial] = First.OTHER_INITIAL
    levels[initial & same_initial] = First.INITIAL
    full = names.known & ~initial & ~names.same
    likeness = names.likeness(full)
    like = full & (likeness >= 0.84) & (shorter >= 4)
    levels[like & (names.slips(like, most=2) <= 2)] = First.LIKE
    levels[full & (likeness >= 0.92)] = First.CLOSE
    begins = full & same_initial
    # « Alex » for Alexandrine; « JM » for Jean-Marc.
    prefix = np.zeros(len(shorter), dtype=np.uint8)
    if begins.any():
        prefix[begins] = cpdist(
            names.texts[names.one[begins]],
            names.texts[names.other[begins]],
            scorer=Prefix.similarity,
            dtype=np.uint8,
            workers=workers(int(begins.sum())),
        )
    levels[begins & ((prefix == shorter) | (shorter == 2)) & (levels != First.CLOSE)] = First.SHORT_FORM
    levels[full & names.among(SHORT_FORMS)] = First.SHORT_FORM
    levels[full & names.among(HIS_AND_HERS)] = First.OTHER
    levels[names.same] = First.SAME
    levels[names.same & (shorter == 1)] = First.INITIAL
    return levels


def _last(columns: Columns, names: FieldPairs, one: Rows, other: Rows) -> Levels:
    levels = np.where(names.known, np.uint8(Last.OTHER), np.uint8(UNKNOWN))
    shorter = names.shorter()
    initial = names.known & (shorter == 1) & names.same_initial()
    likeness = names.likeness(names.known & ~names.same & (shorter > 1))
    levels[likeness >= 0.84] = Last.LIKE
    levels[likeness >= 0.92] = Last.CLOSE
    here, there = columns["other_last"][one], columns["other_last"][other]
    second = ((here != 0) & ((here == names.other) | (here == there))) | ((there != 0) & (there == names.one))
    levels[names.known & second] = Last.SECOND
    levels[names.same] = Last.SAME
    levels[initial] = Last.INITIAL
    return levels
