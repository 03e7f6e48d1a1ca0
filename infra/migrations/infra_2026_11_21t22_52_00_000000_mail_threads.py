"""The thread that a mail belongs to, so that mail programs show one conversation."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps

ID = "2026-11-21T22:52:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "mail threads"

# Empty for mails of before, which go out as they always did.
SQL = ["ALTER TABLE mails ADD COLUMN thread_id text"]


async def forwards() -> MigrationManager:
    """Add the column."""
    return steps(ID, app="infra", description=DESCRIPTION, sql=SQL)
