"""How two cards' values compare, field by field: the level of agreement of each, for any number of pairs at once.

The one place where values are compared: online for the few cards near the one being saved, in bulk for millions of pairs.
"""

import re
from typing import Final

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler, Prefix
from rapidfuzz.process import cpdist

from tenants.referential.cleaning.given_names import SHORT_FORMS
from tenants.referential.cleaning.text import fold
from tenants.referential.matching.columns import Codes, Columns
from tenants.referential.matching.levels import UNKNOWN, Birth, Email, First, Last, Name, Phone, Place

Levels = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


def compare(columns: Columns, one: Rows, other: Rows) -> dict[str, Levels]:
    """Return the level of every pair (one[i], other[i]) in each comparison."""
    return {
        "organisation": _organisations(columns, one, other),
        **_names(columns, one, other),
        "birth": _births(columns, one, other),
        "email": _emails(columns, one, other),
        "phone": _phones(columns, one, other),
        "place": _places(columns, one, other),
    }


class _Pairs:
    """One field of both sides of the pairs."""

    def __init__(self, columns: Columns, field: str, one: Rows, other: Rows) -> None:
        self.texts = columns.array(field)
        self.one: Codes = columns[field][one]
        self.other: Codes = columns[field][other]
        self.known: Flags = (self.one != 0) & (self.other != 0)
        self.same: Flags = self.known & (self.one == self.other)

    def likeness(self, where: Flags) -> npt.NDArray[np.float32]:
        """Return the Jaro-Winkler similarity of some pairs; 0 elsewhere."""
        found = np.zeros(len(self.one), dtype=np.float32)
        one, other, back = self._distinct(where)
        if len(one):
            found[where] = cpdist(
                one, other, scorer=JaroWinkler.normalized_similarity, score_cutoff=0.8, workers=_workers(len(one))
            )[back]
        return found

    def slips(self, where: Flags, *, most: int) -> npt.NDArray[np.uint8]:
        """Return how many typing slips part some pairs, `most` + 1 for any more; the same elsewhere."""
        found = np.full(len(self.one), most + 1, dtype=np.uint8)
        one, other, back = self._distinct(where)
        if len(one):
            found[where] = cpdist(
                one,
                other,
                scorer=DamerauLevenshtein.distance,
                score_cutoff=most,
                dtype=np.uint8,
                workers=_workers(len(one)),
            )[back]
        return found

    def _distinct(self, where: Flags) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_], npt.NDArray[np.intp]]:
        """Return the pairs of values of some pairs, each once, and which of them each pair has: names repeat."""
        pairs = self.one[where].astype(np.int64) * len(self.texts) + self.other[where]
        values, back = np.unique(pairs, return_inverse=True)
        one, other = np.divmod(values, len(self.texts))
        return self.texts[one], self.texts[other], back

    def parts(self, columns: Columns, field: str, part: str, one: Rows, other: Rows) -> Flags:
        """Say where a part of both values is the same."""
        return np.asarray(columns.hashes(field, part)[one] == columns.hashes(field, part)[other])


_WORKERS: Final = 2
_FEW: Final = 5_000


def _workers(pairs: int) -> int:
    """Return how many threads compare so many pairs: starting one takes longer than a few thousand do."""
    return _WORKERS if pairs > _FEW else 1


def _names(columns: Columns, one: Rows, other: Rows) -> dict[str, Levels]:
    first, last = _Pairs(columns, "first", one, other), _Pairs(columns, "last", one, other)
    first_levels, last_levels = _first(columns, first, one, other), _last(columns, last, one, other)
    # A given name in the field of the surname, here and there: both are then as good as the same.
    here, there = _crossing(columns, one, other), _crossing(columns, other, one)
    crossed = here & there & ~first.same
    first_levels[crossed], last_levels[crossed] = First.CROSSED, Last.CROSSED
    half = (here ^ there) & (first_levels >= First.OTHER_INITIAL) & (last_levels >= Last.OTHER)
    for rows, mine, theirs in ((np.flatnonzero(half & here), one, other), (np.flatnonzero(half & there), other, one)):
        first_levels[rows], last_levels[rows] = _half_crossed(columns, mine[rows], theirs[rows])
    for mine, theirs in ((one, other), (other, one)):
        first_levels[_in_one_field(columns, mine, theirs)] = First.CLOSE
    return {"first": first_levels, "last": last_levels}


