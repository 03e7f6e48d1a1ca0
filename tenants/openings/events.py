"""What happened to who has something open; `subject_id` is the thing's."""

from infra.outbox import Event


class OpeningsChanged(Event, frozen=True, kw_only=True, tag="openings.changed"):
    """Two people or more had it open, and one came, went, or began to change it."""
