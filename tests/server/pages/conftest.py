"""A served site and a real browser for the tests of the pages."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from tests.programs import require
from tests.server.pages.axe.installing import axe_source
from tests.server.pages.line import Line
from tests.server.pages.serving import Site
from tests.servers import Servers


@pytest.fixture(scope="module")
def site(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the application."""
    if servers.failure:
        pytest.fail(servers.failure)
    served = Site(tmp_path_factory.mktemp("site") / "server.log")
    yield served
    served.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Start Chromium."""
    chromium = require("chromium")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=en-US"]
        )
        yield started
        await started.close()


class Complaints:
    """What the browser complained of: refused by the policy, broken scripts, requests to elsewhere."""

    def __init__(self, context: BrowserContext, *, own: str) -> None:
        self.heard: list[str] = []
        self._own = own
        context.on("page", self._listen)

    def _listen(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.heard.append(f"script: {error}"))
        page.on("request", lambda request: self._asked(request.url))

    def _said(self, message: ConsoleMessage) -> None:
        refused = any(word in message.text for word in ("Content Security Policy", "violates", "Refused to"))
        # An answer of 4xx is noted by the browser as an error of the network; the pages mean it.
        if refused or (message.type == "error" and "status of 4" not in message.text and "ERR_" not in message.text):
            self.heard.append(message.text)

    def _asked(self, url: str) -> None:
        if not url.startswith((self._own, "data:", "about:", "blob:")):
            self.heard.append(f"asked elsewhere: {url}")


@asynccontextmanager
async def _visiting(browser: Browser, url: str) -> AsyncIterator[Page]:
    context = await browser.new_context(base_url=url, locale="fr-FR", viewport={"width": 1280, "height": 900})
    complaints = Complaints(context, own=url)
    yield await context.new_page()
    await context.close()
    assert complaints.heard == []


@pytest.fixture
async def visitor(browser: Browser, site: Site) -> AsyncIterator[Page]:
    """A page in a fresh French browser; the test fails if the browser complained."""
    async with _visiting(browser, site.url) as page:
        yield page


@pytest.fixture
async def line(site: Site) -> AsyncIterator[Line]:
    """A network to the site, whole until it is cut."""
    laid = Line(site.port)
    await laid.mend()
    yield laid
    await laid.cut()


@pytest.fixture
async def far_visitor(browser: Browser, line: Line) -> AsyncIterator[Page]:
    """As `visitor`, at the end of the line."""
    async with _visiting(browser, line.url) as page:
        yield page


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core's script."""
    return axe_source(Path(os.environ.get("HALTE_VAR", "var")).resolve() / "tests")
