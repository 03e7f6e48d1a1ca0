"""Cleaned cards as columns of small numbers, so that a million are compared as fast as the machine can."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import numpy as np
import numpy.typing as npt

from tenants.referential.matching.features import Features

Codes = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]

FIELDS: Final = (
    "organisation",
    "first",
    "last",
    "other_last",
    "email",
    "relay",
    "phone",
    "second_phone",
    "birth",
    "street",
    "postal_code",
    "town",
)
_DICTIONARIES: Final = {"other_last": "last", "second_phone": "phone"}
"""Fields that hold the same kind of value share one dictionary: their codes may be compared."""
_MAILBOX: Final = "mailbox"


def values(card: Features) -> tuple[str, ...]:
    """Return what a card says, in the order of `FIELDS`."""
    phones = card.phones
    return (
        card.organisation,
        card.first,
        card.last,
        card.other_last,
        card.email,
        card.relay,
        phones[0] if phones else "",
        phones[1] if len(phones) > 1 else "",
        card.birth,
        card.street,
        card.postal_code,
        card.town,
    )


class Columns:
    """Cards side by side: by field, the code of each card's value; code 0 is « unknown »."""

    def __init__(self, cards: Iterable[Features]) -> None:
        """Read the cards, in their order."""
        known: dict[str, dict[str, int]] = {field: {"": 0} for field in FIELDS if field not in _DICTIONARIES}
        dictionaries = [known[_DICTIONARIES.get(field, field)] for field in FIELDS]
        read: list[list[int]] = [[] for _ in FIELDS]
        walk_ins: list[bool] = []
        for card in cards:
            walk_ins.append(card.walk_in)
            for codes, dictionary, value in zip(read, dictionaries, values(card), strict=True):
                codes.append(dictionary.setdefault(value, len(dictionary)) if value else 0)
        self.walk_in: npt.NDArray[np.bool_] = np.array(walk_ins, dtype=bool)
        self._codes = {field: np.array(codes, dtype=np.int32) for field, codes in zip(FIELDS, read, strict=True)}
        self._texts = {field: list(dictionary) for field, dictionary in known.items()}
        self._hashes: dict[tuple[str, str], Hashes] = {}
        self._arrays: dict[str, npt.NDArray[np.object_]] = {}
        self._lengths: dict[str, npt.NDArray[np.uint8]] = {}
        self._by_text: dict[str, dict[str, int]] = {}

    def __len__(self) -> int:
        """Count the cards."""
        return len(self.walk_in)

    def __getitem__(self, field: str) -> Codes:
        """Return the codes of a field, one a card."""
        return self._codes[field]

    def forget(self, field: str, codes: Codes) -> None:
        """Make values of a field unknown on every card that has them, in the fields of the same kind too."""
        for alike in (field, *(other for other, same in _DICTIONARIES.items() if same == field)):
            self._codes[alike] = np.where(np.isin(self._codes[alike], codes), np.int32(0), self._codes[alike])

    def texts(self, field: str) -> Sequence[str]:
        """Return the values of a field, by code."""
        return self._texts[_DICTIONARIES.get(field, field)]

    def by_text(self, field: str) -> Mapping[str, int]:
        """Return each value's code, looked up once: pairs are compared part by part."""
        dictionary = _DICTIONARIES.get(field, field)
        if dictionary not in self._by_text:
            self._by_text[dictionary] = {text: code for code, text in enumerate(self._texts[dictionary])}
        return self._by_text[dictionary]

    def array(self, field: str) -> npt.NDArray[np.object_]:
        """Return the same as an array, made once: pairs are compared a million at a time."""
        dictionary = _DICTIONARIES.get(field, field)
        if dictionary not in self._arrays:
            self._arrays[dictionary] = np.array(self._texts[dictionary], dtype=object)
        return self._arrays[dictionary]

    def mailboxes(self) -> npt.NDArray[np.object_]:
        """Return what stands before the @ of each address, by code."""
        if _MAILBOX not in self._arrays:
            found = [text.partition("@")[0] for text in self._texts["email"]]
            self._arrays[_MAILBOX] = np.array(found, dtype=object)
        return self._arrays[_MAILBOX]

    def lengths(self, field: str) -> npt.NDArray[np.uint8]:
        """Return the length of each value, by code; of a mailbox, under its own name."""
        if field not in self._lengths:
            texts = self.mailboxes() if field == _MAILBOX else self.texts(field)
            counted = (min(len(text), 255) for text in texts)
            self._lengths[field] = np.fromiter(counted, dtype=np.uint8, count=len(texts))
        return self._lengths[field]

    def counts(self, field: str) -> npt.NDArray[np.int64]:
        """Count the cards that have each value, by code."""
        return np.bincount(self._codes[field], minlength=len(self.texts(field)))

    def hashes(self, field: str, part: str) -> Hashes:
        """Return a 64-bit number for a part of each card's value; 0 where the card has none."""
        return self.numbers(field, part)[self._codes[field]]

    def numbers(self, field: str, part: str) -> Hashes:
        """Return the same by code."""
        dictionary = _DICTIONARIES.get(field, field)
        found = self._hashes.get((dictionary, part))
        if found is None:
            texts = self._texts[dictionary]
            found = np.fromiter((number_of(text, part) for text in texts), dtype=np.uint64, count=len(texts))
            self._hashes[dictionary, part] = found
        return found


@lru_cache(maxsize=1 << 18)
def number_of(text: str, part: str) -> int:
    """Return a 64-bit number for a part of a value; 0 where it has none."""
    taken = PARTS[part](text)
    return int.from_bytes(blake2b(taken.encode(), digest_size=8).digest()) if taken else 0


_ALIKE: Final = str.maketrans("qckzswvfyi", "kkkssvvvii")


@lru_cache(maxsize=1 << 18)
def sound(name: str) -> str:
    """Reduce a name to its initial and the consonants that one hears after it, doubled ones once."""
    plain = name.replace("ph", "f").replace("th", "t").replace("ch", "s").translate(_ALIKE)
    kept = plain[:1]
    for letter in plain[1:]:
        if letter not in "aeiouh" and letter != kept[-1]:
            kept += letter
    return kept


PARTS: Final[dict[str, Callable[[str], str]]] = {
    "whole": str,
    "beginning": lambda text: text[:6],
    "end": lambda text: text[-5:],
    "initial": lambda text: text[:1],
    "start": lambda text: text[:4],
    "sound": lambda text: sound(text) if len(text) > 1 else "",
    "full": lambda text: text if len(text) > 1 else "",
    "year": lambda text: text[:4],
    "month_day": lambda text: text[5:],
    "area": lambda text: text[:3],
}
