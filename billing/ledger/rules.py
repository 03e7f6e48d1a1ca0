"""Which accounts there are, and what a movement of money or a sale books on them. Pure.

Debit is positive, credit negative. Money paid ahead of the sale is held (419100), not earned; the sale is booked when
the dossier is treated, and takes the deposits held with it.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from billing.money import Money, total
from billing.taxes import included_vat, vat_by_rate
from infra.errors import Invalid


class Unbalanced(Invalid):
    """The entries of a ledger transaction do not sum to zero."""

    code = "ledger_unbalanced"


class AccountKind(StrEnum):
    """The kinds of account of a centre."""

    RECEIVABLE = "receivable"
    BANK = "bank"
    DEPOSITS_HELD = "deposits_held"
    REVENUE = "revenue"
    VAT_COLLECTED = "vat_collected"
    CLIENT_CREDIT = "client_credit"


class Account(msgspec.Struct, frozen=True, order=True):
    """An account; `detail` tells those of one kind apart."""

    kind: AccountKind
    detail: str
    accounting_code: str


class Posting(msgspec.Struct, frozen=True):
    """An entry to book: positive is debit."""

    account: Account
    amount: Money


RECEIVABLE: Final = Account(AccountKind.RECEIVABLE, "", "411000")
DEPOSITS_HELD: Final = Account(AccountKind.DEPOSITS_HELD, "", "419100")

_BANK_CODES: Final = {"card": "511500", "transfer": "512000", "cheque": "511200", "cash": "530000", "voucher": "511800"}


def bank(means: str) -> Account:
    """Return the account that money of a means arrives on; a public transfer arrives as any transfer."""
    detail = "transfer" if means == "public_transfer" else means
    return Account(AccountKind.BANK, detail, _BANK_CODES[detail])


def revenue(accounting_code: str, vat_basis_points: int) -> Account:
    """Return the revenue account of a code and a VAT rate."""
    return Account(AccountKind.REVENUE, f"{accounting_code}@{vat_basis_points}", accounting_code)


def vat_collected(vat_basis_points: int) -> Account:
    """Return the account of the tax collected at a rate."""
    return Account(AccountKind.VAT_COLLECTED, str(vat_basis_points), "445710")


class Sold(msgspec.Struct, frozen=True):
    """A line of a sale, tax included."""

    accounting_code: str
    vat_basis_points: int
    amount: Money


def money_in(means: str, amount: Money, *, sale_booked: bool) -> list[Posting]:
    """Book money received; a negative amount books money given back."""
    other = RECEIVABLE if sale_booked else DEPOSITS_HELD
    return [Posting(bank(means), amount), Posting(other, -amount)]


def sale(lines: Sequence[Sold], *, held: Money) -> list[Posting]:
    """Book a sale: what the client owes, the revenue per code and rate, the tax per rate; `held` deposits pay for it.

    The tax is that of each rate's sum; its cents are shared among the rate's codes, the last code takes the rest.
    """
    postings = [Posting(RECEIVABLE, total(line.amount for line in lines))]
    for rate in vat_by_rate((line.vat_basis_points, line.amount) for line in lines):
        postings.append(Posting(vat_collected(rate.basis_points), -rate.vat))
        gross_of_codes: dict[str, Money] = {}
        for line in lines:
            if line.vat_basis_points == rate.basis_points:
                so_far = gross_of_codes.get(line.accounting_code, Money(0, line.amount.currency))
                gross_of_codes[line.accounting_code] = so_far + line.amount
        left = rate.vat
        codes = sorted(gross_of_codes)
        for code in codes:
            gross = gross_of_codes[code]
            vat = left if code == codes[-1] else included_vat(gross, rate.basis_points)
            left -= vat
            postings.append(Posting(revenue(code, rate.basis_points), vat - gross))
    if held.minor:
        postings += [Posting(DEPOSITS_HELD, held), Posting(RECEIVABLE, -held)]
    return balanced(postings)


def reversed_postings(postings: Iterable[Posting]) -> list[Posting]:
    """Return the entries that undo others."""
    return [Posting(posting.account, -posting.amount) for posting in postings]


def balanced(postings: Iterable[Posting]) -> list[Posting]:
    """Drop entries of nothing and check the rest.

    Raises:
        Unbalanced: a currency's entries do not sum to zero.
    """
    kept = [posting for posting in postings if posting.amount.minor]
    sums: dict[str, int] = {}
    for posting in kept:
        sums[posting.amount.currency] = sums.get(posting.amount.currency, 0) + posting.amount.minor
    if any(sums.values()):
        raise Unbalanced(str(sums))
    return kept
