"""Who else has something open."""

from uuid import UUID

from server.contract.openings import Opening, OpeningKept
from tui.client.calls import Calls


class OpeningCalls(Calls):
    """What is open at the desk."""

    async def keep_open(self, subject_id: UUID, *, editing: bool) -> list[Opening]:
        """Say that one has it open, for a minute; learn who else has."""
        path = await self._at(f"/openings/{subject_id}")
        return await self.line.send("PUT", path, list[Opening], body=OpeningKept(editing=editing))

    async def close_opening(self, subject_id: UUID) -> None:
        """Say that one has closed it."""
        await self.line.send("DELETE", await self._at(f"/openings/{subject_id}"), bytes)
