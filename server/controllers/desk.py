"""Accueil: the day in one look."""

from datetime import timedelta
from typing import Final

from litestar import Controller, get

from billing.dossiers.lists import desk_money
from infra.database import tenant_transaction
from infra.mail.queries import failed_count
from server.contract.stays import Desk as DeskView
from server.dependencies import AtDesk
from server.views.stays import arrival_lines, day_view
from server.views.tasks import task_view
from tenants.arrivals.queries import house
from tenants.enquiries.queries import unanswered
from tenants.stays import queries
from tenants.stays.planning import day_counts
from tenants.tasks.queries import count_open, open_tasks

NEWEST_TASKS: Final = 5


class DeskController(Controller):
    """What the desk needs to know when it opens."""

    path = "/api/v1/centres/{centre_slug:str}"
    tags = ("centre",)

    @get("/desk", opt={"right": "desk.view"})
    async def desk(self, desk: AtDesk) -> DeskView:
        """Show the day: arrivals, departures, the house, what waits for an answer or for money, the week."""
        centre_id, today = desk.centre_id, desk.today
        async with tenant_transaction(centre_id, read_only=True):
            arriving = await queries.arrivals_of(centre_id, today)
            leaving = await queries.departures_of(centre_id, today)
            lines = await arrival_lines(centre_id, [*arriving, *leaving])
            week = await day_counts(centre_id, today, today + timedelta(days=6))
            here = await house(centre_id, today)
            waiting = await unanswered(centre_id)
            money = await desk_money(centre_id, today)
            return DeskView(
                today=today,
                arrivals=lines[: len(arriving)],
                departures=lines[len(arriving) :],
                present_rooms=here.present_rooms,
                present_people=here.present_people,
                capacity=week[0].capacity,
                occupied_tonight=week[0].occupied,
                unanswered_enquiries=waiting.count,
                oldest_unanswered=waiting.oldest,
                options_ending=await queries.options_ending(centre_id, today),
                overdue_payments=money.overdue_payments,
                overdue_minor=money.overdue.minor,
                forms_to_sign=here.forms_to_sign,
                failed_mails=await failed_count(),
                week=[day_view(day) for day in week],
                tasks=await count_open(centre_id),
                newest_tasks=[task_view(task) for task in await open_tasks(centre_id, limit=NEWEST_TASKS)],
            )
