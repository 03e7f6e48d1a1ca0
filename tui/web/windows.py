"""Windows: what is typed in a browser's terminal goes to its app, what the app paints to the browser, until either is gone."""

import asyncio
import contextlib
from pathlib import Path
from typing import Final

import msgspec
import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from tui.web.door import Door
from tui.web.visit import Visit
from tui.web.visitors import IDLE, INTERRUPTED, LEFT, Visitor, Visitors

log = structlog.get_logger("web")

HEARTBEAT_SECONDS: Final = 20.0
"""How often a browser is asked whether it is still there: a laptop that was closed does not say so."""
LARGEST_MESSAGE: Final = 262_144
SMALLEST: Final = (20, 5)
LARGEST: Final = (1_000, 500)
SWEEP_SECONDS: Final = 20.0


class Size(msgspec.Struct, frozen=True):
    """A terminal's size, in cells."""

    width: int
    height: int

    def within(self) -> "Size":
        """Return it within what a terminal can be."""
        return Size(
            width=min(max(self.width, SMALLEST[0]), LARGEST[0]),
            height=min(max(self.height, SMALLEST[1]), LARGEST[1]),
        )


class Windows:
    """All windows that are open, and how each ends."""

    def __init__(self, door: Door, visitors: Visitors, *, homes: Path, idle_seconds: float) -> None:
        self._door = door
        self._visitors = visitors
        self._homes = homes
        self._idle_seconds = idle_seconds

    async def open(self, request: web.Request, visitor: Visitor) -> web.WebSocketResponse:
        """Open a window for a page of ours, and serve it to its end. The same browser's window before it is closed."""
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=LARGEST_MESSAGE)
        # Counted before anything is waited for: of many that come at once none is one too many.
        visitor.windows += 1
        visitor.typed_at = self._visitors.clock()
        try:
            await socket.prepare(request)
            visit = await self._started(request, socket, visitor)
            if visit is not None:
                await self._serve(socket, visit, visitor)
        finally:
            visitor.windows -= 1
            visitor.seen_at = self._visitors.clock()
        with contextlib.suppress(ConnectionError):
            await socket.close(code=WSCloseCode.GOING_AWAY)
        return socket

    async def _started(self, request: web.Request, socket: web.WebSocketResponse, visitor: Visitor) -> Visit | None:
        size = size_asked(request.query.get("width", ""), request.query.get("height", ""))
        async with visitor.turn:
            if visitor.visit is not None:
                # To its very end: two apps with one token would each spend it, and that ends the session.
                await visitor.visit.stop()
            if visitor.over:
                return None
            visitor.visit = visit = Visit(
                visitor.handed_down,
                home=self._homes / visitor.home,
                socket=socket,
                on_renewed=visitor.renewed,
            )
            await visit.start(size.width, size.height)
        log.info("window_opened", login=visitor.login, pid=visit.pid)
        return visit

    async def _serve(self, socket: web.WebSocketResponse, visit: Visit, visitor: Visitor) -> None:
        try:
            await _carry(socket, visit, visitor, self._visitors)
        finally:
            await visit.stop()
            log.info("window_closed", login=visitor.login, pid=visit.pid, code=visit.code)
        if visit.interrupted or visitor.over:
            return
        if visit.code == 0:
            await self.end(visitor, LEFT)
        else:
            visitor.over = visit.farewell or INTERRUPTED

    async def end(self, visitor: Visitor, why: str) -> None:
        """End a visitor's session: the window, and the token with it."""
        visitor.over = visitor.over or why
        visitor.seen_at = self._visitors.clock()
        async with visitor.turn:
            if visitor.visit is not None:
                await visitor.visit.stop()
        await self._door.log_out(visitor.entry.access_token, visitor.entry.refresh_token)

    async def watch(self) -> None:
        """End what is over by its time: windows where nobody types, browsers that do not come back."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Look once."""
        for visitor in self._visitors.idle(seconds=self._idle_seconds):
            await self.end(visitor, IDLE)
        for visitor in self._visitors.swept():
            if not visitor.over:
                await self.end(visitor, IDLE)

    async def close(self) -> None:
        """End every window; whoever comes back to a door that was started again logs in again."""
        for visitor in self._visitors.everybody():
            if visitor.visit is not None:
                await visitor.visit.stop()


async def _carry(socket: web.WebSocketResponse, visit: Visit, visitor: Visitor, visitors: Visitors) -> None:
    typed = asyncio.create_task(_carry_typed(socket, visit, visitor, visitors))
    over = asyncio.create_task(visit.over())
    try:
        await asyncio.wait({typed, over}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (typed, over):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await task


async def _carry_typed(socket: web.WebSocketResponse, visit: Visit, visitor: Visitor, visitors: Visitors) -> None:
    """Carry what textual-serve's script sends; what it would not send closes the socket."""
    async for message in socket:
        if message.type is not WSMsgType.TEXT:
            return
        try:
            kind, *said = msgspec.json.decode(message.data, type=list[msgspec.Raw])
            match msgspec.json.decode(kind, type=str), said:
                case "stdin", [text]:
                    visitor.typed_at = visitors.clock()
                    await visit.send_bytes(msgspec.json.decode(text, type=str).encode(errors="replace"))
                case "resize", [asked]:
                    size = msgspec.json.decode(asked, type=Size).within()
                    await visit.set_terminal_size(size.width, size.height)
                case "ping", [number]:
                    await socket.send_json(["pong", msgspec.json.decode(number, type=str)])
                case "focus", _:
                    await visit.focus()
                case "blur", _:
                    await visit.blur()
                case _:
                    return
        except (msgspec.DecodeError, ValueError):
            return


def size_asked(width: str, height: str) -> Size:
    """Return the size that a socket's address asks for; what is no number is the usual one."""
    whole = [int(text) if text.isdecimal() and len(text) < 6 else usual for text, usual in ((width, 80), (height, 24))]
    return Size(*whole).within()
