"""Bytes between a client and its app: what is typed one way, what is painted the other, until either end is gone."""

import asyncio
import contextlib
import errno
import os
from typing import Any, Final

import asyncssh

from tui.gateway.nursery import Session

CHUNK: Final = 65_536
SMALLEST_TERMINAL: Final = (20, 5)
LARGEST_TERMINAL: Final = (1_000, 500)


async def carry(process: "asyncssh.SSHServerProcess[bytes]", session: Session) -> None:
    """Carry bytes until the app ends, or the client goes."""
    typed = asyncio.create_task(_carry_typed(process, session))
    painted = asyncio.create_task(_carry_painted(process, session))
    # An app that takes no input keeps `typed` from seeing that the client has gone: the channel itself is watched too.
    closed = asyncio.create_task(process.wait_closed())
    awaited: set[asyncio.Future[Any]] = {typed, painted, closed, session.ended}
    try:
        await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
        if not typed.done() and not closed.done() and not session.interrupted:
            # The app is over: its last words, the normal screen among them, are still in the pty.
            await asyncio.wait({painted}, timeout=1)
        if not session.ended.done() and painted.done() and not typed.done() and not closed.done():
            await asyncio.wait({session.ended}, timeout=1)
    finally:
        for task in (typed, painted, closed):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError, asyncssh.Error, ConnectionError):
                await task


async def _carry_typed(process: "asyncssh.SSHServerProcess[bytes]", session: Session) -> None:
    """Carry what is typed, and every change of size."""
    while True:
        try:
            data = await process.stdin.read(CHUNK)
        except asyncssh.TerminalSizeChanged as changed:
            session.resize(*size_within((changed.width, changed.height, 0, 0)))
            continue
        except (asyncssh.BreakReceived, asyncssh.SignalReceived):
            continue
        if not data:
            return
        await _write_all(session.terminal, data)


async def _write_all(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        try:
            left = left[os.write(descriptor, left) :]
        except BlockingIOError:
            await _ready(descriptor, writing=True)


async def _carry_painted(process: "asyncssh.SSHServerProcess[bytes]", session: Session) -> None:
    """Carry what is painted, no faster than the line takes it."""
    while True:
        try:
            data = os.read(session.terminal, CHUNK)
        except BlockingIOError:
            await _ready(session.terminal, writing=False)
            continue
        except OSError as error:
            if error.errno == errno.EIO:
                return
            raise
        if not data:
            return
        process.stdout.write(data)
        await process.stdout.drain()


async def _ready(descriptor: int, *, writing: bool) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    watch, forget = (loop.add_writer, loop.remove_writer) if writing else (loop.add_reader, loop.remove_reader)

    def _is_ready() -> None:
        if not ready.done():
            ready.set_result(None)

    watch(descriptor, _is_ready)
    try:
        await ready
    finally:
        forget(descriptor)


def size_within(size: tuple[int, int, int, int]) -> tuple[int, int]:
    """Return width and height, within what a terminal can be."""
    columns = min(max(size[0] or 80, SMALLEST_TERMINAL[0]), LARGEST_TERMINAL[0])
    rows = min(max(size[1] or 24, SMALLEST_TERMINAL[1]), LARGEST_TERMINAL[1])
    return columns, rows
