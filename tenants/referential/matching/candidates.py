"""Which cards are worth comparing: those that share a key. A key is a number made of parts of a few fields."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from tenants.referential.matching.columns import Columns, Hashes
from tenants.referential.matching.field_pairs import Rows

Keys = npt.NDArray[np.int64]
Pairs = npt.NDArray[np.int64]
"""Two rows in one number: `one * cards + other`, one before other."""


class Recipe(msgspec.Struct, frozen=True):
    """What a key is made of; a card that lacks any of the parts has no such key."""

    name: str
    parts: tuple[tuple[str, str], ...]
    """Fields, and which part of each (see `columns.PARTS`)."""
    either_way: bool = False
    """The order of the parts makes no difference: first and last name may be changed round."""
    wide: bool = False
    """Brings too many to be asked for each card as it is saved: for files and the yearly pass only."""
    strong: bool = False
    """Two cards of one person almost always share one of these: their writers wait for one another."""
    bare: bool = False
    """Only for files most of whose cards have neither phone nor address to write to: loose, but all there is."""


RECIPES: Final = (
    Recipe("phone", (("phone", "whole"),), strong=True),
    Recipe("phone", (("second_phone", "whole"),), strong=True),
    Recipe("email", (("email", "whole"),), strong=True),
    Recipe("relay", (("relay", "whole"),)),
    Recipe("names", (("first", "whole"), ("last", "whole")), either_way=True, strong=True),
    Recipe("names", (("first", "whole"), ("other_last", "whole")), either_way=True, strong=True),
    Recipe("initial-last", (("first", "initial"), ("last", "full"))),
    Recipe("surname", (("last", "full"),), wide=True),
    Recipe("given", (("first", "full"), ("last", "initial")), wide=True),
    Recipe("sounds", (("first", "sound"), ("last", "sound")), either_way=True, wide=True),
    Recipe("birth-last", (("birth", "whole"), ("last", "whole"))),
    Recipe("birth-last", (("birth", "whole"), ("other_last", "whole"))),
    Recipe("birth-first", (("birth", "whole"), ("first", "full"))),
    Recipe("birth-initial", (("birth", "whole"), ("first", "initial"))),
    Recipe("birth-place", (("birth", "whole"), ("postal_code", "whole"))),
    Recipe("birth-town", (("birth", "whole"), ("town", "whole")), wide=True),
    Recipe("birth-area", (("birth", "whole"), ("postal_code", "area")), wide=True),
    Recipe("year-last", (("birth", "year"), ("last", "sound")), wide=True),
    Recipe("day-last", (("birth", "month_day"), ("last", "start")), wide=True),
    Recipe("day-first", (("birth", "month_day"), ("first", "start"), ("postal_code", "area")), wide=True),
    Recipe("place-last", (("postal_code", "whole"), ("last", "whole"))),
    Recipe("place-last", (("postal_code", "whole"), ("other_last", "whole"))),
    Recipe("place-first", (("postal_code", "whole"), ("first", "full")), wide=True),
    Recipe("place-initial", (("postal_code", "whole"), ("first", "initial"), ("last", "start"))),
    Recipe("town-names", (("town", "whole"), ("first", "initial"), ("last", "start"))),
    Recipe("street", (("street", "whole"), ("postal_code", "whole"))),
    Recipe("street-town", (("street", "whole"), ("town", "whole"))),
    Recipe("birth", (("birth", "whole"),), wide=True),
    Recipe("postal-code", (("postal_code", "whole"),), wide=True),
    Recipe("town", (("town", "whole"),), wide=True),
    Recipe("organisation", (("organisation", "whole"),), strong=True),
    Recipe("year-area", (("birth", "year"), ("postal_code", "area")), wide=True, bare=True),
    Recipe("year-town", (("birth", "year"), ("town", "whole")), wide=True, bare=True),
    Recipe("area-last", (("postal_code", "area"), ("last", "start")), wide=True, bare=True),
    Recipe("town-last", (("town", "whole"), ("last", "start")), wide=True, bare=True),
    Recipe("town-first", (("town", "whole"), ("first", "full")), wide=True, bare=True),
    Recipe("year-first", (("birth", "year"), ("first", "full")), wide=True, bare=True),
    Recipe("names-ends", (("first", "start"), ("last", "end")), wide=True, bare=True),
)
LARGEST: Final = 200
"""Cards of one key beyond which it tells nobody apart: other keys, of more parts, find what it would have found."""
_CARDS_AT_ONCE: Final = 100_000
_KINDS: Final = {name: number + 1 for number, name in enumerate(dict.fromkeys(recipe.name for recipe in RECIPES))}
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)


def keys(columns: Columns, recipe: Recipe) -> tuple[Rows, Keys]:
    """Return the rows that have a recipe's key, and their keys."""
    numbers = [columns.hashes(field, part) for field, part in recipe.parts]
    known = ~columns.walk_in
    for number in numbers:
        known &= number != 0
    rows = np.flatnonzero(known).astype(np.int32)
    return rows, mix(recipe, [number[rows] for number in numbers])


