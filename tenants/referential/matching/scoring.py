"""How alike two cards are: Fellegi-Sunter weights, in bits, and whether they contradict one another."""

from typing import Final

import msgspec
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from tenants.referential.cleaning.given_names import SHORT_FORMS
from tenants.referential.cleaning.organisations import is_generic
from tenants.referential.matching.features import Features
from tenants.referential.matching.frequencies import Frequencies

MODEL: Final = "2026-11"
"""The version of these weights; every link keeps the one that made it."""

_similarity = JaroWinkler.normalized_similarity
_slips = DamerauLevenshtein.distance


class Score(msgspec.Struct, frozen=True):
    """What comparing two cards gave."""

    bits: float
    contradicts: bool
    """Their full first names or birth years cannot be one person's."""
    agreed: tuple[str, ...]
    """The fields that agreed after cleaning, for « pourquoi ? »."""


_APART: Final = Score(-99.0, True, ())
IDENTIFYING: Final = frozenset({"email", "phone", "birth_date", "street"})
"""Names alone never link (namesakes), nor does any of these without a name (switchboards, families)."""


def compare(one: Features, other: Features, frequencies: Frequencies) -> Score:
    """Compare two cards, in either order alike; a walk-in is like nobody, an organisation like no person."""
    if one.walk_in or other.walk_in or bool(one.organisation) != bool(other.organisation):
        return _APART
    agreed: list[str] = []
    if one.organisation:
        bits, contradicts = _organisation(one, other, agreed), False
    else:
        bits, contradicts = _names(one, other, frequencies, agreed)
        birth_bits, birth_contradicts = _birth(one.birth, other.birth, agreed)
        bits, contradicts = bits + birth_bits, contradicts or birth_contradicts
    bits += frequencies.prior + _email(one.email, other.email, frequencies, agreed)
    bits += _phones(one.phones, other.phones, frequencies, agreed) + _place(one, other, frequencies, agreed)
    return Score(bits, contradicts, tuple(agreed))


def compare_first(one: str, other: str) -> tuple[float, bool]:
    """Return the bits of two given names that differ or are initials, and whether they contradict."""
    if len(one) == 1 or len(other) == 1:
        return (3.9, False) if one[0] == other[0] else (-5.0, True)
    if (one, other) in SHORT_FORMS:
        return 5.0, False
    # « Alex » for Alexandrine, « JM » for Jean-Marc.
    if one.startswith(other) or other.startswith(one) or (min(len(one), len(other)) == 2 and one[0] == other[0]):
        return 3.0, False
    likeness = _similarity(one, other)
    if likeness >= 0.92:
        return 5.6, False
    if likeness >= 0.84 and min(len(one), len(other)) >= 5 and _slips(one, other) <= 2:
        return 3.0, False
    return -6.0, True


def _names(one: Features, other: Features, frequencies: Frequencies, agreed: list[str]) -> tuple[float, bool]:
    if one.first and one.last and (one.first, one.last) == (other.last, other.first) and one.first != one.last:
        agreed += ["first_name", "last_name"]
        return _same_first(one.first, frequencies) + _same_last(one.last, frequencies), False
    bits, contradicts = 0.0, False
    if one.first and other.first:
        if one.first == other.first:
            bits += _same_first(one.first, frequencies)
        else:
            first_bits, contradicts = compare_first(one.first, other.first)
            if contradicts and (one.first == other.last or one.last == other.first):
                first_bits, contradicts = 2.0, False
            bits += first_bits
        if not contradicts:
            agreed.append("first_name")
    if one.last and other.last:
        last_bits = _last(one, other, frequencies)
        bits += last_bits
        if last_bits > 0:
            agreed.append("last_name")
    return bits, contradicts


def _same_first(name: str, frequencies: Frequencies) -> float:
    return frequencies.first_name(name) if len(name) > 1 else 3.9


def _same_last(name: str, frequencies: Frequencies) -> float:
    return frequencies.last_name(name) if len(name) > 1 else 3.5


def _last(one: Features, other: Features, frequencies: Frequencies) -> float:
    if one.last == other.last:
        return _same_last(one.last, frequencies)
    if len(one.last) == 1 or len(other.last) == 1:
        return 3.5 if one.last[0] == other.last[0] else -5.0
    if one.other_last and one.other_last in (other.last, other.other_last):
        return 7.0
    if other.other_last and other.other_last == one.last:
        return 7.0
    if one.last + one.other_last == other.last or other.last + other.other_last == one.last:
        return 7.6
    likeness = _similarity(one.last, other.last)
    return 7.6 if likeness >= 0.92 else 3.0 if likeness >= 0.85 else -6.0


def _birth(one: str, other: str, agreed: list[str]) -> tuple[float, bool]:
    if not one or not other:
        return 0.0, False
    if one == other:
        agreed.append("birth_date")
        return 13.7, False
    swapped = one[:4] == other[:4] and one[5:7] == other[8:] and one[8:] == other[5:7]
    if swapped or _slips(one, other) == 1:
        return 4.0, False
    if one[5:] == other[5:]:
        return 2.0, False
    return -6.0, abs(int(one[:4]) - int(other[:4])) > 1


def _email(one: str, other: str, frequencies: Frequencies, agreed: list[str]) -> float:
    if not one or not other:
        return 0.0
    if one == other:
        agreed.append("email")
        return frequencies.identifier("email", one)
    here, there = one.partition("@")[0], other.partition("@")[0]
    if here == there and len(here) > 4:
        return 6.0
    if len(here) > 6 and not here[-1].isdigit() and _slips(here, there, score_cutoff=1) <= 1:
        return 5.0
    return -1.0


def _phones(one: tuple[str, ...], other: tuple[str, ...], frequencies: Frequencies, agreed: list[str]) -> float:
    if not one or not other:
        return 0.0
    shared = [phone for phone in one if phone in other]
    if shared:
        agreed.append("phone")
        return max(frequencies.identifier("phone", phone) for phone in shared)
    if any(len(here) == len(there) and _slips(here, there, score_cutoff=1) <= 1 for here in one for there in other):
        return 8.0
    return -2.0


def _place(one: Features, other: Features, frequencies: Frequencies, agreed: list[str]) -> float:
    if not one.postal_code or not other.postal_code:
        return 0.0
    same_street = bool(one.street) and one.street == other.street
    if one.postal_code != other.postal_code:
        return 3.0 if same_street else -2.5
    agreed.append("postal_code")
    if same_street:
        agreed.append("street")
        return 13.0
    if one.street and other.street:
        return 9.0 if _similarity(one.street, other.street) > 0.9 else 4.0
    return frequencies.postal_code(one.postal_code)


def _organisation(one: Features, other: Features, agreed: list[str]) -> float:
    if one.organisation == other.organisation:
        agreed.append("organisation")
        return 4.0 if is_generic(one.organisation) else 14.0
    likeness = _similarity(one.organisation, other.organisation)
    if likeness > 0.92:
        agreed.append("organisation")
    return 8.0 if likeness > 0.92 else -6.0
