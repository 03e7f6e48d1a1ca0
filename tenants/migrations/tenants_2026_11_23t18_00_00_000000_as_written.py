"""What a person said is right as it is written: its mending was refused, and it is not mended again."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps

ID = "2026-11-23T18:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "refused mendings"

# Null is none: a card that was merged away before this is given back from a row that lacks it.
SQL = ["ALTER TABLE clients ADD COLUMN as_written text[]"]


async def forwards() -> MigrationManager:
    """Add the column."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
