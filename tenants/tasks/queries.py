"""Every read of tasks."""

from datetime import datetime
from uuid import UUID

import msgspec

from infra.database import Row, fetch, fetch_value


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Something that waits for a person; `facts` are what its words name."""

    id: UUID
    kind: str
    subject_kind: str
    subject_id: UUID
    facts: dict[str, str]
    raised_at: datetime


async def open_tasks(centre_id: UUID, *, before: tuple[datetime, UUID] | None = None, limit: int = 50) -> list[Task]:
    """Return what waits, newest first.

    Args:
        centre_id: whose.
        before: the (`raised_at`, `id`) of the last one had.
        limit: at most so many.
    """
    rows = await fetch(
        """SELECT id, kind, subject_kind, subject_id, facts, raised_at FROM tasks
           WHERE centre_id = $1 AND done_at IS NULL AND ($2::timestamptz IS NULL OR (raised_at, id) < ($2, $3::uuid))
           ORDER BY raised_at DESC, id DESC LIMIT $4""",
        centre_id,
        before[0] if before else None,
        before[1] if before else None,
        limit,
    )
    return [_task(row) for row in rows]


async def count_open(centre_id: UUID) -> int:
    """Count what waits."""
    found: int = await fetch_value("SELECT count(*) FROM tasks WHERE centre_id = $1 AND done_at IS NULL", centre_id)
    return found


def _task(row: Row) -> Task:
    return Task(**{**dict(row), "facts": msgspec.json.decode(row["facts"], type=dict[str, str])})
