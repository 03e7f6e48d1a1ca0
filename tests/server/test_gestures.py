"""Gestures on a stay that undo or end it, and the police forms, through the door."""

from datetime import date

import httpx

from infra.ids import new_id
from tenants.arrivals.guests import save_guest, sign_police_form
from tenants.arrivals.rules import GuestFields
from tests.factories.stays import DESK, a_confirmed_stay, a_room, a_stay, beds_of
from tests.server.door import a_door

ANNA = GuestFields(
    surname="Schmidt",
    first_names="Anna Maria",
    country="DE",
    birth_date=date(1980, 2, 29),
    birth_place="Köln",
    home="Domplatz 1, 50667 Köln, DE",
    mobile="+49 170 1234567",
    email="anna@schmidt.example",
)
DRAWN = "M10 20L30 40Q50 60 70 80"


async def test_a_cancellation_is_taken_back_with_its_beds(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    beds = beds_of(await a_room(door.centre.id))
    stay = await a_confirmed_stay(door.centre.id, bed_ids=beds)
    cancelled = (await door.ask("POST", f"/stays/{stay.id}/cancellation", {"reason": "mistake"})).json()
    assert (cancelled["status"], cancelled["rooms"]) == ("cancelled", [])

    back = (await door.ask("DELETE", f"/stays/{stay.id}/cancellation")).json()

    assert (back["status"], len(back["rooms"][0]["bed_ids"])) == ("confirmed", 2)
    again = await door.ask("DELETE", f"/stays/{stay.id}/cancellation", status=409)
    assert again.json()["code"] == "stay_status_refuses"


async def test_nobody_came_and_the_beds_are_free(api: httpx.AsyncClient) -> None:
    door = await a_door(api, "réception")
    room = await a_room(door.centre.id)
    stay = await a_confirmed_stay(door.centre.id, bed_ids=beds_of(room))

    gone = (await door.ask("POST", f"/stays/{stay.id}/no-show")).json()

    assert (gone["status"], gone["rooms"]) == ("no_show", [])
    await a_confirmed_stay(door.centre.id, bed_ids=beds_of(room))
    await door.ask("POST", f"/stays/{stay.id}/no-show", status=409)


async def test_a_tentative_stay_is_not_missed(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    stay = await a_stay(door.centre.id)

    await door.ask("POST", f"/stays/{stay.id}/no-show", status=409)

    assert (await door.ask("GET", f"/stays/{stay.id}")).json()["status"] == "tentative"


async def test_police_forms_are_shown_by_right_and_logged(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    stay = await a_confirmed_stay(door.centre.id)
    await save_guest(door.centre.id, stay.id, GuestFields(surname="Morel", first_names="Léa", country="FR"), actor=DESK)
    anna = await save_guest(door.centre.id, stay.id, ANNA, actor=DESK)
    await sign_police_form(door.centre.id, anna.id, DRAWN, actor=DESK)

    shown = (await door.ask("GET", f"/stays/{stay.id}/police-forms")).json()["items"]

    assert [(one["guest_id"], one["birth_place"], one["signature"]) for one in shown] == [(str(anna.id), "Köln", DRAWN)]
    entry = (await door.ask("GET", f"/history/{stay.id}")).json()["items"][0]
    assert (entry["action"], entry["after"]) == ("view_police_forms", {"guest_ids": [str(anna.id)]})
    reception = await a_door(api, "réception", door.centre)
    await reception.ask("GET", f"/stays/{stay.id}/police-forms", status=403)
    stranger = await a_door(api)
    await stranger.ask("GET", f"/stays/{stay.id}/police-forms", status=404)
    await door.ask("GET", f"/stays/{new_id()}/police-forms", status=404)
