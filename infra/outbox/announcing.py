"""Saying after a commit that there are new facts, so that who waits looks at once; who misses it looks within a second.

Not by a trigger: a transaction that notifies commits under one lock of the whole database, its wait for the disk
included, so that no two bookings anywhere could share that wait.
"""

import asyncio
from typing import Final
from uuid import UUID

import asyncpg

from infra.pools import Role, ScopeMissing, pool, until_closed

CHANNEL: Final = "halte_facts"

_untold: dict[tuple[asyncio.AbstractEventLoop, Role], set[str]] = {}


def announce(role: Role, centre_id: UUID | None) -> None:
    """Say soon that a centre (or, with None, the network) has new facts; those of one moment are said together."""
    place = (asyncio.get_running_loop(), role)
    waiting = _untold.get(place)
    if waiting is None:
        _untold[place] = waiting = set()
        until_closed(asyncio.create_task(_tell(*place), name="announce facts"))
    waiting.add(str(centre_id or ""))


async def _tell(loop: asyncio.AbstractEventLoop, role: Role) -> None:
    centres: set[str] = set()
    try:
        async with pool(role).acquire(timeout=5) as connection:
            centres = _untold.pop((loop, role))
            await connection.execute(
                f"SELECT pg_notify('{CHANNEL}', centre) FROM unnest($1::text[]) AS centre", sorted(centres)
            )
    except (OSError, TimeoutError, ScopeMissing, asyncpg.PostgresError, asyncpg.InterfaceError):
        # Whoever waits looks by itself within a second.
        return
    finally:
        if not centres:
            _untold.pop((loop, role), None)
