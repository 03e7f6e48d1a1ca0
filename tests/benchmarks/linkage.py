"""Read how well cards were linked, where the truth is known."""

from collections.abc import Sequence

import msgspec
import numpy as np


class Linkage(msgspec.Struct, frozen=True, kw_only=True):
    """How well cards were linked. Pairwise figures count large persons quadratically: read B-cubed beside them."""

    precision: float
    recall: float
    f1: float
    bcubed_f1: float
    exact_persons: float
    """The share of persons whose cards, all of them and no other, are together."""
    largest: int

    def __str__(self) -> str:
        """Say it in one line."""
        return (
            f"F1 {self.f1:.4f}, precision {self.precision:.4f}, recall {self.recall:.4f}, B-cubed F1 {self.bcubed_f1:.4f}, "
            f"exact persons {self.exact_persons:.4f}, largest cluster {self.largest}"
        )


def linkage(truth: Sequence[str], found: Sequence[str]) -> Linkage:
    """Compare clusters with the truth, a card a place in both."""
    persons = np.unique(np.asarray(truth), return_inverse=True)[1].astype(np.int64)
    clusters = np.unique(np.asarray(found), return_inverse=True)[1].astype(np.int64)
    person_sizes, cluster_sizes = np.bincount(persons), np.bincount(clusters)
    cells, cell_of, together = np.unique(
        persons * len(cluster_sizes) + clusters, return_inverse=True, return_counts=True
    )
    right, said, true = _pairs(together), _pairs(cluster_sizes), _pairs(person_sizes)
    precision, recall = right / said if said else 1.0, right / true if true else 1.0
    mine = together[cell_of]
    whole = (together == person_sizes[cells // len(cluster_sizes)]) & (
        together == cluster_sizes[cells % len(cluster_sizes)]
    )
    return Linkage(
        precision=precision,
        recall=recall,
        f1=_harmonic(precision, recall),
        bcubed_f1=_harmonic(
            float((mine / cluster_sizes[clusters]).mean()), float((mine / person_sizes[persons]).mean())
        ),
        exact_persons=float(whole.sum() / len(person_sizes)),
        largest=int(cluster_sizes.max()),
    )


def _pairs(sizes: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> float:
    return float((sizes * (sizes - 1) // 2).sum())


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0
