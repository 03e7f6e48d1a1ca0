"""`halte serve`: the HTTP server, on granian."""

import cyclopts
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

app = cyclopts.App(name="serve", help="Serve the API and the public pages.")


@app.default
def serve(*, host: str = "127.0.0.1", port: int = 8000, processes: int = 1) -> None:
    """Serve until stopped.

    Args:
        host: the address to listen on.
        port: the port.
        processes: how many worker processes; one that dies is started again.
    """
    Granian(
        "server.app:create_app",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=processes,
        factory=True,
        respawn_failed_workers=True,
        # Live streams have no end of their own: without this, an open terminal would hold up a stop for ever.
        workers_kill_timeout=5,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()


def main(arguments: list[str]) -> int:
    """Run `halte serve`; 0 when it was asked to stop."""
    app(arguments)
    return 0
