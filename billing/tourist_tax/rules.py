"""Who owes tourist tax, how much, and who is exempt by which rule of the law. Pure.

Exempt by CGCT art. L2333-31: minors; seasonal workers employed in the commune; who is in emergency housing or rehoused
for a time; who pays less for the night than the commune's decision says.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from billing.money import rounded
from infra.errors import FieldError, Invalid

MINORS: Final = frozenset({"children", "teenagers"})
EMERGENCY_HOUSING: Final = "emergency_housing"
"""The booking type whose stays are exempt by themselves."""


class RateInvalid(Invalid):
    """A rate is an amount a night or a share of the price, one of the two."""

    code = "tourist_tax_rate_invalid"


class ExemptionInvalid(Invalid):
    """An exemption is one of the law's, for some people of the stay."""

    code = "tourist_tax_exemption_invalid"


class Reason(StrEnum):
    """Why somebody owes nothing."""

    MINOR = "minor"
    EMERGENCY_HOUSING = "emergency_housing"
    SEASONAL_WORKER = "seasonal_worker"
    LOW_RENT = "low_rent"


BY_HAND: Final = (Reason.SEASONAL_WORKER, Reason.EMERGENCY_HOUSING, Reason.LOW_RENT)
"""What the desk may say of a stay; a minor is one by age."""


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """What the commune takes from a night on; amounts in minor units."""

    first_day: date
    category: str
    per_night_minor: int | None
    share_basis_points: int | None
    ceiling_minor: int | None
    additional_basis_points: int
    low_rent_minor: int


class TaxedStay(msgspec.Struct, frozen=True, kw_only=True):
    """What of a stay the tax depends on."""

    booking_type: str
    people: Mapping[tuple[date, str], int]
    """Present, by night and age band."""
    exempt: Mapping[str, int]
    """People exempt by what the desk was told, by reason."""
    price_minor: int | None
    """A person's night before tax, what the lodging is sold for; None where it is not known."""


class TaxLine(msgspec.Struct, frozen=True, kw_only=True):
    """Nights of people alike: taxed at an amount, or exempt for a reason."""

    category: str
    reason: str
    """Empty where they are taxed."""
    nights: int
    unit_minor: int
    """Of one person and night, without the addition."""
    minor: int
    additional_minor: int


def check_rate(rate: Rate) -> None:
    """Refuse a rate that is none.

    Raises:
        RateInvalid: with one error for each field.
    """
    errors = []
    if not rate.category.strip():
        errors.append(FieldError("/category", "required", "the category of the commune's decision"))
    if (rate.per_night_minor is None) == (rate.share_basis_points is None):
        errors.append(FieldError("/per_night_minor", "required", "an amount a night, or a share of the price"))
    for name in ("per_night_minor", "ceiling_minor", "low_rent_minor"):
        value = getattr(rate, name)
        if value is not None and not 0 <= value <= 100_000:
            errors.append(FieldError(f"/{name}", "out_of_range", "between 0 and 1 000 euros"))
    for name in ("share_basis_points", "additional_basis_points"):
        value = getattr(rate, name)
        if value is not None and not 0 <= value <= 10_000:
            errors.append(FieldError(f"/{name}", "out_of_range", "between 0 and 100 %"))
    if errors:
        raise RateInvalid(errors=tuple(errors))


def unit_of(rate: Rate, price_minor: int | None) -> int:
    """Return what one person owes for one night; a share of a price that is not known is nothing yet."""
    if rate.per_night_minor is not None:
        return rate.per_night_minor
    share = rounded((price_minor or 0) * (rate.share_basis_points or 0), 10_000)
    return share if rate.ceiling_minor is None else min(share, rate.ceiling_minor)


def assess(stay: TaxedStay, rates: Sequence[Rate]) -> list[TaxLine]:
    """Return what a stay owes, and who of it owes nothing and why; taxed nights first.

    Args:
        stay: whose people.
        rates: by their first day; nights before the first have none and are left out.
    """
    nights: dict[tuple[date, str], int] = {}
    for night in sorted({night for night, _ in stay.people}):
        rate = next((rate for rate in reversed(rates) if rate.first_day <= night), None)
        if rate is None:
            continue
        for reason, people in _of_night(stay, night, rate).items():
            nights[rate.first_day, reason] = nights.get((rate.first_day, reason), 0) + people
    by_day = {rate.first_day: rate for rate in rates}
    lines = []
    for (first_day, reason), count in sorted(nights.items(), key=lambda item: (item[0][1], item[0][0])):
        rate = by_day[first_day]
        unit = 0 if reason else unit_of(rate, stay.price_minor)
        lines.append(
            TaxLine(
                category=rate.category,
                reason=reason,
                nights=count,
                unit_minor=unit,
                minor=unit * count,
                additional_minor=rounded(unit * count * rate.additional_basis_points, 10_000),
            )
        )
    return lines


def _of_night(stay: TaxedStay, night: date, rate: Rate) -> dict[str, int]:
    """Return how many are taxed (the empty reason) and how many exempt for each reason, that night."""
    minors = sum(count for (day, band), count in stay.people.items() if day == night and band in MINORS)
    adults = sum(count for (day, band), count in stay.people.items() if day == night and band not in MINORS)
    found = {Reason.MINOR.value: minors}
    if stay.booking_type == EMERGENCY_HOUSING:
        found[Reason.EMERGENCY_HOUSING] = adults
        adults = 0
    for reason in BY_HAND:
        told = min(adults, stay.exempt.get(reason, 0))
        found[reason] = found.get(reason, 0) + told
        adults -= told
    if stay.price_minor is not None and stay.price_minor < rate.low_rent_minor:
        found[Reason.LOW_RENT] = found.get(Reason.LOW_RENT, 0) + adults
        adults = 0
    found[""] = adults
    return {reason: count for reason, count in found.items() if count}


def summed(lines: Iterable[TaxLine]) -> list[TaxLine]:
    """Add up lines of one category, reason and amount: the periodic declaration."""
    groups: dict[tuple[str, str, int], list[TaxLine]] = {}
    for line in lines:
        groups.setdefault((line.reason, line.category, line.unit_minor), []).append(line)
    return [
        TaxLine(
            category=category,
            reason=reason,
            nights=sum(line.nights for line in group),
            unit_minor=unit,
            minor=sum(line.minor for line in group),
            additional_minor=sum(line.additional_minor for line in group),
        )
        for (reason, category, unit), group in sorted(groups.items())
    ]