def mix(recipe: Recipe, numbers: Sequence[Hashes]) -> Keys:
    """Return the keys that the numbers of a recipe's parts make; those of whoever lacks a part mean nothing."""
    mixed: Hashes = np.full(len(numbers[0]), _KINDS[recipe.name], dtype=np.uint64) * _MIX
    if recipe.either_way:
        mixed = _stir(mixed ^ (_stir(numbers[0]) + _stir(numbers[1])))
    else:
        for number in numbers:
            mixed = _stir(mixed ^ number)
    return mixed.view(np.int64)


def _stir(numbers: Hashes) -> Hashes:
    stirred = (numbers ^ (numbers >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return np.asarray(stirred ^ (stirred >> np.uint64(32)))


def key_of(recipe: Recipe, numbers: Sequence[int]) -> int:
    """Return the same for one card: arrays cost more than one key does."""
    mixed = _SEEDS[recipe.name]
    if recipe.either_way:
        mixed = _stir_one(mixed ^ (_stir_one(numbers[0]) + _stir_one(numbers[1])) & _WORD)
    else:
        for number in numbers:
            mixed = _stir_one(mixed ^ number)
    return mixed - (mixed >> 63 << 64)


_WORD: Final = (1 << 64) - 1
_SEEDS: Final = {name: kind * int(_MIX) & _WORD for name, kind in _KINDS.items()}


def _stir_one(number: int) -> int:
    stirred = (number ^ number >> 29) * 0xBF58476D1CE4E5B9 & _WORD
    return stirred ^ stirred >> 32


def pairs(columns: Columns, *, budget: int = 15) -> Pairs:
    """Return the pairs of cards that share a key, as `one * cards + other` with one before other, in order, each once.

    Args:
        columns: the cards.
        budget: pairs a card that one recipe may bring on average; the keys that most cards share go first.
    """
    recipes = RECIPES if _is_bare(columns) else [recipe for recipe in RECIPES if not recipe.bare]
    cards, organisations = max(len(columns), 1), columns["organisation"] != 0
    found = [np.sort(pairs_of(columns, recipe, most=budget * len(columns))) for recipe in recipes]
    together = [np.empty(0, dtype=np.int64)]
    # Some cards after others: what all recipes bring for all of them would fill the memory twice over.
    for first in range(0, cards, _CARDS_AT_ONCE):
        ends = (first * cards, (first + _CARDS_AT_ONCE) * cards)
        near = np.sort(np.concatenate([part[slice(*np.searchsorted(part, ends))] for part in found]))
        # Sorted first: numpy's own `unique` looks millions of numbers up in a table, which takes fifty times as long.
        near = near[np.diff(near, prepend=-1) != 0]
        one, other = np.divmod(near, cards)
        together.append(near[organisations[one] == organisations[other]])
    return np.concatenate(together)


def _is_bare(columns: Columns) -> bool:
    reachable = (columns["phone"] != 0) | (columns["email"] != 0) | (columns["relay"] != 0)
    return bool(reachable.sum() * 2 < len(columns))


def pairs_of(columns: Columns, recipe: Recipe, *, most: int) -> Pairs:
    """Return the pairs that share one recipe's key, the rarest keys first, until there are too many."""
    rows, numbers = keys(columns, recipe)
    return np.concatenate([np.empty(0, dtype=np.int64), *_within(rows, numbers, len(columns), most)])


def _within(rows: Rows, numbers: Keys, cards: int, most: int) -> Iterator[Pairs]:
    order = np.argsort(numbers, kind="stable")
    rows, numbers = rows[order], numbers[order]
    starts = np.flatnonzero(np.r_[True, numbers[1:] != numbers[:-1]]) if len(numbers) else np.empty(0, dtype=np.int64)
    sizes = np.diff(np.r_[starts, len(numbers)])
    taken = 0
    for size in range(2, min(int(sizes.max(initial=0)), LARGEST) + 1):
        groups = starts[sizes == size]
        taken += len(groups) * size * (size - 1) // 2
        if taken > most:
            return
        if len(groups):
            yield inner_pairs(rows[groups[:, None] + np.arange(size)], cards)


def inner_pairs(groups: npt.NDArray[np.int32], cards: int) -> Pairs:
    """Return the pairs inside groups of one size, a group a line."""
    left, right = np.triu_indices(groups.shape[1], 1)
    one, other = groups[:, left].ravel().astype(np.int64), groups[:, right].ravel().astype(np.int64)
    return np.asarray(np.minimum(one, other) * cards + np.maximum(one, other))
