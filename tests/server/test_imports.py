"""Files of client cards through the door: looked at, mapped, tried, brought in, taken back."""

import base64

import httpx

from infra.database import fetch_value, tenant_transaction
from tests.server.door import a_door

CELLS = "Kennung;Wer;Nachname;Post\n9;Greta;Öhlendorf;greta@ohlendorf.example\n10;;;niemand@ohlendorf.example\n".encode(
    "cp1252"
)


async def test_a_file_goes_from_its_columns_to_cards_and_back(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    file = {"name": "alt.csv", "content": base64.b64encode(CELLS).decode()}

    async def cards() -> int:
        async with tenant_transaction(door.centre.id, read_only=True):
            return int(await fetch_value("SELECT count(*) FROM clients WHERE centre_id = $1", door.centre.id))

    seen = (await door.ask("POST", "/imports/preview", {"file": file})).json()
    columns = {"id": "Kennung", "first_name": "Wer", "last_name": "Nachname", "email": "Post"}
    await door.ask("PUT", "/imports/mappings/alt", {"columns": columns}, status=204)
    await door.ask("PUT", "/imports/mappings/leer", {"columns": {"email": "Post"}}, status=422)
    tried = (await door.ask("POST", "/imports", {"file": file, "mapping": "alt"})).json()
    untouched = await cards()
    done = (await door.ask("POST", "/imports", {"file": file, "mapping": "alt", "dry_run": False})).json()
    twice = (await door.ask("POST", "/imports", {"file": file, "mapping": "alt", "dry_run": False})).json()
    listed = (await door.ask("GET", "/imports")).json()["items"]

    assert seen["columns"][2] == {"name": "Nachname", "samples": ["Öhlendorf", ""]}
    assert (seen["rows"], seen["mapping"]) == (2, {})
    assert (await door.ask("POST", "/imports/preview", {"file": file, "mapping": "neu"})).json()["mapping"] == {}
    assert (await door.ask("POST", "/imports/preview", {"file": file, "mapping": "alt"})).json()["mapping"] == columns
    assert (tried["dry_run"], tried["new"], tried["refused"], tried["run_id"], untouched) == (True, 1, 1, None, 0)
    assert [(each["line"], each["code"]) for each in tried["refusals"]] == [(3, "required")]
    assert (done["new"], twice["new"], twice["unchanged"], await cards()) == (1, 0, 1, 1)
    assert [(run["file_name"], run["new"], run["done"]) for run in listed] == [("alt.csv", 0, 2), ("alt.csv", 1, 2)]
    undone = (await door.ask("DELETE", f"/imports/{done['run_id']}")).json()
    assert (undone, await cards()) == ({"removed": 1, "restored": 0, "kept": []}, 0)
    assert (await door.ask("GET", "/imports/mappings")).json()["items"][0]["columns"] == columns


async def test_what_is_no_table_or_too_long_is_refused_by_name(api: httpx.AsyncClient) -> None:
    door = await a_door(api)

    for content, code in (
        (b"", "file_unreadable"),
        (b"nom\n" + b"x\n" * 5_001, "file_too_long"),
        (b"a;b\n1;2\n", "column_unknown"),
    ):
        file = {"name": "f.csv", "content": base64.b64encode(content).decode()}
        refused = await door.ask("POST", "/imports", {"file": file}, status=422)
        assert refused.json()["code"] == code
    reception = await a_door(api, "réception", door.centre)
    assert (await reception.ask("GET", "/imports", status=403)).json()["right"] == "import.run"
