"""The public pages in Chromium on a slow phone: 1.6 Mbit/s, 150 ms, a quarter of the processor, nothing cached."""

import asyncio
import statistics
from collections.abc import Mapping
from typing import Any

import msgspec
from playwright.async_api import Browser, async_playwright

from infra.checks.figures import Figure, at_most, side
from tests.benchmarks.doors import prepared, served
from tests.programs import require
from tests.server.pages.scenes import scenes

PAGES = ("contact", "quote", "tablet")
ROUNDS = 5
BYTES_PER_SECOND = 1_600_000 / 8
DELAY_MS, SLOWER = 150, 4

NOTE = """
    window.seen = {lcp: 0, cls: 0};
    new PerformanceObserver(list => { for (const one of list.getEntries()) seen.lcp = one.startTime; })
        .observe({type: 'largest-contentful-paint', buffered: true});
    new PerformanceObserver(list => { for (const one of list.getEntries()) if (!one.hadRecentInput) seen.cls += one.value; })
        .observe({type: 'layout-shift', buffered: true});
"""
READ = """() => ({fcp: performance.getEntriesByName('first-contentful-paint')[0].startTime, lcp: seen.lcp, cls: seen.cls})"""


class Paint(msgspec.Struct, frozen=True):
    """When a page was painted, in milliseconds after it was asked for, and how much moved afterwards."""

    fcp: float
    lcp: float
    cls: float
    kilobytes: float
    """All that came over the wire, as compressed as it came."""


async def painted(browser: Browser, url: str) -> Paint:
    """Open a page as somebody does who was never there."""
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    received = 0.0

    def finished(event: Mapping[str, Any]) -> None:
        nonlocal received
        received += event["encodedDataLength"]

    devtools.on("Network.loadingFinished", finished)
    await devtools.send("Network.enable")
    await devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await devtools.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": DELAY_MS,
            "downloadThroughput": BYTES_PER_SECOND,
            "uploadThroughput": BYTES_PER_SECOND,
        },
    )
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    await page.add_init_script(NOTE)
    await page.goto(url, wait_until="load")
    await page.wait_for_timeout(1_000)
    seen = await page.evaluate(READ)
    await context.close()
    return Paint(**seen, kilobytes=received / 1000)


async def rounds(urls: Mapping[str, str]) -> dict[str, list[Paint]]:
    """Open each page in turns."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=require("chromium"), args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        found: dict[str, list[Paint]] = {name: [] for name in urls}
        for _ in range(ROUNDS):
            for name, url in urls.items():
                found[name].append(await painted(browser, url))
        await browser.close()
    return found


def measure() -> list[Figure]:
    """Paint them."""
    made = prepared(scenes)
    with served("infra", "serve") as port:
        urls = {name: f"http://127.0.0.1:{port}{made.paths[name]}" for name in PAGES}
        found = asyncio.run(rounds(urls))
    figures: list[Figure] = []
    for name, paints in found.items():
        firsts, largest = [one.fcp for one in paints], [one.lcp for one in paints]
        figures += [
            at_most(f"{name}: first paint (FCP)", statistics.median(firsts), 1_800, sides=[side("rounds", firsts)]),
            at_most(f"{name}: largest paint (LCP)", statistics.median(largest), 2_500, sides=[side("rounds", largest)]),
            at_most(f"{name}: what moved (CLS)", max(one.cls for one in paints), 0, unit=""),
            at_most(f"{name}: first view", max(one.kilobytes for one in paints), 60, unit="kB"),
        ]
    return figures
