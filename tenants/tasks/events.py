"""What happened to a task; `subject_id` is the task's."""

from infra.outbox import Event


class TaskRaised(Event, frozen=True, kw_only=True, tag="tasks.raised"):
    """Something waits for a person."""


class TaskFinished(Event, frozen=True, kw_only=True, tag="tasks.finished"):
    """It waits no more."""
