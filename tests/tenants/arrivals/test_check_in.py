"""The desk's part of an arrival: keys with the check-in, the survey by schedule, and lists forgotten in time."""

import asyncio
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from infra.clock import today
from infra.database import fetch, fetch_value, tenant_transaction
from tenants.arrivals.check_in import Keys, KeysInvalid, check_in, give_keys, keys_of, return_keys
from tenants.arrivals.survey import (
    Answers,
    SurveyDaysInvalid,
    send_due_surveys,
    send_survey,
    set_survey_days,
    survey_days,
    survey_of,
)
from tenants.arrivals.survey_answers import SurveyInvalid, answer_survey
from tenants.clients.queries import client
from tenants.rooming.forgetting import forget_old_lists
from tenants.rooming.queries import entries
from tenants.stays.operations import cancel_stay
from tenants.stays.queries import stay as stay_of
from tenants.stays.statuses import StayStatusRefuses
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.factories.groups import a_group, a_person
from tests.factories.stays import DESK, a_confirmed_stay, a_room, a_stay, beds_of

pytestmark = pytest.mark.usefixtures("pools")
TODAY = today("Europe/Paris")


async def keys(centre_id: UUID, stay_id: UUID) -> Keys:
    async with tenant_transaction(centre_id, read_only=True):
        return (await keys_of(centre_id, [stay_id])).get(stay_id, Keys())


async def mails(centre_id: UUID) -> list[str]:
    async with tenant_transaction(centre_id, read_only=True):
        return [row["recipient"] for row in await fetch("SELECT recipient FROM mails ORDER BY recipient")]


async def test_a_check_in_hands_over_one_key_a_room_once_however_often_it_is_pressed() -> None:
    centre_id = uuid4()
    rooms = [await a_room(centre_id), await a_room(centre_id)]
    stay = await a_confirmed_stay(centre_id, bed_ids=beds_of(*rooms))

    await asyncio.gather(*(check_in(centre_id, stay.id, actor=DESK) for _ in range(3)))

    assert await keys(centre_id, stay.id) == Keys(2, 0)
    async with tenant_transaction(centre_id, read_only=True):
        assert (await stay_of(centre_id, stay.id)).status == "present"


async def test_more_keys_than_are_out_do_not_come_back() -> None:
    centre_id = uuid4()
    stay = await a_confirmed_stay(centre_id)
    await give_keys(centre_id, stay.id, 3, actor=DESK)
    assert await return_keys(centre_id, stay.id, 1, actor=DESK) == Keys(3, 1)

    for count in (3, 0, -1):
        with pytest.raises(KeysInvalid):
            await return_keys(centre_id, stay.id, count, actor=DESK)

    assert await return_keys(centre_id, stay.id, actor=DESK) == Keys(3, 3)
    with pytest.raises(KeysInvalid):
        await return_keys(centre_id, stay.id, actor=DESK)


async def test_who_is_not_sold_a_stay_gets_no_key() -> None:
    centre_id = uuid4()
    stay = await a_stay(centre_id)

    with pytest.raises(StayStatusRefuses):
        await check_in(centre_id, stay.id, actor=DESK)
    with pytest.raises(StayStatusRefuses):
        await give_keys(centre_id, stay.id, 1, actor=DESK)
    with pytest.raises(KeysInvalid):
        await check_in(centre_id, stay.id, keys=501, actor=DESK)

    assert await keys(centre_id, stay.id) == Keys()


async def test_the_survey_goes_out_by_itself_so_many_days_before_and_once() -> None:
    centre_id = (await a_centre()).id
    near, far, relay, nobody = [
        await a_client(centre_id, email=email)
        for email in ("near@orange.fr", "far@orange.fr", "anna.123456@guest.booking.com", "")
    ]
    for who, days in ((near, 7), (far, 8), (relay, 1), (nobody, 2)):
        await a_confirmed_stay(centre_id, client_id=who.id, arrival=TODAY + timedelta(days=days))
    await a_confirmed_stay(centre_id, client_id=far.id, arrival=TODAY)
    await a_stay(centre_id, client_id=far.id, arrival=TODAY + timedelta(days=3))

    assert await send_due_surveys(centre_id, TODAY) == 2
    assert await send_due_surveys(centre_id, TODAY) == 0
    assert await mails(centre_id) == ["anna.123456@guest.booking.com", "near@orange.fr"]

    assert await send_due_surveys(centre_id, TODAY + timedelta(days=1)) == 1
    assert "far@orange.fr" in await mails(centre_id)


