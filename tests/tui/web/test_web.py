"""The app in a browser: nobody without a log-in, nobody from another site, one window a browser, and each app ends with its window."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, WSServerHandshakeError

from server.contract.accounts import DeviceCode
from tests.tui import day_seeds
from tests.tui.desk_server import Desk, DeskServer
from tests.tui.gateway.processes import runs
from tests.tui.web.browsing import Browser, WebDoor, Window, soon
from tui.web.visit import SURROUNDINGS
from tui.web.visitors import KEPT_SECONDS

ELSEWHERE = "https://elsewhere.example"
CTRL_Q = "\x11"


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    """What browsers speak HTTP with."""
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def door(desk: Desk, desk_server: DeskServer, tmp_path: Path) -> AsyncIterator[WebDoor]:
    """The door, before the desk server."""
    async with WebDoor(desk_server.address, tmp_path) as opened:
        yield opened


async def refused(browser: Browser, *, origin: str | None = None) -> int:
    """Open a socket that is not opened; return the answer's status."""
    with pytest.raises(WSServerHandshakeError) as told:
        await browser.open(origin=origin)
    return told.value.status


async def test_nobody_reaches_the_app_without_logging_in_here(client: ClientSession, desk: Desk, door: WebDoor) -> None:
    stranger = Browser(client, door)
    status, page = await stranger.get()
    assert status == 200
    assert 'action="/log-in"' in page and "textual" not in page
    stranger.address = f"{door.url}/ws/guessed"
    assert await refused(stranger) == 401
    assert await stranger.get("/here/guessed") == (401, "")

    status, page = await stranger.post("/log-in", login="mlegoff", password="faux")
    assert (status, stranger.set_cookie) == (400, "")
    assert "Identifiant, mot de passe ou code incorrect." in page
    asked = len(desk.received)
    for origin in ("", "null", ELSEWHERE):
        assert (await stranger.post("/log-in", origin=origin, login="mlegoff", password="sésame"))[0] == 403
        assert (await stranger.post("/begin", origin=origin))[0] == 403
    assert len(desk.received) == asked, "not even asked"

    await stranger.log_in()
    for origin in ("", "null", ELSEWHERE, door.url.replace("127.0.0.1", "localhost")):
        assert await refused(stranger, origin=origin) == 403
    other = Browser(client, door)
    other.address = stranger.address
    assert await refused(other) == 401, "the address of a window is no key to it"
    assert door.apps() == []


async def test_a_window_is_the_app_and_ends_with_its_tab(client: ClientSession, desk: Desk, door: WebDoor) -> None:
    desk.token = "a-token-that-is-nowhere-to-be-seen"
    browser = Browser(client, door)
    await browser.log_in()
    window = await browser.open()
    await window.until("Aujourd'hui")
    (pid,) = door.apps()
    process = Path(f"/proc/{pid}")
    environment = process.joinpath("environ").read_bytes()
    assert {line.split(b"=")[0].decode() for line in environment.split(b"\0") if line} == {
        *SURROUNDINGS,
        *("HALTE_TOKEN_FD", "HOME", "COLUMNS", "ROWS"),
    }
    assert desk.token.encode() not in environment + process.joinpath("cmdline").read_bytes()
    (home,) = door.homes.iterdir()
    assert home.stat().st_mode & 0o777 == 0o700

    await window.until("Le Goff")
    await window.type("gj")
    await window.until("Feuille du jour")
    await window.type("i")
    await window.until("Imprimer ou exporter")
    await window.type("\r")
    await window.until("o ouvrir")
    await window.type("o")
    await soon(lambda: window.asked, "the document, in another tab")
    assert window.asked == [["open_url", {"url": day_seeds.DOCUMENT.url, "new_tab": True}]]
    await window.close()
    await soon(lambda: not runs(pid), "the app's end")
    assert desk.sent("/auth/revoke") == [], "a line that was cut comes back without logging in"
    assert await browser.get(f"/here/{browser.address.rpartition('/')[2]}") == (204, "")


