"""`halte serve`: the HTTP server, on granian."""

import gc
from typing import TYPE_CHECKING

import cyclopts
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

if TYPE_CHECKING:
    # A quarter of a second that the parent of the processes does without.
    from litestar import Litestar

app = cyclopts.App(name="serve", help="Serve the API and the public pages.")


@app.default
def serve(*, host: str = "127.0.0.1", port: int = 8000, processes: int = 1) -> None:
    """Serve until stopped.

    Args:
        host: the address to listen on.
        port: the port.
        processes: how many worker processes; one that dies is started again.
    """
    # A third of a second less of looking through what an import has just made; `build` turns the collector on again.
    gc.disable()
    Granian(
        "server.commands.serve:build",
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


def build() -> "Litestar":
    """Build the application of one process; what is there by then stays, and the collector leaves it alone."""
    from server.app import create_app

    built = create_app()
    gc.freeze()
    gc.enable()
    return built


def main(arguments: list[str]) -> int:
    """Run `halte serve`; 0 when it was asked to stop."""
    app(arguments)
    return 0
