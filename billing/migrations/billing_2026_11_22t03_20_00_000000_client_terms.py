"""What is agreed with one client: defaults and rates."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-22T03:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "client terms"

SQL = [
    tenant_table(
        "client_rates",
        """
        client_id uuid NOT NULL,
        name text NOT NULL,
        service_id uuid NOT NULL,
        room_type text NOT NULL,
        price_minor bigint NOT NULL,
        currency text NOT NULL,
        first_day date,
        last_day date,
        min_nights integer,
        max_nights integer,
        promo_allowed boolean NOT NULL,
        version bigint NOT NULL,
        retired_at timestamptz,
        CONSTRAINT client_rates_price_minor_check CHECK (price_minor >= 0),
        CONSTRAINT client_rates_room_type_check CHECK (room_type <> ''),
        CONSTRAINT client_rates_last_day_check CHECK (last_day IS NULL OR first_day IS NULL OR last_day >= first_day),
        CONSTRAINT client_rates_max_nights_check
            CHECK (max_nights IS NULL OR min_nights IS NULL OR max_nights >= min_nights)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    reference("client_rates", "client_id", "clients"),
    reference("client_rates", "service_id", "services"),
    tenant_table(
        "client_defaults",
        """
        client_id uuid NOT NULL,
        service_id uuid,
        payer_id uuid,
        payer_note text NOT NULL,
        room_type text NOT NULL,
        discount_basis_points integer NOT NULL,
        commission_basis_points integer NOT NULL,
        rate_id uuid,
        version bigint NOT NULL,
        CONSTRAINT client_defaults_client_id_unique UNIQUE (centre_id, client_id),
        CONSTRAINT client_defaults_discount_basis_points_check CHECK (discount_basis_points BETWEEN 0 AND 10000),
        CONSTRAINT client_defaults_commission_basis_points_check CHECK (commission_basis_points BETWEEN 0 AND 10000)
        """,
    ),
    reference("client_defaults", "client_id", "clients"),
    reference("client_defaults", "service_id", "services"),
    reference("client_defaults", "payer_id", "clients"),
    reference("client_defaults", "rate_id", "client_rates"),
]


async def forwards() -> MigrationManager:
    """Make the tables."""
    return steps(ID, app="billing", description=DESCRIPTION, sql=SQL)
