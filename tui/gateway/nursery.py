"""The gateway's side of the zygote: open a session, follow it, and see that it ends."""

import asyncio
import contextlib
import fcntl
import itertools
import os
import signal
import socket
import struct
import termios
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from tui.gateway import zygote
from tui.gateway.zygote import Ended, Opened, Opening

PATIENCE_SECONDS: Final = 2.0
"""How long a session whose terminal is gone may take to end by itself."""


class ZygoteGone(Exception):
    """The preloaded process died; the gateway must start again."""


class Session:
    """One terminal app: its process, and the outer end of its pty."""

    def __init__(self, pid: int, terminal: int) -> None:
        self.pid = pid
        self.terminal = terminal
        self._terminal_open = True
        self.interrupted = False
        """Ended from outside: the app had no say, and could not give the terminal back."""
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def resize(self, columns: int, rows: int) -> None:
        """Tell the app that its terminal has another size."""
        with contextlib.suppress(OSError):
            fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    async def end(self) -> int:
        """Close the terminal and see the process out: asked by the hang-up, then told, then killed."""
        self.interrupted |= not self.ended.done()
        if self._terminal_open:
            # Once only: the number may be another session's by now.
            self._terminal_open = False
            os.close(self.terminal)
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGKILL):
            if self.ended.done():
                break
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)
            await asyncio.wait({self.ended}, timeout=PATIENCE_SECONDS)
        return self.ended.result() if self.ended.done() else 1


class Nursery:
    """Opens sessions by the zygote and hears how they end."""

    def __init__(self, link: socket.socket, homes: Path) -> None:
        self._link = link
        self._homes = homes
        self._numbers = itertools.count(1)
        self._opening: dict[int, asyncio.Future[int]] = {}
        self._sessions: dict[int, Session] = {}
        self._ended_early: dict[int, int] = {}
        self.gone = asyncio.Event()
        link.setblocking(False)
        asyncio.get_running_loop().add_reader(link.fileno(), self._hear)

    async def open(
        self, handed_down: bytes, *, login: str, term: str, columns: int, rows: int, plain: bool = False
    ) -> Session:
        """Open a session on a new pty.

        Args:
            handed_down: the token, as the app reads it from its descriptor; at most a pipe's buffer.
            login: whose session it is.
            term: the terminal's name, from the client.
            columns: its width.
            rows: its height.
            plain: whether the client asked for the plain mode.

        Raises:
            ZygoteGone: nobody is there to fork.
        """
        outer, inner = os.openpty()
        fcntl.ioctl(outer, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.set_blocking(outer, False)
        reading, writing = os.pipe()
        number = next(self._numbers)
        self._opening[number] = asyncio.get_running_loop().create_future()
        pid = 0
        try:
            os.write(writing, handed_down)
            home = self._homes / sha256(login.encode()).hexdigest()[:32]
            zygote.send(self._link, Opening(number, term, str(home), plain), inner, reading)
            pid = await asyncio.wait_for(self._opening[number], timeout=10)
        except (OSError, TimeoutError) as error:
            raise ZygoteGone("the preloaded process does not answer") from error
        finally:
            self._opening.pop(number, None)
            for descriptor in (inner, reading, writing):
                os.close(descriptor)
            if not pid:
                # Whatever is forked for it all the same finds its terminal gone, and ends.
                os.close(outer)
        session = Session(pid, outer)
        self._sessions[pid] = session
        if pid in self._ended_early:
            session.ended.set_result(self._ended_early.pop(pid))
        return session

    def forget(self, session: Session) -> None:
        """Let go of a session that has ended."""
        self._sessions.pop(session.pid, None)

    def _hear(self) -> None:
        try:
            message, _ = zygote.receive(self._link)
        except BlockingIOError:
            return
        except OSError:
            message = b""
        if not message:
            asyncio.get_running_loop().remove_reader(self._link.fileno())
            self._end_orphans()
            self.gone.set()
            return
        heard = msgspec.msgpack.decode(message, type=Opened | Ended)
        if isinstance(heard, Opened):
            opening = self._opening.get(heard.number)
            if opening is not None and not opening.done():
                opening.set_result(heard.pid)
        elif session := self._sessions.get(heard.pid):
            if not session.ended.done():
                session.ended.set_result(heard.code)
        else:
            self._ended_early[heard.pid] = heard.code

    def _end_orphans(self) -> None:
        """End the sessions whose end nobody is left to tell; what was typed in them is kept as drafts."""
        for session in self._sessions.values():
            if not session.ended.done():
                session.interrupted = True
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(session.pid, signal.SIGKILL)
                session.ended.set_result(-signal.SIGKILL)
