"""All the cards of a network, or of a file, at once."""

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec
import numpy as np

from tenants.referential.matching.candidates import Pairs, pairs
from tenants.referential.matching.columns import Columns
from tenants.referential.matching.entities import Labels, crowds, everybody, gather, pair_up
from tenants.referential.matching.model import Bits, Model, Shares, score, shares_of

SHARED_CARDS: Final = 25
SHARED_SURNAMES: Final = 8
"""A phone or an address on more cards and under more surnames than these is a switchboard's, whatever it looks like."""
LIKELY_FROM: Final = 0.0
NEAR: Final = -8.0
"""Bits over which a pair has any say in who is who."""
_AT_ONCE: Final = 500_000
_THREADS: Final = 2
"""Compare at once: most of what they do is numpy's, which lets another go on."""


def forget_shared(columns: Columns) -> None:
    """Make phones and addresses that too many people share unknown."""
    surnames = len(columns.texts("last"))
    for field in ("phone", "email", "relay"):
        hot = np.flatnonzero(columns.counts(field) > SHARED_CARDS)
        holders = np.isin(columns[field], hot[hot > 0])
        borne = np.unique(columns[field][holders].astype(np.int64) * surnames + columns["last"][holders])
        names = np.bincount(borne // surnames, minlength=len(columns.texts(field)))
        columns.forget(field, np.flatnonzero(names > SHARED_SURNAMES).astype(np.int32))


class Linked(msgspec.Struct, frozen=True):
    """What linking gave."""

    persons: Labels
    """For each card, the first card of its person."""
    compared: int
    """How many pairs of cards were compared."""
    likely: Labels = msgspec.field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """Pairs that are likelier one person's than not, and did not become one: for stewards."""


def link(
    columns: Columns,
    model: Model,
    *,
    shares: Shares | None = None,
    among: int | None = None,
    found: Pairs | None = None,
) -> Linked:
    """Find the cards that are one person's; the shared values are to be forgotten before.

    Args:
        columns: the cards.
        model: the weights.
        shares: how common values are; as these cards say unless given.
        among: how many cards the prior counts with; these unless given.
        found: the pairs that are worth comparing; those that share a key unless given.
    """
    shares = shares_of(columns) if shares is None else shares
    among = len(columns) if among is None else among
    found = pairs(columns) if found is None else found
    near, bits, _ = _scored(columns, found, model, shares, among, over=NEAR)
    one, other = (side.astype(np.int32) for side in np.divmod(near, max(len(columns), 1)))
    labels = crowds(len(columns), one, other, bits)
    inside = everybody(labels)
    persons = gather(labels, *_scored(columns, inside, model, shares, among))
    persons = pair_up(persons, one, other, bits)
    likely = near[bits > LIKELY_FROM]
    one, other = (side.astype(np.int32) for side in np.divmod(likely, max(len(columns), 1)))
    return Linked(persons, len(found) + len(inside), likely[persons[one] != persons[other]])


def _scored(
    columns: Columns, found: Pairs, model: Model, shares: Shares, among: int, *, over: float = -math.inf
) -> tuple[Pairs, Bits, Bits]:
    """Return the pairs that have more than so many bits, these bits, and what of them the given names say."""
    cards = max(len(columns), 1)

    def over_the_bar(start: int) -> tuple[Pairs, Bits, Bits]:
        part = found[start : start + _AT_ONCE]
        one, other = (side.astype(np.int32) for side in np.divmod(part, cards))
        scores = score(columns, one, other, model=model, shares=shares, cards=among)
        near = scores.bits > over
        return part[near], scores.bits[near], scores.fields["first"][near]

    kept: list[tuple[Pairs, Bits, Bits]] = [(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))]
    with ThreadPoolExecutor(_THREADS) as pool:
        kept += pool.map(over_the_bar, range(0, len(found), _AT_ONCE))
    several, bits, given = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    return several, bits, given
