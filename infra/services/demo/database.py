"""The demo's database: made, migrated and filled once; migrated again at each start; made anew when asked."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import asyncpg

from infra.bootstrap import ROOT
from infra.errors import Conflict
from infra.services import cluster
from infra.services.postgres import DATABASE, Postgres
from infra.services.quarters import ServiceMissing

_NAMED: Final = re.compile(r'^ID = "([^"]+)"', re.MULTILINE)
"""A migration's id as Piccolo notes it, in its file."""


class ScaleDiffers(Conflict):
    """The demo that is there is of another size than the one asked for."""

    code = "demo_scale_differs"


def prepare(
    postgres: Postgres | None, *, home: Path, environment: Mapping[str, str], fresh: bool, cards: int | None = None
) -> None:
    """Bring the database up to date, and fill it when it is new, or when an earlier filling was cut off.

    Args:
        postgres: our own server, whose database may be thrown away; None for one that was given.
        home: the demo's folder, where the loader leaves `network.json`, last of all.
        environment: leads the programs to the database.
        fresh: throw away what is there.
        cards: those of the large network; 0 is the small one, None whichever is there.

    Raises:
        ScaleDiffers: another network is there, which nobody said to throw away.
        ServiceMissing: a migration or the loading failed, or a given database would have to be thrown away.
    """
    filled, size = home / "network.json", home / "cards-wanted"
    there = int(size.read_text()) if size.exists() else 0
    if filled.exists() and not fresh and cards is not None and cards != there:
        raise ScaleDiffers(
            f"the network that is there was made {f'with {there} cards' if there else 'small'}; "
            "add --fresh to throw it away, or start without --scale"
        )
    if fresh or not filled.exists():
        shutil.rmtree(home, ignore_errors=True)
        if postgres is None and asyncio.run(_has_tables(environment["DATABASE_OWNER_URL"])):
            raise ServiceMissing("the database that DATABASE_URL names is not empty: the demo throws away only its own")
        if postgres is not None:
            cluster.drop_database(postgres.superuser_url, DATABASE)
            cluster.make_database(postgres.superuser_url, DATABASE)
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    if not asyncio.run(_is_migrated(environment["DATABASE_OWNER_URL"])):
        _run(["migrate"], environment)
    if not filled.exists():
        print("halte demo: loading the network, once", file=sys.stderr)
        wanted = there if cards is None and not fresh else cards or 0
        size.write_text(str(wanted))
        _run(["demo-load", str(home), f"--cards={wanted}"], environment)


async def _is_migrated(url: str) -> bool:
    """Tell whether every migration written here has run there: seen in a hundredth of the time that running none takes."""
    written = {
        named[1]
        for layer in ("infra", "tenants", "billing")
        for file in (ROOT / layer / "migrations").glob(f"{layer}_*.py")
        if (named := _NAMED.search(file.read_text()))
    }
    connection = await asyncpg.connect(url)
    try:
        return written <= {row["name"] for row in await connection.fetch("SELECT name FROM migration")}
    except asyncpg.UndefinedTableError:
        return False
    finally:
        await connection.close()


async def _has_tables(url: str) -> bool:
    connection = await asyncpg.connect(url)
    try:
        return bool(await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
    finally:
        await connection.close()


def _run(arguments: list[str], environment: Mapping[str, str]) -> None:
    """Run a command of ours; its progress goes to our standard error, its result nowhere."""
    command = [sys.executable, "-m", "infra", *arguments]
    done = subprocess.run(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise ServiceMissing(f"halte {arguments[0]} failed; its words are above")
