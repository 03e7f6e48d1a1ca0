"""The centre one works in, its day, its trail, what changes."""

from collections.abc import AsyncIterator
from uuid import UUID

from server.contract.accounts import (
    CentreView,
    NetworkCentre,
)
from server.contract.basics import HistoryEntry, LiveEvent, Page
from server.contract.code_lists import CodeList
from server.contract.dossiers import (
    FailedMail,
)
from server.contract.history import TrailEntry
from server.contract.stays import (
    Desk,
)
from server.contract.tasks import Task, TaskIgnored
from tui.client.calls import Calls
from tui.transport import Resync

MOST_ENTRIES = 200
"""So many lines of a history are read at once."""


class DayCalls(Calls):
    """The centre and its day."""

    async def centre(self) -> CentreView:
        """The centre one works in."""
        return await self.line.send("GET", await self._at(""), CentreView)

    async def code_lists(self) -> list[CodeList]:
        """The network's code lists as they are now."""
        return await self.line.send("GET", await self._at("/code-lists"), list[CodeList])

    async def desk(self) -> Desk:
        """The day in one look."""
        return await self.line.send("GET", await self._at("/desk"), Desk)

    async def events(self) -> AsyncIterator[LiveEvent | Resync]:
        """What changes, as it changes."""
        async for event in self.line.events(await self._at("/events")):
            yield event

    async def tasks(self) -> Page[Task]:
        """What waits for a person, newest first."""
        return await self.line.send("GET", await self._at("/tasks"), Page[Task])

    async def finish_task(self, task_id: UUID) -> None:
        """Say that a task is done."""
        await self.line.send("POST", await self._at(f"/tasks/{task_id}/done"), bytes)

    async def ignore_task(self, task_id: UUID, reason: str) -> None:
        """Let a notice or a warning be, with a reason."""
        path = await self._at(f"/tasks/{task_id}/ignored")
        await self.line.send("POST", path, bytes, body=TaskIgnored(reason=reason))

    async def failed_mails(self) -> Page[FailedMail]:
        """Mails that could not be sent."""
        return await self.line.send("GET", await self._at("/mails"), Page[FailedMail], query={"state": "failed"})

    async def retry_mail(self, mail_id: UUID) -> None:
        """Put a mail back in the queue."""
        await self.line.send("POST", await self._at(f"/mails/{mail_id}/retry"), bytes)

    async def history(self, subject_id: UUID, *, openings: bool = False) -> Page[HistoryEntry]:
        """Who did what to it; with `openings`, who only looked at it too."""
        query: dict[str, str | int | None] = {"limit": MOST_ENTRIES, "openings": "true" if openings else "false"}
        return await self.line.send("GET", await self._at(f"/history/{subject_id}"), Page[HistoryEntry], query=query)

    async def trail(self, *, openings: bool = False, cursor: str | None = None) -> Page[TrailEntry]:
        """Who did what in the whole centre."""
        query: dict[str, str | int | None] = {"openings": "true" if openings else "false", "cursor": cursor}
        return await self.line.send("GET", await self._at("/history"), Page[TrailEntry], query=query)

    async def network_centres(self) -> Page[NetworkCentre]:
        """The centres of the network."""
        return await self.line.send("GET", "/api/v1/network/centres", Page[NetworkCentre])
