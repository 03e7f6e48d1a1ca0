"""Which rooms are to be cleaned, and the phones on which it is done."""

from datetime import date
from uuid import UUID

from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from infra.database import tenant_transaction
from server.contract.basics import Page
from server.contract.day_sheet import NewPhone, Phone, PhonePaired, RoomMark, Rooms
from server.dependencies import AtDesk
from server.views.day_sheet import rooms_view
from tenants.housekeeping import operations, queries
from tenants.housekeeping.phones import PHONES, phone_address
from tenants.housekeeping.rules import read_state


class HousekeepingController(Controller):
    """The rooms of the day."""

    path = "/api/v1/centres/{centre_slug:str}/housekeeping"
    tags = ("housekeeping",)

    @get("/rooms", opt={"right": "stay.view"})
    async def rooms(self, desk: AtDesk, day: FromQuery[date | None] = None) -> Rooms:
        """List every room as housekeeping sees it (today unless said), the day's departures first."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            return rooms_view(day or desk.today, await queries.rooms_today(desk.centre_id, day or desk.today))

    @put("/rooms/{room_id:uuid}", opt={"right": "arrival.check_in"})
    async def mark(self, desk: AtDesk, room_id: FromPath[UUID], data: JSONBody[RoomMark]) -> Rooms:
        """Say that a room is dirty, clean or inspected."""
        await operations.mark_room(desk.centre_id, room_id, read_state(data.state), actor=desk.actor)
        async with tenant_transaction(desk.centre_id, read_only=True):
            return rooms_view(desk.today, await queries.rooms_today(desk.centre_id, desk.today))

    @get("/phones", opt={"right": "centre.edit"})
    async def phones(self, desk: AtDesk) -> Page[Phone]:
        """List the phones of housekeeping, those that are paired first."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await PHONES.devices(desk.centre_id)
        return Page(
            items=[
                Phone(id=one.id, name=one.name, paired_at=one.paired_at, unpaired_at=one.unpaired_at) for one in found
            ]
        )

    @post("/phones", opt={"right": "centre.edit"})
    async def pair(self, desk: AtDesk, data: JSONBody[NewPhone]) -> PhonePaired:
        """Pair a phone; its address is said this once."""
        paired = await PHONES.pair(desk.centre_id, data.name, actor=desk.actor)
        return PhonePaired(id=paired.id, name=data.name, url=phone_address(desk.slug, paired.token))

    @delete("/phones/{phone_id:uuid}", opt={"right": "centre.edit"})
    async def unpair(self, desk: AtDesk, phone_id: FromPath[UUID]) -> None:
        """End a phone's pairing at once."""
        await PHONES.unpair(desk.centre_id, phone_id, actor=desk.actor)
