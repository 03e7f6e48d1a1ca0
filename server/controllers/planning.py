"""The planning and what is free."""

from datetime import date

from litestar import Controller, get

from infra.database import tenant_transaction
from server.contract.stays import Availability, Planning
from server.dependencies import Desk
from server.views.stays import bar_view, day_view, free_room_view, room_view
from tenants.stays import planning, queries
from tenants.stays.planning import check_period


class PlanningController(Controller):
    """Rooms down, days across."""

    path = "/api/v1/centres/{centre_slug:str}"
    tags = ("planning",)

    @get("/planning", opt={"right": "stay.view"})
    async def planning(self, desk: Desk, first_day: date, last_day: date) -> Planning:
        """Show rooms, bars and the foot of each day, both days included, a year at most."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            shown = await planning.planning(desk.centre_id, first_day, last_day)
        return Planning(
            first_day=shown.first_day,
            last_day=shown.last_day,
            rooms=[room_view(room) for room in shown.rooms],
            bars=[bar_view(bar) for bar in shown.bars],
            days=[day_view(day) for day in shown.days],
        )

    @get("/availability", opt={"right": "stay.view"})
    async def availability(self, desk: Desk, arrival: date, departure: date) -> Availability:
        """Show what is free for all the nights from arrival to departure."""
        check_period(arrival, departure)
        async with tenant_transaction(desk.centre_id, read_only=True):
            free = await queries.availability(desk.centre_id, arrival, departure)
        return Availability(
            arrival=free.arrival,
            departure=free.departure,
            free_beds=free.free_beds,
            rooms=[free_room_view(room) for room in free.rooms],
        )
