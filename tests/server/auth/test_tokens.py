"""Logging in and out over HTTP, as the outside relies on it."""

import httpx
import pytest
from litestar import Litestar

from tenants.accounts.operations import add_key, require_code
from tests.factories.accounts import PASSWORD, a_user
from tests.factories.centres import NETWORK, a_centre
from tests.server.auth.conftest import Set, another_client

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ4Yp2wSY0bTq2QkHzX0RrG2bGqJtq0rIYt4nYb1c2d poste 3"
CREDENTIAL = "the-gateways-own-credential-of-this-test"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_password_gives_a_bearer_token_that_opens_ones_centre(client: httpx.AsyncClient) -> None:
    centre = await a_centre(name="Centre de Bayeux")
    user = await a_user(centre, "commercial", password=PASSWORD)

    answer = await client.post("/auth/token", json={"login": user.login, "password": PASSWORD, "centre": centre.slug})

    token = answer.json()
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 900)
    me = (await client.get("/api/v1/me", headers=bearer(token["access_token"]))).json()
    assert (me["login"], me["name"], me["language"]) == (user.login, user.name, "fr")
    assert [(place["centre"], place["centre_name"], place["role"]) for place in me["places"]] == [
        (centre.slug, "Centre de Bayeux", "commercial")
    ]
    assert "quote.send" in me["places"][0]["rights"]
    seen = await client.get(f"/api/v1/centres/{centre.slug}", headers=bearer(token["access_token"]))
    assert (seen.status_code, seen.json()["name"], seen.json()["beds"]) == (200, "Centre de Bayeux", 0)


async def test_wrong_password_and_unknown_login_get_the_same_401(client: httpx.AsyncClient) -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    answers = [
        await client.post("/auth/token", json={"login": login, "password": "wrong"}) for login in (user.login, "nobody")
    ]
    bodies = [{**answer.json(), "request_id": ""} for answer in answers]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert bodies[0] == bodies[1]
    assert bodies[0]["code"] == "credentials_wrong"
    assert answers[0].headers["content-type"] == "application/problem+json"
    assert answers[0].headers["www-authenticate"] == "Bearer"


async def test_after_five_failures_the_answer_is_429_with_the_wait(client: httpx.AsyncClient) -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    for _ in range(5):
        assert (await client.post("/auth/token", json={"login": user.login, "password": "x"})).status_code == 401
    slowed = await client.post("/auth/token", json={"login": user.login, "password": PASSWORD})
    assert (slowed.status_code, slowed.json()["code"], slowed.headers["retry-after"]) == (429, "log_in_slowed", "1")


async def test_a_code_is_asked_for_by_name(client: httpx.AsyncClient) -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    await require_code(user.id, wanted=True, actor=NETWORK)
    answer = await client.post("/auth/token", json={"login": user.login, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (401, "code_needed")


async def test_a_refresh_turns_and_a_second_use_ends_everything(client: httpx.AsyncClient) -> None:
    user = await a_user(await a_centre())
    first = await client.post("/auth/refresh", json={"refresh_token": user.refresh_token})
    assert first.status_code == 200
    assert (await client.get("/api/v1/me", headers=bearer(first.json()["access_token"]))).status_code == 200
    again = await client.post("/auth/refresh", json={"refresh_token": user.refresh_token})
    assert (again.status_code, again.json()["code"]) == (401, "token_spent")
    assert (await client.get("/api/v1/me", headers=bearer(first.json()["access_token"]))).status_code == 401


async def test_logging_out_is_at_once(client: httpx.AsyncClient) -> None:
    user = await a_user(await a_centre())
    assert (await client.get("/api/v1/me", headers=user.headers)).status_code == 200
    assert (await client.post("/auth/revoke", headers=user.headers)).status_code == 204
    assert (await client.get("/api/v1/me", headers=user.headers)).status_code == 401
    assert (await client.post("/auth/revoke")).status_code == 401


async def test_only_the_gateway_opens_sessions_by_key(
    app: Litestar, client: httpx.AsyncClient, set_settings: Set
) -> None:
    user = await a_user(await a_centre())
    key = await add_key(None, user.id, KEY, actor=NETWORK)
    body = {"login": user.login, "fingerprint": key.fingerprint, "address": "192.0.2.70"}
    for headers in ({}, bearer(""), bearer(CREDENTIAL)):
        assert (await client.post("/auth/ssh-sessions", json=body, headers=headers)).status_code == 401

    set_settings(gateway_credential=CREDENTIAL)
    for headers in ({}, bearer(""), bearer("x"), bearer(user.access_token), bearer(CREDENTIAL + "é")):
        raw = {name.encode(): value.encode() for name, value in headers.items()}
        assert (await client.post("/auth/ssh-sessions", json=body, headers=raw)).status_code == 401
    async with another_client(app) as gateway:
        opened = await gateway.post("/auth/ssh-sessions", json=body, headers=bearer(CREDENTIAL))
        assert opened.status_code == 200
        me = await gateway.get("/api/v1/me", headers=bearer(opened.json()["access_token"]))
        assert me.json()["login"] == user.login
        wrong = await gateway.post(
            "/auth/ssh-sessions", json={**body, "fingerprint": "SHA256:x"}, headers=bearer(CREDENTIAL)
        )
        assert (wrong.status_code, wrong.json()["code"]) == (401, "key_unknown")
    assert (await client.get("/api/v1/me", headers=bearer(CREDENTIAL))).status_code == 401


async def test_preferences_are_ones_own(client: httpx.AsyncClient) -> None:
    user = await a_user(await a_centre(), first_start_done=False)
    change = {"language": "en", "first_start_done": True, "keymap": {"quit": "ctrl+q"}, "theme": "dark"}
    change |= {"list_columns": {"dossiers": ["reste"]}}
    changed = await client.patch("/api/v1/me", headers=user.headers, json=change)
    assert changed.status_code == 200
    assert {name: changed.json()[name] for name in change} == change
    kept = await client.patch("/api/v1/me", headers=user.headers, json={"theme": "light"})
    assert {name: kept.json()[name] for name in change} == {**change, "theme": "light"}
    assert (await client.get("/api/v1/me", headers=user.headers)).json() == kept.json()
    wrong = await client.patch("/api/v1/me", headers=user.headers, json={"language": "de"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/language")


@pytest.mark.parametrize("path", ["/auth/token", "/auth/refresh", "/auth/device/token", "/auth/ssh-sessions"])
async def test_a_body_that_does_not_fit_is_422(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.post(path, json={"other": 1}, headers=bearer("x"))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
