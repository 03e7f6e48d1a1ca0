"""The servers of a test run: one PostgreSQL for all, and for each test process a database and a Valkey that nobody else touches.

Started before pytest imports any test, since ours are the addresses that settings are read from. Runs at the same time,
and the processes of pytest-xdist, each hold a slot (a file lock, so a killed run frees it).
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from infra.services import cluster
from infra.services.postgres import QUICK, Postgres, binaries, start_postgres
from infra.services.quarters import locked
from infra.services.servers import ADDRESSES
from infra.services.valkey import Valkey, start_valkey

ROOT = Path(__file__).resolve().parent.parent
SECRET = "only-for-tests-and-known-to-everybody"


class MigrationsFail(Exception):
    """The migrations do not run on an empty database."""


class Servers:
    """What one test process holds until its end."""

    def __init__(self, var: Path, *, settings: Mapping[str, str] = QUICK) -> None:
        """Start or join the servers, take a slot, and copy the migrated template for it; `settings` are PostgreSQL's."""
        var.mkdir(parents=True, exist_ok=True)
        self.slot, self._slot_lock = _free_slot(var)
        # PostgreSQL 15 and 18 do not read each other's data: each set of programs has its own.
        kind = hashlib.sha256(str(binaries()).encode()).hexdigest()[:8]
        self.postgres: Postgres = start_postgres(var, settings=settings, service=f"postgres-{kind}")
        self.valkey: Valkey = start_valkey(var, service=f"valkey-{self.slot}")
        self.database = f"halte_test_{self.slot}"
        self.failure = ""
        """Why there is no database: the migrations fail. Tests of pure rules run all the same."""
        cluster.drop_database(self.postgres.superuser_url, self.database)
        try:
            template = migrated_template(self.postgres, lock=var / f"template-{kind}.lock")
        except MigrationsFail as error:
            self.failure = str(error)
        else:
            cluster.make_database(self.postgres.superuser_url, self.database, template=template)

    def environment(self) -> dict[str, str]:
        """Return the settings that lead to this process's own database and Valkey."""
        urls = {name: self.postgres.url(role, self.database) for name, role in ADDRESSES.items()}
        return {**urls, "REDIS_URL": self.valkey.url, "HALTE_SECRET": SECRET, "HALTE_GEOCODER_URL": ""}

    def stop(self) -> None:
        """Drop the database, stop what nobody else uses, give the slot back."""
        cluster.drop_database(self.postgres.superuser_url, self.database)
        self.postgres.stop()
        self.valkey.stop()
        self._slot_lock.close()


def migrated_template(postgres: Postgres, *, lock: Path) -> str:
    """Return the name of a database that all migrations were run on; made again when one of them changed."""
    name = f"halte_template_{migrations_digest()}"
    with locked(lock):
        known = cluster.databases(postgres.superuser_url)
        if name in known:
            return name
        for outdated in known:
            if outdated.startswith("halte_template_") and outdated != "halte_template_unfinished":
                cluster.drop_database(postgres.superuser_url, outdated)
        cluster.drop_database(postgres.superuser_url, "halte_template_unfinished")
        cluster.make_database(postgres.superuser_url, "halte_template_unfinished")
        environment = {**os.environ, "DATABASE_OWNER_URL": postgres.url("halte_owner", "halte_template_unfinished")}
        # In a process of its own: what migrations import must not be imported before the addresses are known.
        command = [sys.executable, "-c", "import sys; from infra.migrate import main; sys.exit(main([]))"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise MigrationsFail(f"the migrations fail:\n{done.stdout}{done.stderr}")
        cluster.rename_database(postgres.superuser_url, "halte_template_unfinished", name)
        return name


def migrations_digest() -> str:
    """Return a name for what the migrations make: another one as soon as one of them changes."""
    digest = hashlib.sha256()
    for layer in ("infra", "tenants", "billing"):
        for path in sorted([*(ROOT / layer).glob("*.py"), *(ROOT / layer / "migrations").rglob("*.*")]):
            if path.suffix in (".py", ".sql"):
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _free_slot(var: Path) -> tuple[int, IO[str]]:
    for slot in range(64):
        handle = (var / f"slot-{slot}").open("a")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.close()
            continue
        return slot, handle
    raise RuntimeError(f"64 test processes already run in {var}")
