"""Connections of a centre: where files of cards are dropped for it, and who calls with a key of its own."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps, tenant_table

ID = "2026-11-22T11:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "connections"

SQL = [
    tenant_table(
        "connections",
        """
        name text NOT NULL,
        kind text NOT NULL,
        mapping text NOT NULL,
        url text NOT NULL,
        login text NOT NULL,
        host_key text NOT NULL,
        secret bytea,
        seen text[] NOT NULL,
        last_at timestamptz,
        last_error text NOT NULL,
        last_new integer NOT NULL,
        CONSTRAINT connections_centre_id_name_unique UNIQUE (centre_id, name),
        CONSTRAINT connections_kind_check CHECK (kind IN ('https', 'sftp', 'webhook'))
        """,
    ),
]


async def forwards() -> MigrationManager:
    """Make the table."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
