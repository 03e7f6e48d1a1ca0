"""When each periodic job runs next."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import shared_table, steps

ID = "2026-11-21T22:31:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the schedule of periodic jobs"

SQL = [
    shared_table(
        "scheduled_jobs",
        """
        name text PRIMARY KEY,
        next_at timestamptz NOT NULL,
        started_at timestamptz,
        done_at timestamptz,
        error text
        """,
    ),
    "GRANT SELECT, INSERT, UPDATE ON scheduled_jobs TO halte_relay",
]


async def forwards() -> MigrationManager:
    """Make the table."""
    return steps(ID, app="infra", description=DESCRIPTION, sql=SQL)
