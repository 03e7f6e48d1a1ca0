"""The inbox: what the outside tells us (webhooks), stored once under its own id before anything else is done with it."""

from typing import Final
from uuid import UUID

import msgspec

from infra.database import execute, fetch, fetch_row, fetch_value, relay_transaction
from infra.ids import new_id

LEASE_SECONDS: Final = 30
CHANNEL: Final = "halte_inbox"


class StoredEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What was told, as it was told."""

    id: UUID
    source: str
    """Who told it: `stripe`."""
    event_id: str
    """The source's own id of it."""
    payload: bytes
    """JSON."""


async def store_event(source: str, event_id: str, payload: bytes) -> bool:
    """Store what a verified webhook brought; an actor does the rest. Known ids are stored no second time.

    Args:
        source: who tells it.
        event_id: the source's id.
        payload: valid JSON.

    Returns:
        Whether it was new.
    """
    async with relay_transaction():
        made: UUID | None = await fetch_value(
            """INSERT INTO inbox (id, source, event_id, payload, received_at, attempts, next_at)
               VALUES ($1, $2, $3, $4, now(), 0, now()) ON CONFLICT (source, event_id) DO NOTHING RETURNING id""",
            new_id(),
            source,
            event_id,
            payload.decode(),
        )
        if made is not None:
            await execute("SELECT pg_notify($1, $2)", CHANNEL, str(made))
    return made is not None


async def due_events(*, limit: int = 500) -> list[UUID]:
    """Take what waits, oldest first, lease it, and return the ids to hand out."""
    async with relay_transaction():
        rows = await fetch(
            f"""UPDATE inbox SET next_at = now() + interval '{LEASE_SECONDS} seconds' WHERE id IN (
                    SELECT id FROM inbox WHERE done_at IS NULL AND next_at <= now()
                    ORDER BY next_at LIMIT $1 FOR UPDATE SKIP LOCKED)
                RETURNING id""",
            limit,
        )
    return [row["id"] for row in rows]


async def begin_event(row_id: UUID) -> StoredEvent | None:
    """Count an attempt, lease the event and return it; None when it is done already."""
    async with relay_transaction():
        row = await fetch_row(
            f"""UPDATE inbox SET attempts = attempts + 1, next_at = now() + interval '{LEASE_SECONDS} seconds'
                WHERE id = $1 AND done_at IS NULL RETURNING id, source, event_id, payload""",
            row_id,
        )
    return None if row is None else StoredEvent(**{**dict(row), "payload": row["payload"].encode()})


async def end_event(row_id: UUID) -> None:
    """Note that it was applied."""
    async with relay_transaction():
        await execute("UPDATE inbox SET done_at = now(), error = NULL WHERE id = $1 AND done_at IS NULL", row_id)


async def fail_event(row_id: UUID, error: str) -> None:
    """Note why it failed; it is tried again after a pause that doubles from 5 s up to an hour, without end."""
    async with relay_transaction():
        await execute(
            """UPDATE inbox SET error = $2,
                   next_at = now() + least(5 * 2 ^ least(attempts - 1, 12), 3600) * interval '1 second'
               WHERE id = $1 AND done_at IS NULL""",
            row_id,
            error[:500],
        )
