"""What happened to segments."""

from infra.outbox import Event


class SegmentSaved(Event, frozen=True, kw_only=True, tag="segments.saved"):
    """It was made, or changed."""


class SegmentDeleted(Event, frozen=True, kw_only=True, tag="segments.deleted"):
    """It is kept no more, nor are its snapshots."""


class SegmentSnapshotMade(Event, frozen=True, kw_only=True, tag="segments.snapshot_made"):
    """Who it found was kept."""
