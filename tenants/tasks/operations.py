"""Raising what waits for a person, and ending it: by staff, or by itself once its cause is gone."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import Row, execute, fetch, fetch_row, fetch_value, tenant_transaction
from infra.errors import FieldError, Invalid, NotFound, Refused
from infra.ids import new_id
from infra.outbox import record
from tenants.tasks.events import TaskFinished, TaskRaised
from tenants.tasks.rules import SUBJECTS, Kind, Level, level_of


class TaskUnknown(NotFound):
    """The centre has no such task."""

    code = "task_unknown"


class TaskBlocks(Refused):
    """This one cannot be ignored: do what it asks, or say that it is done."""

    code = "task_blocks"


class TaskReasonMissing(Invalid):
    """A task is ignored for a reason, in a few words."""

    code = "task_reason_missing"


LONGEST_REASON: Final = 300


async def raise_task(
    centre_id: UUID, kind: Kind, subject_id: UUID, *, cause: str, facts: Mapping[str, str], actor: Actor
) -> UUID | None:
    """Put something on the list of what waits: one open task for each kind and thing, and one ever for each cause.

    Args:
        centre_id: whose list.
        kind: what is to be done.
        subject_id: the thing it is about.
        cause: what made it so; told again, also after the task was done, it raises nothing.
        facts: what its words name: numbers and codes, never people.
        actor: the job that noticed.

    Returns:
        The task's id; None where it was there.
    """
    async with tenant_transaction(centre_id):
        made: UUID | None = await fetch_value(
            """INSERT INTO tasks (id, centre_id, kind, subject_kind, subject_id, cause, facts, raised_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id""",
            new_id(),
            centre_id,
            kind,
            SUBJECTS[kind],
            subject_id,
            cause,
            msgspec.json.encode(facts).decode(),
            now(),
        )
        if made is not None:
            await record(TaskRaised(subject_id=made), actor=actor)
    return made


async def finish_task(centre_id: UUID, task_id: UUID, *, actor: Actor) -> None:
    """Say that a task is done; saying it twice changes nothing.

    Raises:
        TaskUnknown: the centre has none of this id.
    """
    async with tenant_transaction(centre_id):
        row = await _locked(centre_id, task_id)
        if row["done_at"] is None:
            await _end(centre_id, task_id, actor=actor)
            after: dict[str, object] = {"task": row["kind"]}
            await audit(row["subject_kind"], row["subject_id"], "finish_task", actor=actor, after=after)


async def ignore_task(centre_id: UUID, task_id: UUID, reason: str, *, actor: Actor) -> None:
    """Let a task be, with a reason that the history keeps; of one that waits no more, nothing.

    Raises:
        TaskUnknown: the centre has none of this id.
        TaskBlocks: it is of those that cannot be let be.
        TaskReasonMissing: no reason is given, or one too long.
    """
    said = reason.strip()
    if not 3 <= len(said) <= LONGEST_REASON:
        raise TaskReasonMissing(errors=(FieldError("/reason", "required", "why it is let be"),))
    async with tenant_transaction(centre_id):
        row = await _locked(centre_id, task_id)
        if row["done_at"] is not None:
            return
        if level_of(row["kind"]) is Level.BLOCKING:
            raise TaskBlocks()
        await _end(centre_id, task_id, actor=actor, ignored_because=said)
        after: dict[str, object] = {"task": row["kind"], "reason": said}
        await audit(row["subject_kind"], row["subject_id"], "ignore_task", actor=actor, after=after)


async def settle_tasks(centre_id: UUID, kind: Kind, subject_id: UUID, *, actor: Actor) -> int:
    """End the open task of a kind about a thing, because its cause is gone; return how many there were."""
    async with tenant_transaction(centre_id):
        rows = await fetch(
            """SELECT id FROM tasks WHERE centre_id = $1 AND kind = $2 AND subject_id = $3 AND done_at IS NULL
               FOR UPDATE""",
            centre_id,
            kind,
            subject_id,
        )
        for row in rows:
            await _end(centre_id, row["id"], actor=actor)
    return len(rows)


async def _locked(centre_id: UUID, task_id: UUID) -> Row:
    row = await fetch_row(
        "SELECT kind, subject_kind, subject_id, done_at FROM tasks WHERE centre_id = $1 AND id = $2 FOR UPDATE",
        centre_id,
        task_id,
    )
    if row is None:
        raise TaskUnknown()
    return row


async def _end(centre_id: UUID, task_id: UUID, *, actor: Actor, ignored_because: str | None = None) -> None:
    await execute(
        "UPDATE tasks SET done_at = $3, done_by = $4, ignored_because = $5 WHERE centre_id = $1 AND id = $2",
        centre_id,
        task_id,
        now(),
        actor.name,
        ignored_because,
    )
    await record(TaskFinished(subject_id=task_id), actor=actor)
