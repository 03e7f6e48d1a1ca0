"""Rooms, stays, planning, arrivals and Accueil, through the door."""

from datetime import timedelta

import httpx
import pytest

from infra.clock import today
from tenants.arrivals.guests import save_guest
from tenants.arrivals.rules import GuestFields
from tenants.centres.rules import CentreRef
from tests.factories.accounts import TestUser, a_user
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.factories.stays import DESK


class Door:
    """A user of a centre and its API."""

    def __init__(self, api: httpx.AsyncClient, centre: CentreRef, user: TestUser) -> None:
        self.api, self.centre, self.user = api, centre, user
        self.day = today(centre.time_zone)

    async def ask(
        self, method: str, path: str, body: object = None, *, status: int = 200, version: int | None = None
    ) -> httpx.Response:
        """Ask, expecting a status."""
        headers = {**self.user.headers} | ({"If-Match": f'"{version}"'} if version is not None else {})
        answer = await self.api.request(method, f"/api/v1/centres/{self.centre.slug}{path}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer

    def fields(self, **over: object) -> dict[str, object]:
        """Return a fiche that arrives today for three nights."""
        return {
            "client_id": None,
            "arrival": self.day.isoformat(),
            "departure": (self.day + timedelta(days=3)).isoformat(),
            "counts": {"teenagers": 3, "adults": 1},
            **over,
        }

    async def a_room(self, name: str, beds: int = 2, **over: object) -> dict[str, object]:
        """Make a room."""
        made: dict[str, object] = (
            await self.ask("POST", "/rooms", {"name": name, "beds": beds, **over}, status=201)
        ).json()
        return made


def bed_ids(*rooms: dict[str, object]) -> list[str]:
    """Return the ids of the rooms' beds."""
    return [bed["id"] for room in rooms for bed in room["beds"]]  # type: ignore[attr-defined]


@pytest.fixture
async def door(api: httpx.AsyncClient) -> Door:
    """A director's door."""
    centre = await a_centre()
    return Door(api, centre, await a_user(centre, "direction"))


async def test_a_stay_from_the_fiche_to_the_departure(door: Door) -> None:
    first, second = await door.a_room("B2"), await door.a_room("B10")
    client = await a_client(door.centre.id, last_name="Ferry")

    answer = await door.ask("POST", "/stays", {"fields": door.fields(client_id=str(client.id))}, status=201)
    stay = answer.json()
    at = f"/stays/{stay['id']}"
    assert (answer.headers["ETag"], stay["status"], stay["pax"], stay["nights"]) == ('"1"', "tentative", 4, 3)

    proposed = (await door.ask("POST", f"{at}/beds/proposal")).json()["bed_ids"]
    assert set(proposed) == set(bed_ids(first, second))
    held = (await door.ask("PUT", f"{at}/beds", {"bed_ids": proposed}, version=1)).json()
    assert [(room["room"], room["status"]) for room in held["rooms"]] == [("B2", "held"), ("B10", "held")]
    await door.ask("PUT", f"{at}/beds", {"bed_ids": []}, version=1, status=412)

    option = (await door.ask("POST", f"{at}/option", {"until": door.day.isoformat()})).json()
    assert (option["status"], option["option_until"]) == ("option", door.day.isoformat())
    sold = (await door.ask("POST", f"{at}/confirmation", {"reason": "accord"})).json()
    assert sold["status"] == "confirmed"

    [line] = (await door.ask("GET", "/arrivals")).json()["items"]
    assert (line["stay_id"], line["rooms"], line["needs"]) == (stay["id"], ["B2", "B10"], [])
    here = (await door.ask("POST", f"{at}/presence")).json()
    assert here["status"] == "present"
    left = (
        await door.ask(
            "POST",
            f"{at}/early-departures",
            {"room_id": first["id"], "day": (door.day + timedelta(days=1)).isoformat()},
        )
    ).json()
    assert {room["room"]: room["status"] for room in left["rooms"]} == {"B2": "left_early", "B10": "present"}
    assert left["fields"] == here["fields"]
    back = (await door.ask("DELETE", f"{at}/early-departures/{first['id']}")).json()
    assert {room["status"] for room in back["rooms"]} == {"present"}
    gone = (await door.ask("POST", f"{at}/departure")).json()
    assert gone["status"] == "departed"
    assert (await door.ask("DELETE", f"{at}/departure")).json()["status"] == "present"
    assert (await door.ask("DELETE", f"{at}/presence")).json()["status"] == "confirmed"
    assert (await door.ask("POST", f"{at}/cancellation", {"reason": "weather"})).json()["status"] == "cancelled"


async def test_the_second_who_wants_the_bed_is_told_who_has_it(door: Door) -> None:
    room = await door.a_room("B1")
    client = await a_client(door.centre.id, first_name="", last_name="Marchetti")
    await door.ask(
        "POST", "/stays", {"fields": door.fields(client_id=str(client.id)), "bed_ids": bed_ids(room)}, status=201
    )

    refused = await door.ask("POST", "/stays", {"fields": door.fields(), "bed_ids": bed_ids(room)}, status=409)

    assert refused.json()["code"] == "bed_taken" and "marchetti" in refused.json()["detail"].lower()
    assert len((await door.ask("GET", "/stays")).json()["items"]) == 1


async def test_wrong_fields_are_pointed_at_in_the_body(door: Door) -> None:
    body = {"fields": door.fields(departure=door.day.isoformat()), "status": "tentative"}
    refused = await door.ask("POST", "/stays", body, status=422)
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
        ("/fields/departure", "before_arrival")
    ]

    refused = await door.ask("POST", "/stays", {"fields": door.fields(), "status": "option"}, status=422)
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/option_until"]


