"""The day in the contract's structs: its stays, its meals, its rooms."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from billing.catering.queries import kitchen
from infra.database import tenant_transaction
from server.contract import day_sheet as wire
from server.views.stays import arrival_lines
from tenants.arrivals.survey import Survey, surveys_of
from tenants.clients.filtering import EVERYBODY, ClientFilter
from tenants.housekeeping.queries import rooms_today
from tenants.housekeeping.rules import RoomToday
from tenants.meals import queries as meals
from tenants.meals.rules import MealStay, Serving, present
from tenants.stays import queries
from tenants.stays.finding import those_of


async def day_sheet(centre_id: UUID, day: date, *, of: ClientFilter = EVERYBODY) -> wire.DaySheet:
    """Return a day's sheet, its people and meals those of these clients' stays."""
    async with tenant_transaction(centre_id, read_only=True):
        arriving = await queries.arrivals_of(centre_id, day)
        leaving = await queries.departures_of(centre_id, day)
        staying = await queries.staying_on(centre_id, day)
        eating = await meals.meal_stays(centre_id, day, day)
        servings = await kitchen(centre_id, day, day)
        if of:
            there = [stay.id for stay in (*arriving, *leaving, *staying)] + [stay.id for stay in eating]
            wanted = await those_of(centre_id, there, of)
            arriving, leaving, staying = (
                [stay for stay in stays if stay.id in wanted] for stays in (arriving, leaving, staying)
            )
            eating = [stay for stay in eating if stay.id in wanted]
            servings = [serving for serving in servings if serving.stay_id in wanted]
        lines = await arrival_lines(centre_id, [*arriving, *leaving, *staying])
        surveys = await surveys_of(centre_id, [stay.id for stay in eating])
        return wire.DaySheet(
            day=day,
            arrivals=lines[: len(arriving)],
            departures=lines[len(arriving) : len(arriving) + len(leaving)],
            present=lines[len(arriving) + len(leaving) :],
            people_tonight=sum(present(stay, day) for stay in eating),
            servings=[serving_view(serving) for serving in servings],
            apart=[line for stay in eating for line in apart(stay, surveys.get(stay.id))],
            rooms=[room_today_view(room) for room in await rooms_today(centre_id, day) if room.to_clean],
        )


def apart(stay: MealStay, survey: Survey | None) -> list[wire.EatsApart]:
    """Return who of a stay needs something of their own: by the rooming list, and what the survey said of the group."""
    people = [
        wire.EatsApart(
            stay_id=stay.id,
            group=stay.name,
            who=entry.name,
            room=entry.room,
            diet=entry.fields.diet,
            allergies=entry.fields.allergies,
            access_needs=entry.fields.access_needs,
        )
        for entry in stay.entries
        if entry.fields.diet != "standard" or entry.fields.allergies or entry.fields.access_needs
    ]
    answers = survey.answers if survey and survey.answered_at else None
    if answers and (answers.allergies or answers.access_needs):
        group = wire.EatsApart(
            stay_id=stay.id, group=stay.name, who="", room="", diet="", allergies=answers.allergies,
            access_needs=answers.access_needs,
        )  # fmt: skip
        return [group, *people]
    return people


def serving_view(serving: Serving) -> wire.Serving:
    """Return a serving as the contract has it."""
    return wire.Serving(**msgspec.structs.asdict(serving))


def room_today_view(room: RoomToday) -> wire.RoomToday:
    """Return a room of the day as the contract has it."""
    return wire.RoomToday(to_clean=room.to_clean, **msgspec.structs.asdict(room))


def survey_view(survey: Survey | None) -> wire.Survey:
    """Return a stay's survey as the contract has it."""
    if survey is None:
        return wire.Survey(
            sent_at=None, mailed_to="", answered_at=None, arrival_time="", diets={}, allergies="", access_needs="",
            wishes="",
        )  # fmt: skip
    answers = survey.answers
    return wire.Survey(
        sent_at=survey.sent_at,
        mailed_to=survey.mailed_to,
        answered_at=survey.answered_at,
        arrival_time=answers.arrival_time,
        diets=dict(answers.diets),
        allergies=answers.allergies,
        access_needs=answers.access_needs,
        wishes=answers.wishes,
    )


def rooms_view(day: date, rooms: Sequence[RoomToday]) -> wire.Rooms:
    """Return the rooms of a day as the contract has them."""
    return wire.Rooms(day=day, rooms=[room_today_view(room) for room in rooms])
