"""Logging in through a certified OpenID provider that we did not write, from the terminal's code to its token."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from tenants.accounts.operations import link_identity
from tests.factories.accounts import PASSWORD, a_user
from tests.factories.centres import NETWORK, a_centre
from tests.server.auth.conftest import BASE, Set, another_client
from tests.server.auth.test_approval import PAGE, begun, identify, poll, send
from tests.simulators.identity.provider import IdentityProvider, NodeMissing, installed


@pytest.fixture(scope="module")
def certified() -> Iterator[IdentityProvider]:
    """Run the provider for this application's own callback; without Node, fail in CI and skip elsewhere."""
    try:
        folder = installed(Path(os.environ.get("HALTE_VAR", "var")).resolve() / "tests")
    except NodeMissing as reason:
        if os.environ.get("CI"):
            pytest.fail(str(reason))
        pytest.skip(str(reason))
    with IdentityProvider(folder, redirect_uri=f"{BASE}/auth/oidc/callback") as provider:
        yield provider


@pytest.fixture
def provider(certified: IdentityProvider, set_settings: Set) -> IdentityProvider:
    set_settings(
        public_url=BASE,
        oidc_issuer=certified.issuer,
        oidc_client_id=certified.client_id,
        oidc_client_secret=certified.client_secret,
    )
    return certified


async def through(
    provider: IdentityProvider, browser: httpx.AsyncClient, started: dict[str, str], login: str
) -> httpx.Response:
    """Follow the page's link to the provider, log in there, and come back."""
    sent = await browser.get("/auth/oidc/start", params={"user_code": started["user_code"]})
    assert sent.status_code == 303
    back = provider.log_in(sent.headers["location"], login=login)
    returned = await browser.get(back)
    assert returned.status_code == 303, returned.text
    return await browser.get(returned.headers["location"])


async def test_a_person_known_by_subject_approves_a_terminal(
    app: Litestar, client: httpx.AsyncClient, provider: IdentityProvider
) -> None:
    centre = await a_centre(name="Centre d'Annecy")
    # The account's e-mail is another person's at the provider: nobody is known by it.
    user = await a_user(centre, "commercial", name="Amélie Durand", email="bruno@nimes.example")
    await link_identity(user.id, issuer=provider.issuer, subject="amelie", actor=NETWORK)
    started = await begun(client, centre.slug)

    async with another_client(app) as browser:
        assert "/auth/oidc/start" in (await browser.get(PAGE, params={"user_code": started["user_code"]})).text
        page = await through(provider, browser, started, "amelie")
        assert "Amélie Durand" in page.text
        assert (await poll(client, started)).json()["code"] == "authorization_pending"
        assert "retournez au terminal" in (await send(browser, started, "approve")).text

    token = (await poll(client, started)).json()
    me = await client.get("/api/v1/me", headers={"Authorization": f"Bearer {token['access_token']}"})
    assert me.json()["login"] == user.login


async def test_a_subject_that_nobody_knows_is_tied_by_a_password_once(
    app: Litestar, client: httpx.AsyncClient, provider: IdentityProvider
) -> None:
    user = await a_user(await a_centre(), name="Bruno Petit", email="bruno@nimes.example", password=PASSWORD)
    started = await begun(client)
    async with another_client(app) as browser:
        page = await through(provider, browser, started, "bruno")
        assert "pas encore rattaché" in page.text
        assert "Bruno Petit" not in page.text
        assert "Bruno Petit" in (await identify(browser, started, user)).text

    again = await begun(client)
    async with another_client(app) as browser:
        assert "Bruno Petit" in (await through(provider, browser, again, "bruno")).text


async def test_a_code_of_the_provider_is_good_once(
    app: Litestar, client: httpx.AsyncClient, provider: IdentityProvider
) -> None:
    first, second = await begun(client), await begun(client)
    async with another_client(app) as browser:
        sent = await browser.get("/auth/oidc/start", params={"user_code": first["user_code"]})
        used = httpx.URL(provider.log_in(sent.headers["location"], login="amelie"))
        assert (await browser.get(str(used))).status_code == 303
        assert (await browser.get(str(used))).status_code == 400
        sent = await browser.get("/auth/oidc/start", params={"user_code": second["user_code"]})
        state = httpx.URL(sent.headers["location"]).params["state"]
        refused = await browser.get(
            "/auth/oidc/callback", params={"code": used.params["code"], "state": state, "iss": provider.issuer}
        )
        assert refused.status_code == 400
    assert (await poll(client, second)).json()["code"] == "authorization_pending"
