"""Keys given and returned, the survey before the arrival, and how many days before it goes out."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-22T04:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "keys and the survey before the arrival"

SQL = [
    tenant_table(
        "stay_keys",
        """
        stay_id uuid NOT NULL,
        given integer NOT NULL,
        returned integer NOT NULL,
        changed_at timestamptz NOT NULL,
        CONSTRAINT stay_keys_centre_id_stay_id_unique UNIQUE (centre_id, stay_id),
        CONSTRAINT stay_keys_returned_check CHECK (given >= 0 AND returned BETWEEN 0 AND given)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    reference("stay_keys", "stay_id", "stays"),
    tenant_table(
        "arrival_surveys",
        """
        stay_id uuid NOT NULL,
        mailed_to text NOT NULL,
        sent_at timestamptz NOT NULL,
        answered_at timestamptz,
        diets jsonb NOT NULL,
        allergies text NOT NULL,
        access_needs text NOT NULL,
        wishes text NOT NULL,
        version bigint NOT NULL,
        CONSTRAINT arrival_surveys_centre_id_stay_id_unique UNIQUE (centre_id, stay_id)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    reference("arrival_surveys", "stay_id", "stays"),
    tenant_table(
        "arrival_settings",
        """
        survey_days integer NOT NULL,
        version bigint NOT NULL,
        CONSTRAINT arrival_settings_centre_id_unique UNIQUE (centre_id),
        CONSTRAINT arrival_settings_survey_days_check CHECK (survey_days BETWEEN 0 AND 60)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
]


async def forwards() -> MigrationManager:
    """Make the tables."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
