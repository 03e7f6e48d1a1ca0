"""The stays that an import brought, until they are taken back."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-22T22:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "import stays"

SQL = [
    tenant_table(
        "import_stays",
        """
        run_id uuid NOT NULL,
        stay_id uuid NOT NULL,
        version bigint NOT NULL
        """,
        grants="SELECT, INSERT, DELETE",
    ),
    reference("import_stays", "run_id", "import_runs"),
    reference("import_stays", "stay_id", "stays"),
]


async def forwards() -> MigrationManager:
    """Make the table."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
