"""What clients thought of their stays."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-22T03:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "satisfaction"

SQL = [
    tenant_table(
        "satisfaction_answers",
        """
        stay_id uuid NOT NULL,
        source text NOT NULL,
        asked_at timestamptz,
        answered_at timestamptz,
        score_tenths smallint,
        welcome smallint,
        room smallint,
        meals smallint,
        comment text NOT NULL,
        version bigint NOT NULL,
        CONSTRAINT satisfaction_answers_stay_id_unique UNIQUE (centre_id, stay_id),
        CONSTRAINT satisfaction_answers_source_check CHECK (source IN ('survey', 'provider')),
        CONSTRAINT satisfaction_answers_score_tenths_check CHECK (score_tenths BETWEEN 0 AND 50),
        CONSTRAINT satisfaction_answers_answered_at_check CHECK ((answered_at IS NULL) = (score_tenths IS NULL)),
        CONSTRAINT satisfaction_answers_welcome_check CHECK (welcome BETWEEN 1 AND 5),
        CONSTRAINT satisfaction_answers_room_check CHECK (room BETWEEN 1 AND 5),
        CONSTRAINT satisfaction_answers_meals_check CHECK (meals BETWEEN 1 AND 5)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    reference("satisfaction_answers", "stay_id", "stays"),
    tenant_table(
        "satisfaction_settings",
        """
        survey_on boolean NOT NULL,
        low_tenths smallint NOT NULL,
        provider_url text NOT NULL,
        provider_key bytea,
        version bigint NOT NULL,
        CONSTRAINT satisfaction_settings_centre_id_unique UNIQUE (centre_id),
        CONSTRAINT satisfaction_settings_low_tenths_check CHECK (low_tenths BETWEEN 0 AND 50)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
]


async def forwards() -> MigrationManager:
    """Make the tables."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
