"""The demo's doors: their ports, kept from one start to the next, and how to hear that each answers."""

import fcntl
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO, Final
from urllib.parse import urlsplit

from infra.services.ports import LOOPBACK, answers, free_port

PREFERRED: Final[Mapping[str, int]] = {
    "api": 8000,
    "ssh": 2222,
    "mail": 8025,
    "smtp": 1025,
    "inbound": 1026,
    "payments": 12111,
    "web": 8022,
}


_held: list[IO[str]] = []
"""The locks on our ports: another demo that starts while this one loads must not take them."""


def choose_ports(var: Path) -> dict[str, int]:
    """Give each door a port: the last start's, else the usual one, else a free one, and say where one was replaced.

    Nothing listens on them before the network is loaded; until this process ends no other demo is given them.
    """
    kept = var / "demo-ports.json"
    wanted = {**PREFERRED, **(json.loads(kept.read_text()) if kept.exists() else {})}
    chosen: dict[str, int] = {}
    for door, port in wanted.items():
        free = free_port(port)
        while free in chosen.values() or not _hold(free):
            free = free_port()
        chosen[door] = free
        if free != port:
            print(f"halte demo: port {port} is busy, {door} is on {free}", file=sys.stderr)
    kept.write_text(json.dumps(chosen))
    return chosen


def _hold(port: int) -> bool:
    """Lock a port against the other demos of this machine; False where one of them has it."""
    folder = Path(tempfile.gettempdir()) / "halte-ports"
    try:
        folder.mkdir(exist_ok=True)
        folder.chmod(0o1777)
    except PermissionError:
        pass  # another user made it, for everybody
    try:
        lock = (folder / str(port)).open("a")
    except PermissionError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return False
    _held.append(lock)
    return True


def base_url(port: int) -> str:
    """Return the address of a door that speaks HTTP."""
    return f"http://{LOOPBACK}:{port}"


def answers_http(url: str) -> Callable[[], bool]:
    """Return a question: does this address answer 200 now?"""
    where = urlsplit(url)

    def asked() -> bool:
        # Not httpx: it reads every certificate of the machine for each question, and this asks fifty times a second.
        connection = HTTPConnection(where.hostname or LOOPBACK, where.port, timeout=2)
        try:
            connection.request("GET", where.path)
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    return asked


def answers_on(port: int) -> Callable[[], bool]:
    """Return a question: does something listen on this port now?"""
    return lambda: answers(port)
