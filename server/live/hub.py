"""One listener a process: it hears of facts by NOTIFY, with a poll behind it, and wakes the centres' streams."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
import structlog

from infra.outbox.announcing import CHANNEL
from infra.settings import settings

log = structlog.get_logger("live")

POLL_SECONDS = 1.0
"""How long a stream waits at most before it looks for itself, should a notification be lost."""


class Hub:
    """Wakes whoever watches a centre. It carries no facts: each stream reads them with its own centre's scope."""

    def __init__(self) -> None:
        self._watchers: dict[UUID, set[asyncio.Event]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to listen, on the running loop."""
        self._task = asyncio.create_task(self._listen(), name="live hub")

    async def stop(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    @asynccontextmanager
    async def watch(self, centre_id: UUID) -> AsyncIterator[asyncio.Event]:
        """Give an event that is set whenever the centre has a new fact."""
        woken = asyncio.Event()
        self._watchers[centre_id].add(woken)
        try:
            yield woken
        finally:
            self._watchers[centre_id].discard(woken)
            if not self._watchers[centre_id]:
                del self._watchers[centre_id]

    async def _listen(self) -> None:
        while True:
            try:
                connection = await asyncpg.connect(settings().database_url)
                try:
                    await connection.add_listener(CHANNEL, self._heard)
                    ended = asyncio.Event()
                    connection.add_termination_listener(lambda _connection, ended=ended: ended.set())
                    await ended.wait()
                finally:
                    await connection.close(timeout=1)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                log.warning("listening again", error=str(error))
            await asyncio.sleep(POLL_SECONDS)

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        if centre := str(payload):
            for woken in self._watchers.get(UUID(centre), ()):
                woken.set()
