"""Weights mended by what stewards said of pairs: m moves where their answers contradict it, within bounds.

Stewards are asked about doubtful pairs only. Counting their « same » pairs as a sample of one person's cards would make
m of what is doubtful: of those pairs nearly all disagree somewhere. What does hold is the reverse: of pairs that compare in one
way, the share that is one person's is the same among those asked about and among the others, since how a pair
compares is all that it was chosen by. So m is moved to foretell the answers, each pair's bits being given, as a logistic regression
would (Larsen and Rubin, 2001, take clerical answers so, into an estimation without any). How readily stewards say « same » as a whole
is learnt beside it and left out: it says something of them, nothing of a field. u is counted on random pairs, which are
many and chosen by nobody: it stays; a level that would move beyond the bounds is named, for its u or its cleaning may be wrong.
"""

import math
from collections.abc import Mapping
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tenants.referential.matching.columns import Columns
from tenants.referential.matching.field_pairs import Levels, Rows
from tenants.referential.matching.levels import COMPARISONS
from tenants.referential.matching.model import Bits, Model, score, shares_of

FEWEST_LABELS: Final = 100
FEWEST_OF_EACH: Final = 20
"""Labels, and of them « same » and « different », below which nothing is learnt from them."""
MOST_BITS: Final = 2.0
"""How far labels move a level at most, either way."""
_MOST_LABELS: Final = 1_000.0
"""What all labels together weigh at most: beyond, each weighs less, and what the cards taught keeps its say."""
_USUAL_BITS: Final = 1.0
"""How far a level is off as a rule: it takes many labels to say more."""
_SUREST: Final = 8.0
"""Bits as which a pair counts at most that was decided against all appearance: one slip of a steward's decides nothing."""
_SURELY: Final = 2.0
"""How many times its own uncertainty a move must be to be made."""
_FOLDS: Final = 5
_ROUNDS: Final = 50
_NEAR_ENOUGH: Final = 1e-4


class Labelled(msgspec.Struct, frozen=True):
    """Pairs that stewards decided, in the order of their decisions."""

    one: Rows
    other: Rows
    same: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.same)


