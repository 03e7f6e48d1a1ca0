"""Marketing codes, segmentation, origin, type and colour: one filter on every list that shows clients."""

import io
from contextlib import aclosing
from datetime import date, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import openpyxl
import pytest

from tenants.clients.exporting import COLUMNS, exported_clients
from tenants.clients.filtering import ClientFilter
from tests.factories.dossiers import TESTER, a_dossier
from tests.factories.enquiries import an_enquiry
from tests.factories.stays import a_confirmed_stay
from tests.server.door import Door, a_door

pytestmark = pytest.mark.usefixtures("api")


async def names(door: Door, path: str, query: str) -> set[str]:
    """Return whom a list shows."""
    items = (await door.ask("GET", f"{path}?{query}")).json()["items"]
    return {item.get("client_name") or item["name"] for item in items}


async def test_every_list_shows_only_the_clients_that_are_wanted(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    mer, classe = [
        (await door.ask("POST", "/code-lists/local/marketing_code", {"label": label, "network_code": ""}, status=201)).json()["code"]
        for label in ("Mer", "Classe")
    ]  # fmt: skip
    schools = (await door.ask("POST", "/code-lists/local/segmentation", {"label": "Classes de mer", "network_code": "schools"}, status=201)).json()["code"]  # fmt: skip
    cards = {
        "Abel": {"marketing_codes": [mer], "segmentation": schools, "client_type": "school"},
        "Brice": {"marketing_codes": [mer, classe], "colour": "#3366cc"},
        "Cyrille": {"client_type": "school", "colour": "#aa0000"},
    }
    await door.ask("PUT", "/code-lists/colours", {"client_type": "school", "colour": "#3366cc"})
    for name, card in cards.items():
        body = {"first_name": "Camille", "last_name": name, "town": "Quimper", **card}
        client_id = (await door.ask("POST", "/clients", body, status=201)).json()["id"]
        await a_dossier(door.centre.id, client_id=UUID(client_id))
        await an_enquiry(door.centre.id, name=f"Camille {name}", client_id=UUID(client_id))
    wanted = {
        "": {"Abel", "Brice", "Cyrille"},
        f"code={mer}": {"Abel", "Brice"},
        f"code={classe}&code=none": {"Brice"},
        f"segmentation={schools}": {"Abel"},
        "client_type=school": {"Abel", "Cyrille"},
        "colour=%233366CC": {"Abel", "Brice"},
        f"code={mer}&client_type=school": {"Abel"},
        "origin=nowhere": set(),
    }

    for query, who in wanted.items():
        for path in ("/clients", "/stays", "/dossiers", "/enquiries"):
            assert await names(door, path, query) == {f"Camille {name}" for name in who}, (path, query)
        typed = await names(door, "/clients", f"q=camille&{query}")
        assert typed == {f"Camille {name}" for name in who}, ("search", query)
    async with aclosing(
        exported_clients(door.centre.id, of=ClientFilter(marketing_codes=(mer,)), actor=TESTER)
    ) as rows:
        taken = {row[COLUMNS.index("last_name")] async for row in rows}
    columns = (await door.ask("GET", f"/dossiers/columns?code={mer}")).json()
    assert taken == {"Abel", "Brice"}
    assert sum(column["count"] for column in columns) == 2


async def test_the_day_s_papers_are_of_the_same_clients_and_say_so(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    mer = (
        await door.ask(
            "POST", "/code-lists/local/marketing_code", {"label": "Classe de l'océan", "network_code": ""}, status=201
        )
    ).json()["code"]
    day = date(2027, 2, 28)
    for name, codes in (("Abel", [mer]), ("Brice", [])):
        body = {"first_name": "Camille", "last_name": name, "town": "Quimper", "marketing_codes": codes}
        client_id = UUID((await door.ask("POST", "/clients", body, status=201)).json()["id"])
        await a_confirmed_stay(door.centre.id, client_id=client_id, arrival=day, departure=day + timedelta(days=1))
    wanted = {"kind": "day_sheet", "format": "csv", "day": day.isoformat(), "clients": {"code": mer}}
    said = "Seulement les clients : Classe de l'océan"

    made = (await door.ask("POST", "/documents", wanted)).content.decode("utf-8-sig")
    link = (await door.ask("POST", "/documents/links", wanted, status=201)).json()
    opened = (await api.get(urlsplit(link["url"]).path, follow_redirects=True)).content.decode("utf-8-sig")
    book = openpyxl.load_workbook(
        io.BytesIO((await door.ask("POST", "/documents", {**wanted, "format": "xlsx"})).content)
    )
    everybody = (await door.ask("POST", "/documents", {**wanted, "clients": {}})).content.decode("utf-8-sig")
    rooms = (await door.ask("POST", "/documents", {**wanted, "kind": "housekeeping"})).content.decode("utf-8-sig")

    assert made == opened
    assert made.startswith(f"{said}\r\n\r\n")
    assert "Camille Abel" in made and "Camille Brice" not in made
    assert {str(sheet["A1"].value) for sheet in book.worksheets} == {said}
    assert said not in everybody and "Camille Abel" in everybody and "Camille Brice" in everybody
    assert said not in rooms
    pdf = (await door.ask("POST", "/documents", {**wanted, "format": "pdf"})).content
    assert pdf != (await door.ask("POST", "/documents", {**wanted, "format": "pdf", "clients": {}})).content
    long = {**wanted, "clients": {"code": "x" * 700}}
    assert (await door.ask("POST", "/documents/links", long, status=422)).json()["code"] == "filter_too_long"
