"""When an app has nothing left to do: no callback to run, no timer about to fire, no answer under way.

Textual's own pilot takes a process that uses little time for a quiet one: with the desk's server in the same process it
waits a second for nothing where the machine is busy, and goes on too early where it is not.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

SOON_SECONDS = 0.025
"""A timer that fires within so long belongs to what is going on; a blinking cursor's does not."""
TURNS = 3
"""How often in a row nothing is found before it is believed."""
PATIENCE_SECONDS = 8.0
"""What is answered later than that is the test's own matter."""


class Quiet:
    """Waits for one test's apps; `answering` says whether the server means to answer at all."""

    def __init__(self, answering: Callable[[], bool]) -> None:
        self._answering = answering
        self._asked = 0

    async def __call__(self, _least: float = 0.0, _most: float = 0.0) -> None:
        """Return as soon as the running loop is idle; in the place of Textual's `wait_for_idle`."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE_SECONDS
        turns = 0
        while turns < TURNS and loop.time() < deadline:
            await asyncio.sleep(0)
            if self._is_busy(loop):
                turns = 0
                await asyncio.sleep(0.002)
            else:
                # A moment in which a thread, or the server's, may hand something back.
                await asyncio.sleep(0.008)
                turns += 1

    def _is_busy(self, loop: asyncio.AbstractEventLoop) -> bool:
        ready, scheduled = loop._ready, loop._scheduled  # type: ignore[attr-defined]  # what the standard loop keeps
        if ready or (self._asked and self._answering()):
            return True
        soon = loop.time() + SOON_SECONDS
        return any(not handle.cancelled() and handle.when() < soon for handle in scheduled)

    @contextmanager
    def watched(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Count what is asked and not answered yet, and have pilots wait as we do."""
        request = httpx.AsyncClient.request

        async def counted(client: httpx.AsyncClient, *arguments: object, **named: object) -> httpx.Response:
            self._asked += 1
            try:
                return await request(client, *arguments, **named)  # type: ignore[arg-type]  # as they came
            finally:
                self._asked -= 1

        monkeypatch.setattr(httpx.AsyncClient, "request", counted)
        monkeypatch.setattr("textual.pilot.wait_for_idle", self)
        monkeypatch.setattr("textual.app.wait_for_idle", self)
        yield
