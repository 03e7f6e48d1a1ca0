"""How a process of `halte work` ends: on SIGTERM or SIGINT, or when its parent is gone, which may have been killed."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from typing import Final

PARENT: Final = "HALTE_WORK_PARENT"
"""The variable in which `halte work` tells a child its own process id."""


def when_ending(stop: Callable[[], None]) -> None:
    """Call `stop` once, from the main thread's signal handler or a thread of ours, when this process should end."""
    # The parent may be gone before we look: it says itself who it was.
    parent, told = int(os.environ.get(PARENT, os.getppid())), threading.Event()

    def end(*_: object) -> None:
        if not told.is_set():
            told.set()
            stop()

    def watch() -> None:
        while os.getppid() == parent:
            if told.wait(1.0):
                return
        end()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def ending() -> asyncio.Event:
    """Return an event of the running loop that is set when this process should end."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    when_ending(lambda: _set(loop, stopped))
    return stopped


async def first_of(*events: asyncio.Event, seconds: float) -> None:
    """Wait until one of the events is set, at most `seconds`."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def _set(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    # The loop may have ended by itself just before.
    if not loop.is_closed():
        loop.call_soon_threadsafe(event.set)