def _crossing(columns: Columns, one: Rows, other: Rows) -> Flags:
    return np.asarray(
        (columns["first"][one] != 0)
        & (columns.hashes("first", "full")[one] != 0)
        & (columns.hashes("first", "full")[one] == columns.hashes("last", "full")[other])
    )


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
    last, second = (columns.hashes(field, "full")[one[rows]] for field in ("last", "other_last"))
    given, surname = (columns.hashes(field, "full")[other[rows]] for field in ("first", "last"))
    found = np.zeros(len(one), dtype=bool)
    found[rows] = (given != 0) & (((second == given) & (last == surname)) | ((last == given) & (second == surname)))
    return found


def _first(columns: Columns, names: _Pairs, one: Rows, other: Rows) -> Levels:
    levels = np.where(names.known, np.uint8(First.OTHER), np.uint8(UNKNOWN))
    lengths = columns.lengths("first")
    shorter = np.minimum(lengths[names.one], lengths[names.other])
    initial = names.known & (shorter == 1)
    same_initial = names.parts(columns, "first", "initial", one, other)
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
            workers=_workers(int(begins.sum())),
        )
    levels[begins & ((prefix == shorter) | (shorter == 2)) & (levels != First.CLOSE)] = First.SHORT_FORM
    codes = {text: code for code, text in enumerate(names.texts)}
    short = {
        codes[here] * len(names.texts) + codes[there] for here, there in SHORT_FORMS if here in codes and there in codes
    }
    if short:
        pairs = names.one.astype(np.int64) * len(names.texts) + names.other
        levels[full & np.isin(pairs, np.fromiter(short, dtype=np.int64, count=len(short)))] = First.SHORT_FORM
    levels[names.same] = First.SAME
    levels[names.same & (shorter == 1)] = First.INITIAL
    return levels


def _last(columns: Columns, names: _Pairs, one: Rows, other: Rows) -> Levels:
    levels = np.where(names.known, np.uint8(Last.OTHER), np.uint8(UNKNOWN))
    lengths = columns.lengths("last")
    shorter = np.minimum(lengths[names.one], lengths[names.other])
    initial = names.known & (shorter == 1) & names.parts(columns, "last", "initial", one, other)
    likeness = names.likeness(names.known & ~names.same & (shorter > 1))
    levels[likeness >= 0.84] = Last.LIKE
    levels[likeness >= 0.92] = Last.CLOSE
    here, there = columns["other_last"][one], columns["other_last"][other]
    second = ((here != 0) & ((here == names.other) | (here == there))) | ((there != 0) & (there == names.one))
    levels[names.known & second] = Last.SECOND
    levels[names.same] = Last.SAME
    levels[initial] = Last.INITIAL
    return levels


def _births(columns: Columns, one: Rows, other: Rows) -> Levels:
    dates = _Pairs(columns, "birth", one, other)
    levels = np.where(dates.known, np.uint8(Birth.OTHER_YEAR), np.uint8(UNKNOWN))
    by_code = np.array([_numbers(text) for text in columns.texts("birth")], dtype=np.int16)
    mine, theirs = by_code[dates.one], by_code[dates.other]
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


def _numbers(text: str) -> tuple[int, int, int]:
    return (int(text[:4]), int(text[5:7]), int(text[8:])) if text else (0, 0, 0)


def _emails(columns: Columns, one: Rows, other: Rows) -> Levels:
    addresses = _Pairs(columns, "email", one, other)
    levels = np.where(addresses.known, np.uint8(Email.OTHER), np.uint8(UNKNOWN))
    levels[(columns["relay"][one] != 0) & (columns["relay"][one] == columns["relay"][other])] = Email.SAME_RELAY
    mailboxes = Mailboxes(columns, addresses, one, other)
    levels[mailboxes.slip] = Email.SLIP
    levels[mailboxes.same] = Email.SAME_MAILBOX
    alike = np.flatnonzero(mailboxes.slip | mailboxes.same)
    levels[alike[_made_of_names(columns, one[alike]) | _made_of_names(columns, other[alike])]] = UNKNOWN
    levels[addresses.same] = Email.SAME
    return levels


