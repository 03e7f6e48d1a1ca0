"""`halte web`: serve the terminal app in a browser, behind a log-in."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit


def main(arguments: Sequence[str]) -> int:
    """Serve until asked to stop: 0 then, 1 when it cannot serve."""
    parser = argparse.ArgumentParser(prog="halte web", description="The terminal app in a browser, behind a log-in.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8022, help="the port (%(default)s)")
    parser.add_argument("--server", default="http://127.0.0.1:8000", help="the API's address (%(default)s)")
    parser.add_argument(
        "--public-url",
        metavar="URL",
        default=os.environ.get("HALTE_WEB_URL", ""),
        help="how browsers reach it, a TLS proxy before it: https://… (HALTE_WEB_URL)",
    )
    parser.add_argument("--windows", type=int, default=20, help="the most windows at once (%(default)s)")
    parser.add_argument(
        "--idle-minutes", type=float, default=120, help="a window where nobody types for so long closes (%(default)s)"
    )
    options = parser.parse_args(list(arguments))
    options.public_url = (options.public_url or f"http://127.0.0.1:{options.port}").rstrip("/")
    where = urlsplit(options.public_url)
    if where.scheme not in ("http", "https") or not where.netloc or where.path:
        print("halte web: --public-url is https://NAME, without a path", file=sys.stderr)
        return 1
    var = Path(os.environ.get("HALTE_VAR", "var")).resolve() / "web"
    try:
        var.mkdir(parents=True, exist_ok=True, mode=0o700)
        return asyncio.run(_serve(options, var))
    except OSError as error:
        print(f"halte web: {error}", file=sys.stderr)
        return 1


async def _serve(options: argparse.Namespace, var: Path) -> int:
    from aiohttp import web

    from tui.web.door import Door
    from tui.web.site import Site
    from tui.web.visitors import Visitors
    from tui.web.windows import Windows

    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    door = Door(options.server)
    visitors = Visitors(most_windows=options.windows, clock=loop.time)
    windows = Windows(door, visitors, homes=var / "homes", idle_seconds=options.idle_minutes * 60)
    site = Site(door, visitors, windows, public_url=options.public_url)
    runner = web.AppRunner(site.app(), access_log=None, shutdown_timeout=10)
    await runner.setup()
    watching = asyncio.create_task(windows.watch())
    try:
        await web.TCPSite(runner, options.host, options.port).start()
        print(f"halte web: {options.public_url}", file=sys.stderr, flush=True)
        await stop.wait()
    finally:
        watching.cancel()
        await windows.close()
        await runner.cleanup()
        await door.close()
    return 0
