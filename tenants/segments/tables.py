"""Segments that are kept, and their snapshots."""

from piccolo.columns import JSONB, UUID, BigInt, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class SegmentRow(Table, db=DB, tablename="segments", help_text="A segment that somebody keeps under a name."):
    """One segment."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    name = Text(default=None)
    name_key = Text(default=None, help_text="The name folded: unique in the centre, whoever's it is.")
    shared = Boolean(default=None, help_text="Everybody of the centre sees it; else only whose it is.")
    account_id = UUID(null=True, default=None, help_text="Whose it is; empty for a job's.")
    by_name = Text(default=None)
    expression = JSONB(default=None, help_text="What it asks (tenants.segments.expressions).")
    version = BigInt(default=None)
    created_at = Timestamptz(default=None)
    changed_at = Timestamptz(default=None)


class SegmentSnapshotRow(Table, db=DB, tablename="segment_snapshots", help_text="Who a segment found at a moment."):
    """One snapshot."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    segment_id = UUID(default=None)
    taken_at = Timestamptz(default=None)
    taken_by = Text(default=None)
    expression = JSONB(default=None, help_text="What was asked then.")
    clients = Integer(default=None, help_text="How many were found; those erased since are no longer kept.")


class SegmentSnapshotClient(
    Table, db=DB, tablename="segment_snapshot_clients", help_text="A client that a snapshot found."
):
    """One client of one snapshot; twice where two cards became one."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    snapshot_id = UUID(default=None)
    client_id = UUID(default=None)
