"""« Déjà venu dans 2 autres centres »: how many and when, and nothing else of them."""

from datetime import date, timedelta
from typing import Any

import httpx

from infra.clock import today
from tenants.stays.presence import mark_departed, mark_present
from tests.factories.accounts import a_user
from tests.factories.centres import a_centre
from tests.factories.clients import an_organisation
from tests.factories.stays import DESK, a_confirmed_stay, a_room, beds_of

CHOIR: dict[str, Any] = {"organisation": "Chorale des Sept-Îles", "email": "bureau@sept-iles-chante.example"}
SCHOOL: dict[str, Any] = {"organisation": "Collège Jean-Moulin de Rédené", "email": "intendance@moulin-redene.example"}


async def test_the_signal_tells_the_season_and_the_kind_of_the_last_stay_elsewhere(api: httpx.AsyncClient) -> None:
    ours, theirs, others = await a_centre(), await a_centre(), await a_centre()
    here = await an_organisation(ours.id, **SCHOOL)
    await an_organisation((await a_centre()).id, **SCHOOL)  # asked there, and never came
    for centre, arrival in ((theirs, date(2024, 4, 15)), (others, date(2023, 7, 3))):
        there = await an_organisation(centre.id, **SCHOOL)
        room = await a_room(centre.id, beds=4)
        stay = await a_confirmed_stay(
            centre.id,
            client_id=there.id,
            bed_ids=beds_of(room),
            arrival=arrival,
            booking_category="groups",
            booking_type="schools",
            notes="ne doit pas traverser",
        )
        await mark_present(centre.id, stay.id, actor=DESK)
        await mark_departed(centre.id, stay.id, actor=DESK)
    user = await a_user(ours, "réception")

    card = await api.get(f"/api/v1/centres/{ours.slug}/clients/{here.id}", headers=user.headers)

    assert card.json()["signal"] == {"centres": 2, "season": "spring", "year": 2024, "booking_category": "groups"}
    assert "traverser" not in card.text
    assert theirs.name not in card.text


async def test_the_days_arrivals_say_who_is_known_elsewhere(api: httpx.AsyncClient) -> None:
    ours, theirs = await a_centre(), await a_centre()
    day = today(ours.time_zone)
    here = await an_organisation(ours.id, **CHOIR)
    await an_organisation(theirs.id, **CHOIR)
    stranger = await an_organisation(ours.id, organisation="Randonneurs inconnus", email="contact@inconnue.example")
    for client in (here, stranger):
        room = await a_room(ours.id, beds=4)
        await a_confirmed_stay(
            ours.id, client_id=client.id, bed_ids=beds_of(room), arrival=day, booked_day=day - timedelta(days=1)
        )
    user = await a_user(ours, "réception")

    desk = await api.get(f"/api/v1/centres/{ours.slug}/desk", headers=user.headers)

    assert {line["name"]: line["signal_centres"] for line in desk.json()["arrivals"]} == {
        CHOIR["organisation"]: 1,
        "Randonneurs inconnus": 0,
    }
