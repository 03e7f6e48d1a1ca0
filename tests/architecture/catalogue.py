"""What the database says of its own tables, and whose rows each is meant to hold."""

import asyncpg

NETWORK = frozenset(
    {
        "account_identities",
        "accounts",
        "code_list_values",
        "code_lists",
        "device_codes",
        "identities",
        "identity_cards",
        "identity_keys",
        "identity_links",
        "identity_proposals",
        "identity_refusals",
        "log_in_failures",
        "network_memberships",
        "session_tokens",
        "sessions",
        "ssh_keys",
    }
)
"""Tables of the network's own; the application reaches them by narrow grants or definer functions."""

SYSTEM = frozenset(
    {
        "migration",
        "outbox",
        "outbox_deliveries",
        "inbox",
        "network_audit_entries",
        "idempotency_keys",
        "scheduled_jobs",
    }
)
"""Tables of the machinery: no tenant's, or (the outbox) a tenant's or the network's."""

TENANT_BY_ID = frozenset({"centres"})
"""A centre's own row: its id is the centre."""


async def tables(connection: asyncpg.Connection) -> list[str]:
    """Name every table of the schema."""
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [row["tablename"] for row in rows]


async def tenant_tables(connection: asyncpg.Connection) -> list[str]:
    """Name every table that holds a tenant's rows: all that are not declared otherwise."""
    return [name for name in await tables(connection) if name not in NETWORK | SYSTEM | TENANT_BY_ID]
