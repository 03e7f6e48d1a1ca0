"""Every read of connections; inside a transaction of their centre."""

from typing import Final
from uuid import UUID

import msgspec

from infra.database import fetch, fetch_row
from tenants.arrivals.sealing import open_sealed
from tenants.connections.rules import Connection, ConnectionUnknown
from tenants.imports.runs import RUN_COLUMNS, Run

SEALED: Final = "connection"
_COLUMNS: Final = (
    "name, kind, mapping, url, login, host_key, secret IS NOT NULL AS has_secret, last_at, last_error, last_code, last_new,"
    " paused_at, asked_at"
)


async def connections(centre_id: UUID) -> list[Connection]:
    """Return the centre's connections by name."""
    rows = await fetch(f"SELECT {_COLUMNS} FROM connections WHERE centre_id = $1 ORDER BY name", centre_id)
    return [msgspec.convert(dict(row), Connection) for row in rows]


async def connection(centre_id: UUID, name: str) -> tuple[Connection, str, frozenset[str]]:
    """Return one, its secret, and the digests of the files that came in.

    Raises:
        ConnectionUnknown: the centre has none of this name.
    """
    row = await fetch_row(
        f"SELECT id, secret, seen, {_COLUMNS} FROM connections WHERE centre_id = $1 AND name = $2", centre_id, name
    )
    if row is None:
        raise ConnectionUnknown()
    given = {key: row[key] for key in Connection.__struct_fields__}
    secret = open_sealed(SEALED, centre_id, row["id"], row["secret"]).decode() if row["secret"] else ""
    return msgspec.convert(given, Connection), secret, frozenset(row["seen"])


async def connection_id(centre_id: UUID, name: str, *, lock: bool = False) -> UUID:
    """Return the id that a connection's facts and trail are about.

    Raises:
        ConnectionUnknown: the centre has none of this name.
    """
    row = await fetch_row(
        f"SELECT id FROM connections WHERE centre_id = $1 AND name = $2 {'FOR UPDATE' if lock else ''}", centre_id, name
    )
    if row is None:
        raise ConnectionUnknown()
    found: UUID = row["id"]
    return found


async def name_of(centre_id: UUID, connection_id: UUID) -> str | None:
    """Return a connection's name by its id; None once it was ended."""
    row = await fetch_row("SELECT name FROM connections WHERE centre_id = $1 AND id = $2", centre_id, connection_id)
    return None if row is None else str(row["name"])


async def last_runs(centre_id: UUID) -> dict[str, Run]:
    """Return the newest run of each connection that brought something, by the connection's name."""
    rows = await fetch(
        f"""SELECT connections.name, run.* FROM connections CROSS JOIN LATERAL (
               SELECT {RUN_COLUMNS} FROM import_runs WHERE centre_id = $1 AND source = 'connection:' || connections.name
               ORDER BY started_at DESC, id DESC LIMIT 1) AS run
           WHERE connections.centre_id = $1""",
        centre_id,
    )
    return {row["name"]: msgspec.convert(dict(row), Run) for row in rows}
