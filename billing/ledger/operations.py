"""The one way into the ledger."""

from collections.abc import Sequence
from uuid import UUID

from billing.ledger.rules import Account, Posting, balanced
from infra.actor import Actor
from infra.clock import now
from infra.database import execute_many, fetch, fetch_value, tenant_transaction
from infra.ids import new_id


async def post(
    centre_id: UUID, key: str, postings: Sequence[Posting], *, dossier_id: UUID | None, description: str, actor: Actor
) -> bool:
    """Book a transaction once per `key`; PostgreSQL checks at COMMIT that it sums to zero.

    Args:
        centre_id: whose ledger.
        key: what makes it one (`card:<session id>`, `refund:<refund id>`).
        postings: two entries or more, of nothing left out.
        dossier_id: what it is about, where it is about a dossier.
        description: for the accountant.
        actor: who causes it.

    Returns:
        False where the key was booked before: nothing is then written.

    Raises:
        Unbalanced: the entries do not sum to zero.
    """
    kept = balanced(postings)
    async with tenant_transaction(centre_id):
        transaction_id = await fetch_value(
            """INSERT INTO ledger_transactions (id, centre_id, key, dossier_id, description, actor, at, entry_count)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (centre_id, key) DO NOTHING RETURNING id""",
            new_id(),
            centre_id,
            key,
            dossier_id,
            description,
            actor.name,
            now(),
            len(kept),
        )
        if transaction_id is None:
            return False
        accounts = await _accounts(centre_id, {posting.account for posting in kept})
        await execute_many(
            """INSERT INTO ledger_entries (id, centre_id, transaction_id, account_id, dossier_id, minor, currency)
               VALUES ($1, $2, $3, $4, $5, $6, $7)""",
            [
                (
                    new_id(),
                    centre_id,
                    transaction_id,
                    accounts[posting.account.kind, posting.account.detail],
                    dossier_id,
                    posting.amount.minor,
                    posting.amount.currency,
                )
                for posting in kept
            ],
        )
        return True


async def _accounts(centre_id: UUID, wanted: set[Account]) -> dict[tuple[str, str], UUID]:
    """Find the ids of accounts by (kind, detail), making in one order, so that two bookings cannot deadlock, what is missing."""
    known = await _known(centre_id)
    missing = [account for account in sorted(wanted) if (account.kind, account.detail) not in known]
    if missing:
        await execute_many(
            """INSERT INTO ledger_accounts (id, centre_id, kind, detail, accounting_code) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (centre_id, kind, detail) DO NOTHING""",
            [(new_id(), centre_id, account.kind, account.detail, account.accounting_code) for account in missing],
        )
        known = await _known(centre_id)
    return known


async def _known(centre_id: UUID) -> dict[tuple[str, str], UUID]:
    rows = await fetch("SELECT id, kind, detail FROM ledger_accounts WHERE centre_id = $1", centre_id)
    return {(row["kind"], row["detail"]): row["id"] for row in rows}
