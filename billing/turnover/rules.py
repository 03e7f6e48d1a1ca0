"""Sharing amounts among cells so that they add up to the cent. Pure."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import msgspec

from billing.money import Money
from billing.taxes import included_vat

CURRENCY = "EUR"


class Share(msgspec.Struct, frozen=True):
    """What one VAT rate contributes to a cell, before rounding; tax included."""

    month: date
    code: str
    vat_basis_points: int
    minor: Fraction


class Turnover(msgspec.Struct, frozen=True):
    """An amount with and without the tax that it contains."""

    gross: Money
    net: Money


NOTHING = Turnover(Money(0, CURRENCY), Money(0, CURRENCY))

Place = tuple[date, str]
"""A month and a segment's value."""


def turnover_of(shares: list[Share]) -> dict[Place, Turnover]:
    """Return each cell's turnover in whole cents; the cells of a rate add up to that rate's rounded sum.

    The tax is taken out of each rate's sum, never cell by cell, and shared as the amounts are.
    """
    gross: dict[Place, int] = {}
    net: dict[Place, int] = {}
    by_rate: dict[int, dict[Place, Fraction]] = {}
    for share in shares:
        cells = by_rate.setdefault(share.vat_basis_points, {})
        place = (share.month, share.code)
        cells[place] = cells.get(place, Fraction(0)) + share.minor
    for basis_points, cells in sorted(by_rate.items()):
        whole = round(sum(cells.values(), Fraction(0)))
        without = whole - included_vat(Money(whole, CURRENCY), basis_points).minor
        for place, minor in dealt(whole, cells).items():
            gross[place] = gross.get(place, 0) + minor
        for place, minor in dealt(without, cells).items():
            net[place] = net.get(place, 0) + minor
    return {place: Turnover(Money(gross[place], CURRENCY), Money(net[place], CURRENCY)) for place in sorted(gross)}


def dealt(whole: int, weights: Mapping[Place, Fraction]) -> dict[Place, int]:
    """Deal a whole amount by weights: largest remainders first, nothing lost."""
    total = sum(weights.values(), Fraction(0))
    if not total:
        return dict.fromkeys(weights, 0)
    exact = {place: weight * whole / total for place, weight in weights.items()}
    floor = {place: share.numerator // share.denominator for place, share in exact.items()}
    left = whole - sum(floor.values())
    for place in sorted(exact, key=lambda place: (floor[place] - exact[place], place))[:left]:
        floor[place] += 1
    return floor


def together(amounts: list[Turnover]) -> Turnover:
    """Add amounts up."""
    return Turnover(
        Money(sum(each.gross.minor for each in amounts), CURRENCY),
        Money(sum(each.net.minor for each in amounts), CURRENCY),
    )
