import pytest

from billing.money import CurrencyMismatch, Money, rounded, total, written
from billing.taxes import VatShare, included_vat, vat_by_rate


@pytest.mark.parametrize(
    ("numerator", "denominator", "result"),
    [
        (0, 2, 0),
        (1, 2, 1),
        (-1, 2, -1),
        (3, 2, 2),
        (-3, 2, -2),
        (5, 2, 3),
        (49, 100, 0),
        (50, 100, 1),
        (-49, 100, 0),
        (-50, 100, -1),
        (10, 3, 3),
        (11, 3, 4),
        (-11, 3, -4),
    ],
)
def test_half_is_rounded_away_from_zero(numerator: int, denominator: int, result: int) -> None:
    assert rounded(numerator, denominator) == result


def test_money_adds_subtracts_multiplies_and_turns_round() -> None:
    assert Money(150) + Money(50) == Money(200)
    assert Money(150) - Money(200) == Money(-50)
    assert Money(4_150) * 144 == Money(597_600)
    assert -Money(3) == Money(-3)
    assert total([]) == Money(0)
    assert total([Money(1), Money(2)]) == Money(3)


@pytest.mark.parametrize(
    ("minor", "basis_points", "share"),
    [(714_400, 3000, 214_320), (1, 5000, 1), (-1, 5000, -1), (3, 3333, 1), (0, 3000, 0)],
)
def test_a_share_is_of_basis_points(minor: int, basis_points: int, share: int) -> None:
    assert Money(minor).share(basis_points) == Money(share)


def test_two_currencies_never_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "EUR") + Money(1, "CHF")
    with pytest.raises(CurrencyMismatch):
        Money(1, "EUR") - Money(1, "CHF")
    with pytest.raises(CurrencyMismatch):
        total([Money(1, "EUR"), Money(1, "CHF")])


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (Money(714_400), "7\u202f144,00\u00a0€"),
        (Money(5), "0,05\u00a0€"),
        (Money(-41_250), "-412,50\u00a0€"),
        (Money(100, "CHF"), "1,00\u00a0CHF"),
    ],
)
def test_amounts_read_as_french_readers_expect(amount: Money, words: str) -> None:
    assert written(amount) == words


@pytest.mark.parametrize(
    ("gross", "basis_points", "vat"),
    [
        (110, 1000, 10),
        (120, 2000, 20),
        (100, 1000, 9),
        (100, 550, 5),
        (-110, 1000, -10),
        (100, 0, 0),
        (1, 2000, 0),
        (3, 2000, 1),
    ],
)
def test_tax_is_taken_out_of_the_amount(gross: int, basis_points: int, vat: int) -> None:
    assert included_vat(Money(gross), basis_points) == Money(vat)


def test_tax_is_rounded_once_per_rate_and_not_per_line() -> None:
    lines = [(1000, Money(105))] * 3 + [(2000, Money(100))]
    assert sum(included_vat(amount, rate).minor for rate, amount in lines[:3]) == 30

    assert vat_by_rate(lines) == [
        VatShare(basis_points=1000, gross=Money(315), net=Money(286), vat=Money(29)),
        VatShare(basis_points=2000, gross=Money(100), net=Money(83), vat=Money(17)),
    ]


def test_amounts_read_as_english_readers_expect() -> None:
    assert written(Money(714_400), "en") == "€7,144.00"
