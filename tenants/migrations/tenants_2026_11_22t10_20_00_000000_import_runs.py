"""Imports that can be looked at and undone, and the mappings a centre keeps for its sources."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-22T10:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "import runs"

SQL = [
    tenant_table(
        "import_runs",
        """
        mapping text NOT NULL,
        file_name text NOT NULL,
        row_count integer NOT NULL,
        done integer NOT NULL,
        new integer NOT NULL,
        changed integer NOT NULL,
        unchanged integer NOT NULL,
        refused integer NOT NULL,
        linked integer NOT NULL,
        started_at timestamptz NOT NULL,
        started_by text NOT NULL,
        finished_at timestamptz,
        undone_at timestamptz,
        undone_by text,
        CONSTRAINT import_runs_done_check CHECK (done BETWEEN 0 AND row_count),
        CONSTRAINT import_runs_undone_by_check CHECK ((undone_at IS NULL) = (undone_by IS NULL))
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    "CREATE INDEX import_runs_started_at_index ON import_runs (centre_id, started_at)",
    tenant_table(
        "import_items",
        """
        run_id uuid NOT NULL,
        card_id uuid NOT NULL,
        version bigint NOT NULL,
        before jsonb,
        row_before jsonb
        """,
        grants="SELECT, INSERT, DELETE",
    ),
    reference("import_items", "run_id", "import_runs"),
    "CREATE INDEX import_items_card_id_index ON import_items (centre_id, card_id)",
    tenant_table(
        "import_mappings",
        """
        name text NOT NULL,
        columns jsonb NOT NULL,
        changed_at timestamptz NOT NULL,
        changed_by text NOT NULL,
        CONSTRAINT import_mappings_centre_id_name_unique UNIQUE (centre_id, name)
        """,
    ),
]


async def forwards() -> MigrationManager:
    """Make the tables."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
