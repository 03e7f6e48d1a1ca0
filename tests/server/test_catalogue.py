"""The catalogue, putting a dossier away, a line taken off, and the lists that a form offers, through the door."""

import httpx

from tenants.code_lists.closed import CLOSED
from tests.factories.dossiers import a_dossier, a_service
from tests.server.door import a_door


async def test_a_service_is_changed_and_withdrawn_from_sale(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    service = await a_service(door.centre.id, name="Pique-nique", price_minor=850)
    at = f"/services/{service.id}"

    await door.ask("PATCH", at, {"active": False}, status=428)
    changed = (await door.ask("PATCH", at, {"price": {"minor": 900}, "active": False}, version=1)).json()
    await door.ask("PATCH", at, {"active": True}, version=1, status=412)
    refused = await door.ask("PATCH", at, {"vat_basis_points": 20_000}, version=2, status=422)

    assert (changed["version"], changed["name"], changed["price"]["minor"], changed["active"]) == (
        2,
        "Pique-nique",
        900,
        False,
    )
    assert refused.json()["errors"][0]["pointer"] == "/vat_basis_points"
    stranger = await a_door(api)
    await stranger.ask("PATCH", at, {"active": True}, version=2, status=404)
    commercial = await a_door(api, "commercial", door.centre)
    await commercial.ask("PATCH", at, {"active": True}, version=2, status=403)


async def test_a_dossier_is_put_away_and_taken_out(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    made = await a_dossier(door.centre.id)
    at = f"/dossiers/{made.id}"
    version = (await door.ask("GET", at)).json()["version"]

    away = (await door.ask("PUT", f"{at}/archived", {"archived": True}, version=version)).json()
    assert away["state"] == "archived"
    await door.ask("PUT", f"{at}/archived", {"archived": False}, version=version, status=412)
    out = (await door.ask("PUT", f"{at}/archived", {"archived": False}, version=away["version"])).json()

    assert out["state"] == "new"
    actions = [entry["action"] for entry in (await door.ask("GET", f"/history/{made.id}")).json()["items"]]
    assert actions.index("take_out_of_archive") < actions.index("archive")


async def test_a_line_is_taken_off_only_from_the_dossier_that_was_read(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    made = await a_dossier(door.centre.id)
    seen = (await door.ask("GET", f"/dossiers/{made.id}")).json()
    at = f"/dossiers/{made.id}/lines/{seen['lines'][0]['id']}"

    await door.ask("DELETE", at, status=428)
    await door.ask("DELETE", at, version=seen["version"] - 1 or 99, status=412)
    left = (await door.ask("DELETE", at, version=seen["version"])).json()

    assert (left["lines"], left["total"]["minor"]) == ([], 0)


async def test_every_closed_list_is_offered_with_a_word_for_each_of_its_codes(api: httpx.AsyncClient) -> None:
    door = await a_door(api, "réception")

    lists = {one["name"]: one["values"] for one in (await door.ask("GET", "/code-lists")).json()}

    for name, codes in CLOSED.items():
        assert [value["code"] for value in lists[name]] == list(codes)
        assert all(value["label"] for value in lists[name])
    assert "client_type" in lists


def test_the_terminal_offers_only_reasons_that_are_taken() -> None:
    from tui.lists import BLACKLIST_REASON, CANCELLATION_REASON, OUT_OF_SERVICE_REASON

    offered = {
        "blacklisting_reason": BLACKLIST_REASON,
        "cancellation_reason": CANCELLATION_REASON,
        "withdrawal_reason": OUT_OF_SERVICE_REASON,
    }
    for name, pairs in offered.items():
        assert {code for code, _ in pairs} <= set(CLOSED[name])
