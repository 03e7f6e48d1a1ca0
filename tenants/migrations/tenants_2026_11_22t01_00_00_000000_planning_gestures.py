"""What was done by hand on the planning, so that the last gesture can be taken back; beds beyond a room's own."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps, tenant_table

ID = "2026-11-22T01:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "planning gestures"

SQL = [
    tenant_table(
        "planning_gestures",
        """
        account_id uuid,
        actor_name text NOT NULL,
        kind text NOT NULL,
        before jsonb NOT NULL,
        after jsonb NOT NULL,
        made_at timestamptz NOT NULL,
        undone_at timestamptz,
        CONSTRAINT planning_gestures_kind_check CHECK (kind IN
            ('move', 'stretch', 'split', 'swap', 'assign', 'unassign', 'withdraw', 'return'))
        """,
    ),
    "CREATE INDEX planning_gestures_made_at_index ON planning_gestures (centre_id, account_id, made_at DESC)",
    """ALTER TABLE stays ADD COLUMN extra_beds smallint,
        ADD CONSTRAINT stays_extra_beds_check CHECK (extra_beds > 0)""",
]


async def forwards() -> MigrationManager:
    """Make the table and the column."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
