"""One field of many pairs of cards at once: which have the same value, which a like one."""

from collections.abc import Collection
from typing import Final

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler
from rapidfuzz.process import cpdist

from tenants.referential.matching.columns import Codes, Columns, Spelling

Levels = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


class FieldPairs:
    """One field of both sides of the pairs."""

    def __init__(self, columns: Columns, field: str, one: Rows, other: Rows, *, against: str = "") -> None:
        """Look up both values of every pair; the other's in a second field of the same kind where one is given."""
        self.texts = columns.array(field)
        self._columns, self._field = columns, field
        self.one: Codes = columns[field][one]
        self.other: Codes = columns[against or field][other]
        self.known: Flags = (self.one != 0) & (self.other != 0)
        self.same: Flags = self.known & (self.one == self.other)

    def likeness(self, where: Flags) -> npt.NDArray[np.float32]:
        """Return the Jaro-Winkler similarity of some pairs; 0 elsewhere."""
        found = np.zeros(len(self.one), dtype=np.float32)
        rows = np.flatnonzero(where)
        rows = rows[may_be_like(self._columns.spelling(self._field), self.one[rows], self.other[rows])]
        one, other, back = self._distinct(rows)
        if len(one):
            found[rows] = cpdist(
                one, other, scorer=JaroWinkler.normalized_similarity, score_cutoff=0.8, workers=workers(len(one))
            )[back]
        return found

    def slips(self, where: Flags, *, most: int) -> npt.NDArray[np.uint8]:
        """Return how many typing slips part some pairs, `most` + 1 for any more; the same elsewhere."""
        found = np.full(len(self.one), most + 1, dtype=np.uint8)
        rows = np.flatnonzero(where)
        rows = rows[may_be_slips(self._columns.spelling(self._field), self.one[rows], self.other[rows], most=most)]
        one, other, back = self._distinct(rows)
        if len(one):
            found[rows] = cpdist(
                one,
                other,
                scorer=DamerauLevenshtein.distance,
                score_cutoff=most,
                dtype=np.uint8,
                workers=workers(len(one)),
            )[back]
        return found

    def _distinct(
        self, rows: npt.NDArray[np.intp]
    ) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_], npt.NDArray[np.intp]]:
        """Return the pairs of values of some pairs, each once, and which of them each pair has: names repeat."""
        pairs = self.one[rows].astype(np.int64) * len(self.texts) + self.other[rows]
        values, back = np.unique(pairs, return_inverse=True)
        one, other = np.divmod(values, len(self.texts))
        return self.texts[one], self.texts[other], back

    def among(self, pairs: Collection[tuple[str, str]]) -> Flags:
        """Say which are some pairs of values."""
        codes = self._columns.by_text(self._field)
        wanted = [(codes[here], codes[there]) for here, there in pairs if here in codes and there in codes]
        found, named = np.zeros(len(self.one), dtype=bool), np.zeros(len(self.texts), dtype=bool)
        named[[code for pair in wanted for code in pair]] = True
        rows = np.flatnonzero(named[self.one] & named[self.other])
        several = np.array([here * len(self.texts) + there for here, there in wanted], dtype=np.int64)
        found[rows] = np.isin(self.one[rows].astype(np.int64) * len(self.texts) + self.other[rows], several)
        return found

    def same_initial(self) -> Flags:
        """Say where both values begin with one letter."""
        initials = self._columns.spelling(self._field).initials
        return np.asarray(initials[self.one] == initials[self.other])

    def shorter(self) -> npt.NDArray[np.uint8]:
        """Return the length of the shorter value."""
        lengths = self._columns.spelling(self._field).lengths
        return np.minimum(lengths[self.one], lengths[self.other])


def may_be_like(spelling: Spelling, one: Codes, other: Codes) -> Flags:
    """Say which values may be 0.84 like by Jaro and Winkler; of those that are not, most cannot be.

    A letter that the other lacks has no match there; Jaro's likeness grows with those that have, Winkler's with a beginning.
    """
    here, there = spelling.letters[one], spelling.letters[other]
    mine, theirs = (spelling.lengths[side].astype(np.float32) for side in (one, other))
    matched = np.minimum(mine - np.bitwise_count(here & ~there), theirs - np.bitwise_count(there & ~here))
    jaro = (matched / mine + matched / theirs + 1) / 3
    same_initial = spelling.initials[one] == spelling.initials[other]
    return np.asarray(jaro + 0.4 * (1 - jaro) * same_initial >= 0.84 - _ROUNDING)


_ROUNDING: Final = 0.01


def may_be_slips(spelling: Spelling, one: Codes, other: Codes, *, most: int) -> Flags:
    """Say which values may be so few slips apart: one changes a letter, and the length by one, at most."""
    here, there = spelling.letters[one], spelling.letters[other]
    lengths = spelling.lengths.astype(np.int16)
    return np.asarray(
        (np.bitwise_count(here & ~there) <= most)
        & (np.bitwise_count(there & ~here) <= most)
        & (np.abs(lengths[one] - lengths[other]) <= most)
    )


def is_among(levels: Levels, wanted: Collection[int]) -> Flags:
    """Say which are some levels; looked up in a table, of millions of pairs."""
    table = np.zeros(256, dtype=bool)
    table[list(wanted)] = True
    return table[levels]


_WORKERS: Final = 2
_FEW: Final = 5_000


def workers(pairs: int) -> int:
    """Return how many threads compare so many pairs: starting one takes longer than a few thousand do."""
    return _WORKERS if pairs > _FEW else 1
