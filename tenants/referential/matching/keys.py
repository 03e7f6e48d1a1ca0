"""The keys of cards as the database stores them: those that bring candidates, and those that count how common a value is."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from tenants.referential.matching.candidates import RECIPES, Recipe, key_of, mix
from tenants.referential.matching.columns import FIELDS, Columns, number_of, values
from tenants.referential.matching.features import Features
from tenants.referential.matching.model import BEGINNING, LEAST_FILLED, Model

LOCKS: Final = 4_096
"""Advisory locks that strong keys fall into: enough that two desks seldom meet (of four at once one in seven did at 512), few
enough for a batch to hold."""
COUNTED: Final = {
    "organisation": Recipe("organisation", (("organisation", "whole"),)),
    "first": Recipe("given", (("first", "full"),)),
    "last": Recipe("surname", (("last", "full"),)),
    "birth": Recipe("birth", (("birth", "whole"),)),
    "email": Recipe("email", (("email", "whole"),)),
    "relay": Recipe("relay", (("relay", "whole"),)),
    "phone": Recipe("phone", (("phone", "whole"),)),
    "postal_code": Recipe("postal-code", (("postal_code", "whole"),)),
    "town": Recipe("town", (("town", "whole"),)),
}
"""What is counted live, by field: a rare surname says more than Martin."""
_COMMONPLACE: Final[Mapping[str, tuple[int, int]]] = {
    "first": (60, 10_000),
    "last": (40, 20_000),
    "birth": (1, 20_000),
    "postal_code": (100, 20_000),
    "town": (100, 20_000),
}
"""What is added to a value's count, and to all: a network that has only begun does not take Martin for rare because it was
met once. Phones, addresses and organisations count as among `BEGINNING` cards at least."""


class _Keys(NamedTuple):
    blocking: frozenset[int]
    strong: frozenset[int]
    counted: frozenset[int]
    firm: frozenset[int]


def blocking_keys(card: Features) -> frozenset[int]:
    """Return the keys that bring a card's candidates."""
    return _keys(card).blocking


def strong_keys(card: Features) -> frozenset[int]:
    """Return the keys that two cards of one person almost always share one of: their writers wait for one another."""
    return _keys(card).strong


def counted_keys(card: Features) -> frozenset[int]:
    """Return the keys by which a card's values are counted."""
    return _keys(card).counted


def firm_keys(card: Features) -> frozenset[int]:
    """Return the blocking keys that bring somebody however many share them: a switchboard's is known by who has it."""
    return _keys(card).firm


@lru_cache(maxsize=20_000)
def _keys(card: Features) -> _Keys:
    """Return all the keys of a card, made in one go: many are made of the same parts."""
    if card.walk_in:
        return _Keys(*[frozenset()] * 4)
    said = dict(zip(FIELDS, values(card), strict=True))
    blocking, strong, firm = set(), set(), set()
    for recipe in _BLOCKING:
        key = _key(recipe, said)
        if key:
            blocking.add(key)
            if recipe.strong:
                strong.add(key)
            if recipe.name in _FIRM:
                firm.add(key)
    counted = filter(None, (_key(recipe, said) for recipe in COUNTED.values()))
    return _Keys(*map(frozenset, (blocking, strong, counted, firm)))


def _key(recipe: Recipe, said: Mapping[str, str]) -> int:
    """Return a card's key of one recipe; 0 where it lacks a part."""
    numbers = []
    for field, part in recipe.parts:
        value = said[field]
        number = number_of(value, part) if value else 0
        if not number:
            return 0
        numbers.append(number)
    return key_of(recipe, numbers)


_BLOCKING: Final = [recipe for recipe in RECIPES if not recipe.wide]
_FIRM: Final = ("phone", "email")


@lru_cache(maxsize=20_000)
def value_key(field: str, value: str) -> int | None:
    """Return the key by which a value is counted; None where it is too short to be."""
    ((_, part),) = COUNTED[field].parts
    number = number_of(value, part)
    return key_of(COUNTED[field], (number,)) if number else None


def locks(numbers: frozenset[int]) -> list[int]:
    """Return the advisory locks of some keys, in the one order in which everybody takes them."""
    return sorted({number % LOCKS for number in numbers})


def live_shares(
    columns: Columns, counts: Mapping[int, int], *, model: Model, cards: int
) -> dict[str, npt.NDArray[np.float64]]:
    """Return how common the values of some cards are in the whole network.

    Args:
        columns: the cards.
        counts: cards by counted key; a key that is not there is held by no card yet.
        model: says how many of the cards have each field at all.
        cards: how many there are in the network.
    """
    shares = {}
    for field, recipe in COUNTED.items():
        ((_, part),) = recipe.parts
        numbers = columns.numbers(field, part)
        held = np.array([counts.get(key, 0) for key in mix(recipe, [numbers]).tolist()], dtype=np.float64)
        shares[field] = _shares(field, np.where(numbers != 0, held, 0.0), model=model, cards=cards)
    return shares


def share_of(field: str, value: str, counts: Mapping[int, int], *, model: Model, cards: int) -> float:
    """Return how common one value is, as `live_shares` does for many."""
    key = value_key(field, value)
    held = 0 if key is None else counts.get(key, 0)
    known, of = _COMMONPLACE.get(field, (0, 0))
    filled = max(model.filled.get(field, 1.0), LEAST_FILLED)
    if of:
        return (max(held, 1) + known) / (cards * filled + of)
    return max(held, 2) / (max(cards, BEGINNING) * filled)


def network_shares(columns: Columns, *, model: Model) -> dict[str, npt.NDArray[np.float64]]:
    """Return the same where the cards are all that the network has: what is linked at once is linked as one by one."""
    return {
        field: _shares(field, columns.counts(field).astype(np.float64), model=model, cards=len(columns))
        for field in COUNTED
    }


def _shares(field: str, held: npt.NDArray[np.float64], *, model: Model, cards: int) -> npt.NDArray[np.float64]:
    known, of = _COMMONPLACE.get(field, (0, 0))
    filled = max(model.filled.get(field, 1.0), LEAST_FILLED)
    if of:
        return (np.maximum(held, 1) + known) / (cards * filled + of)
    return np.maximum(held, 2) / (max(cards, BEGINNING) * filled)


def network_size(cards: int) -> int:
    """Return the size that the prior counts with: a network that has only begun counts as a fair one."""
    return max(cards, BEGINNING)
