"""What a cancellation costs, by the days that are left before the arrival."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps, tenant_table

ID = "2026-11-22T01:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "cancellation scale"

SQL = [
    tenant_table(
        "cancellation_steps",
        """
        days_before integer NOT NULL,
        share_basis_points integer NOT NULL,
        CONSTRAINT cancellation_steps_centre_id_days_before_unique UNIQUE (centre_id, days_before),
        CONSTRAINT cancellation_steps_days_before_check CHECK (days_before >= 0),
        CONSTRAINT cancellation_steps_share_basis_points_check CHECK (share_basis_points BETWEEN 0 AND 10000)
        """,
    ),
]


async def forwards() -> MigrationManager:
    """Make the table."""
    return steps(ID, app="billing", description=DESCRIPTION, sql=SQL)
