"""Which rooms are ready, and the phones on which housekeeping works through them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-22T04:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "housekeeping"

SQL = [
    tenant_table(
        "room_states",
        """
        room_id uuid NOT NULL,
        state text NOT NULL,
        marked_at timestamptz NOT NULL,
        marked_by text NOT NULL,
        version bigint NOT NULL,
        CONSTRAINT room_states_centre_id_room_id_unique UNIQUE (centre_id, room_id),
        CONSTRAINT room_states_state_check CHECK (state IN ('dirty', 'clean', 'inspected'))
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    reference("room_states", "room_id", "rooms"),
    tenant_table(
        "housekeeping_phones",
        """
        name text NOT NULL,
        token_hash bytea NOT NULL,
        paired_at timestamptz NOT NULL,
        unpaired_at timestamptz,
        CONSTRAINT housekeeping_phones_centre_id_token_hash_unique UNIQUE (centre_id, token_hash),
        CONSTRAINT housekeeping_phones_token_hash_check CHECK (octet_length(token_hash) = 32)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
]


async def forwards() -> MigrationManager:
    """Make the tables."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