async def test_an_edit_says_the_whole_fiche_and_needs_its_version(door: Door) -> None:
    stay = (await door.ask("POST", "/stays", {"fields": door.fields()}, status=201)).json()
    at = f"/stays/{stay['id']}"

    await door.ask("PATCH", at, {"fields": {**stay["fields"], "notes": "x"}}, status=428)
    edited = await door.ask("PATCH", at, {"fields": {**stay["fields"], "notes": "gluten"}}, version=1)
    await door.ask("PATCH", at, {"fields": {**stay["fields"], "notes": "noix"}}, version=1, status=412)

    assert (edited.json()["fields"]["notes"], edited.headers["ETag"]) == ("gluten", '"2"')
    history = (await door.ask("GET", at)).json()
    assert history["fields"]["notes"] == "gluten"


async def test_every_field_of_the_fiche_goes_over_the_wire(door: Door) -> None:
    client, payer = await a_client(door.centre.id), await a_client(door.centre.id, last_name="Mairie")
    said = {
        **door.fields(client_id=str(client.id)),
        "counts": {"children": None, "teenagers": 48, "young": 0, "adults": 4, "seniors": None},
        "payer_id": str(payer.id),
        "services": ["catering", "rooms_hire"],
        "arrival_time": "14:30",
        "contacts": "Mme Morel, 06 12 34 56 78",
        "acm_number": "029ORG0123",
        "firm_day": door.day.isoformat(),
        "free_one_in": 12,
        "free_most": 3,
        "nationalities": [{"country": "FR", "people": 50}, {"country": "DE", "people": 2}],
        "region": "53",
    }
    stay = (await door.ask("POST", "/stays", {"fields": said}, status=201)).json()

    kept = (await door.ask("GET", f"/stays/{stay['id']}")).json()
    assert {name: kept["fields"][name] for name in said} == said
    assert (kept["pax"], kept["mixed"], kept["free_places"]) == (52, True, 3)
    assert "Mairie" in kept["payer_name"]
    wrong = await door.ask("POST", "/stays", {"fields": {**said, "region": "Bretagne"}}, status=422)
    assert [(error["pointer"], error["code"]) for error in wrong.json()["errors"]] == [("/fields/region", "unknown")]


async def test_the_planning_and_what_is_free(door: Door) -> None:
    private, dormitory = await door.a_room("A1"), await door.a_room("D1", 8, dormitory=True)
    await door.ask("POST", "/stays", {"fields": door.fields(), "bed_ids": bed_ids(dormitory)[:4]}, status=201)
    out = await door.ask(
        "POST",
        "/withdrawals",
        {
            "room_id": private["id"],
            "first_day": door.day.isoformat(),
            "last_day": door.day.isoformat(),
            "reason": "works",
            "note": "peinture",
        },
        status=201,
    )

    days = f"first_day={door.day}&last_day={door.day + timedelta(days=1)}"
    planning = (await door.ask("GET", f"/planning?{days}")).json()
    free = (await door.ask("GET", f"/availability?arrival={door.day}&departure={door.day + timedelta(days=1)}")).json()

    assert [room["name"] for room in planning["rooms"]] == ["A1", "D1"]
    assert {(bar["status"], bar["beds"], bar["label"]) for bar in planning["bars"]} == {
        ("tentative", 4, ""), ("out_of_service", 2, "peinture"),
    }  # fmt: skip
    assert [(day["capacity"], day["occupied"]) for day in planning["days"]] == [(8, 4), (10, 4)]
    assert (free["free_beds"], [room["room"] for room in free["rooms"]]) == (4, ["D1"])
    await door.ask("DELETE", f"/withdrawals/{out.json()['id']}", status=204)
    free = (await door.ask("GET", "/availability")).json()
    assert free["free_beds"] == 6
    await door.ask("GET", f"/planning?first_day={door.day}&last_day={door.day - timedelta(days=1)}", status=422)


