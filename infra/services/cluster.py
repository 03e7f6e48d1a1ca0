"""The roles and databases of an embedded PostgreSQL: made by its superuser, so that nothing of ours ever runs as one."""

import asyncio
from collections.abc import Mapping

import asyncpg

from infra.services.processes import wait_until

OWNER = "halte_owner"
"""Owns the databases, and so migrates; no superuser."""

LOGIN_ROLES = (OWNER, "halte_app", "halte_network", "halte_relay", "halte_police", "halte_backup")


def make_roles(superuser_url: str, passwords: Mapping[str, str]) -> None:
    """Make the roles that are missing and set their passwords (each made by `secrets.token_hex`, so free of quotes)."""
    # Not at the top: it brings the whole database layer, which a second start does without.
    from infra.migrate import roles_sql

    make_owner = f"""DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') THEN CREATE ROLE {OWNER} LOGIN; END IF;
    END $$"""
    asyncio.run(_execute(superuser_url, [make_owner, roles_sql(dict(passwords))]))


def make_database(superuser_url: str, name: str, *, template: str = "template0") -> None:
    """Make a database that belongs to `halte_owner`, empty or a copy of another; one that is there is left alone."""
    copy = "" if template == "template0" else " STRATEGY file_copy"
    asyncio.run(_create(superuser_url, name, f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{template}"{copy}'))


def drop_database(superuser_url: str, name: str) -> None:
    """Drop a database if it is there, whoever is still connected to it."""
    asyncio.run(_execute(superuser_url, [f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)']))


def rename_database(superuser_url: str, old: str, new: str) -> None:
    """Rename a database that nobody is connected to."""
    asyncio.run(_execute(superuser_url, [f'ALTER DATABASE "{old}" RENAME TO "{new}"']))


def databases(superuser_url: str) -> list[str]:
    """List the databases by name."""
    return asyncio.run(_names(superuser_url))


def answers_queries(superuser_url: str, *, timeout_seconds: float = 10) -> bool:
    """Tell whether the server takes a query, waiting while it recovers."""

    def answered() -> bool:
        try:
            asyncio.run(_names(superuser_url))
        except (OSError, asyncpg.PostgresError):
            return False
        return True

    return wait_until(answered, timeout_seconds=timeout_seconds)


async def _execute(url: str, statements: list[str]) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _create(url: str, name: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name):
            await connection.execute(statement)
    finally:
        await connection.close()


async def _names(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        return [row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database ORDER BY 1")]
    finally:
        await connection.close()
