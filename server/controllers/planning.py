"""The planning and what is free."""

from datetime import date, timedelta
from typing import Final

from litestar import Controller, get
from litestar.params import FromQuery

from infra.database import tenant_transaction
from server.contract.stays import Availability, Planning
from server.dependencies import AtDesk
from server.views.stays import bar_view, day_view, free_room_view, room_view
from tenants.stays import planning, queries
from tenants.stays.planning import check_period

SHOWN_DAYS: Final = 21


class PlanningController(Controller):
    """Rooms down, days across."""

    path = "/api/v1/centres/{centre_slug:str}"
    tags = ("planning",)

    @get("/planning", opt={"right": "stay.view"})
    async def planning(
        self, desk: AtDesk, first_day: FromQuery[date | None] = None, last_day: FromQuery[date | None] = None
    ) -> Planning:
        """Show rooms, bars and the foot of each day, both days included, a year at most; three weeks from today unless said."""
        first = first_day or desk.today
        last = last_day or first + timedelta(days=SHOWN_DAYS - 1)
        async with tenant_transaction(desk.centre_id, read_only=True):
            shown = await planning.planning(desk.centre_id, first, last)
        return Planning(
            first_day=shown.first_day,
            last_day=shown.last_day,
            rooms=[room_view(room) for room in shown.rooms],
            bars=[bar_view(bar) for bar in shown.bars],
            days=[day_view(day) for day in shown.days],
        )

    @get("/availability", opt={"right": "stay.view"})
    async def availability(
        self, desk: AtDesk, arrival: FromQuery[date | None] = None, departure: FromQuery[date | None] = None
    ) -> Availability:
        """Show what is free for all the nights from arrival to departure; tonight unless said."""
        begins = arrival or desk.today
        ends = departure or begins + timedelta(days=1)
        check_period(begins + timedelta(days=1), ends)
        async with tenant_transaction(desk.centre_id, read_only=True):
            free = await queries.availability(desk.centre_id, begins, ends)
        return Availability(
            arrival=free.arrival,
            departure=free.departure,
            free_beds=free.free_beds,
            rooms=[free_room_view(room) for room in free.rooms],
        )
