"""The ledger's tables. Nothing in them is changed or deleted: the database refuses it."""

from piccolo.columns import UUID, BigInt, Integer, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class LedgerAccount(
    Table, db=DB, tablename="ledger_accounts", help_text="An account of one centre, made when first used."
):
    """One account."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    kind = Text(default=None, help_text="receivable, bank, deposits_held, revenue, vat_collected or client_credit.")
    detail = Text(default=None, help_text="The means of a bank account, the code and rate of a revenue account.")
    accounting_code = Text(default=None, help_text="Of the French chart of accounts (PCG).")


class LedgerTransaction(Table, db=DB, tablename="ledger_transactions", help_text="Entries that sum to zero."):
    """One transaction."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    sequence = BigInt(default=None, help_text="The order of booking.")
    key = Text(default=None, help_text="What makes it one: booked once however often it is asked for.")
    dossier_id = UUID(null=True, default=None)
    description = Text(default=None)
    actor = Text(default=None)
    at = Timestamptz(default=None)
    entry_count = Integer(default=None, help_text="How many entries it has: none is added later.")


class LedgerEntry(Table, db=DB, tablename="ledger_entries", help_text="One side of a transaction."):
    """One entry."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    transaction_id = UUID(default=None)
    account_id = UUID(default=None)
    dossier_id = UUID(null=True, default=None, help_text="Its transaction's, for sums without a join.")
    minor = BigInt(default=None, help_text="Minor units: positive is debit, negative is credit.")
    currency = Text(default=None, help_text="ISO 4217.")
