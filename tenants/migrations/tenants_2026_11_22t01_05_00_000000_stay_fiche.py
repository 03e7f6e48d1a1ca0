"""The rest of the fiche séjour: contacts, firm counts, free places, the minors' declaration; and what waits for room."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-22T01:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the rest of the fiche séjour"

SQL = [
    """ALTER TABLE stays
        ADD COLUMN contacts text,
        ADD COLUMN acm_number text,
        ADD COLUMN firm_day date,
        ADD COLUMN frozen_pax integer,
        ADD COLUMN free_one_in smallint,
        ADD COLUMN free_most smallint,
        ADD COLUMN waiting_since timestamptz,
        ADD CONSTRAINT stays_firm_day_check CHECK (firm_day <= arrival) NOT VALID,
        ADD CONSTRAINT stays_frozen_pax_check CHECK (frozen_pax >= 0) NOT VALID,
        ADD CONSTRAINT stays_free_one_in_check CHECK (free_one_in BETWEEN 1 AND 1000) NOT VALID,
        ADD CONSTRAINT stays_free_most_check CHECK (free_most BETWEEN 0 AND 1000) NOT VALID,
        ADD CONSTRAINT stays_waiting_since_check CHECK (waiting_since IS NULL OR status = 'tentative') NOT VALID""",
    "ALTER TABLE stays VALIDATE CONSTRAINT stays_firm_day_check",
    "ALTER TABLE stays VALIDATE CONSTRAINT stays_frozen_pax_check",
    "ALTER TABLE stays VALIDATE CONSTRAINT stays_free_one_in_check",
    "ALTER TABLE stays VALIDATE CONSTRAINT stays_free_most_check",
    "ALTER TABLE stays VALIDATE CONSTRAINT stays_waiting_since_check",
    "CREATE INDEX stays_waiting_since_index ON stays (centre_id, waiting_since, id) WHERE waiting_since IS NOT NULL",
    "CREATE INDEX stays_firm_day_index ON stays (centre_id, firm_day) WHERE frozen_pax IS NULL AND firm_day IS NOT NULL",
    tenant_table(
        "allotments",
        """
        stay_id uuid NOT NULL,
        room_type text NOT NULL,
        beds integer NOT NULL,
        CONSTRAINT allotments_stay_id_room_type_unique UNIQUE (centre_id, stay_id, room_type),
        CONSTRAINT allotments_beds_check CHECK (beds > 0)
        """,
    ),
    reference("allotments", "stay_id", "stays"),
]


async def forwards() -> MigrationManager:
    """Add the columns and the table."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
