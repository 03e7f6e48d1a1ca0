"""Tourist tax in the contract's structs."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import msgspec

from billing.tourist_tax import queries
from billing.tourist_tax.rules import Rate, TaxLine, summed
from server.contract import statistics as wire
from server.contract.basics import Money


async def tourist_tax(centre_id: UUID, first_day: date, last_day: date) -> wire.TouristTax:
    """Return a period's register and its sums; inside the caller's transaction.

    Raises:
        PeriodInvalid: the days are in the wrong order, or too far apart.
    """
    register = await queries.register(centre_id, first_day, last_day)
    return wire.TouristTax(
        first_day=first_day,
        last_day=last_day,
        declaration=lines_view(summed(line for entry in register for line in entry.lines)),
        register=[
            wire.TouristTaxEntry(
                **{**msgspec.structs.asdict(entry), "lines": lines_view(entry.lines)},
            )
            for entry in register
        ],
    )


def lines_view(lines: Iterable[TaxLine]) -> list[wire.TouristTaxLine]:
    """Return lines as the contract has them."""
    return [
        wire.TouristTaxLine(
            category=line.category,
            reason=line.reason,
            nights=line.nights,
            unit=Money(minor=line.unit_minor),
            amount=Money(minor=line.minor),
            additional=Money(minor=line.additional_minor),
        )
        for line in lines
    ]


def rate_view(rate: Rate) -> wire.TouristTaxRate:
    """Return a rate as the contract has it."""
    return wire.TouristTaxRate(
        first_day=rate.first_day,
        category=rate.category,
        per_night=_money(rate.per_night_minor),
        share_basis_points=rate.share_basis_points,
        ceiling=_money(rate.ceiling_minor),
        additional_basis_points=rate.additional_basis_points,
        low_rent=Money(minor=rate.low_rent_minor),
    )


def rate_of(sent: wire.TouristTaxRate) -> Rate:
    """Return the rate that was sent as the domain has it."""
    return Rate(
        first_day=sent.first_day,
        category=sent.category.strip(),
        per_night_minor=sent.per_night.minor if sent.per_night else None,
        share_basis_points=sent.share_basis_points,
        ceiling_minor=sent.ceiling.minor if sent.ceiling else None,
        additional_basis_points=sent.additional_basis_points,
        low_rent_minor=sent.low_rent.minor,
    )


def _money(minor: int | None) -> Money | None:
    return None if minor is None else Money(minor=minor)
