"""The catalogue."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps, tenant_table

ID = "2026-11-21T22:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "catalogue"

SQL = [
    tenant_table(
        "services",
        """
        version bigint NOT NULL,
        name text NOT NULL,
        product_type text NOT NULL,
        unit text NOT NULL,
        price_minor bigint NOT NULL,
        currency text NOT NULL,
        vat_basis_points integer NOT NULL,
        accounting_code text NOT NULL,
        active boolean NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT services_product_type_check CHECK (product_type IN
            ('lodging', 'meal', 'room_hire', 'activity', 'package', 'option', 'miscellaneous')),
        CONSTRAINT services_unit_check CHECK (unit IN ('person', 'night', 'person_night', 'group', 'hour', 'piece')),
        CONSTRAINT services_vat_basis_points_check CHECK (vat_basis_points BETWEEN 0 AND 10000),
        CONSTRAINT services_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
        CONSTRAINT services_name_check CHECK (name <> '')
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    "CREATE INDEX services_list_index ON services (centre_id, product_type, name)",
]


async def forwards() -> MigrationManager:
    """Make the catalogue's table."""
    return steps(ID, app="billing", description=DESCRIPTION, sql=SQL)
