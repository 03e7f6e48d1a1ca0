"""The words a card is found by, and what a clerk's fragment of one asks for. Pure."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

import msgspec

from tenants.clients.rules import ClientFields
from tenants.referential.cleaning.phones import read_phone
from tenants.referential.cleaning.text import fold, words

NAME: Final = "n"
"""Words of the names: of the person, the organisation, the contacts, the address before the @."""
TOWN: Final = "t"
PHONE: Final = "p"
"""A phone's digits as written in its country, and as dialled from abroad."""
PHONE_END: Final = "q"
"""The same digits backwards: its last ones are found too."""
CODE: Final = "r"
"""Reference, whole e-mail address, postal code: found by their beginning."""

SIFTED: Final = frozenset({NAME, TOWN, CODE})
"""The kinds whose words `sieve` is made of: a search of several words looks for them only here."""

SIEVE: Final = ("initials", "pairs", "triples")
"""The columns of `sieve`."""

STEM_LENGTH: Final = 6
_SHORTEST_FORGIVEN: Final = 4
_LONGEST: Final = 60
_SHORTEST_END: Final = 3


class Fragment(msgspec.Struct, frozen=True):
    """One word of a search: where it may stand, and whether its end is still being typed."""

    kinds: tuple[str, ...]
    word: str


def card_words(fields: ClientFields, *, reference: str) -> set[tuple[str, str]]:
    """Return the (kind, word) pairs of a card."""
    found: set[tuple[str, str]] = set()
    names = (fields.first_name, fields.last_name, fields.organisation, fields.contact_name)
    for text in (*names, *(contact.name for contact in fields.contacts)):
        found |= {(NAME, word) for word in words(text)}
        # « Le Goff » is also looked for as « legoff », « d'Arc » as « darc ».
        found |= {(NAME, joined) for joined in _joined(text)}
    found |= {(TOWN, word) for word in words(fields.town)}
    for address in (fields.email, *(contact.email for contact in fields.contacts)):
        if "@" in address:
            found.add((CODE, fold(address)))
            found |= {(NAME, word) for word in words(address.partition("@")[0]) if not word.isdigit()}
    for code in (reference, fields.postal_code):
        if code:
            found.add((CODE, compact(code)))
    for number in (*(phone.number for phone in fields.phones), *(contact.phone for contact in fields.contacts)):
        found |= _phone_words(number, fields.country)
    return {(kind, word[:_LONGEST]) for kind, word in found if word}


def _joined(text: str) -> Iterable[str]:
    parts = words(text)
    return ("".join(pair) for pair in pairwise(parts)) if len(parts) > 1 else ()


def _phone_words(number: str, country: str) -> set[tuple[str, str]]:
    read = read_phone(number, country)
    written = "".join(filter(str.isdigit, number))
    if not read.e164:
        return {(PHONE, written), (PHONE_END, written[::-1])} if written else set()
    abroad = read.e164[1:]
    national = ("0" if read.region in ("FR", "BE", "DE", "GB", "CH", "NL", "AT") else "") + read.national
    return {(PHONE, abroad), (PHONE, national), (PHONE_END, abroad[::-1])}


def compact(code: str) -> str:
    """Reduce a reference or a postal code to its letters and digits."""
    return re.sub(r"[^a-z0-9]", "", fold(code))


def fragments(text: str) -> list[Fragment]:
    """Read what was typed: phone digits however spaced, an address, or words in any order (the first eight)."""
    text = text.strip()[:_TEXT_LIMIT]
    digits = "".join(filter(str.isdigit, text))
    if digits and not re.search(r"[^\d\s.\-()+/]", text):
        digits = digits.removeprefix("00")
        # « +33 (0)6 … »: dialled from abroad, the trunk zero goes.
        digits = re.sub(r"^330", "33", digits) if "+" in text or text.startswith("00") else digits
        return [Fragment((PHONE, PHONE_END, CODE) if len(digits) >= _SHORTEST_END else (PHONE, CODE), digits)]
    if "@" in text:
        return [Fragment((CODE,), fold(text))]
    found = [Fragment((NAME, TOWN, CODE), word) for word in dict.fromkeys(words(text))]
    if any(char.isdigit() for char in text) and len(found) > 1 and re.fullmatch(r"[\w\-]+", text):
        return [Fragment((CODE,), compact(text))]
    return found[:8]


_TEXT_LIMIT: Final = 200


def misspellings(stem: str) -> set[str]:
    """Return the beginning of a word as it may have been misheard: itself, and itself without any one of its letters."""
    return {stem} | {stem[:index] + stem[index + 1 :] for index in range(len(stem))}


def stems(found: Iterable[tuple[str, str]]) -> set[str]:
    """Return the beginnings, of names and towns only, that small typos are forgiven in."""
    return {
        word[:STEM_LENGTH]
        for kind, word in found
        if kind in (NAME, TOWN) and len(word) >= _SHORTEST_FORGIVEN and not word.isdigit()
    }


def sieve(found: Iterable[str]) -> tuple[int, int, int]:
    """Return what words begin with, as bits of three 64-bit numbers: their first sign, first two, first three.

    A card may hold a fragment only if it has all the fragment's bits; most that do not are told apart by this alone.
    A migration computes the same in SQL.
    """
    initials = pairs = triples = 0
    for word in found:
        one, two, three, *_ = [*map(ord, word[:3]), 0, 0, 0]
        initials |= 1 << one % 37
        if two:
            pairs |= 1 << (31 * one + two) % 63
        if three:
            triples |= 1 << (961 * one + 31 * two + three) % 63
    return initials, pairs, triples


def is_forgiven(typed: str) -> bool:
    """Say whether a typed word is long enough for a typo to be looked for in it."""
    return len(typed) >= _SHORTEST_FORGIVEN and not any(map(str.isdigit, typed))
