"""Every read of connections; inside a transaction of their centre."""

from typing import Final
from uuid import UUID

import msgspec

from infra.database import fetch, fetch_row
from tenants.arrivals.sealing import open_sealed
from tenants.connections.rules import Connection, ConnectionUnknown

SEALED: Final = "connection"
_COLUMNS: Final = (
    "name, kind, mapping, url, login, host_key, secret IS NOT NULL AS has_secret, last_at, last_error, last_new"
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
