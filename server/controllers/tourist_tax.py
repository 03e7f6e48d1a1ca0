"""Tourist tax: its rates, its register and declaration, what a stay owes."""

from datetime import date, timedelta
from uuid import UUID

from litestar import Controller, Response, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from billing.tourist_tax import operations, queries
from infra.database import tenant_transaction
from server.contract.dossiers import DossierView
from server.contract.statistics import TouristTax, TouristTaxExemption, TouristTaxLine, TouristTaxRate
from server.controllers.dossiers import shown
from server.dependencies import AtDesk
from server.views.tourist_tax import lines_view, rate_of, rate_view, tourist_tax


class TouristTaxController(Controller):
    """What is collected for the commune."""

    path = "/api/v1/centres/{centre_slug:str}"
    tags = ("tourist tax",)

    @get("/tourist-tax", opt={"right": "statistics.view"})
    async def register(
        self, desk: AtDesk, first_day: FromQuery[date | None] = None, last_day: FromQuery[date | None] = None
    ) -> TouristTax:
        """Show a period's register and declaration; last month's unless said."""
        end = last_day or desk.today.replace(day=1) - timedelta(days=1)
        async with tenant_transaction(desk.centre_id, read_only=True):
            return await tourist_tax(desk.centre_id, first_day or end.replace(day=1), end)

    @get("/tourist-tax/rates", opt={"right": "statistics.view"})
    async def rates(self, desk: AtDesk) -> list[TouristTaxRate]:
        """Show the rates by the day that they begin."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            return [rate_view(rate) for rate in await queries.rates(desk.centre_id)]

    @put("/tourist-tax/rates", opt={"right": "rate.edit"})
    async def set_rate(self, desk: AtDesk, data: JSONBody[TouristTaxRate]) -> list[TouristTaxRate]:
        """Set what the commune takes from a day on; another rate of the same day takes its place."""
        await operations.set_rate(desk.centre_id, rate_of(data), actor=desk.actor)
        async with tenant_transaction(desk.centre_id, read_only=True):
            return [rate_view(rate) for rate in await queries.rates(desk.centre_id)]

    @get("/stays/{stay_id:uuid}/tourist-tax", opt={"right": "stay.view"})
    async def of_stay(self, desk: AtDesk, stay_id: FromPath[UUID]) -> list[TouristTaxLine]:
        """Show what a stay owes, and who of it owes nothing and why."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            return lines_view(await queries.of_stay(desk.centre_id, stay_id))

    @get("/stays/{stay_id:uuid}/tourist-tax/exemptions", opt={"right": "stay.view"})
    async def exemptions(self, desk: AtDesk, stay_id: FromPath[UUID]) -> list[TouristTaxExemption]:
        """List whom of a stay the desk was told to be exempt."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            told = await queries.told_exempt(desk.centre_id, stay_id)
        return [TouristTaxExemption(reason=reason, people=people) for reason, people in told.items()]

    @put("/stays/{stay_id:uuid}/tourist-tax", opt={"right": "stay.edit"})
    async def exempt(
        self, desk: AtDesk, stay_id: FromPath[UUID], data: JSONBody[TouristTaxExemption]
    ) -> list[TouristTaxLine]:
        """Note that so many adults of a stay are exempt for a reason of the law; the answer is what it owes now."""
        await operations.exempt(desk.centre_id, stay_id, data.reason, data.people, actor=desk.actor)
        async with tenant_transaction(desk.centre_id, read_only=True):
            return lines_view(await queries.of_stay(desk.centre_id, stay_id))

    @post("/dossiers/{dossier_id:uuid}/tourist-tax", status_code=200, opt={"right": "dossier.edit"})
    async def put_on_dossier(self, desk: AtDesk, dossier_id: FromPath[UUID]) -> Response[DossierView]:
        """Put the tax that the dossier's stay owes on it, in the place of what stood there."""
        await operations.put_on_dossier(desk.centre_id, dossier_id, actor=desk.actor)
        return await shown(desk, dossier_id)
