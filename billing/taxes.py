"""Value added tax. Prices include it; it is taken out of the sum of each rate, never line by line (CGI art. 266-267)."""

from collections.abc import Iterable

import msgspec

from billing.money import Money, rounded


class VatShare(msgspec.Struct, frozen=True, kw_only=True):
    """What one rate contributes: `gross` = `net` + `vat`; `basis_points` 1000 is 10 %."""

    basis_points: int
    gross: Money
    net: Money
    vat: Money


def included_vat(gross: Money, basis_points: int) -> Money:
    """Return the tax that an amount contains, rounded half away from zero."""
    return Money(rounded(gross.minor * basis_points, 10_000 + basis_points), gross.currency)


def vat_by_rate(amounts: Iterable[tuple[int, Money]]) -> list[VatShare]:
    """Sum amounts per rate, then take the tax out of each sum; lowest rate first.

    Args:
        amounts: (rate in basis points, amount with tax).

    Raises:
        CurrencyMismatch: two amounts of one rate are in different currencies.
    """
    sums: dict[int, Money] = {}
    for basis_points, amount in amounts:
        sums[basis_points] = sums[basis_points] + amount if basis_points in sums else amount
    shares = []
    for basis_points, gross in sorted(sums.items()):
        vat = included_vat(gross, basis_points)
        shares.append(VatShare(basis_points=basis_points, gross=gross, net=gross - vat, vat=vat))
    return shares
