"""Rooming lists: who comes with a group, who sleeps where, what they eat and need."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-22T04:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "rooming lists"

SQL = [
    tenant_table(
        "rooming_lists",
        """
        stay_id uuid NOT NULL,
        opened_at timestamptz,
        submitted_at timestamptz,
        submitted_by text NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT rooming_lists_centre_id_stay_id_unique UNIQUE (centre_id, stay_id)
        """,
        grants="SELECT, INSERT, UPDATE, DELETE",
    ),
    reference("rooming_lists", "stay_id", "stays"),
    tenant_table(
        "rooming_entries",
        """
        stay_id uuid NOT NULL,
        position integer NOT NULL,
        last_name text NOT NULL,
        first_name text NOT NULL,
        role text NOT NULL,
        sex text NOT NULL,
        age integer,
        responsible boolean NOT NULL,
        phone text NOT NULL,
        room_id uuid,
        diet text NOT NULL,
        allergies text NOT NULL,
        access_needs text NOT NULL,
        notes text NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT rooming_entries_role_check CHECK (role IN ('participant', 'leader')),
        CONSTRAINT rooming_entries_sex_check CHECK (sex IN ('', 'F', 'M')),
        CONSTRAINT rooming_entries_age_check CHECK (age BETWEEN 0 AND 120),
        CONSTRAINT rooming_entries_diet_check CHECK (diet IN ('standard', 'vegetarian', 'vegan', 'no_pork', 'halal',
            'kosher', 'gluten_free', 'lactose_free', 'other'))
        """,
    ),
    reference("rooming_entries", "stay_id", "stays"),
    reference("rooming_entries", "room_id", "rooms"),
]


async def forwards() -> MigrationManager:
    """Make the lists and their people."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
