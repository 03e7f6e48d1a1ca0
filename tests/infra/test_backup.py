"""A back-up restored into an empty database holds the same rows, and the ledger still sums to zero."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from infra.services import cluster
from tests.factories.accounts import a_user
from tests.factories.centres import a_centre
from tests.factories.dossiers import a_dossier
from tests.servers import ROOT, Servers


@pytest.fixture
def empty_database(servers: Servers) -> Iterator[str]:
    name = f"{servers.database}_restored"
    cluster.drop_database(servers.postgres.superuser_url, name)
    cluster.make_database(servers.postgres.superuser_url, name)
    yield name
    cluster.drop_database(servers.postgres.superuser_url, name)


def halte(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "infra", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=90, check=False
    )


def restored(servers: Servers, name: str) -> dict[str, str]:
    return {
        "DATABASE_OWNER_URL": servers.postgres.url("halte_owner", name),
        "DATABASE_BACKUP_URL": servers.postgres.url("halte_backup", name),
    }


@pytest.mark.usefixtures("pools")
async def test_a_restore_holds_the_same_rows_and_a_ledger_of_zero(
    servers: Servers, empty_database: str, tmp_path: Path
) -> None:
    centre = await a_centre()
    await a_user(centre)
    await a_dossier(centre.id)
    file = tmp_path / "halte.backup"

    made = halte("backup", str(file))
    back = halte("restore", str(file), **restored(servers, empty_database))

    assert (made.returncode, made.stderr) == (0, "")
    assert (back.returncode, back.stderr) == (0, "")
    connection = await asyncpg.connect(servers.postgres.superuser_url, database=empty_database)
    try:
        assert await connection.fetchval("SELECT count(*) FROM dossiers WHERE centre_id = $1", centre.id) == 1
        assert await connection.fetchval("SELECT coalesce(sum(minor), 0) FROM ledger_entries") == 0
        walls = await connection.fetchval("SELECT count(*) FROM pg_class WHERE relforcerowsecurity")
        assert walls > 20
    finally:
        await connection.close()


def test_a_restore_never_overwrites(servers: Servers, empty_database: str, tmp_path: Path) -> None:
    file = tmp_path / "halte.backup"
    halte("backup", str(file))

    again = halte("restore", str(file))

    assert again.returncode == 1
    assert "not empty" in again.stderr


def test_a_back_up_that_was_changed_is_noticed(servers: Servers, empty_database: str, tmp_path: Path) -> None:
    file = tmp_path / "halte.backup"
    assert halte("backup", str(file)).returncode == 0
    manifest = Path(f"{file}.json")
    manifest.write_text(manifest.read_text().replace('"rows": 0', '"rows": 1', 1))

    back = halte("restore", str(file), **restored(servers, empty_database))

    assert back.returncode != 0
    assert "1 rows backed up, 0 restored" in back.stderr
