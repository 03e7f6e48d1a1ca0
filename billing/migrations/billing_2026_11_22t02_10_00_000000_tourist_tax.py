"""Tourist tax: rates by date, exemptions."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-22T02:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "tourist tax"

SQL = [
    tenant_table(
        "tourist_tax_rates",
        """
        first_day date NOT NULL,
        category text NOT NULL,
        per_night_minor bigint,
        share_basis_points integer,
        ceiling_minor bigint,
        additional_basis_points integer NOT NULL,
        low_rent_minor bigint NOT NULL,
        by_name text NOT NULL,
        set_at timestamptz NOT NULL,
        CONSTRAINT tourist_tax_rates_first_day_unique UNIQUE (centre_id, first_day),
        CONSTRAINT tourist_tax_rates_per_night_minor_check
            CHECK (num_nonnulls(per_night_minor, share_basis_points) = 1 AND per_night_minor >= 0),
        CONSTRAINT tourist_tax_rates_share_basis_points_check CHECK (share_basis_points BETWEEN 0 AND 10000),
        CONSTRAINT tourist_tax_rates_additional_basis_points_check CHECK (additional_basis_points BETWEEN 0 AND 10000)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    tenant_table(
        "tourist_tax_exemptions",
        """
        stay_id uuid NOT NULL,
        reason text NOT NULL,
        people integer NOT NULL,
        by_name text NOT NULL,
        set_at timestamptz NOT NULL,
        CONSTRAINT tourist_tax_exemptions_stay_id_reason_unique UNIQUE (centre_id, stay_id, reason),
        CONSTRAINT tourist_tax_exemptions_reason_check
            CHECK (reason IN ('seasonal_worker', 'emergency_housing', 'low_rent')),
        CONSTRAINT tourist_tax_exemptions_people_check CHECK (people > 0)
        """,
    ),
    reference("tourist_tax_exemptions", "stay_id", "stays"),
]


async def forwards() -> MigrationManager:
    """Make the tables."""
    return steps(ID, app="billing", description=DESCRIPTION, sql=SQL)
