"""What a stay takes from its client's card and may say otherwise: the type of room wanted, who pays what."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps

ID = "2026-11-22T08:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "room type and who pays what on a stay"

SQL = [
    "ALTER TABLE stays ADD COLUMN room_type text",
    "ALTER TABLE stays ADD COLUMN payer_note text",
]


async def forwards() -> MigrationManager:
    """Add the columns."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
