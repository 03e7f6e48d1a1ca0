"""Facts are announced after their commit, by the process that recorded them (`infra.outbox.announcing`)."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps

ID = "2026-11-22T05:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "no announcement inside a transaction"

# What still runs the old code meanwhile is heard within a second: everybody who listens also looks.
SQL = ["DROP TRIGGER outbox_announced ON outbox", "DROP FUNCTION announce_fact()"]


async def forwards() -> MigrationManager:
    """Drop the trigger."""
    return steps(ID, app="infra", description=DESCRIPTION, sql=SQL)
