"""Segments by the door: built and counted, kept for oneself or for all, dated, taken away; refused where they say."""

import asyncio
import csv
import io
from contextlib import aclosing
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import msgspec
import pytest
from openpyxl import load_workbook

from infra.audit import history
from infra.clock import today
from infra.database import fetch, fetch_value, tenant_transaction
from server.pages import segment_files
from tenants.clients.exporting import COLUMNS, exported_clients
from tenants.clients.merging import merge_clients, undo_merge
from tenants.retention.erasing import erase_client
from tenants.segments.queries import asking, segment_named
from tests.factories.clients import IMPORTER, a_client, an_organisation
from tests.factories.dossiers import a_dossier
from tests.server.door import Door, a_door

QUIMPER = {"op": "is", "criterion": "town", "text": "quim"}
SCHOOL = {"op": "is", "criterion": "client_type", "codes": ["school"]}


async def facts(door: Door) -> list[str]:
    async with tenant_transaction(door.centre.id, read_only=True):
        rows = await fetch(
            "SELECT kind FROM outbox WHERE centre_id = $1 AND kind LIKE 'segments.%' ORDER BY id", door.centre.id
        )
    return [row["kind"] for row in rows]


async def test_what_is_built_is_counted_and_listed_page_by_page(api: httpx.AsyncClient) -> None:
    door, stranger = await a_door(api, "réception"), await a_door(api)
    for name in ("Abgrall", "d'Arc", "Éluard"):
        await a_client(door.centre.id, last_name=name)
    await an_organisation(door.centre.id, organisation="Collège du Port", town="Brest")

    listed = (await door.ask("GET", "/segments/criteria")).json()
    assert len(listed) >= 110
    assert {each["code"] for each in listed} >= {"services", "discovery_channel", "spent", "quotes_lost"}
    assert next(each for each in listed if each["code"] == "nights")["label"] == "Nuits en tout"

    async def count(expression: object) -> int:
        found = (await door.ask("POST", "/segments/count", {"expression": expression})).json()["clients"]
        assert isinstance(found, int)
        return found

    assert await count(QUIMPER) == 3
    assert await count({"op": "not", "of": QUIMPER}) == 1
    assert await count({"op": "and", "of": [QUIMPER, SCHOOL]}) == 0
    assert await count({"op": "or", "of": [QUIMPER, SCHOOL]}) == 4
    assert await count({"op": "is", "criterion": "stays", "at_most": 0}) == 4
    assert await count({"op": "is", "criterion": "name", "text": "d'arc'; DROP TABLE clients --"}) == 0
    assert (await stranger.ask("POST", "/segments/count", {"expression": QUIMPER})).json() == {"clients": 0}

    first = (await door.ask("POST", "/segments/clients?limit=2", {"expression": QUIMPER})).json()
    rest = await door.ask("POST", f"/segments/clients?limit=2&cursor={first['next_cursor']}", {"expression": QUIMPER})
    assert [one["name"] for one in (*first["items"], *rest.json()["items"])] == [
        "Camille Abgrall",
        "Camille d'Arc",
        "Camille Éluard",
    ]
    assert rest.json()["next_cursor"] is None


async def test_what_cannot_be_asked_says_where_and_nothing_is_kept(api: httpx.AsyncClient) -> None:
    door = await a_door(api, "réception")
    deep: object = QUIMPER
    for _ in range(8):
        deep = {"op": "not", "of": deep}
    for expression, pointer, code in (
        ({"op": "is", "criterion": "shoe_size", "at_least": 40}, "/expression/criterion", "unknown"),
        ({"op": "and", "of": [QUIMPER, {"op": "or", "of": []}]}, "/expression/of/1/of", "required"),
        ({"op": "not", "of": {"op": "is", "criterion": "nights"}}, "/expression/of/at_least", "required"),
        ({"op": "is", "criterion": "nights", "yes": True, "at_least": 1}, "/expression/yes", "invalid"),
        ({"op": "is", "criterion": "nights", "at_least": 3, "at_most": 2}, "/expression/at_most", "out_of_range"),
        ({"op": "is", "criterion": "season", "codes": ["winter", "mud"]}, "/expression/codes/1", "unknown"),
        ({"op": "is", "criterion": "town", "text": "--"}, "/expression/text", "required"),
        ({"op": "and", "of": [SCHOOL] * 61}, "/expression/of/60", "too_many"),
        (deep, "/expression" + "/of" * 8, "too_deep"),
    ):
        answer = await door.ask("POST", "/segments", {"name": "x", "expression": expression}, status=422)
        assert answer.json()["code"] == "segment_invalid"
        assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)]
    for wrong in ({"op": "is"}, {"op": "xor", "of": []}, {"op": "is", "criterion": "nights", "at_least": "many"}):
        answer = await door.ask("POST", "/segments/count", {"expression": wrong}, status=422)
        assert answer.json()["errors"][0]["pointer"].startswith("/expression")
    await door.ask("POST", "/segments", {"name": " ", "expression": QUIMPER}, status=422)
    assert (await door.ask("GET", "/segments")).json() == []
    assert await facts(door) == []


