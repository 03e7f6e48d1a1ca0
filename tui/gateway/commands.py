"""`halte gateway`: serve the terminal app over SSH."""

import argparse
import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from tui.gateway import zygote

CREDENTIAL = "HALTE_GATEWAY_CREDENTIAL"


def main(arguments: Sequence[str]) -> int:
    """Serve until asked to stop: 0 then, 1 when it cannot serve."""
    parser = argparse.ArgumentParser(prog="halte gateway", description="The SSH gateway to the terminal app.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=2222, help="the port (%(default)s)")
    parser.add_argument("--server", default="http://127.0.0.1:8000", help="the API's address (%(default)s)")
    parser.add_argument("--sessions", type=int, default=200, help="the most sessions at once (%(default)s)")
    options = parser.parse_args(list(arguments))
    credential = _taken_from_environment(CREDENTIAL)
    if not credential:
        print(f"halte gateway: {CREDENTIAL} is not set; the server has the same", file=sys.stderr)
        return 1
    var = Path(os.environ.get("HALTE_VAR", "var")).resolve() / "gateway"
    var.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Before any loop or thread: what is forked later must inherit neither.
    try:
        pid, link = zygote.start()
        # What the gateway itself needs is imported while the zygote draws its screens.
        import_module("tui.gateway.server")
        zygote.await_ready(pid, link)
    except OSError as error:
        print(f"halte gateway: {error}", file=sys.stderr)
        return 1
    try:
        return asyncio.run(_serve(options, credential, link, var))
    except OSError as error:
        print(f"halte gateway: {error}", file=sys.stderr)
        return 1
    finally:
        link.close()
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)


def _taken_from_environment(name: str) -> str:
    """Read a variable and wipe it: what the kernel shows as a process's environment is copied into every fork."""
    value = os.environ.get(name, "")
    get = ctypes.CDLL(None).getenv
    get.restype = ctypes.c_void_p
    if where := get(name.encode()):
        ctypes.memset(where, 0, len(os.fsencode(value)))
    os.environ.pop(name, None)
    return value


async def _serve(options: argparse.Namespace, credential: str, link: socket.socket, var: Path) -> int:
    from tui.gateway.door import Door
    from tui.gateway.nursery import Nursery
    from tui.gateway.server import Gateway, listen

    door = Door(options.server, credential)
    gateway = Gateway(door, Nursery(link, var / "homes"), most_sessions=options.sessions)
    acceptor = await listen(gateway, host=options.host, port=options.port, host_key=str(_host_key(var)))
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stopped, gone = asyncio.create_task(stop.wait()), asyncio.create_task(gateway.nursery.gone.wait())
    await asyncio.wait({stopped, gone}, return_when=asyncio.FIRST_COMPLETED)
    acceptor.close()
    await gateway.end_sessions()
    await door.close()
    if not stop.is_set():
        print("halte gateway: the preloaded process died", file=sys.stderr)
        return 1
    return 0


def _host_key(var: Path) -> Path:
    """Return the host key's file, made at the first start: clients remember it."""
    import asyncssh

    file = var / "host_key"
    if not file.exists():
        unfinished = var / f"host_key.{os.getpid()}"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(asyncssh.generate_private_key("ssh-ed25519").export_private_key())
        unfinished.rename(file)
    return file
