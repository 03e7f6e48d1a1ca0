"""Which bed of their room somebody on a rooming list sleeps in, where it was said."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps

ID = "2026-11-22T08:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "beds on rooming lists"

SQL = [
    "ALTER TABLE rooming_entries ADD COLUMN bed_id uuid",
    reference("rooming_entries", "bed_id", "beds"),
    """CREATE UNIQUE INDEX rooming_entries_centre_id_stay_id_bed_id_unique
       ON rooming_entries (centre_id, stay_id, bed_id) WHERE bed_id IS NOT NULL""",
]


async def forwards() -> MigrationManager:
    """Add the column."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
