"""How the values of two cards compare, in plain Python: for a handful of pairs, which arrays cost more than.

The same levels as `comparing` gives for arrays; a test holds the two together, pair by pair.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler, Prefix

from tenants.referential.cleaning.given_names import HIS_AND_HERS, SHORT_FORMS
from tenants.referential.matching.comparing_emails import is_made_of
from tenants.referential.matching.comparing_names import levels_half_crossed
from tenants.referential.matching.features import Features
from tenants.referential.matching.levels import UNKNOWN, Birth, Email, First, Last, Name, Phone, Place


class Levels(NamedTuple):
    """The level of each comparison of two cards, in the order of `COMPARISONS`."""

    organisation: int
    first: int
    last: int
    birth: int
    email: int
    phone: int
    place: int


def levels_of(one: Features, other: Features) -> Levels:
    """Return the levels of agreement of two cards."""
    first, last = _names(one, other)
    return Levels(
        _organisations(one.organisation, other.organisation) if one.organisation and other.organisation else UNKNOWN,
        first,
        last,
        _births(one.birth, other.birth) if one.birth and other.birth else UNKNOWN,
        _emails(one, other),
        _phones(one.phones, other.phones) if one.phones and other.phones else UNKNOWN,
        _places(one, other),
    )


_CLOSE: Final = np.float32(0.92)
_LIKE: Final = np.float32(0.84)
_LIKE_STREET: Final = np.float32(0.9)


@lru_cache(maxsize=1 << 15)
def _alike(one: str, other: str) -> np.float32:
    """Return the Jaro-Winkler similarity of two texts, 0 below any limit of ours; in single precision, as arrays hold it."""
    return np.float32(JaroWinkler.normalized_similarity(one, other, score_cutoff=0.8))


def _slips(one: str, other: str, *, most: int) -> bool:
    """Say whether so many typing slips or fewer part two texts."""
    return DamerauLevenshtein.distance(one, other, score_cutoff=most) <= most


def _names(one: Features, other: Features) -> tuple[int, int]:
    first = _first(one.first, other.first) if one.first and other.first else UNKNOWN
    last = _last(one, other) if one.last and other.last else UNKNOWN
    # A given name in the field of the surname, here and there: both are then as good as the same.
    here = len(one.first) > 1 and one.first == other.last
    there = len(other.first) > 1 and other.first == one.last
    if here and there and one.first != other.first:
        return First.CROSSED, Last.CROSSED
    if here != there and first >= First.OTHER_INITIAL and last >= Last.OTHER:
        return levels_half_crossed(*((one.last, other.first) if here else (other.last, one.first)))
    if _in_one_field(one, other) or _in_one_field(other, one):
        return First.CLOSE, last
    return first, last


def _in_one_field(one: Features, other: Features) -> bool:
    """Say whether a card has both of the other's names in the field of the surname, in either order."""
    if one.first or not one.other_last or len(other.first) < 2 or not other.last:
        return False
    return (one.last, one.other_last) in ((other.last, other.first), (other.first, other.last))


@lru_cache(maxsize=1 << 15)
def _first(one: str, other: str) -> int:
    shorter, same_initial = min(len(one), len(other)), one[0] == other[0]
    if shorter == 1:
        return First.INITIAL if same_initial else First.OTHER_INITIAL
    if one == other:
        return First.SAME
    if (one, other) in SHORT_FORMS:
        return First.SHORT_FORM
    return First.OTHER if (one, other) in HIS_AND_HERS else _full_names(one, other, shorter, same_initial)


def _full_names(one: str, other: str, shorter: int, same_initial: bool) -> int:
    likeness = _alike(one, other)
    if likeness >= _CLOSE:
        return First.CLOSE
    # « Alex » for Alexandrine; « JM » for Jean-Marc.
    if same_initial and (shorter == 2 or Prefix.similarity(one, other) == shorter):
        return First.SHORT_FORM
    return First.LIKE if likeness >= _LIKE and shorter >= 4 and _slips(one, other, most=2) else First.OTHER


