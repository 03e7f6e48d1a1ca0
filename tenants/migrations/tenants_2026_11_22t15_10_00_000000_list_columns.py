"""The columns of lists that a person does not want to see."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps

ID = "2026-11-22T15:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "list columns"

SQL = [
    "ALTER TABLE accounts ADD COLUMN IF NOT EXISTS list_columns jsonb NOT NULL DEFAULT '{}'",
    "GRANT SELECT (list_columns) ON accounts TO halte_app",
]


async def forwards() -> MigrationManager:
    """Add the column."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
