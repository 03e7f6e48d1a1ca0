"""Phones: from any usual way of writing them to E.164, and the ones that nobody answers set aside."""

import re
from functools import lru_cache
from typing import Final

import msgspec
import phonenumbers
from phonenumbers import PhoneNumberType


class PhoneNumber(msgspec.Struct, frozen=True):
    """A number that exists by its country's plan; `e164` empty when what was written is none."""

    e164: str = ""
    mobile: bool = False
    national: str = ""
    """Its digits inside the country, without the trunk zero."""
    region: str = ""
    """ISO code of the country it belongs to."""


NO_NUMBER: Final = PhoneNumber()
_SEVERAL: Final = re.compile(r"\s*(?:/|;|\||,|\bou\b|\bet\b|\bor\b)\s*", re.IGNORECASE)
_TRUNK: Final = re.compile(r"\(\s*0\s*\)")
_MOBILE: Final = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
# What desks type when a form insists: one digit or one pair over and over, or the keys in order.
_PLACEHOLDER: Final = re.compile(r"^\d?(\d)\1{6,}$|^\d?(\d\d)\2{3,}$|^0?12345678\d?$|^0?23456789$|^\d?98765432\d?$")


def split_numbers(cell: str) -> list[str]:
    """Return the numbers written in one cell: « 06 … / 02 … » holds two."""
    return [part for part in _SEVERAL.split(cell) if sum(map(str.isdigit, part)) >= 6] or (
        [cell] if cell.strip() else []
    )


@lru_cache(maxsize=50_000)
def read_phone(written: str, country: str = "FR") -> PhoneNumber:
    """Read the first number of a cell, as somebody of `country` (an ISO code, empty for France) writes it.

    Exports lose a leading zero or plus, keep « (0) » after the country code, and put « Tél : » before: all are read.
    """
    for part in split_numbers(written):
        for attempt in _attempts(_TRUNK.sub("", part), country or "FR"):
            number = _parse(attempt, country or "FR")
            if number.e164:
                return number
    return NO_NUMBER


def _attempts(part: str, country: str) -> list[str]:
    digits = "".join(filter(str.isdigit, part))
    if "+" in part:
        return ["+" + digits]
    if digits.startswith("00"):
        return ["+" + digits[2:]]
    attempts = [digits, "+" + digits]
    if country == "FR" and len(digits) == 9 and digits[0] != "0":
        attempts.insert(0, "0" + digits)
    return attempts


def _parse(text: str, country: str) -> PhoneNumber:
    try:
        parsed = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return NO_NUMBER
    if not phonenumbers.is_valid_number(parsed):
        return NO_NUMBER
    national = phonenumbers.national_significant_number(parsed)
    if _PLACEHOLDER.match(national):
        return NO_NUMBER
    return PhoneNumber(
        e164=phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164),
        mobile=phonenumbers.number_type(parsed) in _MOBILE,
        national=national,
        region=phonenumbers.region_code_for_number(parsed) or "",
    )


def looks_like_phone(text: str) -> bool:
    """Say whether a value is a phone and no e-mail: for the ones that landed in the other's field."""
    return "@" not in text and sum(map(str.isdigit, text)) >= 8
