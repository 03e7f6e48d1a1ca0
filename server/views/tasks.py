"""Tasks in the contract's structs."""

from server.contract import tasks as wire
from tenants.tasks.queries import Task
from tenants.tasks.rules import level_of


def task_view(task: Task) -> wire.Task:
    """Return a task as the contract has it."""
    return wire.Task(
        id=task.id,
        kind=task.kind,
        subject_kind=task.subject_kind,
        subject_id=task.subject_id,
        facts=task.facts,
        raised_at=task.raised_at,
        level=level_of(task.kind),
    )
