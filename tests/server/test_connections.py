"""Connections through the door: set up, the key told once, paused, asked to collect, and what they could not bring."""

import asyncio
import hashlib
import hmac

import httpx
import msgspec

from infra.actor import job
from infra.clock import now
from infra.database import fetch_value, tenant_transaction
from infra.ids import new_id
from tenants.connections import collecting
from tests.server.door import a_door
from workers.subscriptions import CONSUMERS, SUBSCRIPTIONS

ROWS = [{"id": "7", "nom": "Kervella", "prenom": "Enora"}, {"id": "8", "nom": ""}, {"id": "9", "nom": "L'Hour"}]
CARDS = {"id": "c-1", "cards": ROWS}


async def call(api: httpx.AsyncClient, url: str, key: str, body: bytes) -> httpx.Response:
    """Call a webhook with cards, signed by a key."""
    stamp = str(int(now().timestamp()))
    signature = hmac.new(key.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return await api.post(
        "/webhooks/" + url.partition("/webhooks/")[2],
        content=body,
        headers={"x-halte-signature": f"t={stamp},v1={signature}"},
    )


async def test_a_webhooks_key_is_told_once_and_renewing_it_shuts_out_who_has_the_old_one(
    api: httpx.AsyncClient,
) -> None:
    door = await a_door(api)
    made = (await door.ask("PUT", "/connections/pms d'été", {"kind": "webhook"})).json()
    again = (await door.ask("PUT", "/connections/pms d'été", {"kind": "webhook", "mapping": "standard"})).json()
    assert made["webhook_url"] == again["webhook_url"]
    assert made["webhook_url"].endswith(f"/webhooks/cards/{door.centre.slug}/pms%20d%27%C3%A9t%C3%A9")
    assert again["key"] is None
    listed = await door.ask("GET", "/connections")
    assert made["key"] not in listed.text
    body = msgspec.json.encode(CARDS)
    assert (await call(api, made["webhook_url"], made["key"], body)).status_code == 200

    renewed = (await door.ask("POST", "/connections/pms d'été/key", status=201)).json()

    assert (await call(api, made["webhook_url"], made["key"], body)).status_code == 400
    assert (await call(api, made["webhook_url"], renewed["key"], body)).status_code == 200
    await door.ask("PUT", "/connections/spa", {"kind": "https", "url": "https://spa.example/a.csv"})
    refused = await door.ask("POST", "/connections/spa/key", status=409)
    assert refused.json()["code"] == "no_key_to_make"


async def test_what_a_connection_brought_and_refused_is_listed_without_what_stood_there(
    api: httpx.AsyncClient,
) -> None:
    door = await a_door(api)
    await door.ask("PUT", "/connections/pms", {"kind": "webhook"})
    await collecting.take_cards(door.centre.id, "pms", ROWS, call="c-1", actor=job("connections"))

    (listed,) = (await door.ask("GET", "/connections")).json()["items"]
    (run,) = (await door.ask("GET", "/connections/pms/runs")).json()["items"]

    assert listed["last_run"] == run
    assert (run["file_name"], run["new"], run["refused"]) == ("pms: c-1", 2, 1)
    rows = (await door.ask("GET", f"/imports/{run['id']}/refusals")).json()["items"]
    assert rows == [{"line": 2, "field": "last_name", "code": "required"}]
    await door.ask("GET", "/connections/unknown/runs", status=404)
    await door.ask("GET", f"/imports/{new_id()}/refusals", status=404)
    stranger = await a_door(api)
    await stranger.ask("GET", "/connections/pms/runs", status=404)
    await stranger.ask("GET", f"/imports/{run['id']}/refusals", status=404)


async def test_paused_nothing_comes_in_and_who_calls_is_to_call_again(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    made = (await door.ask("PUT", "/connections/pms", {"kind": "webhook"})).json()
    await door.ask("PUT", "/connections/spa", {"kind": "https", "url": "https://spa.example/a.csv"})
    for name in ("pms", "spa", "spa"):
        await door.ask("PUT", f"/connections/{name}/pause", status=204)
    body = msgspec.json.encode(CARDS)

    assert (await call(api, made["webhook_url"], made["key"], body)).status_code == 503
    assert (await call(api, made["webhook_url"], "another", body)).status_code == 400
    refused = await door.ask("POST", "/connections/spa/collection", status=503)
    assert refused.json()["code"] == "connection_paused"
    assert await collecting.collect_all(door.centre.id, now().date(), actor=job("connections")) == 0
    assert [one["last_at"] for one in (await door.ask("GET", "/connections")).json()["items"]] == [None, None]

    await door.ask("DELETE", "/connections/pms/pause", status=204)
    assert (await call(api, made["webhook_url"], made["key"], body)).status_code == 200
    reception = await a_door(api, "réception", door.centre)
    await reception.ask("PUT", "/connections/pms/pause", status=403)


async def test_a_collection_asked_for_twice_is_fetched_once_and_says_why_it_failed(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    await door.ask("PUT", "/connections/spa", {"kind": "https", "url": "http://127.0.0.1:9/a.csv"})
    for _ in range(2):
        await door.ask("POST", "/connections/spa/collection", status=202)
    async with tenant_transaction(door.centre.id, read_only=True):
        facts = "SELECT count(*) FROM outbox WHERE centre_id = $1 AND kind = 'connections.collection_asked'"
        assert await fetch_value(facts, door.centre.id) == 1
        spa = await fetch_value("SELECT id FROM connections WHERE centre_id = $1", door.centre.id)
    (waiting,) = (await door.ask("GET", "/connections")).json()["items"]
    assert waiting["asked_at"] is not None

    for consumer in SUBSCRIPTIONS["connections.collection_asked"]:
        await CONSUMERS[consumer](door.centre.id, msgspec.json.encode({"subject_id": spa}))

    (after,) = (await door.ask("GET", "/connections")).json()["items"]
    assert (after["asked_at"], after["last_code"], after["last_error"]) == (
        None,
        "drop_unavailable",
        "spa: ConnectError",
    )
    await door.ask("POST", "/connections", {"name": "pms", "kind": "webhook"}, status=201)
    refused = await door.ask("POST", "/connections/pms/collection", status=409)
    assert refused.json()["code"] == "nothing_to_collect"


async def test_two_who_add_under_one_name_make_one_connection(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    wanted = {"name": "pms", "kind": "webhook"}
    url = f"/api/v1/centres/{door.centre.slug}/connections"

    answers = await asyncio.gather(*(api.post(url, headers=door.user.headers, json=wanted) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"connection_there"}
    assert len((await door.ask("GET", "/connections")).json()["items"]) == 1
