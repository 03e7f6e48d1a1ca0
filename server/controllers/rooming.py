"""Rooming lists at the desk: written by staff, proposed, imported, sent off, and the leader's link."""

from uuid import UUID

from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody

from server.contract.groups import (
    RoomingEntryFields,
    RoomingFile,
    RoomingImported,
    RoomingLinkRequest,
    RoomingList,
    RoomsProposed,
)
from server.contract.stays import LinkMade
from server.dependencies import AtDesk, IfMatch
from server.views.groups import entry_fields, imported_view, rooming_view
from tenants.rooming import operations
from tenants.rooming.link import make_rooming_link
from tenants.rooming.sheets import import_entries, read_sheet


class RoomingController(Controller):
    """Who comes with a group, and who sleeps where."""

    path = "/api/v1/centres/{centre_slug:str}/stays/{stay_id:uuid}/rooming"
    tags = ("groups",)

    @get("/", opt={"right": "stay.view"})
    async def rooming_list(self, desk: AtDesk, stay_id: FromPath[UUID]) -> RoomingList:
        """Show a group's list and how far it is."""
        return await rooming_view(desk.centre_id, stay_id)

    @post("/entries", opt={"right": "stay.edit"})
    async def add(self, desk: AtDesk, stay_id: FromPath[UUID], data: JSONBody[RoomingEntryFields]) -> RoomingList:
        """Write a person down."""
        await operations.save_entry(desk.centre_id, stay_id, entry_fields(data), actor=desk.actor)
        return await rooming_view(desk.centre_id, stay_id)

    @put("/entries/{entry_id:uuid}", opt={"right": "stay.edit"})
    async def change(
        self,
        desk: AtDesk,
        stay_id: FromPath[UUID],
        entry_id: FromPath[UUID],
        data: JSONBody[RoomingEntryFields],
        if_match: IfMatch,
    ) -> RoomingList:
        """Correct a person, whole; If-Match names the version of the row."""
        await operations.save_entry(
            desk.centre_id, stay_id, entry_fields(data), entry_id=entry_id, version=if_match, actor=desk.actor
        )
        return await rooming_view(desk.centre_id, stay_id)

    @delete("/entries/{entry_id:uuid}", opt={"right": "stay.edit"}, status_code=200)
    async def remove(self, desk: AtDesk, stay_id: FromPath[UUID], entry_id: FromPath[UUID]) -> RoomingList:
        """Take a person off the list."""
        await operations.remove_entry(desk.centre_id, stay_id, entry_id, actor=desk.actor)
        return await rooming_view(desk.centre_id, stay_id)

    @post("/proposal", opt={"right": "stay.edit"}, status_code=200)
    async def propose(self, desk: AtDesk, stay_id: FromPath[UUID]) -> RoomsProposed:
        """Give a room to each person who has none: girls and boys apart, leaders near."""
        return RoomsProposed(people=await operations.propose_rooms(desk.centre_id, stay_id, actor=desk.actor))

    @post("/import", opt={"right": "stay.edit"}, status_code=200)
    async def take_file(self, desk: AtDesk, stay_id: FromPath[UUID], data: JSONBody[RoomingFile]) -> RoomingImported:
        """Take people from a CSV or XLSX file; what cannot be read is named row by row, and kept in the notes."""
        source = read_sheet(data.content, data.name)
        return imported_view(await import_entries(desk.centre_id, stay_id, source, actor=desk.actor))

    @post("/submission", opt={"right": "stay.edit"}, status_code=200)
    async def submit(self, desk: AtDesk, stay_id: FromPath[UUID]) -> RoomingList:
        """Say that the list is complete."""
        await operations.submit_list(desk.centre_id, stay_id, actor=desk.actor)
        return await rooming_view(desk.centre_id, stay_id)

    @delete("/submission", opt={"right": "stay.edit"}, status_code=200)
    async def reopen(self, desk: AtDesk, stay_id: FromPath[UUID]) -> RoomingList:
        """Let a list that was sent off be filled in again."""
        await operations.reopen_list(desk.centre_id, stay_id, actor=desk.actor)
        return await rooming_view(desk.centre_id, stay_id)

    @post("/link", opt={"right": "stay.edit"})
    async def link(self, desk: AtDesk, stay_id: FromPath[UUID], data: JSONBody[RoomingLinkRequest]) -> LinkMade:
        """Make the leader's link, or give the same again; mail it if wanted."""
        made = await make_rooming_link(desk.centre_id, stay_id, mail=data.mail, actor=desk.actor)
        return LinkMade(url=made.url, expires_at=made.expires_at, mailed_to=made.mailed_to)
