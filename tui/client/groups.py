"""Groups: the rooming list, its link, its file."""

from uuid import UUID

from server.contract.groups import (
    RoomingEntryFields,
    RoomingFile,
    RoomingImported,
    RoomingLinkRequest,
    RoomingList,
    RoomsProposed,
)
from server.contract.stays import LinkMade
from tui.client.calls import Calls


class GroupCalls(Calls):
    """Who comes with a group, and who sleeps where."""

    async def rooming_list(self, stay_id: UUID) -> RoomingList:
        """A group's list and how far it is."""
        return await self.line.send("GET", await self._rooming(stay_id), RoomingList)

    async def add_person(self, stay_id: UUID, fields: RoomingEntryFields) -> RoomingList:
        """Write somebody down."""
        return await self.line.send("POST", await self._rooming(stay_id, "/entries"), RoomingList, body=fields)

    async def change_person(
        self, stay_id: UUID, entry_id: UUID, fields: RoomingEntryFields, *, version: int
    ) -> RoomingList:
        """Correct somebody."""
        path = await self._rooming(stay_id, f"/entries/{entry_id}")
        return await self.line.send("PUT", path, RoomingList, body=fields, version=version)

    async def remove_person(self, stay_id: UUID, entry_id: UUID) -> RoomingList:
        """Take somebody off."""
        return await self.line.send("DELETE", await self._rooming(stay_id, f"/entries/{entry_id}"), RoomingList)

    async def propose_rooms(self, stay_id: UUID) -> RoomsProposed:
        """Give a room to each who has none."""
        return await self.line.send("POST", await self._rooming(stay_id, "/proposal"), RoomsProposed)

    async def import_people(self, stay_id: UUID, file: RoomingFile) -> RoomingImported:
        """Take people from a file."""
        return await self.line.send("POST", await self._rooming(stay_id, "/import"), RoomingImported, body=file)

    async def submit_rooming(self, stay_id: UUID) -> RoomingList:
        """Say that the list is complete."""
        return await self.line.send("POST", await self._rooming(stay_id, "/submission"), RoomingList)

    async def reopen_rooming(self, stay_id: UUID) -> RoomingList:
        """Let it be filled in again."""
        return await self.line.send("DELETE", await self._rooming(stay_id, "/submission"), RoomingList)

    async def make_rooming_link(self, stay_id: UUID, *, mail: bool) -> LinkMade:
        """Make the leader's link, and mail it if wanted."""
        path = await self._rooming(stay_id, "/link")
        return await self.line.send("POST", path, LinkMade, body=RoomingLinkRequest(mail=mail))

    async def _rooming(self, stay_id: UUID, rest: str = "") -> str:
        return await self._at(f"/stays/{stay_id}/rooming{rest}")
