"""The « clé outil »: a card's defaults fill a new stay and quote, and what is typed there wins."""

import httpx
import pytest

from tests.factories.clients import a_client, an_organisation
from tests.factories.dossiers import a_service
from tests.factories.enquiries import an_enquiry
from tests.server.door import Door, a_door

pytestmark = pytest.mark.usefixtures("api")


async def agreed(door: Door) -> tuple[str, dict[str, object]]:
    """Make a school whose town hall pays; return its id and its defaults."""
    school, town_hall = await an_organisation(door.centre.id), await a_client(door.centre.id, last_name="Mairie")
    service = await a_service(door.centre.id, price_minor=10_000)
    defaults: dict[str, object] = {
        "service_id": str(service.id),
        "payer_id": str(town_hall.id),
        "payer_note": "la mairie paie l'hébergement",
        "room_type": "ados",
        "discount_basis_points": 500,
        "commission_basis_points": 1000,
        "rate_id": None,
    }
    await door.ask("PUT", f"/clients/{school.id}/defaults", defaults, version=0)
    return str(school.id), defaults


async def test_a_new_stay_is_filled_from_its_clients_card_unless_it_says_otherwise(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    school, defaults = await agreed(door)
    fields = {"client_id": school, "arrival": "2027-03-10", "departure": "2027-03-13", "counts": {"adults": 4}}
    shown = (await door.ask("GET", f"/clients/{school}/defaults")).json()
    filled = (await door.ask("POST", "/stays", {"fields": fields}, status=201)).json()
    typed = {**fields, "room_type": "PMR", "payer_note": "tout"}
    changed = (await door.ask("POST", "/stays", {"fields": typed}, status=201)).json()
    bare = (await door.ask("POST", "/stays", {"fields": fields, "defaults": "as_typed"}, status=201)).json()
    edited = {**filled["fields"], "room_type": "familles", "payer_id": None}
    saved = await door.ask("PATCH", f"/stays/{filled['id']}", {"fields": edited}, version=filled["version"])

    names = ("payer_id", "payer_note", "room_type")
    assert {name: shown[name] for name in (*defaults, "payer_name")} == {**defaults, "payer_name": "Camille Mairie"}
    assert [filled["fields"][name] for name in names] == [defaults[name] for name in names]
    assert filled["payer_name"] == "Camille Mairie"
    assert [changed["fields"][name] for name in names] == [defaults["payer_id"], "tout", "PMR"]
    assert [bare["fields"][name] for name in names] == [None, "", ""]
    assert [saved.json()["fields"][name] for name in names] == [None, defaults["payer_note"], "familles"]


async def test_a_new_quote_takes_discount_and_commission_from_the_card_and_both_are_changed_there(
    api: httpx.AsyncClient,
) -> None:
    door = await a_door(api)
    school, defaults = await agreed(door)
    enquiry = await an_enquiry(door.centre.id)
    first = {
        "client_id": school,
        "arrival": "2027-03-10",
        "departure": "2027-03-12",
        "line": {"service_id": defaults["service_id"], "quantity": 10},
    }
    made = (await door.ask("POST", f"/enquiries/{enquiry.id}/services", first, status=201)).json()
    path = f"/dossiers/{made['id']}"
    less = {"service_id": defaults["service_id"], "quantity": 10, "discount_basis_points": 2000}
    await door.ask("POST", f"{path}/lines", less, status=201)
    none = (await door.ask("POST", f"{path}/lines", {**less, "discount_basis_points": 0}, status=201)).json()
    wrong = await door.ask("POST", f"{path}/lines", {**less, "discount_basis_points": 10_001}, status=422)
    commission = await door.ask("PUT", f"{path}/commission", {"share_basis_points": 250}, version=none["version"])
    stale = await door.ask("PUT", f"{path}/commission", {"share_basis_points": 1}, version=made["version"], status=412)
    after = commission.json()

    assert (made["stay"]["payer_name"], made["stay"]["fields"]["room_type"]) == ("Camille Mairie", "ados")
    assert (made["commission_basis_points"], made["commission"]["minor"]) == (1000, 19_000)
    assert [line["unit_price"]["minor"] for line in after["lines"]] == [9_500, 8_000, 10_000]
    assert after["lines"][0]["reasons"][-1] == {
        "code": "client_discount",
        "name": "",
        "price": None,
        "unit": "",
        "number": 500,
    }
    assert after["lines"][1]["reasons"][-1]["code"] == "typed_discount"
    assert wrong.json()["errors"][0]["pointer"] == "/discount_basis_points"
    assert (after["commission_basis_points"], after["commission"]["minor"]) == (250, 13_750)
    assert stale.json()["code"] == "stale_version"
    assert (await door.ask("GET", path)).json()["commission_basis_points"] == 250
