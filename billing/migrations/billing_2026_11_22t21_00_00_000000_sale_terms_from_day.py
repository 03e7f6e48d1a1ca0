"""Terms of sale that are in force from a day on, which may be to come."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps

ID = "2026-11-22T21:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "first day of terms of sale"

SQL = ["ALTER TABLE sale_terms ADD COLUMN from_day date"]


async def forwards() -> MigrationManager:
    """Make room for the day; versions without one are in force since they were published."""
    return steps(ID, app="billing", description=DESCRIPTION, sql=SQL)
