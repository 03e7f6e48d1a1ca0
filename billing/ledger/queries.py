"""Every read of the ledger."""

from uuid import UUID

import msgspec

from billing.ledger.rules import Account, AccountKind, Posting
from billing.money import Money
from infra.database import fetch, fetch_row, fetch_value


class BalanceCheck(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a centre's ledger is whole: every figure but the counts must be zero."""

    transactions: int
    entries: int
    sum_minor: int
    unbalanced: int
    """Transactions that do not sum to zero, or have not the entries they say."""
    stray_totals: int
    """Dossiers whose running total of what was paid is not what the ledger says."""

    @property
    def is_whole(self) -> bool:
        """Say whether all is as it must be."""
        return self.sum_minor == 0 and self.unbalanced == 0 and self.stray_totals == 0


class AccountBalance(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on an account; positive is debit."""

    account: Account
    balance: Money


async def balance_check(centre_id: UUID) -> BalanceCheck:
    """Rebuild every sum from the entries and count what differs."""
    row = await fetch_row(
        """WITH per_transaction AS (
               SELECT t.entry_count, count(e.id) AS entries, coalesce(sum(e.minor), 0)::bigint AS minor
               FROM ledger_transactions t LEFT JOIN ledger_entries e
                   ON e.centre_id = t.centre_id AND e.transaction_id = t.id
               WHERE t.centre_id = $1 GROUP BY t.id, t.entry_count
           ), per_dossier AS (
               SELECT e.dossier_id, sum(e.minor)::bigint AS minor FROM ledger_entries e
               JOIN ledger_accounts a ON a.centre_id = e.centre_id AND a.id = e.account_id AND a.kind = 'bank'
               WHERE e.centre_id = $1 GROUP BY e.dossier_id
           )
           SELECT (SELECT count(*) FROM per_transaction) AS transactions,
               (SELECT coalesce(sum(entries), 0)::bigint FROM per_transaction) AS entries,
               (SELECT coalesce(sum(minor), 0)::bigint FROM per_transaction) AS sum_minor,
               (SELECT count(*) FROM per_transaction WHERE minor <> 0 OR entries <> entry_count) AS unbalanced,
               (SELECT count(*) FROM dossiers d LEFT JOIN per_dossier p ON p.dossier_id = d.id
                WHERE d.centre_id = $1 AND d.paid_minor <> coalesce(p.minor, 0)) AS stray_totals""",
        centre_id,
    )
    return msgspec.convert(dict(row or {}), BalanceCheck)


async def account_balances(centre_id: UUID) -> list[AccountBalance]:
    """Return every account with what stands on it, by kind and detail."""
    rows = await fetch(
        """SELECT a.kind, a.detail, a.accounting_code, e.currency, sum(e.minor)::bigint AS minor
           FROM ledger_accounts a JOIN ledger_entries e ON e.centre_id = a.centre_id AND e.account_id = a.id
           WHERE a.centre_id = $1 GROUP BY a.id, e.currency ORDER BY a.kind, a.detail, e.currency""",
        centre_id,
    )
    return [
        AccountBalance(
            account=Account(AccountKind(row["kind"]), row["detail"], row["accounting_code"]),
            balance=Money(row["minor"], row["currency"]),
        )
        for row in rows
    ]


async def paid_minor(centre_id: UUID, dossier_id: UUID) -> int:
    """Return what came in for a dossier, less what went back, whatever the means."""
    minor: int = await fetch_value(
        """SELECT coalesce(sum(e.minor), 0)::bigint FROM ledger_entries e
           JOIN ledger_accounts a ON a.centre_id = e.centre_id AND a.id = e.account_id AND a.kind = 'bank'
           WHERE e.centre_id = $1 AND e.dossier_id = $2""",
        centre_id,
        dossier_id,
    )
    return minor


async def postings(centre_id: UUID, key: str) -> list[Posting]:
    """Return the entries of the transaction of that key; nothing where there is none."""
    rows = await fetch(
        """SELECT a.kind, a.detail, a.accounting_code, e.minor, e.currency FROM ledger_transactions t
           JOIN ledger_entries e ON e.centre_id = t.centre_id AND e.transaction_id = t.id
           JOIN ledger_accounts a ON a.centre_id = e.centre_id AND a.id = e.account_id
           WHERE t.centre_id = $1 AND t.key = $2 ORDER BY e.id""",
        centre_id,
        key,
    )
    return [
        Posting(
            Account(AccountKind(row["kind"]), row["detail"], row["accounting_code"]),
            Money(row["minor"], row["currency"]),
        )
        for row in rows
    ]


async def last_key(centre_id: UUID, dossier_id: UUID, *, prefix: str) -> str | None:
    """Return the key of a dossier's last transaction whose key begins with `prefix`."""
    key: str | None = await fetch_value(
        """SELECT key FROM ledger_transactions WHERE centre_id = $1 AND dossier_id = $2 AND starts_with(key, $3)
           ORDER BY sequence DESC LIMIT 1""",
        centre_id,
        dossier_id,
        prefix,
    )
    return key


async def on_account(centre_id: UUID, dossier_id: UUID, kind: AccountKind) -> int:
    """Return what stands for a dossier on the accounts of a kind, in minor units; positive is debit."""
    minor: int = await fetch_value(
        """SELECT coalesce(sum(e.minor), 0)::bigint FROM ledger_entries e
           JOIN ledger_accounts a ON a.centre_id = e.centre_id AND a.id = e.account_id AND a.kind = $3
           WHERE e.centre_id = $1 AND e.dossier_id = $2""",
        centre_id,
        dossier_id,
        kind,
    )
    return minor
