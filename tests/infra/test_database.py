"""The one way to the database: scoped, joined, refused outside, and never leaking a connection."""

import ast
import asyncio
from pathlib import Path

import asyncpg
import pytest

from infra.database import (
    DB,
    ScopeConflict,
    current_centre,
    execute,
    fetch_value,
    scope,
    system_transaction,
    tenant_transaction,
)
from infra.ids import new_id
from infra.pools import DatabaseUnavailable, Role, ScopeMissing, pool
from tests.servers import ROOT

pytestmark = pytest.mark.usefixtures("pools")

CENTRE = "SELECT current_setting('halte.centre', true)"
DOOMED = """
    CREATE TEMP TABLE IF NOT EXISTS doomed (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP;
    INSERT INTO doomed VALUES (1), (1)
"""


async def test_a_transaction_has_its_centre_and_the_next_one_has_not() -> None:
    centre_id = new_id()

    async with tenant_transaction(centre_id):
        assert current_centre() == centre_id
        assert await fetch_value(CENTRE) == str(centre_id)
    async with system_transaction():
        assert await fetch_value(CENTRE) in {"", None}


async def test_one_inside_another_of_the_same_centre_joins_it() -> None:
    centre_id = new_id()

    async with tenant_transaction(centre_id):
        outer = scope()
        async with tenant_transaction(centre_id):
            assert scope() is outer


async def test_one_centre_inside_another_is_a_mistake() -> None:
    async with tenant_transaction(new_id()):
        with pytest.raises(ScopeConflict):
            async with tenant_transaction(new_id()):
                pass


async def test_nothing_is_asked_outside_a_transaction() -> None:
    with pytest.raises(ScopeMissing):
        await fetch_value("SELECT 1")
    with pytest.raises(ScopeMissing):
        await DB.run_ddl("SELECT 1")
    with pytest.raises(ScopeMissing):
        DB.transaction()


async def test_a_system_transaction_has_no_centre() -> None:
    async with system_transaction():
        with pytest.raises(ScopeMissing):
            current_centre()


async def test_read_only_means_read_only() -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with tenant_transaction(new_id(), read_only=True):
            await execute("DELETE FROM idempotency_keys")


async def test_a_thousand_failing_commits_leak_no_connection() -> None:
    for _ in range(1_000):
        with pytest.raises(asyncpg.UniqueViolationError):
            async with tenant_transaction(new_id()):
                await scope().connection.execute(DOOMED)

    assert pool(Role.APP).get_idle_size() == pool(Role.APP).get_size()


async def test_a_thousand_cancellations_leak_no_connection() -> None:
    async def long() -> None:
        async with tenant_transaction(new_id()):
            await execute("SELECT pg_sleep(30)")

    for batch in range(25):
        tasks = [asyncio.create_task(long()) for _ in range(40)]
        await asyncio.sleep(0.001 * (batch % 5))
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(each, asyncio.CancelledError) for each in results)

    for _ in range(1_000):
        if pool(Role.APP).get_idle_size() == pool(Role.APP).get_size():
            break
        await asyncio.sleep(0.01)
    assert pool(Role.APP).get_idle_size() == pool(Role.APP).get_size()
    async with tenant_transaction(new_id()):
        assert await fetch_value("SELECT 1") == 1


async def test_a_connection_that_dies_is_said_and_replaced() -> None:
    with pytest.raises(DatabaseUnavailable):
        async with system_transaction():
            await execute("SELECT pg_terminate_backend(pg_backend_pid())")

    async with system_transaction():
        assert await fetch_value("SELECT 1") == 1


async def test_a_rolled_back_transaction_leaves_nothing() -> None:
    async def broken() -> None:
        async with system_transaction():
            await execute(
                """INSERT INTO idempotency_keys (holder, route, key, body_digest, created_at)
                   VALUES ('h', 'r', 'k', 'd', now())"""
            )
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await broken()

    async with system_transaction():
        assert await fetch_value("SELECT count(*) FROM idempotency_keys WHERE holder = 'h'") == 0


def test_nobody_sets_anything_for_a_whole_session() -> None:
    """The pool's reset is only a ROLLBACK: a session-level SET would reach the next centre."""
    found = []
    for layer in ("infra", "tenants", "billing", "server", "workers"):
        for path in sorted((ROOT / layer).rglob("*.py")):
            found += [f"{path.relative_to(ROOT)}: {text[:60]}" for text in _session_settings(path)]
    assert found == []


def _session_settings(path: Path) -> list[str]:
    texts = [
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return [
        " ".join(text.split())
        for text in texts
        if text.lstrip().upper().startswith(("SET SESSION", "SET HALTE", "SET ROLE", "SET SEARCH_PATH"))
        or ("set_config(" in text and ", false)" in text)
    ]
