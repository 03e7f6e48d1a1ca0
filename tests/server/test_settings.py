"""A centre's own particulars, through the door."""

import httpx

from infra.database import fetch_value, tenant_transaction
from tests.server.door import a_door


async def test_a_centres_settings_are_saved_whole_under_if_match(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    answer = await door.ask("GET", "/settings")
    seen = answer.json()
    assert (answer.headers["ETag"], seen["slug"], seen["plan"]) == ('"1"', door.centre.slug, "standard")
    wanted = {
        **seen["fields"],
        "embed_origins": ["https://www.kerfany.example"],
        "stripe_account": "acct_kerfany",
        "deposit_basis_points": 2500,
        "deposit_nature": "arrhes",
        "option_days": 10,
    }

    await door.ask("PATCH", "/settings", wanted, status=428)
    saved = (await door.ask("PATCH", "/settings", wanted, version=1)).json()
    stale = await door.ask("PATCH", "/settings", wanted, version=1, status=412)

    assert (saved["version"], saved["fields"]) == (2, wanted)
    assert stale.json()["code"] == "stale_version"
    assert (await door.ask("GET", "/settings")).json()["fields"] == wanted
    history = (await door.ask("GET", f"/history/{door.centre.id}")).json()["items"]
    assert history[0]["action"] == "change"
    assert history[0]["after"]["deposit_basis_points"] == 2500


async def test_what_cannot_be_right_changes_nothing(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    fields = (await door.ask("GET", "/settings")).json()["fields"]

    bad = {**fields, "colour": "bleu", "embed_origins": ["kerfany.example/path"]}
    refused = await door.ask("PATCH", "/settings", bad, version=1, status=422)
    await door.ask("PATCH", "/settings", {"name": "Seul"}, version=1, status=422)

    assert {one["pointer"] for one in refused.json()["errors"]} == {"/colour", "/embed_origins"}
    async with tenant_transaction(door.centre.id, read_only=True):
        assert await fetch_value("SELECT version FROM centres WHERE id = $1", door.centre.id) == 1


async def test_the_plan_is_the_networks(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    seen = (await door.ask("GET", "/settings")).json()

    await door.ask("PATCH", "/settings", {**seen["fields"], "plan": "free", "phone": "02 98 00 00 00"}, version=1)

    assert (await door.ask("GET", "/settings")).json()["plan"] == seen["plan"]
