"""The desk's part of an arrival: the check-in, the keys, the survey beforehand."""

from uuid import UUID

from litestar import Controller, Response, get, post, put
from litestar.params import FromPath, JSONBody

from infra.database import tenant_transaction
from server.answers import tagged
from server.contract.day_sheet import CheckIn, Keys, KeysCount, Survey, SurveyDays, SurveyRequest
from server.contract.stays import LinkMade, Stay
from server.dependencies import AtDesk
from server.views.day_sheet import survey_view
from server.views.stays import stay_view
from tenants.arrivals import check_in as desk_work
from tenants.arrivals import survey
from tenants.stays.rows import require_stay


class CheckInController(Controller):
    """Keys out, keys back, and what was said before."""

    path = "/api/v1/centres/{centre_slug:str}"
    tags = ("arrivals",)

    @post("/stays/{stay_id:uuid}/check-in", opt={"right": "arrival.check_in"}, status_code=200)
    async def check_in(self, desk: AtDesk, stay_id: FromPath[UUID], data: JSONBody[CheckIn]) -> Response[Stay]:
        """Say that the people are here, and hand over their keys: one for each room unless said."""
        await desk_work.check_in(desk.centre_id, stay_id, keys=data.keys, actor=desk.actor)
        async with tenant_transaction(desk.centre_id, read_only=True):
            stay = await stay_view(desk.centre_id, stay_id)
        return tagged(stay, stay.version)

    @get("/stays/{stay_id:uuid}/keys", opt={"right": "stay.view"})
    async def keys(self, desk: AtDesk, stay_id: FromPath[UUID]) -> Keys:
        """Say how many keys a stay has had, and brought back."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            await require_stay(desk.centre_id, stay_id)
            found = (await desk_work.keys_of(desk.centre_id, [stay_id])).get(stay_id, desk_work.Keys())
        return Keys(given=found.given, returned=found.returned)

    @post("/stays/{stay_id:uuid}/keys", opt={"right": "arrival.check_in"}, status_code=200)
    async def give(self, desk: AtDesk, stay_id: FromPath[UUID], data: JSONBody[KeysCount]) -> Keys:
        """Hand over so many keys more, one unless said."""
        count = 1 if data.count is None else data.count
        found = await desk_work.give_keys(desk.centre_id, stay_id, count, actor=desk.actor)
        return Keys(given=found.given, returned=found.returned)

    @post("/stays/{stay_id:uuid}/keys/return", opt={"right": "arrival.check_in"}, status_code=200)
    async def take_back(self, desk: AtDesk, stay_id: FromPath[UUID], data: JSONBody[KeysCount]) -> Keys:
        """Take keys back, all that are out unless said."""
        found = await desk_work.return_keys(desk.centre_id, stay_id, data.count, actor=desk.actor)
        return Keys(given=found.given, returned=found.returned)

    @get("/stays/{stay_id:uuid}/survey", opt={"right": "stay.view"})
    async def survey(self, desk: AtDesk, stay_id: FromPath[UUID]) -> Survey:
        """Show what was answered before the arrival."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            await require_stay(desk.centre_id, stay_id)
            return survey_view(await survey.survey_of(desk.centre_id, stay_id))

    @post("/stays/{stay_id:uuid}/survey", opt={"right": "arrival.check_in"})
    async def send_survey(self, desk: AtDesk, stay_id: FromPath[UUID], data: JSONBody[SurveyRequest]) -> LinkMade:
        """Make the survey's link, and mail it unless only the address is wanted."""
        made = await survey.send_survey(desk.centre_id, stay_id, mail=data.mail, actor=desk.actor)
        return LinkMade(url=made.url, expires_at=made.expires_at, mailed_to=made.mailed_to)

    @get("/survey-days", opt={"right": "stay.view"})
    async def survey_days(self, desk: AtDesk) -> SurveyDays:
        """Say how many days before the arrival the survey goes out."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            return SurveyDays(days=await survey.survey_days(desk.centre_id))

    @put("/survey-days", opt={"right": "centre.edit"})
    async def set_survey_days(self, desk: AtDesk, data: JSONBody[SurveyDays]) -> SurveyDays:
        """Set how many days before the arrival the survey goes out; 0 for never by itself."""
        await survey.set_survey_days(desk.centre_id, data.days, actor=desk.actor)
        return data
