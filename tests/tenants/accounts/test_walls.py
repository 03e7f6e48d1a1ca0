"""What the database itself refuses the application about accounts, whatever the code above it does."""

import asyncpg
import pytest

from infra.database import execute, fetch, fetch_value, system_transaction, tenant_transaction
from tenants.accounts.operations import add_key, add_user
from tests.factories.accounts import PASSWORD, a_user
from tests.factories.centres import NETWORK, a_centre

pytestmark = pytest.mark.usefixtures("pools")

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ4Yp2wSY0bTq2QkHzX0RrG2bGqJtq0rIYt4nYb1c2d poste 3"
HIDDEN_IN_A_CENTRE = (
    "sessions",
    "session_tokens",
    "device_codes",
    "log_in_failures",
    "account_identities",
    "network_memberships",
)


async def test_a_centre_sees_only_accounts_with_a_role_there() -> None:
    first, second = await a_centre(), await a_centre()
    ours = await a_user(first)
    await a_user(second)
    async with tenant_transaction(first.id):
        assert [row["id"] for row in await fetch("SELECT id FROM accounts")] == [ours.id]


@pytest.mark.parametrize("table", HIDDEN_IN_A_CENTRE)
async def test_a_centre_sees_no_session_code_or_network_role(table: str) -> None:
    centre = await a_centre()
    await a_user(centre, password=PASSWORD)
    async with tenant_transaction(centre.id):
        assert await fetch_value(f"SELECT count(*) FROM {table}") == 0


async def test_nobody_reads_a_hash_or_a_secret() -> None:
    for column in ("password_hash", "totp_secret"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with system_transaction():
                await fetch(f"SELECT {column} FROM accounts")


async def test_an_account_shared_with_another_centre_is_not_changed_from_one() -> None:
    first, second = await a_centre(), await a_centre()
    user = await a_user(first)
    await add_key(None, user.id, KEY, actor=NETWORK)
    change = "UPDATE accounts SET name = 'x', password_hash = 'x' WHERE id = $1"
    async with tenant_transaction(first.id):
        assert await execute(change.replace(", password_hash = 'x'", ""), user.id) == 1
        assert await fetch_value("SELECT count(*) FROM ssh_keys") == 1
    await add_user(second.id, user.login, name="x", email="", role="réception", actor=NETWORK)
    for centre in (first, second):
        async with tenant_transaction(centre.id):
            assert await execute(change, user.id) == 0
            assert await fetch_value("SELECT count(*) FROM ssh_keys") == 0
            assert await execute("UPDATE ssh_keys SET revoked_at = now()") == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with tenant_transaction(centre.id):
                await execute(
                    """INSERT INTO ssh_keys (id, account_id, label, fingerprint, public_key, created_at)
                       VALUES (gen_random_uuid(), $1, '', 'SHA256:x', 'x', now())""",
                    user.id,
                )


async def test_a_centre_does_not_end_the_sessions_of_people_without_a_role_there() -> None:
    first, second = await a_centre(), await a_centre()
    user = await a_user(second)
    async with tenant_transaction(first.id):
        assert await fetch_value("SELECT end_sessions($1, NULL, 'spite', now())", user.id) == 0
    async with tenant_transaction(second.id):
        assert await fetch_value("SELECT end_sessions($1, NULL, 'left', now())", user.id) == 1


async def test_a_centre_sees_its_own_row_and_changes_no_other() -> None:
    first, second = await a_centre(), await a_centre()
    async with tenant_transaction(first.id):
        assert [row["id"] for row in await fetch("SELECT id FROM centres")] == [first.id]
        assert await execute("UPDATE centres SET name = 'x' WHERE id = $1", second.id) == 0
    async with system_transaction():
        assert await fetch_value("SELECT count(*) FROM centres") == 0
        assert await fetch_value("SELECT count(*) FROM memberships") == 0
        assert await fetch_value("SELECT count(*) FROM roles") == 0
