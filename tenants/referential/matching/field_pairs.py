"""One field of many pairs of cards at once: which have the same value, which a like one."""

from collections.abc import Collection
from typing import Final

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler
from rapidfuzz.process import cpdist

from tenants.referential.matching.columns import Codes, Columns

Levels = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


class FieldPairs:
    """One field of both sides of the pairs."""

    def __init__(self, columns: Columns, field: str, one: Rows, other: Rows) -> None:
        """Look up both values of every pair."""
        self.texts = columns.array(field)
        self._columns, self._field = columns, field
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
                one, other, scorer=JaroWinkler.normalized_similarity, score_cutoff=0.8, workers=workers(len(one))
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
                workers=workers(len(one)),
            )[back]
        return found

    def _distinct(self, where: Flags) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_], npt.NDArray[np.intp]]:
        """Return the pairs of values of some pairs, each once, and which of them each pair has: names repeat."""
        pairs = self.one[where].astype(np.int64) * len(self.texts) + self.other[where]
        values, back = np.unique(pairs, return_inverse=True)
        one, other = np.divmod(values, len(self.texts))
        return self.texts[one], self.texts[other], back

    def among(self, pairs: Collection[tuple[str, str]]) -> Flags:
        """Say which are some pairs of values."""
        codes = self._columns.by_text(self._field)
        wanted = [
            codes[here] * len(self.texts) + codes[there] for here, there in pairs if here in codes and there in codes
        ]
        return np.isin(self.one.astype(np.int64) * len(self.texts) + self.other, np.array(wanted, dtype=np.int64))

    def parts(self, columns: Columns, field: str, part: str, one: Rows, other: Rows) -> Flags:
        """Say where a part of both values is the same."""
        return np.asarray(columns.hashes(field, part)[one] == columns.hashes(field, part)[other])


_WORKERS: Final = 2
_FEW: Final = 5_000


def workers(pairs: int) -> int:
    """Return how many threads compare so many pairs: starting one takes longer than a few thousand do."""
    return _WORKERS if pairs > _FEW else 1
