"""Why a task was ignored, where it was."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps

ID = "2026-11-22T15:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "ignored tasks"

SQL = ["ALTER TABLE tasks ADD COLUMN IF NOT EXISTS ignored_because text"]


async def forwards() -> MigrationManager:
    """Add the column."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
