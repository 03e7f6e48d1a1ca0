"""Who has what open."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps, tenant_table

ID = "2026-11-22T15:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "openings"

SQL = [
    tenant_table(
        "openings",
        """
        subject_id uuid NOT NULL,
        account_id uuid NOT NULL,
        name text NOT NULL,
        editing boolean NOT NULL,
        opened_at timestamptz NOT NULL,
        seen_at timestamptz NOT NULL,
        CONSTRAINT openings_subject_id_account_id_unique UNIQUE (centre_id, subject_id, account_id)
        """,
        grants="SELECT, INSERT, UPDATE, DELETE",
    ),
    "CREATE INDEX openings_seen_at_index ON openings (centre_id, seen_at)",
]


async def forwards() -> MigrationManager:
    """Make the table."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