async def test_a_segment_is_ones_own_or_everybodys_and_its_name_the_centres(api: httpx.AsyncClient) -> None:
    mine = await a_door(api, "réception")
    colleague, stranger = await a_door(api, "commercial", centre=mine.centre), await a_door(api)
    kept = (await mine.ask("POST", "/segments", {"name": "Écoles", "expression": SCHOOL}, status=201)).json()
    path = f"/segments/{kept['id']}"
    assert (kept["own"], kept["version"], kept["clients"], kept["snapshots"]) == (True, 1, 0, [])

    assert (await colleague.ask("GET", "/segments")).json() == []
    for method, where in (("GET", path), ("GET", f"{path}/clients"), ("POST", f"{path}/snapshots")):
        await colleague.ask(method, where, status=404)
    taken = await colleague.ask("POST", "/segments", {"name": "ECOLES", "expression": SCHOOL}, status=409)
    assert taken.json()["code"] == "segment_name_taken"
    await stranger.ask("POST", "/segments", {"name": "Écoles", "expression": SCHOOL}, status=201)

    body = {"name": "Écoles", "shared": True, "expression": {"op": "not", "of": QUIMPER}}
    assert (await mine.ask("PUT", path, body, version=1)).json()["expression"]["op"] == "not"
    assert (await mine.ask("PUT", path, body, version=1, status=412)).json()["code"] == "stale_version"
    (line,) = (await colleague.ask("GET", "/segments")).json()
    assert (line["name"], line["own"], line["by"], line["version"]) == ("Écoles", False, mine.user.name, 2)
    await stranger.ask("DELETE", path, status=404, version=2)

    await colleague.ask("POST", f"{path}/snapshots", status=201)
    await colleague.ask("DELETE", path, status=204, version=2)
    assert (await mine.ask("GET", "/segments")).json() == []
    assert await facts(mine) == [
        "segments.saved",
        "segments.saved",
        "segments.snapshot_made",
        "segments.deleted",
    ]
    async with tenant_transaction(mine.centre.id, read_only=True):
        trail = await fetch(
            "SELECT action FROM audit_entries WHERE centre_id = $1 AND subject_kind = 'segment' ORDER BY id",
            mine.centre.id,
        )
    assert [row["action"] for row in trail] == ["save", "change", "take_snapshot", "delete"]


