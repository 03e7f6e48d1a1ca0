"""The day: who arrives, who is here, who leaves."""

from datetime import date
from uuid import UUID

from litestar import Controller, Response, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from infra.database import tenant_transaction
from server.answers import tagged
from server.contract.arrivals import PoliceForm, PreCheckInDays
from server.contract.basics import Page
from server.contract.stays import ArrivalLine, EarlyDeparture, LinkMade, Stay
from server.dependencies import AtDesk, Desk
from server.views.stays import arrival_lines, police_form_view, stay_view
from tenants.arrivals import inviting
from tenants.arrivals.operations import make_pre_check_in_link
from tenants.arrivals.police import police_forms_of
from tenants.stays import presence, queries


class ArrivalController(Controller):
    """Presence, departures, and the link that asks beforehand."""

    path = "/api/v1/centres/{centre_slug:str}"
    tags = ("arrivals",)

    @get("/arrivals", opt={"right": "stay.view"})
    async def arrivals(self, desk: AtDesk, day: FromQuery[date | None] = None) -> Page[ArrivalLine]:
        """List the day's arrivals (today's unless said) with what each still needs."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            lines = await queries.arrivals_of(desk.centre_id, day or desk.today)
            return Page(items=await arrival_lines(desk.centre_id, lines))

    @get("/departures", opt={"right": "stay.view"})
    async def departures(self, desk: AtDesk, day: FromQuery[date | None] = None) -> Page[ArrivalLine]:
        """List the day's departures (today's unless said)."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            lines = await queries.departures_of(desk.centre_id, day or desk.today)
            return Page(items=await arrival_lines(desk.centre_id, lines))

    @post("/stays/{stay_id:uuid}/presence", opt={"right": "arrival.check_in"}, status_code=200)
    async def present(self, desk: AtDesk, stay_id: FromPath[UUID]) -> Response[Stay]:
        """Say that the stay's people are here."""
        await presence.mark_present(desk.centre_id, stay_id, actor=desk.actor)
        return await _answer(desk, stay_id)

    @delete("/stays/{stay_id:uuid}/presence", opt={"right": "arrival.check_in"}, status_code=200)
    async def not_present(self, desk: AtDesk, stay_id: FromPath[UUID]) -> Response[Stay]:
        """Take a wrong presence back."""
        await presence.undo_present(desk.centre_id, stay_id, actor=desk.actor)
        return await _answer(desk, stay_id)

    @post("/stays/{stay_id:uuid}/no-show", opt={"right": "arrival.check_in"}, status_code=200)
    async def no_show(self, desk: AtDesk, stay_id: FromPath[UUID]) -> Response[Stay]:
        """Say that nobody came; the beds are free."""
        await presence.mark_no_show(desk.centre_id, stay_id, actor=desk.actor)
        return await _answer(desk, stay_id)

    @delete("/stays/{stay_id:uuid}/no-show", opt={"right": "arrival.check_in"}, status_code=200)
    async def undo_no_show(self, desk: AtDesk, stay_id: FromPath[UUID]) -> Response[Stay]:
        """Take a wrong « no-show » back, with its beds where nobody has them."""
        await presence.undo_no_show(desk.centre_id, stay_id, actor=desk.actor)
        return await _answer(desk, stay_id)

    @post("/stays/{stay_id:uuid}/departure", opt={"right": "arrival.check_in"}, status_code=200)
    async def departed(self, desk: AtDesk, stay_id: FromPath[UUID]) -> Response[Stay]:
        """Say that the stay's people have left."""
        await presence.mark_departed(desk.centre_id, stay_id, actor=desk.actor)
        return await _answer(desk, stay_id)

    @delete("/stays/{stay_id:uuid}/departure", opt={"right": "arrival.check_in"}, status_code=200)
    async def not_departed(self, desk: AtDesk, stay_id: FromPath[UUID]) -> Response[Stay]:
        """Take a wrong departure back."""
        await presence.undo_departed(desk.centre_id, stay_id, actor=desk.actor)
        return await _answer(desk, stay_id)

    @post("/stays/{stay_id:uuid}/early-departures", opt={"right": "arrival.check_in"}, status_code=200)
    async def depart_early(
        self, desk: AtDesk, stay_id: FromPath[UUID], data: JSONBody[EarlyDeparture]
    ) -> Response[Stay]:
        """Free one room from a day on, or the whole group; what is owed does not move."""
        await presence.depart_early(
            desk.centre_id, stay_id, data.room_id, data.day, whole_group=data.whole_group, actor=desk.actor
        )
        return await _answer(desk, stay_id)

    @delete("/stays/{stay_id:uuid}/early-departures/{room_id:uuid}", opt={"right": "arrival.check_in"}, status_code=200)
    async def undo_early_departure(
        self, desk: AtDesk, stay_id: FromPath[UUID], room_id: FromPath[UUID]
    ) -> Response[Stay]:
        """Take an early departure back, within fifteen minutes."""
        await presence.undo_early_departure(desk.centre_id, stay_id, room_id, actor=desk.actor)
        return await _answer(desk, stay_id)

    @post("/stays/{stay_id:uuid}/pre-check-in-link", opt={"right": "arrival.check_in"})
    async def link(self, desk: AtDesk, stay_id: FromPath[UUID]) -> LinkMade:
        """Make the stay's pre-check-in link, or give the same again."""
        made = await make_pre_check_in_link(desk.centre_id, stay_id, actor=desk.actor)
        return LinkMade(url=made.url, expires_at=made.expires_at)

    @post("/stays/{stay_id:uuid}/pre-check-in-mail", opt={"right": "arrival.check_in"})
    async def mail_link(self, desk: AtDesk, stay_id: FromPath[UUID]) -> LinkMade:
        """Mail the stay's pre-check-in link to its client."""
        made, mailed_to = await inviting.mail_pre_check_in(desk.centre_id, stay_id, actor=desk.actor)
        return LinkMade(url=made.url, expires_at=made.expires_at, mailed_to=mailed_to)

    @get("/pre-check-in-days", opt={"right": "stay.view"})
    async def pre_check_in_days(self, desk: AtDesk) -> PreCheckInDays:
        """Say how many days before the arrival the pre-check-in link goes out by mail."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            return PreCheckInDays(days=await inviting.pre_check_in_days(desk.centre_id))

    @put("/pre-check-in-days", opt={"right": "centre.edit"})
    async def set_pre_check_in_days(self, desk: AtDesk, data: JSONBody[PreCheckInDays]) -> PreCheckInDays:
        """Set how many days before the arrival it goes out; 0 for never by itself."""
        await inviting.set_pre_check_in_days(desk.centre_id, data.days, actor=desk.actor)
        return data

    @get("/stays/{stay_id:uuid}/police-forms", opt={"right": "police.view"})
    async def police_forms(self, desk: AtDesk, stay_id: FromPath[UUID]) -> Page[PoliceForm]:
        """Open the police forms of a stay's guests; who opened them is in the stay's history."""
        forms = await police_forms_of(desk.centre_id, stay_id, actor=desk.actor)
        return Page(items=[police_form_view(form) for form in forms])


async def _answer(desk: Desk, stay_id: UUID) -> Response[Stay]:
    async with tenant_transaction(desk.centre_id, read_only=True):
        stay = await stay_view(desk.centre_id, stay_id)
    return tagged(stay, stay.version)
