"""What waits for a person."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from infra.database import tenant_transaction
from infra.errors import FieldError
from server.answers import CursorInvalid, page_limit, page_of, read_cursor
from server.contract.basics import Page
from server.contract.tasks import Task, TaskIgnored
from server.dependencies import AtDesk
from server.views.tasks import task_view
from tenants.tasks.operations import finish_task, ignore_task
from tenants.tasks.queries import open_tasks


class TaskController(Controller):
    """The list that Accueil counts: whoever sees it may say that something is done."""

    path = "/api/v1/centres/{centre_slug:str}/tasks"
    tags = ("tasks",)

    @get("/", opt={"right": "desk.view"})
    async def tasks(
        self, desk: AtDesk, *, cursor: FromQuery[str | None] = None, limit: FromQuery[int | None] = None
    ) -> Page[Task]:
        """List what waits, newest first."""
        size, before = page_limit(limit), read_cursor(cursor)
        try:
            start = None if before is None else (datetime.fromisoformat(before[0]), before[1])
        except ValueError as error:
            raise CursorInvalid(errors=(FieldError("?cursor", "cursor_invalid", "not a cursor"),)) from error
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await open_tasks(desk.centre_id, before=start, limit=size + 1)
        last = found[size - 1] if len(found) > size else None
        return page_of(
            [task_view(task) for task in found],
            limit=size,
            cursor=(last.raised_at.isoformat(), last.id) if last else None,
        )

    @post("/{task_id:uuid}/done", opt={"right": "desk.view"}, status_code=204)
    async def done(self, desk: AtDesk, task_id: FromPath[UUID]) -> None:
        """Say that it is done; who did is in the history of what it is about."""
        await finish_task(desk.centre_id, task_id, actor=desk.actor)

    @post("/{task_id:uuid}/ignored", opt={"right": "desk.view"}, status_code=204)
    async def ignored(self, desk: AtDesk, task_id: FromPath[UUID], data: JSONBody[TaskIgnored]) -> None:
        """Let a notice or a warning be; who did, and why, is in the history of what it is about."""
        await ignore_task(desk.centre_id, task_id, data.reason, actor=desk.actor)
