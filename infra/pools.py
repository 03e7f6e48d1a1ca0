"""The pools of connections, one for each database role; queries go through a scope of `infra.database`."""

import asyncio
from enum import StrEnum
from typing import Final

import asyncpg
from asyncpg.pool import Pool, PoolConnectionProxy

from infra.errors import Unavailable
from infra.settings import Settings, settings

POOL_SIZE: Final = 10
SERVER_SETTINGS: Final = {
    "application_name": "halte",
    "lock_timeout": "3000",
    "statement_timeout": "30000",
    "idle_in_transaction_session_timeout": "60000",
    "timezone": "UTC",
    "jit": "off",
}


class ScopeMissing(RuntimeError):
    """A query was made outside every transaction of ours: a mistake in the code, found before any SQL."""


class DatabaseUnavailable(Unavailable):
    """The database does not answer."""

    code = "database_unavailable"


class Role(StrEnum):
    """The database roles a process may connect as; each has its own pool and URL."""

    APP = "app"
    NETWORK = "network"
    RELAY = "relay"
    POLICE = "police"
    OWNER = "owner"


_pools: dict[Role, Pool] = {}
_until_closed: set[asyncio.Task[None]] = set()


def until_closed(task: asyncio.Task[None]) -> None:
    """Have `close_pools` wait for a task that needs one for a moment."""
    _until_closed.add(task)
    task.add_done_callback(_until_closed.discard)


def _url(role: Role, from_settings: Settings) -> str:
    return {
        Role.APP: from_settings.database_url,
        Role.NETWORK: from_settings.database_network_url,
        Role.RELAY: from_settings.database_relay_url,
        Role.POLICE: from_settings.database_police_url,
        Role.OWNER: from_settings.database_owner_url,
    }[role]


async def _reset(connection: PoolConnectionProxy) -> None:
    """Give a connection back clean: everything of ours is local to its transaction, so ending it is enough."""
    if connection.is_in_transaction():
        await connection.execute("ROLLBACK")


async def open_pools(*roles: Role, size: int = POOL_SIZE, least: int = 1) -> None:
    """Open a pool for each role, on the running loop. Opening an open one does nothing.

    Each has `least` connections from the first moment, so that a server that does not answer is known at once.

    Raises:
        DatabaseUnavailable: the server does not answer, or refuses the role.
    """
    for role in roles:
        if role in _pools:
            continue
        url = _url(role, settings())
        if not url:
            raise DatabaseUnavailable(f"DATABASE_{'' if role is Role.APP else role.upper() + '_'}URL is not set")
        try:
            _pools[role] = await asyncpg.create_pool(
                url, min_size=least, max_size=size, reset=_reset, server_settings=SERVER_SETTINGS
            )
        except (OSError, asyncpg.PostgresError) as error:
            raise DatabaseUnavailable(f"{role}: {error}") from error


async def close_pools() -> None:
    """Close every pool; those who wait for a connection get an error."""
    loop = asyncio.get_running_loop()
    await asyncio.gather(*(task for task in _until_closed if task.get_loop() is loop), return_exceptions=True)
    while _pools:
        _, pool = _pools.popitem()
        await pool.close()


def pool(role: Role) -> Pool:
    """Return a role's open pool, for LISTEN and for counting connections; queries go through a scope.

    Raises:
        ScopeMissing: no pool was opened for the role.
    """
    try:
        return _pools[role]
    except KeyError:
        raise ScopeMissing(f"no pool is open for the role {role}") from None
