"""Rooms, and rooms out of service."""

from uuid import UUID

import msgspec
from litestar import Controller, delete, get, post
from litestar.params import FromPath, JSONBody

from infra.database import tenant_transaction
from server.contract.basics import Page
from server.contract.stays import NewRoom, OutOfService, PlanningBar, Room, RoomsWithdrawn
from server.dependencies import AtDesk
from server.views.stays import bar_view, room_view, typed_fields, within
from tenants.rooms import operations, queries
from tenants.rooms.rules import NewRoomFields
from tenants.stays import undoing
from tenants.stays.out_of_service import save_as_out_of_service
from tenants.stays.planning import bars
from tenants.stays.rules import NewStayFields


class RoomController(Controller):
    """What the house has to sleep in."""

    path = "/api/v1/centres/{centre_slug:str}"
    tags = ("rooms",)

    @get("/rooms", opt={"right": "stay.view"})
    async def rooms(self, desk: AtDesk) -> Page[Room]:
        """List the rooms with their beds, in the house's order."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            return Page(items=[room_view(room) for room in await queries.rooms(desk.centre_id)])

    @post("/rooms", opt={"right": "room.edit"})
    async def add(self, desk: AtDesk, data: JSONBody[NewRoom]) -> Room:
        """Make a room with so many beds."""
        new = NewRoomFields(
            name=data.name,
            beds=data.beds,
            building=data.building,
            floor=data.floor,
            room_type=data.room_type,
            dormitory=data.dormitory,
            accessible=data.accessible,
        )
        return room_view(await operations.add_room(desk.centre_id, new, actor=desk.actor))

    @post("/withdrawals", opt={"right": "room.withdraw"})
    async def withdraw(self, desk: AtDesk, data: JSONBody[OutOfService]) -> PlanningBar:
        """Put a room out of service; the answer is its bar on the planning, whose id lifts it."""
        withdrawn = await undoing.withdraw(
            desk.centre_id,
            data.room_id,
            first_day=data.first_day,
            last_day=data.last_day,
            reason=data.reason,
            note_text=data.note,
            actor=desk.actor,
        )
        async with tenant_transaction(desk.centre_id, read_only=True):
            shown = await bars(desk.centre_id, data.first_day, data.last_day)
        return next(bar_view(bar) for bar in shown if bar.id == withdrawn.id)

    @post("/withdrawals/by-stay", opt={"right": "room.withdraw"})
    async def withdraw_by_stay(self, desk: AtDesk, data: JSONBody[RoomsWithdrawn]) -> Page[PlanningBar]:
        """Put rooms out of service the way staff learned it: a stay with zero in every band, confirmed, with its reason."""
        with within("/fields", but=frozenset({"/bed_ids", "/reason"})):
            new = NewStayFields(**msgspec.structs.asdict(typed_fields(data.fields)), bed_ids=tuple(data.bed_ids))
            made = await save_as_out_of_service(
                desk.centre_id, new, reason=data.reason, note=data.note, actor=desk.actor
            )
        async with tenant_transaction(desk.centre_id, read_only=True):
            shown = await bars(desk.centre_id, new.arrival, new.departure)
        ids = {one.id for one in made}
        return Page(items=[bar_view(bar) for bar in shown if bar.id in ids])

    @delete("/withdrawals/{withdrawal_id:uuid}", opt={"right": "room.withdraw"})
    async def lift(self, desk: AtDesk, withdrawal_id: FromPath[UUID]) -> None:
        """Put a room back on sale."""
        await undoing.give_back(desk.centre_id, withdrawal_id, actor=desk.actor)
