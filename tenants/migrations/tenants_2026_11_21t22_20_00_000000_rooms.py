"""Rooms, their beds, and the periods in which a room is out of service."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-21T22:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "rooms and beds"

SQL = [
    tenant_table(
        "rooms",
        """
        name text NOT NULL,
        sort_key text NOT NULL,
        building text NOT NULL,
        floor text NOT NULL,
        room_type text NOT NULL,
        dormitory boolean NOT NULL,
        accessible boolean NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT rooms_centre_id_name_unique UNIQUE (centre_id, name),
        CONSTRAINT rooms_name_check CHECK (name <> '')
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    tenant_table(
        "beds",
        """
        room_id uuid NOT NULL,
        position smallint NOT NULL,
        label text NOT NULL,
        kind text NOT NULL,
        CONSTRAINT beds_centre_id_room_id_position_unique UNIQUE (centre_id, room_id, position),
        CONSTRAINT beds_kind_check CHECK (kind IN ('single', 'double', 'bunk'))
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    reference("beds", "room_id", "rooms"),
    tenant_table(
        "withdrawals",
        """
        room_id uuid NOT NULL,
        first_day date NOT NULL,
        last_day date NOT NULL,
        reason text NOT NULL,
        note text NOT NULL,
        leaves_capacity boolean NOT NULL,
        lifted_at timestamptz,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT withdrawals_reason_check CHECK (reason IN ('works', 'cleaning', 'staff', 'other')),
        CONSTRAINT withdrawals_days_check CHECK (first_day <= last_day AND last_day - first_day < 400)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    reference("withdrawals", "room_id", "rooms"),
    # The planning asks by day: both ends bounded, since no period is longer than 400 nights.
    "CREATE INDEX withdrawals_days_index ON withdrawals (centre_id, last_day, first_day) WHERE lifted_at IS NULL",
]


async def forwards() -> MigrationManager:
    """Make rooms, beds and withdrawals."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