async def test_a_second_window_takes_the_place_of_the_first_and_leaving_ends_the_session(
    client: ClientSession, desk: Desk, desk_server: DeskServer, tmp_path: Path
) -> None:
    async with WebDoor(desk_server.address, tmp_path, most_windows=1) as door:
        both = [Browser(client, door), Browser(client, door)]
        for one in both:
            await one.log_in()
        opened = await asyncio.gather(*(one.open() for one in both), return_exceptions=True)
        assert [told.status for told in opened if isinstance(told, WSServerHandshakeError)] == [503]
        (first,) = (window for window in opened if isinstance(window, Window))
        browser, colleague = both if opened[0] is first else reversed(both)
        before = browser.address.rpartition("/")[2]
        assert await refused(colleague) == 503
        assert (await colleague.get(f"/here/{colleague.address.rpartition('/')[2]}"))[0] == 503

        await browser.draw()
        second = await browser.open()
        await first.closed()
        assert (await browser.get(f"/here/{before}"))[0] == 409
        await second.until("Aujourd'hui")
        assert len(door.apps()) == 1

        await second.type(CTRL_Q)
        await second.closed()
        await soon(lambda: desk.sent("/auth/revoke"), "the session's end")
        assert (await browser.get(f"/here/{browser.address.rpartition('/')[2]}"))[0] == 401
        assert "You have left Halte." in (await browser.get(language="en-GB,fr;q=0.5"))[1]
        assert await refused(browser) == 401
        assert (await colleague.get(f"/here/{colleague.address.rpartition('/')[2]}"))[0] == 204


async def test_a_token_that_was_renewed_goes_to_the_next_window_and_a_revoked_one_ends_it(
    client: ClientSession, desk: Desk, door: WebDoor
) -> None:
    browser = Browser(client, door)
    await browser.log_in()
    (visitor,) = door.visitors.everybody()
    desk.token = "renewed"
    window = await browser.open()
    await window.until("Le Goff")
    await window.until("Ferry")
    assert visitor.entry.access_token == "renewed"

    desk.revoked = True
    desk.token = "another"
    await window.type("\x1b[15~")
    await window.closed()
    assert "Votre session est terminée" in (await browser.get())[1]
    assert door.apps() == []


async def test_what_nobody_uses_is_closed(client: ClientSession, desk: Desk, door: WebDoor) -> None:
    idle, gone = Browser(client, door), Browser(client, door)
    await idle.log_in()
    await gone.log_in()
    window = await idle.open()
    await window.until("Aujourd'hui")
    door.now += KEPT_SECONDS + 1
    await door.windows.look()
    assert 'action="/log-in"' in (await gone.get())[1]
    assert len(desk.sent("/auth/revoke")) == 1
    assert len(door.apps()) == 1

    door.now += 3600
    await door.windows.look()
    await window.closed()
    assert len(desk.sent("/auth/revoke")) == 2
    assert "personne ne tapait plus" in (await idle.get())[1]
    assert door.apps() == []


async def test_a_log_in_may_be_approved_on_the_api_s_own_page(client: ClientSession, desk: Desk, door: WebDoor) -> None:
    browser, other = Browser(client, door), Browser(client, door)
    approval = "https://halte.example/auth/device/verify?user_code=ABCD-EFGH"
    desk.answers["POST /auth/device"] = DeviceCode(
        device_code="d",
        user_code="ABCD-EFGH",
        verification_uri="",
        verification_uri_complete=approval,
        expires_in=600,
        interval=1,
    )
    assert (await browser.post("/begin"))[0] == 303
    page = (await browser.get())[1]
    assert f'href="{approval}"' in page
    assert 'http-equiv="refresh"' in page
    desk.approved = True
    assert 'action="/log-in"' in (await other.get())[1]

    status, _page = await browser.get()
    assert status == 200
    assert [visitor.login for visitor in door.visitors.everybody()] == ["mlegoff"]


async def test_behind_tls_the_cookie_is_the_hosts_alone_and_pages_take_nothing_from_elsewhere(
    client: ClientSession, desk: Desk, desk_server: DeskServer, tmp_path: Path
) -> None:
    site = "https://desk.example.org"
    async with WebDoor(desk_server.address, tmp_path, public_url=site) as door:
        browser = Browser(client, door, origin=site)
        outside = (await browser.get())[1]
        await browser.log_in()
        name, _equals, rest = browser.set_cookie.partition("=")
        assert name == "__Host-halte_web"
        assert {part.strip() for part in rest.split(";")[1:]} == {"HttpOnly", "Path=/", "SameSite=Strict", "Secure"}
        inside = (await browser.get())[1]
        assert re.findall(r"[a-z]+://[^/\"]+", outside + inside) == ["wss://desk.example.org"]
        wanted = re.findall(r'(?:href|src)="(/static/[^"]+)"', outside + inside)
        assert {path.rpartition("/")[2] for path in wanted} > {"textual.js", "xterm.css", "web.js", "web.css"}
        for path in wanted:
            async with client.get(door.url + path) as answer:
                assert answer.status == 200
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
        async with client.get(door.url) as answer:
            policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self';")
        assert "unsafe" not in policy
