"""How two cards' values compare, field by field: the level of agreement of each, for any number of pairs at once.

The one place where values are compared: online for the few cards near the one being saved, in bulk for millions of pairs.
"""

import numpy as np

from tenants.referential.matching.columns import Columns
from tenants.referential.matching.comparing_emails import compare_emails
from tenants.referential.matching.comparing_names import compare_names
from tenants.referential.matching.field_pairs import FieldPairs, Levels, Rows
from tenants.referential.matching.levels import UNKNOWN, Birth, Name, Phone, Place


def compare(columns: Columns, one: Rows, other: Rows) -> dict[str, Levels]:
    """Return the level of every pair (one[i], other[i]) in each comparison."""
    return {
        "organisation": _organisations(columns, one, other),
        **compare_names(columns, one, other),
        "birth": _births(columns, one, other),
        "email": compare_emails(columns, one, other),
        "phone": _phones(columns, one, other),
        "place": _places(columns, one, other),
    }


def _births(columns: Columns, one: Rows, other: Rows) -> Levels:
    dates = FieldPairs(columns, "birth", one, other)
    levels = np.where(dates.known, np.uint8(Birth.OTHER_YEAR), np.uint8(UNKNOWN))
    mine, theirs = columns.days()[dates.one], columns.days()[dates.other]
    year, month, day = (mine == theirs).T
    levels[dates.known & (np.abs(mine[:, 0] - theirs[:, 0]) <= 1)] = Birth.OTHER
    levels[dates.known & year] = Birth.SAME_YEAR
    levels[dates.known & (year.astype(np.uint8) + month + day >= 2)] = Birth.TWO_OF_THREE
    swapped = year & (mine[:, 1] == theirs[:, 2]) & (mine[:, 2] == theirs[:, 1])
    # One slip is in one of the three.
    one_differs = dates.known & (levels == Birth.TWO_OF_THREE) & ~dates.same
    levels[dates.known & (swapped | (dates.slips(one_differs, most=1) <= 1))] = Birth.SLIP
    levels[dates.same] = Birth.SAME
    return levels


def _phones(columns: Columns, one: Rows, other: Rows) -> Levels:
    levels = np.zeros(len(one), dtype=np.uint8)
    second = columns["second_phone"].any()
    beginnings, ends = columns.numbers("phone", "beginning"), columns.numbers("phone", "end")
    for here in ("phone", "second_phone") if second else ("phone",):
        for there in ("phone", "second_phone") if second else ("phone",):
            numbers = FieldPairs(columns, here, one, other, against=there)
            found = np.where(numbers.known, np.uint8(Phone.OTHER), np.uint8(UNKNOWN))
            # One slip leaves the beginning or the end as it was.
            mine, theirs = numbers.one, numbers.other
            half = (beginnings[mine] == beginnings[theirs]) | (ends[mine] == ends[theirs])
            found[numbers.slips(numbers.known & ~numbers.same & half, most=1) <= 1] = Phone.SLIP
            found[numbers.same] = Phone.SAME
            levels = np.where((levels == UNKNOWN) | ((found != UNKNOWN) & (found < levels)), found, levels)
    return levels


def _places(columns: Columns, one: Rows, other: Rows) -> Levels:
    codes, towns = FieldPairs(columns, "postal_code", one, other), FieldPairs(columns, "town", one, other)
    streets = FieldPairs(columns, "street", one, other)
    same_town = towns.same | (towns.likeness(towns.known & ~towns.same & ~codes.same) >= 0.92)
    levels = np.where(codes.known | towns.known, np.uint8(Place.OTHER), np.uint8(UNKNOWN))
    near = codes.known & ~codes.same & ~same_town
    levels[near & (codes.slips(near, most=1) <= 1)] = Place.NEAR_CODE
    levels[same_town] = Place.SAME_TOWN
    levels[codes.same] = Place.SAME_CODE
    somewhere = codes.same | same_town | streets.same
    levels[codes.same & streets.known] = Place.OTHER_STREET
    levels[somewhere & streets.known & ~streets.same & (streets.likeness(somewhere & streets.known) > 0.9)] = (
        Place.LIKE_STREET
    )
    levels[streets.same & (codes.same | same_town)] = Place.SAME_STREET
    levels[streets.same & ~codes.same & ~same_town] = Place.LIKE_STREET
    return levels


def _organisations(columns: Columns, one: Rows, other: Rows) -> Levels:
    names = FieldPairs(columns, "organisation", one, other)
    levels = np.where(names.known, np.uint8(Name.OTHER), np.uint8(UNKNOWN))
    differing = names.known & ~names.same
    if differing.any():
        rows = np.flatnonzero(differing)
        mine, theirs = names.one[rows].tolist(), names.other[rows].tolist()
        sets = {code: frozenset(names.texts[code].split()) for code in {*mine, *theirs}}
        within = [sets[a] <= sets[b] or sets[b] <= sets[a] for a, b in zip(mine, theirs, strict=True)]
        levels[rows[np.array(within, dtype=bool)]] = Name.WITHIN
        levels[names.likeness(differing) > 0.92] = Name.CLOSE
    levels[names.same] = Name.SAME
    return levels