async def test_a_snapshot_keeps_whom_it_found_less_the_erased_and_follows_a_merge(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    centre_id = door.centre.id
    first, second, third = [await a_client(centre_id, last_name=name) for name in ("Abgrall", "Bodénès", "Cadiou")]
    body = {"name": "Quimper", "shared": True, "expression": QUIMPER}
    kept = (await door.ask("POST", "/segments", body, status=201)).json()
    path = f"/segments/{kept['id']}"
    shot = (await door.ask("POST", f"{path}/snapshots", status=201)).json()["snapshots"][0]
    assert (shot["clients"], shot["clients_left"]) == (3, 3)
    await a_client(centre_id, last_name="Daoulas")

    async def held() -> list[str]:
        page = (await door.ask("GET", f"{path}/snapshots/{shot['id']}/clients")).json()
        return [one["name"].split()[-1] for one in page["items"]]

    assert await held() == ["Abgrall", "Bodénès", "Cadiou"]
    merge = await merge_clients(centre_id, first.id, second.id, version=None, actor=IMPORTER)
    assert await held() == ["Abgrall", "Cadiou"]
    await undo_merge(centre_id, merge, actor=IMPORTER)
    assert await held() == ["Abgrall", "Bodénès", "Cadiou"]
    await erase_client(centre_id, third.id, actor=IMPORTER)
    assert await held() == ["Abgrall", "Bodénès"]
    (left,) = (await door.ask("GET", path)).json()["snapshots"]
    assert (left["clients"], left["clients_left"]) == (3, 2)
    assert (await door.ask("GET", path)).json()["clients"] == 3


async def test_a_segment_narrows_the_export_of_clients(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    await a_client(door.centre.id, last_name="Abgrall")
    await an_organisation(door.centre.id, town="Brest")
    await door.ask("POST", "/segments", {"name": "Écoles", "shared": True, "expression": SCHOOL}, status=201)
    async with tenant_transaction(door.centre.id, read_only=True):
        kept = await segment_named(door.centre.id, "ecoles")
        among = await asking(door.centre.id, kept.expression)

    async with aclosing(exported_clients(door.centre.id, among=among, actor=IMPORTER)) as cards:
        towns = [row[COLUMNS.index("town")] async for row in cards]

    assert towns == ["Brest"]
    async with tenant_transaction(door.centre.id, read_only=True):
        told = "SELECT after->>'cards' FROM audit_entries WHERE centre_id = $1 AND action = 'export_clients'"
        assert await fetch_value(told, door.centre.id) == "1"


async def test_of_two_who_keep_one_name_at_once_one_does(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    path, body = f"/api/v1/centres/{door.centre.slug}/segments", {"name": "Écoles", "expression": SCHOOL}

    answers = await asyncio.gather(*(api.post(path, json=body, headers=door.user.headers) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len((await door.ask("GET", "/segments")).json()) == 1
    assert await facts(door) == ["segments.saved"]


async def test_a_segment_narrows_every_list_of_clients_for_whom_it_is_there(api: httpx.AsyncClient) -> None:
    door = await a_door(api, "réception")
    colleague, stranger = await a_door(api, "commercial", centre=door.centre), await a_door(api)
    for name, town in (("Abgrall", "Quimper"), ("Bodénès", "Brest"), ("d'Arc", "Quimper")):
        body = {"first_name": "Camille", "last_name": name, "town": town}
        client_id = UUID((await door.ask("POST", "/clients", body, status=201)).json()["id"])
        await a_dossier(door.centre.id, client_id=client_id)
    kept = (await door.ask("POST", "/segments", {"name": "Quimper", "expression": QUIMPER}, status=201)).json()["id"]

    for path in ("/clients?", "/clients?q=camille&", "/stays?", "/dossiers?"):
        items = (await door.ask("GET", f"{path}segment={kept}")).json()["items"]
        assert {item.get("client_name") or item["name"] for item in items} == {"Camille Abgrall", "Camille d'Arc"}, path
    columns = (await door.ask("GET", f"/dossiers/columns?segment={kept}")).json()
    assert sum(column["count"] for column in columns) == 2
    both = await door.ask("GET", f"/clients?segment={kept}&client_type=school")
    assert both.json()["items"] == []
    assert (await door.ask("GET", f"/enquiries?segment={kept}")).json()["items"] == []
    assert (await door.ask("GET", f"/segments/{kept}/count")).json() == {"clients": 2}

    for other in (colleague, stranger):
        for path in (f"/clients?segment={kept}", f"/stays?segment={kept}", f"/segments/{kept}/count"):
            await other.ask("GET", path, status=404)
    await door.ask("GET", "/clients?segment=no-id", status=422)


async def test_its_clients_are_taken_away_by_who_may_and_both_trails_say_so(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = await a_door(api)
    reception = await a_door(api, "réception", centre=door.centre)
    await a_client(door.centre.id, last_name="d'Arc", notes="=1+1")
    await an_organisation(door.centre.id, town="Brest")
    body = {"name": "Ceux d'ici", "shared": True, "expression": QUIMPER}
    kept = UUID((await door.ask("POST", "/segments", body, status=201)).json()["id"])
    path = f"/segments/{kept}"
    name = f"ceux-d-ici-{today('Europe/Paris').isoformat()}"

    given = await door.ask("POST", f"{path}/files", {"format": "csv"})
    assert given.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
    titles, *rows = list(csv.reader(io.StringIO(given.content.decode("utf-8-sig")), delimiter=";"))
    assert titles == [segment_files.TITLES[column] for column in COLUMNS]
    assert [(row[COLUMNS.index("last_name")], row[COLUMNS.index("notes")]) for row in rows] == [("d'Arc", "'=1+1")]
    link = (await door.ask("POST", f"{path}/links", {"format": "xlsx"}, status=201)).json()
    assert link["name"] == f"{name}.xlsx"
    opened = await api.get(urlsplit(link["url"]).path, follow_redirects=True)
    sheet = load_workbook(io.BytesIO(opened.content)).active
    assert sheet is not None
    assert [row[COLUMNS.index("last_name")].value for row in sheet.iter_rows(min_row=2)] == ["d'Arc"]

    async def noted() -> list[tuple[str, object]]:
        async with tenant_transaction(door.centre.id, read_only=True):
            trail = [*await history(kept), *await history(door.centre.id)]
        return [(one.action, msgspec.json.decode(one.after)) for one in trail if one.action.startswith("export")]

    before = await noted()
    assert [said for action, said in before if action == "export"] == [
        {"form": "xlsx", "cards": 1},
        {"form": "csv", "cards": 1},
    ]
    assert [said for action, said in before if action == "export_clients"] == [{"cards": 1}, {"cards": 1}]

    for ending in ("files", "links"):
        refused = await reception.ask("POST", f"{path}/{ending}", {"format": "csv"}, status=403)
        assert refused.json()["right"] == "client.export"
        wrong = await door.ask("POST", f"{path}/{ending}", {"format": "pdf"}, status=422)
        assert wrong.json()["errors"][0]["pointer"] == "/format"
    monkeypatch.setattr(segment_files, "MOST_CARDS", 0)
    long = await door.ask("POST", f"{path}/files", {"format": "csv"}, status=422)
    assert long.json()["code"] == "segment_too_long"
    assert await noted() == before
