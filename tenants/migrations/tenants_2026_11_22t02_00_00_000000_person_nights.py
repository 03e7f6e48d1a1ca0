"""The ledger of person-nights, and what PostgreSQL itself refuses of it whatever the code does."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-22T02:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "ledger of person-nights"

SQL = [
    tenant_table(
        "person_nights",
        """
        stay_id uuid NOT NULL,
        night date NOT NULL,
        arrival date NOT NULL,
        band text NOT NULL,
        nationality text NOT NULL,
        residence text NOT NULL,
        bed_ids uuid[] NOT NULL,
        present integer NOT NULL,
        billed integer NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT person_nights_night_check CHECK (night >= arrival),
        CONSTRAINT person_nights_band_check CHECK (band IN ('children', 'teenagers', 'young', 'adults', 'seniors')),
        CONSTRAINT person_nights_present_check CHECK (present <> 0 OR billed <> 0)
        """,
        grants="SELECT, INSERT",
    ),
    reference("person_nights", "stay_id", "stays"),
    # What sums by period read: the index alone, without the rows and their beds.
    """CREATE INDEX person_nights_night_index ON person_nights (centre_id, night)
        INCLUDE (stay_id, arrival, band, nationality, residence, present, billed)""",
    """CREATE FUNCTION refuse_person_night_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'person_nights is append-only: reverse it instead'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'person_nights_append_only';
        END $$""",
    """CREATE TRIGGER person_nights_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON person_nights
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_person_night_change()""",
]


async def forwards() -> MigrationManager:
    """Make the table; `halte work` writes the nights of the stays that were there before it, in batches."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
