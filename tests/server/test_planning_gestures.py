"""The planning's gestures and a stay's commitments through the door: rights, conflicts that name who, the quote in the way."""

from datetime import timedelta

import httpx
import pytest

from tests.factories.accounts import a_user
from tests.factories.centres import a_centre
from tests.factories.dossiers import a_dossier, a_sent_quote
from tests.server.test_stays import Door, bed_ids


@pytest.fixture
async def door(api: httpx.AsyncClient) -> Door:
    """A director's door."""
    centre = await a_centre()
    return Door(api, centre, await a_user(centre, "direction"))


async def a_held_stay(door: Door, room: dict[str, object], **over: object) -> dict[str, object]:
    """Take a stay on a room."""
    body = {"fields": door.fields(counts={"adults": 2}, **over), "bed_ids": bed_ids(room)}
    made: dict[str, object] = (await door.ask("POST", "/stays", body, status=201)).json()
    return made


def bar(door: Door, stay: dict[str, object], room: dict[str, object]) -> dict[str, object]:
    """The bar of a stay as it was seen."""
    return {
        "stay_id": stay["id"],
        "room_id": room["id"],
        "arrival": door.day.isoformat(),
        "departure": (door.day + timedelta(days=3)).isoformat(),
    }


async def test_a_bar_is_moved_and_taken_back_and_a_conflict_names_who_holds_the_bed(door: Door) -> None:
    one, other, third = [await door.a_room(name) for name in ("A", "B", "C")]
    stay, there = await a_held_stay(door, one), await a_held_stay(door, other)

    refused = await door.ask(
        "POST", "/planning/moves", {"bar": bar(door, stay, one), "to_room_id": other["id"]}, status=409
    )
    assert (refused.json()["code"], refused.json()["facts"]["stay_id"]) == ("bed_taken", there["id"])
    moved = await door.ask("POST", "/planning/moves", {"bar": bar(door, stay, one), "to_room_id": third["id"]})
    assert (moved.json()["kind"], moved.json()["stay_ids"]) == ("move", [stay["id"]])
    gone = await door.ask(
        "POST", "/planning/moves", {"bar": bar(door, stay, one), "to_room_id": third["id"]}, status=409
    )
    assert gone.json()["code"] == "bar_moved"
    assert (await door.ask("POST", "/planning/undo")).json()["id"] == moved.json()["id"]
    rooms = (await door.ask("GET", f"/stays/{stay['id']}")).json()["rooms"]
    assert [room["room"] for room in rooms] == ["A"]


async def test_stretch_split_swap_assign_and_unassign_go_through_the_door(door: Door) -> None:
    one, other, third = [await door.a_room(name) for name in ("A", "B", "C")]
    stay, there = await a_held_stay(door, one), await a_held_stay(door, other)
    day = door.day

    await door.ask("POST", "/planning/swaps", {"bar": bar(door, stay, one), "other": bar(door, there, other)})
    longer = {"arrival": day.isoformat(), "departure": (day + timedelta(days=4)).isoformat(), "whole": True}
    await door.ask("POST", "/planning/stretches", {"bar": bar(door, stay, other), **longer})
    long_bar = {**bar(door, stay, other), "departure": (day + timedelta(days=4)).isoformat()}
    cut = {"bar": long_bar, "day": (day + timedelta(days=2)).isoformat(), "to_room_id": third["id"]}
    await door.ask("POST", "/planning/splits", cut)
    shown = (await door.ask("GET", f"/stays/{stay['id']}")).json()
    assert [(room["room"], room["arrival"], room["departure"]) for room in shown["rooms"]] == [
        ("B", day.isoformat(), (day + timedelta(days=2)).isoformat()),
        ("C", (day + timedelta(days=2)).isoformat(), (day + timedelta(days=4)).isoformat()),
    ]

    await door.ask("POST", "/planning/unassignments", {"bar": bar(door, there, one)})
    await door.ask("POST", "/planning/assignments", {"stay_id": there["id"], "room_ids": [one["id"]]})
    kinds = [(await door.ask("POST", "/planning/undo")).json()["kind"] for _ in range(3)]
    assert kinds == ["assign", "unassign", "split"]


