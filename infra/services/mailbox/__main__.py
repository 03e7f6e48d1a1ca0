"""Run the mail catcher: `python -m infra.services.mailbox --smtp-port 2525 --http-port 8025 --var var/mailbox`."""

import argparse
import asyncio
import logging
import signal
from pathlib import Path

from granian.constants import Interfaces
from granian.server.embed import Server

from infra.services.mailbox.app import build
from infra.services.mailbox.receiver import connections
from infra.services.mailbox.store import Store


def read_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.services.mailbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    parser.add_argument("--var", type=Path, required=True, help="folder of the state, made when absent")
    parser.add_argument("--public-url", help="where browsers find the pages (default: host and port)")
    parser.add_argument("--size-limit", type=int, default=25_000_000, help="bytes of the biggest mail taken")
    parser.add_argument("--starttls", action="store_true", help="offer STARTTLS with a certificate made in --var")
    return parser.parse_args(arguments)


async def serve(arguments: argparse.Namespace) -> None:
    """Serve SMTP and HTTP until SIGINT or SIGTERM."""
    certificate = None
    if arguments.starttls:
        from infra.services.mailbox.certificate import tls_context

        certificate = tls_context(arguments.var)
    public_url = (arguments.public_url or f"http://{arguments.host}:{arguments.http_port}").rstrip("/")
    store = Store(arguments.var / "mailbox.sqlite3", public_url=public_url)
    loop = asyncio.get_running_loop()
    accept = connections(store, size_limit=arguments.size_limit, certificate=certificate)
    smtp = await loop.create_server(accept, host=arguments.host, port=arguments.smtp_port)
    http = Server(
        build(store),
        address=arguments.host,
        port=arguments.http_port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_enabled=False,
    )
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, http.stop)
    try:
        await http.serve()
    finally:
        smtp.close()
        store.close()


def main() -> None:
    """Run the program."""
    # aiosmtpd tells each line of each conversation.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    asyncio.run(serve(read_arguments()))


if __name__ == "__main__":
    main()
