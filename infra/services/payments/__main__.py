"""Run the payment simulator: `python -m infra.services.payments --port 4242 --var var/payments`."""

import argparse
import asyncio
import signal
from pathlib import Path

from granian.constants import Interfaces
from granian.server.embed import Server

from infra.services.payments.app import Service, build
from infra.services.payments.store import Store
from infra.services.payments.webhooks import WebhookSettings


def read_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.services.payments", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--var", type=Path, required=True, help="folder of the state, made when absent")
    parser.add_argument("--public-url", help="where browsers find the hosted pages (default: host and port)")
    parser.add_argument("--webhook-url", help="where signed webhooks go; without it none is sent")
    parser.add_argument("--webhook-secret", default="", help="whsec_…, shared with the receiver")
    parser.add_argument("--webhook-tries", type=int, default=16, help="then the event is abandoned")
    parser.add_argument("--first-retry-seconds", type=float, default=1.0, help="doubled after each refusal")
    parser.add_argument("--longest-retry-seconds", type=float, default=60.0)
    read = parser.parse_args(arguments)
    if read.webhook_url and not read.webhook_secret:
        parser.error("--webhook-url needs --webhook-secret: an unsigned webhook must not exist")
    return read


async def serve(arguments: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM."""
    store = Store(arguments.var / "payments.sqlite3")
    webhook = None
    if arguments.webhook_url:
        webhook = WebhookSettings(
            url=arguments.webhook_url,
            secret=arguments.webhook_secret,
            tries=arguments.webhook_tries,
            first_retry_seconds=arguments.first_retry_seconds,
            longest_retry_seconds=arguments.longest_retry_seconds,
        )
    public_url = (arguments.public_url or f"http://{arguments.host}:{arguments.port}").rstrip("/")
    server = Server(
        build(Service(store, public_url=public_url, webhook=webhook)),
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, server.stop)
    try:
        await server.serve()
    finally:
        store.close()


def main() -> None:
    """Run the program."""
    asyncio.run(serve(read_arguments()))


if __name__ == "__main__":
    main()
