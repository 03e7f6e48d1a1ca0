"""The approval page, as a browser meets it."""

import re

import httpx
from litestar import Litestar

from tests.factories.accounts import PASSWORD, TestUser, a_user
from tests.factories.centres import a_centre
from tests.server.auth.conftest import Set, another_client

PAGE = "/auth/device/verify"


async def begun(client: httpx.AsyncClient, slug: str | None = None) -> dict[str, str]:
    answer = await client.post("/auth/device", params={"centre": slug} if slug else None)
    assert answer.status_code == 200
    started: dict[str, str] = answer.json()
    return started


async def poll(client: httpx.AsyncClient, started: dict[str, str]) -> httpx.Response:
    return await client.post("/auth/device/token", json={"device_code": started["device_code"]})


def form_token(page: httpx.Response) -> str:
    found = re.search(r'name="form_token" value="([0-9a-f]{64})"', page.text)
    assert found is not None
    return found[1]


async def send(browser: httpx.AsyncClient, started: dict[str, str], step: str, **fields: str) -> httpx.Response:
    page = await browser.get(PAGE, params={"user_code": started["user_code"]})
    data = {"user_code": started["user_code"], "form_token": form_token(page), "step": step, **fields}
    return await browser.post(PAGE, data=data)


async def identify(browser: httpx.AsyncClient, started: dict[str, str], user: TestUser) -> httpx.Response:
    return await send(browser, started, "identify", login=user.login, password=PASSWORD)


async def test_a_terminal_is_approved_in_a_browser_and_gets_its_token_once(
    app: Litestar, client: httpx.AsyncClient
) -> None:
    centre = await a_centre(name="Centre de Bayeux & fils")
    user = await a_user(centre, password=PASSWORD)
    started = await begun(client, centre.slug)
    assert started["verification_uri_complete"].endswith(f"{PAGE}?user_code={started['user_code']}")
    waiting = await poll(client, started)
    assert (waiting.status_code, waiting.json()["code"]) == (403, "authorization_pending")

    async with another_client(app) as browser:
        asked = await browser.get(PAGE, params={"user_code": started["user_code"]})
        assert "Centre de Bayeux &amp; fils" in asked.text
        assert started["user_code"] in asked.text
        assert re.search(r"<dd>100\.64\.\d+\.\d+</dd>", asked.text)
        assert "<time datetime=" in asked.text
        assert user.name not in asked.text
        shown = await identify(browser, started, user)
        assert (shown.status_code, user.name in shown.text) == (200, True)
        assert "Approuver" in shown.text
        done = await send(browser, started, "approve")
        assert "retournez au terminal" in done.text

    token = await poll(client, started)
    assert token.status_code == 200
    me = await client.get("/api/v1/me", headers={"Authorization": f"Bearer {token.json()['access_token']}"})
    assert me.json()["login"] == user.login
    used = await poll(client, started)
    assert (used.status_code, used.json()["code"]) == (403, "expired_token")


async def test_the_page_is_closed_to_other_sites(client: httpx.AsyncClient) -> None:
    page = await client.get(PAGE)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"
    cookie = page.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "<script" not in page.text
    assert "style=" not in page.text


async def test_behind_tls_the_cookie_is_of_this_host_alone(client: httpx.AsyncClient, set_settings: Set) -> None:
    set_settings(public_url="https://desk.example.org")
    cookie = (await client.get(PAGE)).headers["set-cookie"]
    assert cookie.startswith("__Host-halte_browser=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


async def test_a_form_of_another_site_or_browser_does_nothing(app: Litestar, client: httpx.AsyncClient) -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    started = await begun(client)
    async with another_client(app) as browser, another_client(app) as stranger:
        await identify(browser, started, user)
        theirs = form_token(await stranger.get(PAGE, params={"user_code": started["user_code"]}))
        fields = {"user_code": started["user_code"], "step": "approve"}
        for token in ("", theirs, "0" * 64):
            refused = await browser.post(PAGE, data={**fields, "form_token": token})
            assert (refused.status_code, "a expiré" in refused.text) == (400, True)
        elsewhere = await stranger.post(PAGE, data={**fields, "form_token": theirs})
        assert (elsewhere.status_code, user.name in elsewhere.text) == (400, False)
    assert (await poll(client, started)).json()["code"] == "authorization_pending"


async def test_a_refusal_ends_it(app: Litestar, client: httpx.AsyncClient) -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    started = await begun(client)
    async with another_client(app) as browser:
        await identify(browser, started, user)
        assert "refusée" in (await send(browser, started, "deny")).text
    assert (await poll(client, started)).json()["code"] == "access_denied"


async def test_a_wrong_password_or_code_is_said_on_the_page(app: Litestar, client: httpx.AsyncClient) -> None:
    user = await a_user(await a_centre(), password=PASSWORD)
    started = await begun(client)
    async with another_client(app) as browser:
        wrong = await send(browser, started, "identify", login=user.login, password="wrong")
        assert (wrong.status_code, "incorrect" in wrong.text) == (400, True)
        assert 'role="alert"' in wrong.text
        unknown = await browser.get(PAGE, params={"user_code": "BCDF-GHJK"})
        assert (unknown.status_code, "inconnu" in unknown.text) == (404, True)


async def test_the_page_speaks_english_to_who_asks_for_it(client: httpx.AsyncClient) -> None:
    page = await client.get(PAGE, headers={"Accept-Language": "en-GB,fr;q=0.5"})
    assert 'lang="en"' in page.text
    assert "Enter the code" in page.text


async def test_without_a_provider_there_is_no_way_to_one(client: httpx.AsyncClient) -> None:
    started = await begun(client)
    page = await client.get(PAGE, params={"user_code": started["user_code"]})
    assert "/auth/oidc/start" not in page.text
    start = await client.get("/auth/oidc/start", params={"user_code": started["user_code"]})
    assert start.status_code == 404