def _last(one: Features, other: Features) -> int:
    mine, theirs = one.last, other.last
    if min(len(mine), len(theirs)) == 1 and mine[0] == theirs[0]:
        return Last.INITIAL
    if mine == theirs:
        return Last.SAME
    here, there = one.other_last, other.other_last
    if (here and here in (theirs, there)) or (there and there == mine):
        return Last.SECOND
    if min(len(mine), len(theirs)) == 1:
        return Last.OTHER
    likeness = _alike(mine, theirs)
    if likeness >= _CLOSE:
        return Last.CLOSE
    return Last.LIKE if likeness >= _LIKE else Last.OTHER


def _births(one: str, other: str) -> int:
    if one == other:
        return Birth.SAME
    year, month, day = one[:4] == other[:4], one[5:7] == other[5:7], one[8:] == other[8:]
    swapped = year and one[5:7] == other[8:] and one[8:] == other[5:7]
    two = year + month + day >= 2
    if swapped or (two and _slips(one, other, most=1)):
        return Birth.SLIP
    if two:
        return Birth.TWO_OF_THREE
    if year:
        return Birth.SAME_YEAR
    return Birth.OTHER if abs(int(one[:4]) - int(other[:4])) <= 1 else Birth.OTHER_YEAR


def _emails(one: Features, other: Features) -> int:
    level: int = UNKNOWN
    if one.email and other.email:
        if one.email == other.email:
            return Email.SAME
        # contact@ is every organisation's: its domain says whose it is.
        if one.organisation and other.organisation:
            return Email.OTHER
        mine, theirs = one.email.partition("@")[0], other.email.partition("@")[0]
        same = mine == theirs and len(mine) > 4
        if same or _is_slip(mine, theirs):
            if is_made_of(mine, one.first, one.last) or is_made_of(theirs, other.first, other.last):
                return UNKNOWN
            return Email.SAME_MAILBOX if same else Email.SLIP
        level = Email.OTHER
    return Email.SAME_RELAY if one.relay and one.relay == other.relay else level


def _is_slip(mine: str, theirs: str) -> bool:
    """Say whether one slip parts two mailboxes; jean.petit1 and jean.petit2 are two people."""
    if min(len(mine), len(theirs)) <= 6 or mine[-1].isdigit() or theirs[-1].isdigit():
        return False
    return _slips(mine, theirs, most=1)


def _phones(ours: tuple[str, ...], theirs: tuple[str, ...]) -> int:
    level: int = Phone.OTHER
    for one in ours[:2]:
        for other in theirs[:2]:
            if one == other:
                return Phone.SAME
            # One slip leaves the beginning or the end as it was.
            if (one[:6] == other[:6] or one[-5:] == other[-5:]) and _slips(one, other, most=1):
                level = Phone.SLIP
    return level


def _places(one: Features, other: Features) -> int:
    codes, towns = bool(one.postal_code and other.postal_code), bool(one.town and other.town)
    same_code = codes and one.postal_code == other.postal_code
    same_town = towns and (one.town == other.town or (not same_code and _alike(one.town, other.town) >= _CLOSE))
    level: int = Place.OTHER if codes or towns else UNKNOWN
    if same_code:
        level = Place.OTHER_STREET if one.street and other.street else Place.SAME_CODE
    elif same_town:
        level = Place.SAME_TOWN
    elif codes and _slips(one.postal_code, other.postal_code, most=1):
        level = Place.NEAR_CODE
    if not one.street or not other.street:
        return level
    if one.street == other.street:
        return Place.SAME_STREET if same_code or same_town else Place.LIKE_STREET
    like = (same_code or same_town) and _alike(one.street, other.street) > _LIKE_STREET
    return Place.LIKE_STREET if like else level


def _organisations(one: str, other: str) -> int:
    if one == other:
        return Name.SAME
    if _alike(one, other) > _CLOSE:
        return Name.CLOSE
    mine, theirs = frozenset(one.split()), frozenset(other.split())
    return Name.WITHIN if mine <= theirs or theirs <= mine else Name.OTHER
