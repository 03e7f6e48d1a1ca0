"""Which meals one unit of a service includes, where its name does not say it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-22T04:12:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "meals of services"

SQL = [
    tenant_table(
        "service_sittings",
        """
        service_id uuid NOT NULL,
        sittings text[] NOT NULL,
        CONSTRAINT service_sittings_centre_id_service_id_unique UNIQUE (centre_id, service_id),
        CONSTRAINT service_sittings_sittings_check CHECK (sittings <@ ARRAY['breakfast', 'lunch', 'picnic', 'dinner'])
        """,
    ),
    reference("service_sittings", "service_id", "services"),
]


async def forwards() -> MigrationManager:
    """Make the table."""
    return steps(ID, app="billing", description=DESCRIPTION, sql=SQL)
