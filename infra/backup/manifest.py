"""What a database holds, table by table: how many rows, and a sum over them that no order changes."""

import asyncpg
import msgspec

from infra.errors import Conflict


class RestoreDiffers(Conflict):
    """What was restored is not what was backed up."""

    code = "restore_differs"


class TableContent(msgspec.Struct, frozen=True):
    """One table: its rows, and the sum of 60 bits of each row's MD5."""

    rows: int
    digest: str


class Manifest(msgspec.Struct, frozen=True):
    """A database at one instant."""

    taken_at: str
    postgres: str
    migrations: list[str]
    tables: dict[str, TableContent]


async def take(connection: asyncpg.Connection) -> Manifest:
    """Read a database's manifest, in the transaction under way, as a role that sees every row."""
    names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    tables = {}
    for (name,) in names:
        row = await connection.fetchrow(
            f"""SELECT count(*) AS rows, coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint::numeric), 0) AS digest
                FROM public."{name}" AS t"""
        )
        tables[name] = TableContent(row["rows"], str(row["digest"]))
    return Manifest(
        taken_at=(await connection.fetchval("SELECT now()")).isoformat(),
        postgres=await connection.fetchval("SHOW server_version"),
        migrations=[row["name"] for row in await connection.fetch("SELECT name FROM migration ORDER BY name")],
        tables=tables,
    )


def check_same(before: Manifest, after: Manifest) -> None:
    """Compare what was backed up with what was restored.

    Raises:
        RestoreDiffers: a table has other rows; the message names each.
    """
    differing = [
        f"{name}: {was.rows} rows backed up, {(now.rows if now else 'none')} restored"
        if now is None or now.rows != was.rows
        else f"{name}: the rows differ"
        for name, was in before.tables.items()
        if (now := after.tables.get(name)) != was
    ]
    if differing:
        raise RestoreDiffers("; ".join(differing))
