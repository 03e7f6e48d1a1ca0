"""Pairing a tablet through the door: its address once, and nothing once it is unpaired."""

import httpx

from infra.ids import new_id
from infra.settings import settings
from tests.server.door import a_door


async def test_a_tablet_is_paired_opens_its_page_and_is_unpaired_at_once(api: httpx.AsyncClient) -> None:
    door = await a_door(api)

    paired = (await door.ask("POST", "/tablets", {"name": " Accueil "}, status=201)).json()

    assert paired["name"] == "Accueil"
    assert paired["url"] == f"{settings().public_url}/t/{door.centre.slug}/{paired['token']}"
    path = paired["url"].removeprefix(settings().public_url)
    assert (await api.get(path, follow_redirects=True)).status_code == 200
    listed = await door.ask("GET", "/tablets")
    assert [(one["id"], one["name"], one["unpaired_at"]) for one in listed.json()["items"]] == [
        (paired["id"], "Accueil", None)
    ]
    assert paired["token"] not in listed.text
    await door.ask("DELETE", f"/tablets/{paired['id']}", status=204)
    await door.ask("DELETE", f"/tablets/{paired['id']}", status=404)
    assert (await door.ask("GET", "/tablets")).json()["items"][0]["unpaired_at"] is not None
    assert (await api.get(path, follow_redirects=True)).status_code == 403


async def test_a_tablet_needs_a_name_and_another_centres_is_not_found(api: httpx.AsyncClient) -> None:
    ours, theirs = await a_door(api), await a_door(api)
    refused = await ours.ask("POST", "/tablets", {"name": " "}, status=422)
    assert refused.json()["errors"][0]["pointer"] == "/name"
    paired = (await theirs.ask("POST", "/tablets", {"name": "Hall"}, status=201)).json()

    await ours.ask("DELETE", f"/tablets/{paired['id']}", status=404)
    await ours.ask("DELETE", f"/tablets/{new_id()}", status=404)

    assert (await theirs.ask("GET", "/tablets")).json()["items"][0]["unpaired_at"] is None
    assert (await ours.ask("GET", "/tablets")).json()["items"] == []


async def test_the_desk_cannot_pair(api: httpx.AsyncClient) -> None:
    reception = await a_door(api, "réception")

    refused = await reception.ask("POST", "/tablets", {"name": "Hall"}, status=403)

    assert refused.json()["right"] == "centre.edit"