async def test_a_centre_says_how_many_days_before_or_that_it_sends_none() -> None:
    centre_id = (await a_centre()).id
    who = await a_client(centre_id)
    await a_confirmed_stay(centre_id, client_id=who.id, arrival=TODAY + timedelta(days=3))

    await set_survey_days(centre_id, 0, actor=DESK)
    assert await send_due_surveys(centre_id, TODAY) == 0
    with pytest.raises(SurveyDaysInvalid):
        await set_survey_days(centre_id, 61, actor=DESK)
    async with tenant_transaction(centre_id, read_only=True):
        assert await survey_days(centre_id) == 0
    await set_survey_days(centre_id, 3, actor=DESK)
    assert await send_due_surveys(centre_id, TODAY) == 1


async def test_answers_that_cannot_be_change_nothing() -> None:
    centre_id = (await a_centre()).id
    group = await a_group(centre_id)
    await send_survey(centre_id, group.stay.id, mail=False, actor=DESK)

    with pytest.raises(SurveyInvalid) as refused:
        await answer_survey(
            centre_id, group.stay.id,
            Answers(arrival_time="25:00", diets={"paleo": 2, "vegan": -1}, wishes="x" * 1_001, email="a@b"),
            actor=DESK,
        )  # fmt: skip

    assert sorted(error.pointer for error in refused.value.errors) == [
        "/arrival_time", "/contact_email", "/paleo", "/vegan", "/wishes",
    ]  # fmt: skip
    async with tenant_transaction(centre_id, read_only=True):
        survey = await survey_of(centre_id, group.stay.id)
        card = await client(centre_id, group.client_id)
    assert survey is not None
    assert survey.answered_at is None
    assert (card.fields.habits, card.fields.special_requests) == ("", "")


async def test_an_answer_takes_the_place_of_the_one_before_and_leaves_the_rest_of_the_card() -> None:
    centre_id = (await a_centre()).id
    group = await a_group(centre_id, email="valide@orange.fr")
    for wish in ("une salle", "deux salles"):
        answers = Answers(wishes=wish, allergies="noix", email="autre@orange.fr")
        await answer_survey(centre_id, group.stay.id, answers, actor=DESK)

    async with tenant_transaction(centre_id, read_only=True):
        card = await client(centre_id, group.client_id)
    assert card.fields.habits == "Séjour du 10/03/2027 : deux salles"
    assert card.fields.special_requests == "Séjour du 10/03/2027 : noix"
    assert card.fields.email == "valide@orange.fr"


async def test_a_cancelled_stay_is_asked_nothing() -> None:
    centre_id = (await a_centre()).id
    group = await a_group(centre_id)
    await cancel_stay(centre_id, group.stay.id, reason="client", actor=DESK)

    with pytest.raises(StayStatusRefuses):
        await send_survey(centre_id, group.stay.id, actor=DESK)
    with pytest.raises(StayStatusRefuses):
        await answer_survey(centre_id, group.stay.id, Answers(wishes="x"), actor=DESK)

    assert await mails(centre_id) == []


async def test_a_month_after_the_stay_nobody_knows_any_more_who_could_not_eat_what() -> None:
    centre_id = (await a_centre()).id
    group = await a_group(centre_id)
    await a_person(centre_id, group.stay.id, "Léa Petit", allergies="arachide")
    await answer_survey(centre_id, group.stay.id, Answers(allergies="arachide", wishes="une salle"), actor=DESK)
    departure = date(2027, 3, 13)

    assert await forget_old_lists(centre_id, departure + timedelta(days=30)) == 0
    assert await forget_old_lists(centre_id, departure + timedelta(days=31)) == 1
    assert await forget_old_lists(centre_id, departure + timedelta(days=31)) == 0

    async with tenant_transaction(centre_id, read_only=True):
        assert await entries(centre_id, group.stay.id) == []
        survey = await survey_of(centre_id, group.stay.id)
        noted = await fetch_value(
            "SELECT after FROM audit_entries WHERE subject_id = $1 AND action = 'forget_rooming_list'", group.stay.id
        )
    assert survey is not None
    assert (survey.answers.allergies, survey.answers.wishes) == ("", "une salle")
    assert '"people": 1' in str(noted) or '"people":1' in str(noted)