async def test_a_stay_whose_quote_is_under_way_changes_days_only_from_its_dossier(door: Door) -> None:
    dossier = await a_dossier(door.centre.id, arrival=door.day + timedelta(days=30))
    await a_sent_quote(door.centre.id, dossier.id)
    shown = (await door.ask("GET", f"/dossiers/{dossier.id}")).json()
    stay, version = shown["stay"], shown["version"]
    later = {**stay["fields"], "departure": (door.day + timedelta(days=34)).isoformat()}

    refused = await door.ask("PATCH", f"/stays/{stay['id']}", {"fields": later}, version=stay["version"], status=409)
    assert refused.json()["code"] == "dates_need_rehearsal"
    dates = {"arrival": later["arrival"], "departure": later["departure"]}
    seen = (await door.ask("POST", f"/dossiers/{dossier.id}/dates/rehearsal", dates)).json()
    assert (seen["ways"], seen["quote_number"]) == (["lose", "requote"], 1)
    moved = (await door.ask("POST", f"/dossiers/{dossier.id}/dates", {**dates, "way": "lose"}, version=version)).json()
    assert [quote["state"] for quote in moved["quotes"]] == ["lost"]
    quote_id = moved["quotes"][0]["id"]
    lost = await door.ask("POST", f"/dossiers/{dossier.id}/quotes/{quote_id}/revival", status=409)
    assert lost.json()["code"] == "quote_not_lost"


async def test_commitments_and_the_waiting_list_through_the_door(door: Door) -> None:
    room = await door.a_room("A", room_type="ados")
    stay = (await door.ask("POST", "/stays", {"fields": door.fields(counts={"adults": 2})}, status=201)).json()
    at = f"/stays/{stay['id']}"

    assert (await door.ask("POST", f"{at}/waiting")).json()["waiting"] is True
    assert [line["stay_id"] for line in (await door.ask("GET", "/stays?status=waiting")).json()["items"]] == [
        stay["id"]
    ]
    option = (await door.ask("POST", f"{at}/waiting/option", {})).json()
    assert (option["status"], [held["room"] for held in option["rooms"]]) == ("option", ["A"])
    await door.ask("DELETE", f"{at}/waiting")
    allotted = {"allotments": [{"room_type": "ados", "beds": 2}]}
    version = (await door.ask("GET", at)).json()["version"]
    await door.ask("PUT", f"{at}/allotments", allotted, version=version)
    kept = (await door.ask("GET", f"{at}/allotments")).json()["allotments"]
    assert kept == [{"room_type": "ados", "beds": 2, "held": 2}]

    scale = {"steps": [{"days_before": 30, "share_basis_points": 3000}]}
    await door.ask("PUT", "/settings/cancellation-scale", scale)
    assert (await door.ask("GET", "/settings/cancellation-scale")).json() == scale
    assert (await door.ask("GET", f"{at}/cancellation")).json()["fee"] == {"minor": 0, "currency": "EUR"}
    nobody = (await door.ask("POST", f"{at}/no-show")).json()
    back = (await door.ask("DELETE", f"{at}/no-show")).json()
    assert (nobody["status"], back["status"], len(back["rooms"])) == ("no_show", "tentative", 1)
    assert room["name"] == "A"


async def test_a_stay_of_nobody_puts_its_rooms_out_of_service(door: Door) -> None:
    room = await door.a_room("A")
    zero = dict.fromkeys(("children", "teenagers", "young", "adults", "seniors"), 0)
    typed = {"fields": door.fields(counts=zero), "bed_ids": bed_ids(room)}

    asked = await door.ask("POST", "/stays", typed, status=409)
    assert asked.json()["code"] == "out_of_service_unconfirmed"
    made = (
        await door.ask("POST", "/withdrawals/by-stay", {**typed, "reason": "works", "note": "peinture"}, status=201)
    ).json()
    assert [(one["status"], one["label"]) for one in made["items"]] == [("out_of_service", "peinture")]
    taken = await door.ask("POST", "/withdrawals/by-stay", {**typed, "reason": "works"}, status=409)
    assert taken.json()["code"] == "bed_taken"
