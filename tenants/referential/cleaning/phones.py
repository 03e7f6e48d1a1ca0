"""Phones: from any usual way of writing them to E.164, and the ones that nobody answers set aside."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec
import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberType


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
_ONE: Final = re.compile(r"[+0-9 .()-]*[0-9]{2}[+0-9 .()-]*")
_TRUNK: Final = re.compile(r"\(\s*0\s*\)")
_MOBILE: Final = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
# What desks type when a form insists: one digit or one pair over and over, or the keys in order.
_PLACEHOLDER: Final = re.compile(r"^\d?(\d)\1{6,}$|^\d?(\d\d)\2{3,}$|^0?12345678\d?$|^0?23456789$|^\d?98765432\d?$")


def split_numbers(cell: str) -> list[str]:
    """Return the numbers written in one cell: « 06 … / 02 … » holds two."""
    if _ONE.fullmatch(cell):
        return [cell]
    return [part for part in _SEVERAL.split(cell) if sum(map(str.isdigit, part)) >= 6] or (
        [cell] if cell.strip() else []
    )


@lru_cache(maxsize=50_000)
def read_phone(written: str, country: str = "FR") -> PhoneNumber:
    """Read the first number of a cell, as somebody of `country` (an ISO code, empty for France) writes it.

    Exports lose a leading zero or plus, keep « (0) » after the country code, and put « Tél : » before: all are read.
    """
    for part in split_numbers(written):
        for attempt in _attempts(_TRUNK.sub("", part) if "(" in part else part, country or "FR"):
            number = _parse(attempt, country or "FR")
            if number.e164:
                return number
    return NO_NUMBER


def _attempts(part: str, country: str) -> list[str]:
    digits = part if part.isdigit() else "".join(filter(str.isdigit, part))
    if "+" in part:
        return ["+" + digits]
    if digits.startswith("00"):
        return ["+" + digits[2:]]
    attempts = [digits, "+" + digits]
    if country == "FR" and len(digits) == 9 and digits[0] != "0":
        attempts.insert(0, "0" + digits)
    return attempts


class _Plan(msgspec.Struct, frozen=True):
    """How a country's ordinary numbers look, taken from `phonenumbers` itself."""

    code: str
    trunk: str
    fixed: re.Pattern[str]
    mobile: re.Pattern[str]
    others: re.Pattern[str]
    """All that is neither: dear, free, a pager's; and whatever another country under the same code has."""
    fixed_lengths: frozenset[int]
    mobile_lengths: frozenset[int]


@lru_cache(maxsize=300)
def _plan(region: str) -> _Plan | None:
    """Return a country's plan; None where it lives under another's code, or is not that simple."""
    found = PhoneMetadata.metadata_for_region(region)
    if not (found and found.country_code and found.fixed_line and found.mobile and found.general_desc):
        return None
    trunk = found.national_prefix_for_parsing or ""
    if trunk not in ("", "0") or COUNTRY_CODE_TO_REGION_CODE[found.country_code][0] != region:
        return None
    regions = COUNTRY_CODE_TO_REGION_CODE[found.country_code]
    patterns = [*_patterns(found, ordinary=False)]
    for other in regions[1:]:
        beside = PhoneMetadata.metadata_for_region(other)
        patterns += [*_patterns(beside, ordinary=True), *_patterns(beside, ordinary=False)] if beside else []
    return _Plan(
        code=str(found.country_code),
        trunk=trunk,
        fixed=re.compile(found.fixed_line.national_number_pattern or "(?!)"),
        mobile=re.compile(found.mobile.national_number_pattern or "(?!)"),
        others=re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or "(?!)"),
        fixed_lengths=frozenset(found.fixed_line.possible_length or found.general_desc.possible_length),
        mobile_lengths=frozenset(found.mobile.possible_length or found.general_desc.possible_length),
    )


def _patterns(region: PhoneMetadata, *, ordinary: bool) -> Iterator[str]:
    """Yield what a country's fixed lines and mobiles look like, or all its other numbers."""
    kinds = (
        (region.fixed_line, region.mobile)
        if ordinary
        else (
            region.premium_rate, region.toll_free, region.shared_cost, region.voip, region.personal_number, region.pager,
            region.uan, region.voicemail,
        )
    )  # fmt: skip
    for kind in kinds:
        if kind and kind.national_number_pattern:
            yield kind.national_number_pattern


_MAIN: Final = {str(code): regions[0] for code, regions in COUNTRY_CODE_TO_REGION_CODE.items() if regions[0].isalpha()}


def _read_quickly(text: str, country: str) -> PhoneNumber | None:
    """Read a number by its country's plan alone; None where that cannot tell, which says nothing of the number.

    What it tells, it tells as `phonenumbers` does, in a twentieth of the time.
    """
    if text.startswith("+0"):
        return NO_NUMBER
    region = country
    if text[:1] == "+":
        region = next((_MAIN[text[1:end]] for end in (2, 3, 4) if text[1:end] in _MAIN), "")
    plan = _plan(region) if region else None
    national = _national(plan, text) if plan else ""
    if (
        plan is None
        or not national.isascii()
        or national.startswith(("0", plan.code))
        or plan.others.fullmatch(national)
    ):
        return None
    mobile = len(national) in plan.mobile_lengths and bool(plan.mobile.fullmatch(national))
    mobile = mobile or (region == "FR" and bool(_FICTION.fullmatch(national)))
    if not mobile and not _is_ordinary(plan, national):
        return NO_NUMBER if plan.trunk and len(national) > _SHORTEST else None
    if _PLACEHOLDER.match(national):
        return NO_NUMBER
    return PhoneNumber(f"+{plan.code}{national}", mobile, national, region)


_SHORTEST: Final = 6
_FICTION: Final = re.compile(r"63998\d{4}")
"""Mobiles that the ARCEP keeps for fiction: nobody's, and read as mobiles all the same, for demonstrations and training."""


def _national(plan: _Plan, text: str) -> str:
    """Return a number inside its country; one that cannot be told begins with a zero."""
    if text[:1] == "+":
        return text[1 + len(plan.code) :]
    national = text.removeprefix(plan.trunk)
    if national == text and text.startswith(plan.code):
        national = text.removeprefix(plan.code)
        return national if _is_ordinary(plan, national) and not _is_ordinary(plan, text) else "0"
    return national


def _is_ordinary(plan: _Plan, national: str) -> bool:
    return bool(
        (len(national) in plan.fixed_lengths and plan.fixed.fullmatch(national))
        or (len(national) in plan.mobile_lengths and plan.mobile.fullmatch(national))
    )


def _parse(text: str, country: str) -> PhoneNumber:
    quick = _read_quickly(text, country)
    if quick is not None:
        return quick
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
