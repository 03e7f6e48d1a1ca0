"""What waits for a person."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps, tenant_table

ID = "2026-11-21T22:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "tasks"

SQL = [
    tenant_table(
        "tasks",
        """
        kind text NOT NULL,
        subject_kind text NOT NULL,
        subject_id uuid NOT NULL,
        cause text NOT NULL,
        facts jsonb NOT NULL,
        raised_at timestamptz NOT NULL,
        done_at timestamptz,
        done_by text,
        CONSTRAINT tasks_done_by_check CHECK ((done_at IS NULL) = (done_by IS NULL)),
        CONSTRAINT tasks_kind_subject_id_cause_unique UNIQUE (centre_id, kind, subject_id, cause)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    "CREATE UNIQUE INDEX tasks_kind_subject_id_unique ON tasks (centre_id, kind, subject_id) WHERE done_at IS NULL",
    "CREATE INDEX tasks_open_index ON tasks (centre_id, raised_at, id) WHERE done_at IS NULL",
]


async def forwards() -> MigrationManager:
    """Make the table."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
