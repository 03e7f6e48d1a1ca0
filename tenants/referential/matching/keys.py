"""Blocking keys: two cards are compared when they share one. Short hashes, so that one btree holds them all."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

from tenants.referential.cleaning.organisations import is_generic
from tenants.referential.matching.features import Features

LOCKS: Final = 512
"""Advisory locks that strong keys fall into: enough that two desks seldom meet, few enough for a batch to hold."""


def key(kind: str, value: str) -> int:
    """Hash a value of one kind to a signed 64-bit number."""
    return int.from_bytes(blake2b(f"{kind}:{value}".encode(), digest_size=8).digest(), signed=True)


def blocking_keys(card: Features) -> frozenset[int]:
    """Return the keys that bring a card's candidates."""
    return frozenset() if card.walk_in else frozenset(key(*pair) for pair in _blocking(card))


def strong_keys(card: Features) -> frozenset[int]:
    """Return the keys that two cards of one person almost always share one of: their writers wait for one another."""
    if card.walk_in:
        return frozenset()
    return frozenset(key(kind, value) for kind, value in _blocking(card) if kind in ("phone", "email", "names", "org"))


def counted_keys(card: Features) -> frozenset[int]:
    """Return the keys that only count how many cards share a value: a rare surname says more than Martin."""
    return frozenset(key(kind, value) for kind, value in _counted(card)) if not card.walk_in else frozenset()


def locks(keys: frozenset[int]) -> list[int]:
    """Return the advisory locks of some keys, in the one order in which everybody takes them."""
    return sorted({number % LOCKS for number in keys})


def _blocking(card: Features) -> Iterator[tuple[str, str]]:
    for phone in card.phones:
        yield "phone", phone
    if card.email:
        yield "email", card.email
    if card.street and card.postal_code:
        yield "street", f"{card.street}|{card.postal_code}"
    yield from _organisation(card) if card.organisation else _person(card)


def _organisation(card: Features) -> Iterator[tuple[str, str]]:
    if not is_generic(card.organisation):
        yield "org", card.organisation
    if card.postal_code:
        yield "org-place", f"{card.organisation}|{card.postal_code}"


def _person(card: Features) -> Iterator[tuple[str, str]]:
    first, last = card.first, card.last
    for surname in filter(None, (last, card.other_last)):
        if first:
            yield "names", "|".join(sorted((first, surname)))
        if card.birth:
            yield "last-birth", f"{surname}|{card.birth}"
        if card.postal_code:
            yield "last-place", f"{surname}|{card.postal_code}"
    if first and last and card.postal_code:
        yield "initial-place", f"{first[0]}{last[:4]}|{card.postal_code}"
    if first and last and card.birth:
        yield "initial-birth", f"{first[0]}|{card.birth}"
    if len(first) > 1 and card.birth:
        yield "first-birth", f"{first}|{card.birth}"


def _counted(card: Features) -> Iterator[tuple[str, str]]:
    if len(card.first) > 1:
        yield "count-first", card.first
    if len(card.last) > 1:
        yield "count-last", card.last
    if card.postal_code:
        yield "count-place", card.postal_code
