"""What tests look at: a dossier, the ledger, the mails, the facts of a centre."""

from uuid import UUID

from billing.dossiers import queries
from billing.dossiers.queries import Dossier
from billing.ledger.queries import BalanceCheck, account_balances, balance_check
from infra.database import fetch, fetch_value, relay_transaction, tenant_transaction


async def seen(centre_id: UUID, dossier_id: UUID) -> Dossier:
    """Return a dossier as it stands."""
    async with tenant_transaction(centre_id, read_only=True):
        return await queries.dossier(centre_id, dossier_id)


async def ledger(centre_id: UUID) -> dict[str, int]:
    """Return what stands on each account that is not empty, after checking that the ledger is whole."""
    async with tenant_transaction(centre_id, read_only=True):
        check = await balance_check(centre_id)
        assert check.is_whole, check
        balances = await account_balances(centre_id)
    named = {f"{one.account.kind}:{one.account.detail}".rstrip(":"): one.balance.minor for one in balances}
    return {name: minor for name, minor in named.items() if minor}


async def check(centre_id: UUID) -> BalanceCheck:
    """Return the zero-sum check of a centre."""
    async with tenant_transaction(centre_id, read_only=True):
        return await balance_check(centre_id)


async def mails(centre_id: UUID) -> list[str]:
    """Return the keys of the mails queued, without their ids, oldest first."""
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch("SELECT key FROM mails WHERE centre_id = $1 ORDER BY id", centre_id)
    return [row["key"].split(":")[0] for row in rows]


async def facts(centre_id: UUID, prefix: str = "") -> list[str]:
    """Return the kinds of the facts recorded, in order."""
    async with relay_transaction():
        rows = await fetch("SELECT kind FROM outbox WHERE centre_id = $1 ORDER BY sequence", centre_id)
    return [row["kind"] for row in rows if row["kind"].startswith(prefix)]


async def stay_status(centre_id: UUID, stay_id: UUID) -> str:
    """Return a stay's status."""
    async with tenant_transaction(centre_id, read_only=True):
        status: str = await fetch_value("SELECT status FROM stays WHERE centre_id = $1 AND id = $2", centre_id, stay_id)
    return status
