"""Money: whole minor units of one currency, and nothing that can lose a cent."""

from collections.abc import Iterable
from decimal import Decimal

import msgspec
from babel.numbers import format_currency

from infra.errors import Invalid


class CurrencyMismatch(Invalid):
    """Two amounts in different currencies met."""

    code = "currency_mismatch"


def rounded(numerator: int, denominator: int) -> int:
    """Divide and round half away from zero: the one rounding rule of the house (commercial practice, both signs alike).

    Args:
        numerator: any whole number.
        denominator: above zero.
    """
    whole, rest = divmod(abs(numerator), denominator)
    magnitude = whole + (2 * rest >= denominator)
    return magnitude if numerator >= 0 else -magnitude


class Money(msgspec.Struct, frozen=True, order=True):
    """`minor` counts the currency's smallest unit (1250 EUR is €12.50); it may be negative."""

    minor: int
    currency: str = "EUR"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + other.minor, self.same_currency(other))

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - other.minor, self.same_currency(other))

    def __mul__(self, times: int) -> "Money":
        return Money(self.minor * times, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def share(self, basis_points: int) -> "Money":
        """Return that share of it (3000 is 30 %), rounded half away from zero."""
        return Money(rounded(self.minor * basis_points, 10_000), self.currency)

    def same_currency(self, other: "Money") -> str:
        """Return the currency both share.

        Raises:
            CurrencyMismatch: they share none.
        """
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} is not {other.currency}")
        return self.currency


def total(amounts: Iterable[Money], *, currency: str = "EUR") -> Money:
    """Sum amounts; nothing is zero of `currency`.

    Raises:
        CurrencyMismatch: one is in another currency.
    """
    result = Money(0, currency)
    for amount in amounts:
        result += amount
    return result


def written(amount: Money, language: str = "fr") -> str:
    """Write an amount as readers of a language expect it: `7 144,00 €`, `€7,144.00`."""
    exact = Decimal(amount.minor) / 100
    return str(format_currency(exact, amount.currency, locale=language))
