"""One client's stream of a centre's facts, in order, none lost, resumed where it broke off."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from infra.clock import now
from infra.database import Row, fetch, tenant_transaction
from server.contract.basics import LiveEvent
from server.live.hub import POLL_SECONDS, Hub

RESUMES_FOR = timedelta(minutes=10)
OVERLAP = timedelta(seconds=10)
"""A sequence is drawn before its transaction commits, so a lower one may appear after a higher: look back so far."""

STILL_ALLOWED_EVERY = 2.0
"""Seconds between looks at the caller's token: a revoked one ends its streams within five."""


async def facts(
    hub: Hub, centre_id: UUID, *, last_event_id: int | None, still_allowed: Callable[[], Awaitable[bool]]
) -> AsyncIterator[bytes]:
    """Yield server-sent events until the client goes or its token does.

    Args:
        hub: wakes the stream.
        centre_id: whose facts.
        last_event_id: the last sequence the client saw; too old a one gets `event: resync`.
        still_allowed: says whether the token holds, asked every two seconds.
    """
    seen: dict[int, None] = {}
    yield b"retry: 1000\n\n"
    if last_event_id is None or await _too_old(centre_id, last_event_id):
        if last_event_id is not None:
            yield b"event: resync\ndata: {}\n\n"
        floor = await _settled(centre_id, before=now() - OVERLAP)
        seen.update((row["sequence"], None) for row in await _after(centre_id, floor))
    else:
        floor = await _settled(centre_id, before=await _recorded_at(centre_id, last_event_id) - OVERLAP)
    loop = asyncio.get_running_loop()
    checked = loop.time()
    async with hub.watch(centre_id) as woken:
        while True:
            woken.clear()
            for row in await _after(centre_id, floor):
                if row["sequence"] not in seen:
                    seen[row["sequence"]] = None
                    yield _event(row)
                if row["recorded_at"] < now() - OVERLAP:
                    floor = max(floor, row["sequence"])
            for old in [sequence for sequence in seen if sequence <= floor]:
                del seen[old]
            if loop.time() - checked >= STILL_ALLOWED_EVERY:
                checked = loop.time()
                if not await still_allowed():
                    return
                yield b": still here\n\n"
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), POLL_SECONDS)


async def _settled(centre_id: UUID, *, before: datetime) -> int:
    """Return the newest sequence recorded before an instant: below it nothing can appear any more."""
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch(
            "SELECT coalesce(max(sequence), 0) AS newest FROM outbox WHERE centre_id = $1 AND recorded_at < $2",
            centre_id,
            before,
        )
    return int(rows[0]["newest"])


async def _recorded_at(centre_id: UUID, sequence: int) -> datetime:
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch("SELECT recorded_at FROM outbox WHERE centre_id = $1 AND sequence = $2", centre_id, sequence)
    found: datetime = rows[0]["recorded_at"] if rows else now()
    return found


async def _too_old(centre_id: UUID, sequence: int) -> bool:
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch(
            "SELECT 1 AS fresh FROM outbox WHERE centre_id = $1 AND sequence = $2 AND recorded_at > $3",
            centre_id,
            sequence,
            now() - RESUMES_FOR,
        )
    return not rows


async def _after(centre_id: UUID, floor: int) -> list[Row]:
    async with tenant_transaction(centre_id, read_only=True):
        return await fetch(
            """SELECT sequence, kind, subject_id, version, actor, recorded_at FROM outbox
               WHERE centre_id = $1 AND sequence > $2 ORDER BY sequence""",
            centre_id,
            floor,
        )


def _event(row: Row) -> bytes:
    body = LiveEvent(kind=row["kind"], id=row["subject_id"], version=row["version"], actor=row["actor"])
    return b"id: %d\ndata: %s\n\n" % (row["sequence"], msgspec.json.encode(body))
