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
        self._spellings: dict[str, Spelling] = {}
        self._by_text: dict[str, dict[str, int]] = {}
        self._days: npt.NDArray[np.int16] | None = None

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

    def spelling(self, field: str) -> "Spelling":
        """Return how long the values are and with which letters, by code; of a mailbox, under its own name."""
        dictionary = _DICTIONARIES.get(field, field)
        if dictionary not in self._spellings:
            texts = self.mailboxes() if dictionary == _MAILBOX else self.array(dictionary)
            self._spellings[dictionary] = Spelling(texts)
        return self._spellings[dictionary]

    def days(self) -> npt.NDArray[np.int16]:
        """Return year, month and day of each date of birth, by code; zeros for the unknown."""
        if self._days is None:
            self._days = np.array([_day(text) for text in self._texts["birth"]], dtype=np.int16)
        return self._days

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


class Spelling:
    """What tells most values apart before their letters are compared one by one."""

    def __init__(self, texts: npt.NDArray[np.object_]) -> None:
        """Look at some values after others: side by side, each takes the room of the longest."""
        self.lengths: npt.NDArray[np.uint8] = np.zeros(len(texts), dtype=np.uint8)
        """In characters; of a value over `_WIDEST`, no more than these are looked at."""
        self.initials: npt.NDArray[np.uint32] = np.zeros(len(texts), dtype=np.uint32)
        self.letters: npt.NDArray[np.uint32] = np.zeros(len(texts), dtype=np.uint32)
        """One bit each; some letters that no name has share theirs with others."""
        for start in range(0, len(texts), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            widest = min(max(map(len, texts[part]), default=1) or 1, _WIDEST)
            side_by_side = texts[part].astype(f"U{widest}").view(np.uint32).reshape(-1, widest)
            there = side_by_side != 0
            self.lengths[part] = there.sum(axis=1)
            self.initials[part] = side_by_side[:, 0]
            bits = np.where(there, np.uint32(1) << (side_by_side & np.uint32(31)), np.uint32(0))
            self.letters[part] = np.bitwise_or.reduce(bits, axis=1)


_WIDEST: Final = 255
_AT_ONCE: Final = 10_000


def _day(text: str) -> tuple[int, int, int]:
    return (int(text[:4]), int(text[5:7]), int(text[8:])) if text else (0, 0, 0)


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
