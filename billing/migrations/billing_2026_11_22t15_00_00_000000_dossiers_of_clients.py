"""The dossiers of a card, without reading all the others."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps

ID = "2026-11-22T15:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "dossiers of clients"

SQL = ["CREATE INDEX IF NOT EXISTS dossiers_client_id_index ON dossiers (centre_id, client_id, id DESC)"]


async def forwards() -> MigrationManager:
    """Make the index."""
    return steps(ID, app="billing", description=DESCRIPTION, sql=SQL)