class Taught(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the labels."""

    same: int
    different: int
    used: int = 0
    """All of them, or none."""
    unused_because: str = ""
    """too_few or no_better; empty where they were used."""
    leaning_bits: float = 0.0
    """How much more readily stewards say « same » than the weights do; left out of these."""
    moved: dict[str, float] = {}
    """Bits by which a level moved, half a bit or more: `first.initial`."""
    suspect: list[str] = []
    """The levels that were held back at the bounds."""


def too_few(same: int, different: int) -> bool:
    """Tell whether so many labels teach nothing."""
    return same + different < FEWEST_LABELS or min(same, different) < FEWEST_OF_EACH


def mended(columns: Columns, model: Model, labelled: Labelled) -> tuple[Model, Taught]:
    """Return the weights with their m mended by labels, and what became of these.

    They are used where there are enough, and where what most of them teach foretells the rest better than the weights alone.
    The prior and the kin of the result are still those of the weights given.
    """
    same = int(labelled.same.sum())
    told = Taught(same=same, different=len(labelled) - same)
    if too_few(told.same, told.different):
        return model, msgspec.structs.replace(told, unused_because="too_few")
    scores = score(
        columns, labelled.one, labelled.other, model=model, shares=shares_of(columns), cards=max(len(columns), 2)
    )
    answers = _Answers(scores.levels, np.clip(scores.bits, -_SUREST, _SUREST), labelled.same, model)
    if not _foretell(answers, model):
        return model, msgspec.structs.replace(told, unused_because="no_better")
    leaning, moves = answers.learnt(np.ones(len(labelled), dtype=bool))
    match: dict[str, list[float]] = {}
    moved: dict[str, float] = {}
    suspect: list[str] = []
    for name, levels in COMPARISONS.items():
        before = np.asarray(model.match[name])
        wanted = _bits_of(before, moves[name])
        bits = _bounded(before, moves[name])
        after = before * 2.0**bits
        match[name] = [float(value) for value in after / after.sum()]
        names = [f"{name}.{level.name.lower()}" for level in levels]
        moved |= {at: round(float(move), 2) for at, move in zip(names, bits, strict=True) if abs(move) >= 0.5}
        suspect += [at for at, move in zip(names, wanted, strict=True) if abs(move) > MOST_BITS]
    told = msgspec.structs.replace(
        told, used=len(labelled), leaning_bits=round(leaning, 2), moved=moved, suspect=suspect
    )
    return msgspec.structs.replace(model, match=match), told


class _Answers:
    """Labels with how their pairs compare and the bits that the weights give them."""

    def __init__(self, levels: Mapping[str, Levels], bits: Bits, same: npt.NDArray[np.bool_], model: Model) -> None:
        self.levels, self.bits, self.same = levels, bits, same.astype(np.float64)
        self.match = {name: np.asarray(model.match[name]) for name in COMPARISONS}

    def learnt(self, among: npt.NDArray[np.bool_]) -> tuple[float, dict[str, Bits]]:
        """Return the leaning and each level's move, learnt among some of the labels.

        The levels that are not surely off stay where they are, and what the others move by is learnt without them.
        """
        free = np.ones(1 + sum(len(levels) for levels in COMPARISONS.values()), dtype=bool)
        values = np.zeros(len(free))
        while True:
            values, errors = self._fitted(among, free, np.where(free, values, 0.0))
            doubtful = free & (np.abs(values) < _SURELY * errors)
            doubtful[0] = False
            if not doubtful.any():
                return float(values[0]), self._by_level(values)
            # The least sure half first: what one level is freed of, another may need.
            sureness = np.where(doubtful, np.abs(values) / errors, np.inf)
            free[np.argsort(sureness)[: (int(doubtful.sum()) + 1) // 2]] = False

    def leaning_alone(self, among: npt.NDArray[np.bool_]) -> float:
        """Return the leaning where no level moves."""
        free = np.zeros(1 + sum(len(levels) for levels in COMPARISONS.values()), dtype=bool)
        free[0] = True
        return float(self._fitted(among, free, np.zeros(len(free)))[0][0])

    def _fitted(self, among: npt.NDArray[np.bool_], free: npt.NDArray[np.bool_], values: Bits) -> tuple[Bits, Bits]:
        """Return leaning and moves, and how unsure each is: Newton's method on the answers' likelihood and the prior.

        Args:
            among: the labels to learn from.
            free: the leaning and the levels that may move.
            values: where to begin.
        """
        weight = min(1.0, _MOST_LABELS / max(int(among.sum()), 1))
        values, errors = values.copy(), np.ones(len(free))
        precision = np.r_[1e-3, np.full(len(free) - 1, _USUAL_BITS**-2)][free]
        for _ in range(_ROUNDS):
            moves = self._by_level(values)
            slopes = np.column_stack([np.ones(int(among.sum())), *self._slopes(moves, among)])[:, free]
            expected = self.expected(float(values[0]), moves)[among]
            pull = slopes.T @ (expected - self.same[among]) * weight * math.log(2) + precision * values[free]
            bend = (slopes.T * (expected * (1 - expected))) @ slopes * weight * math.log(2) ** 2 + np.diag(precision)
            spread = np.linalg.inv(bend)
            errors[free] = np.sqrt(np.diag(spread))
            step = np.clip(spread @ pull, -1.0, 1.0)
            values[free] -= step
            if np.abs(step).max() < _NEAR_ENOUGH:
                break
        return values, errors

    def _by_level(self, values: Bits) -> dict[str, Bits]:
        ends = np.cumsum([len(levels) for levels in COMPARISONS.values()])
        return dict(zip(COMPARISONS, np.split(values[1:], ends[:-1]), strict=True))

    def expected(self, leaning: float, moves: Mapping[str, Bits]) -> Bits:
        """Return how likely each pair is to be said one person's."""
        bits = self.bits + leaning
        for name, move in moves.items():
            bits = bits + np.r_[0.0, _bits_of(self.match[name], move)][self.levels[name]]
        return np.asarray(1 / (1 + 2.0 ** -np.clip(bits, -40, 40)))

    def surprise(self, leaning: float, moves: Mapping[str, Bits], among: npt.NDArray[np.bool_]) -> Bits:
        """Return how surprising each answer among some is, in bits."""
        expected = np.clip(self.expected(leaning, moves)[among], 1e-9, 1 - 1e-9)
        return np.asarray(-np.log2(np.where(self.same[among] > 0, expected, 1 - expected)))

    def _slopes(self, moves: Mapping[str, Bits], among: npt.NDArray[np.bool_]) -> list[Bits]:
        """Return how each pair's bits follow each level's move: one level's share of m is taken from all others."""
        found = []
        for name, move in moves.items():
            after = self.match[name] * 2.0**move
            each = np.eye(len(move)) - after / after.sum()
            found.append(np.vstack([np.zeros(len(move)), each])[self.levels[name][among]])
        return found


def _foretell(answers: _Answers, model: Model) -> bool:
    """Tell whether what labels teach foretells others, decided at another time, by more than chance would."""
    place = np.arange(len(answers.same)) * _FOLDS // len(answers.same)
    none = {name: np.zeros(len(model.match[name])) for name in COMPARISONS}
    gains = np.zeros(len(answers.same))
    for fold in range(_FOLDS):
        apart = place == fold
        alone = answers.leaning_alone(~apart)
        leaning, moves = answers.learnt(~apart)
        gains[apart] = answers.surprise(alone, none, apart) - answers.surprise(leaning, moves, apart)
    return bool(gains.mean() > gains.std() / math.sqrt(len(gains)))


def _bits_of(match: Bits, move: Bits) -> Bits:
    """Return the bits that each level gains when m is moved and all of it still sums to one."""
    return np.asarray(move - math.log2(float((match * 2.0**move).sum())))


def _bounded(match: Bits, move: Bits) -> Bits:
    """Return the same within the bounds: the whole comparison moves less, so that its levels keep their order."""
    far, near = 1.0, 0.0
    if np.abs(_bits_of(match, move)).max() <= MOST_BITS:
        return _bits_of(match, move)
    for _ in range(40):
        middle = (far + near) / 2
        far, near = (middle, near) if np.abs(_bits_of(match, middle * move)).max() > MOST_BITS else (far, middle)
    return _bits_of(match, near * move)
