"""Stays, as the referential's signal reads them: when and what for somebody last stayed elsewhere."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import finder_reads, steps

ID = "2026-11-21T22:23:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "stays for the signal"

SQL = [
    finder_reads("stays", tenant=True),
    "CREATE INDEX IF NOT EXISTS stays_client_id_arrival_index ON stays (centre_id, client_id, arrival)",
]


async def forwards() -> MigrationManager:
    """Let the signal read stays."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
