"""Feuille du jour, its documents, and the meals behind it."""

from datetime import date
from uuid import UUID

from litestar import Controller, get, put
from litestar.params import FromPath, FromQuery, JSONBody

from billing.catering.operations import set_service_meals
from billing.catering.queries import kitchen, meals_of, services_meals
from infra.database import tenant_transaction
from server.contract.basics import Page
from server.contract.day_sheet import DaySheet, Meals, MealSet, ServiceMeals, ServiceMealsSet
from server.dependencies import AtDesk
from server.filters import OfClients
from server.views.day_sheet import day_sheet, serving_view
from tenants.meals.operations import set_meal


class DaySheetController(Controller):
    """The day on one sheet."""

    path = "/api/v1/centres/{centre_slug:str}"
    tags = ("day sheet",)

    @get("/day-sheet", opt={"right": "stay.view"})
    async def sheet(self, desk: AtDesk, of_clients: OfClients, day: FromQuery[date | None] = None) -> DaySheet:
        """Show a day (today unless said): arrivals, departures, presents, meals, rooms to clean.

        Of some clients only their stays and meals are shown; rooms are cleaned whosever they were.
        """
        return await day_sheet(desk.centre_id, day or desk.today, of=of_clients)

    @get("/meals", opt={"right": "stay.view"})
    async def meals(
        self, desk: AtDesk, first_day: FromQuery[date | None] = None, last_day: FromQuery[date | None] = None
    ) -> Meals:
        """Count the meals of days (today unless said), both included, by sitting, diet and stay."""
        first = first_day or desk.today
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await kitchen(desk.centre_id, first, last_day or first)
        return Meals(servings=[serving_view(serving) for serving in found])

    @get("/stays/{stay_id:uuid}/meals", opt={"right": "stay.view"})
    async def of_stay(self, desk: AtDesk, stay_id: FromPath[UUID]) -> Meals:
        """Count the meals of one stay."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await meals_of(desk.centre_id, stay_id)
        return Meals(servings=[serving_view(serving) for serving in found])

    @put("/stays/{stay_id:uuid}/meals", opt={"right": "stay.edit"})
    async def set_by_hand(self, desk: AtDesk, stay_id: FromPath[UUID], data: JSONBody[MealSet]) -> Meals:
        """Set a quantity by hand, kept whatever the group's size; without `people` it is counted again."""
        await set_meal(
            desk.centre_id,
            stay_id,
            day=data.day,
            sitting=data.sitting,
            diet=data.diet,
            people=data.people,
            actor=desk.actor,
        )
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await meals_of(desk.centre_id, stay_id)
        return Meals(servings=[serving_view(serving) for serving in found])

    @get("/service-meals", opt={"right": "dossier.view"})
    async def service_meals(self, desk: AtDesk) -> Page[ServiceMeals]:
        """List which meals each service includes, said by its name or by hand."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await services_meals(desk.centre_id)
        return Page(
            items=[
                ServiceMeals(service_id=one.service_id, name=one.name, sittings=list(one.sittings), by_hand=one.by_hand)
                for one in found
            ]
        )

    @put("/services/{service_id:uuid}/meals", opt={"right": "rate.edit"}, status_code=204)
    async def set_service(self, desk: AtDesk, service_id: FromPath[UUID], data: JSONBody[ServiceMealsSet]) -> None:
        """Say which meals a service includes; without `sittings` its name says it."""
        await set_service_meals(desk.centre_id, service_id, data.sittings, actor=desk.actor)
