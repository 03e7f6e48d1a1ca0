"""Segments that are kept, and who they found at a moment."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-22T16:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "segments"

SQL = [
    tenant_table(
        "segments",
        """
        name text NOT NULL,
        name_key text NOT NULL,
        shared boolean NOT NULL,
        account_id uuid,
        by_name text NOT NULL,
        expression jsonb NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        CONSTRAINT segments_name_key_unique UNIQUE (centre_id, name_key),
        CONSTRAINT segments_name_check CHECK (name <> '')
        """,
    ),
    tenant_table(
        "segment_snapshots",
        """
        segment_id uuid NOT NULL,
        taken_at timestamptz NOT NULL,
        taken_by text NOT NULL,
        expression jsonb NOT NULL,
        clients integer NOT NULL
        """,
        grants="SELECT, INSERT, DELETE",
    ),
    reference("segment_snapshots", "segment_id", "segments"),
    # No unique client: when two cards become one, a snapshot that found both names the one twice, until it is undone.
    tenant_table("segment_snapshot_clients", "snapshot_id uuid NOT NULL, client_id uuid NOT NULL"),
    reference("segment_snapshot_clients", "snapshot_id", "segment_snapshots"),
    reference("segment_snapshot_clients", "client_id", "clients"),
]


async def forwards() -> MigrationManager:
    """Make the tables."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