async def test_stays_come_by_pages(door: Door) -> None:
    for _ in range(5):
        await door.ask("POST", "/stays", {"fields": door.fields()}, status=201)

    seen, cursor = [], ""
    for _ in range(3):
        page = (await door.ask("GET", f"/stays?limit=2{cursor}")).json()
        seen += [line["stay_id"] for line in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"

    assert len(seen) == len(set(seen)) == 5 and page["next_cursor"] is None
    assert (await door.ask("GET", "/stays?status=confirmed")).json()["items"] == []
    await door.ask("GET", "/stays?cursor=nonsense", status=422)


async def test_accueil_shows_the_day_in_one_look(door: Door) -> None:
    room = await door.a_room("A1", 4)
    stay = (
        await door.ask(
            "POST", "/stays", {"fields": door.fields(), "status": "confirmed", "bed_ids": bed_ids(room)}, status=201
        )
    ).json()
    guest = GuestFields(
        surname="Rossi", first_names="Ada", country="IT", birth_date=door.day.replace(year=1990, day=1),
        birth_place="Roma", home="Via 1, Roma, IT", email="ada@rossi.example",
    )  # fmt: skip
    await save_guest(door.centre.id, stay["id"], guest, actor=DESK)
    await door.ask("POST", f"/stays/{stay['id']}/presence")

    desk = (await door.ask("GET", "/desk")).json()

    assert [line["needs"] for line in desk["arrivals"]] == [["police_forms", "keys"]]
    shown = {
        name: desk[name]
        for name in ("present_rooms", "present_people", "capacity", "occupied_tonight", "forms_to_sign")
    }
    assert shown == {"present_rooms": 1, "present_people": 4, "capacity": 4, "occupied_tonight": 4, "forms_to_sign": 1}
    assert (len(desk["week"]), desk["departures"], desk["failed_mails"], desk["unanswered_enquiries"]) == (7, [], 0, 0)
    [known] = (await door.ask("GET", f"/stays/{stay['id']}")).json()["guests"]
    assert (known["name"], known["country"], known["police_form"]) == ("Ada Rossi", "IT", "missing")


async def test_the_pre_check_in_link_is_made_once_and_needed_until_done(door: Door) -> None:
    stay = (await door.ask("POST", "/stays", {"fields": door.fields(), "status": "confirmed"}, status=201)).json()

    first = (await door.ask("POST", f"/stays/{stay['id']}/pre-check-in-link", status=201)).json()
    again = (await door.ask("POST", f"/stays/{stay['id']}/pre-check-in-link", status=201)).json()

    assert first == again and "/i/" in first["url"]
    [line] = (await door.ask("GET", "/arrivals")).json()["items"]
    assert line["needs"] == ["beds", "pre_check_in"]


async def test_reception_sells_and_checks_in_and_neither_makes_nor_withdraws_rooms(door: Door) -> None:
    room = await door.a_room("A1")
    reception = Door(door.api, door.centre, await a_user(door.centre, "réception"))

    stay = (await reception.ask("POST", "/stays", {"fields": door.fields(), "status": "confirmed"}, status=201)).json()
    await reception.ask("POST", f"/stays/{stay['id']}/presence")
    refused = await reception.ask("POST", "/rooms", {"name": "A2", "beds": 1}, status=403)
    assert refused.json()["right"] == "room.edit"
    body = {"room_id": room["id"], "first_day": str(door.day), "last_day": str(door.day), "reason": "works"}
    assert (await reception.ask("POST", "/withdrawals", body, status=403)).json()["right"] == "room.withdraw"


async def test_another_centres_stay_is_not_found(door: Door) -> None:
    stay = (await door.ask("POST", "/stays", {"fields": door.fields()}, status=201)).json()
    elsewhere = await a_centre()
    other = Door(door.api, elsewhere, await a_user(elsewhere, "direction"))

    for method, path in (("GET", ""), ("POST", "/presence"), ("POST", "/departure"), ("POST", "/pre-check-in-link")):
        await other.ask(method, f"/stays/{stay['id']}{path}", status=404)
    assert (await other.ask("GET", "/stays")).json()["items"] == []
    assert (await door.ask("GET", f"/stays/{stay['id']}")).json()["version"] == 1