def _made_of_names(columns: Columns, rows: Rows) -> Flags:
    """Say whose mailbox is made of the card's own names: at another provider a namesake has the same, and it says nothing."""
    emails, firsts, lasts = columns.texts("email"), columns.texts("first"), columns.texts("last")
    found = [
        is_made_of(emails[email].partition("@")[0], firsts[first], lasts[last])
        for email, first, last in zip(
            columns["email"][rows].tolist(),
            columns["first"][rows].tolist(),
            columns["last"][rows].tolist(),
            strict=True,
        )
    ]
    return np.array(found, dtype=bool)


def is_made_of(mailbox: str, first: str, last: str) -> bool:
    """Say whether a mailbox is made of these names: the surname, and nothing else than the given name or an initial."""
    letters, surname = (_NOT_LETTERS.sub("", fold(text)) for text in (mailbox, last))
    if not surname or surname not in letters:
        return False
    rest = letters.replace(surname, "", 1)
    return len(rest) <= 1 or rest == _NOT_LETTERS.sub("", first)


_NOT_LETTERS: Final = re.compile(r"[^a-z0-9]")


class Mailboxes:
    """What stands before the @, of both sides."""

    def __init__(self, columns: Columns, addresses: _Pairs, one: Rows, other: Rows) -> None:
        """Compare them where the whole differs; short ones are nobody's in particular."""
        boxes, lengths = columns.mailboxes(), columns.lengths("mailbox")
        self.same: Flags = np.zeros(len(addresses.one), dtype=bool)
        self.slip: Flags = np.zeros(len(addresses.one), dtype=bool)
        # contact@ is every organisation's: its domain says whose it is.
        people = (columns["organisation"][one] == 0) | (columns["organisation"][other] == 0)
        rows = np.flatnonzero(addresses.known & ~addresses.same & people)
        mine, theirs = addresses.one[rows], addresses.other[rows]
        shorter = np.minimum(lengths[mine], lengths[theirs])
        same = np.asarray(boxes[mine] == boxes[theirs], dtype=bool) & (shorter > 4)
        self.same[rows[same]] = True
        near = np.flatnonzero(~same & (shorter > 6))
        if len(near):
            here, there = boxes[mine[near]], boxes[theirs[near]]
            slips = cpdist(
                here,
                there,
                scorer=DamerauLevenshtein.distance,
                score_cutoff=1,
                dtype=np.uint8,
                workers=_workers(len(near)),
            )
            # jean.petit1 and jean.petit2 are two people: a digit at the end is no slip.
            for place in np.flatnonzero(slips <= 1).tolist():
                self.slip[rows[near[place]]] = not (here[place][-1:].isdigit() or there[place][-1:].isdigit())


def _phones(columns: Columns, one: Rows, other: Rows) -> Levels:
    levels = np.zeros(len(one), dtype=np.uint8)
    second = columns["second_phone"].any()
    beginnings, ends = columns.numbers("phone", "beginning"), columns.numbers("phone", "end")
    for here in ("phone", "second_phone") if second else ("phone",):
        for there in ("phone", "second_phone") if second else ("phone",):
            mine, theirs = columns[here][one], columns[there][other]
            numbers = _Pairs(columns, "phone", one, other)
            numbers.one, numbers.other = mine, theirs
            numbers.known = (mine != 0) & (theirs != 0)
            numbers.same = numbers.known & (mine == theirs)
            found = np.where(numbers.known, np.uint8(Phone.OTHER), np.uint8(UNKNOWN))
            # One slip leaves the beginning or the end as it was.
            half = (beginnings[mine] == beginnings[theirs]) | (ends[mine] == ends[theirs])
            found[numbers.slips(numbers.known & ~numbers.same & half, most=1) <= 1] = Phone.SLIP
            found[numbers.same] = Phone.SAME
            levels = np.where((levels == UNKNOWN) | ((found != UNKNOWN) & (found < levels)), found, levels)
    return levels


def _places(columns: Columns, one: Rows, other: Rows) -> Levels:
    codes, towns = _Pairs(columns, "postal_code", one, other), _Pairs(columns, "town", one, other)
    streets = _Pairs(columns, "street", one, other)
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
    names = _Pairs(columns, "organisation", one, other)
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
