"""A window's app: textual-serve's service, with a process that gets its token by a descriptor, a clean environment, and an end."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from tui.crash import LOG_DESCRIPTOR
from tui.tokens import DESCRIPTOR
from tui.web.saying import Farewell, OpenUrl, Renewed, heard

SURROUNDINGS: Final = {
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "LANG": "C.UTF-8",
    "PYTHONUTF8": "1",
    "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
    "TEXTUAL_COLOR_SYSTEM": "truecolor",
    # What crashes is noted on standard error, which textual-serve passes on to our log.
    LOG_DESCRIPTOR: "2",
}
"""All that a window's app is told of the world, but for its size, its folder and its token."""
PATIENCE_SECONDS: Final = 2.0
"""How long a window's app may take to end by itself, and again once it was told to."""


class Visit(AppService):
    """One window: the app's process, what it paints going to a socket."""

    def __init__(
        self,
        handed_down: bytes,
        *,
        home: Path,
        socket: web.WebSocketResponse,
        on_renewed: Callable[[Renewed], None],
    ) -> None:
        """Prepare it.

        Args:
            handed_down: the token, as the app reads it from its descriptor; at most a pipe's buffer.
            home: the user's own folder: drafts stay there from one window to the next.
            socket: where it is painted.
            on_renewed: told each token that the app traded its own for.
        """
        super().__init__(
            "",
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=self._stay_open,
            download_manager=DownloadManager(),
        )
        self._handed_down = handed_down
        self._home = home
        self._on_renewed = on_renewed
        self._unread = self._has_painted = False
        self._ending = asyncio.Lock()
        self.interrupted = False
        """Ended from outside: its user did not leave."""
        self.farewell = ""
        self.code = 1

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """Start the app; its token lies in a pipe, which no other process gets."""
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        reading, writing = os.pipe()
        try:
            os.write(writing, self._handed_down)
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tui.web.window"),
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                pass_fds=[reading],
                start_new_session=True,
                env={
                    **SURROUNDINGS,
                    DESCRIPTOR: str(reading),
                    "HOME": str(self._home),
                    "COLUMNS": str(width),
                    "ROWS": str(height),
                },
            )
        finally:
            os.close(reading)
            os.close(writing)
        self._stdin = self._process.stdin
        return self._process

    @property
    def pid(self) -> int:
        """The app's process."""
        return self._process.pid if self._process is not None else 0

    async def over(self) -> None:
        """Wait until the app has ended."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def stop(self) -> None:
        """See the process out: asked, its input closed, then told, then killed. A second call finds it gone."""
        async with self._ending:
            if self._process is not None and self._task is not None:
                await self._end(self._process, self._task)
                self._task = None

    async def _end(self, process: Process, task: "asyncio.Task[None]") -> None:
        self.interrupted |= not task.done()
        # The socket may be gone or stalled: nobody reads any more, and the app must not wait for that.
        self._unread = True
        if not task.done():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.send_meta({"type": "quit"}), timeout=PATIENCE_SECONDS)
        self.stdin.close()
        # One that has painted nothing yet does not hear what it is asked; there is nothing typed in it either.
        asked = (None,) if self._has_painted else ()
        for number in (*asked, signal.SIGTERM, signal.SIGKILL):
            if number is not None and process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, number)
            await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
            if task.done():
                break
        task.cancel()
        await asyncio.wait({task})
        if process.stdout is not None:
            # What was painted for nobody; left in the pipe it would keep the process from being seen to its end.
            await process.stdout.read()
        self.code = await process.wait()

    async def on_data(self, payload: bytes) -> None:
        """Send what was painted, no faster than the line takes it."""
        self._has_painted = True
        if not self._unread:
            try:
                await self.remote_write_bytes(payload)
            except ConnectionError:
                self._unread = True

    async def on_meta(self, data: bytes) -> None:
        """Do what the app asks for beside painting; files it does not hand out, their addresses it does."""
        said = heard(data)
        if isinstance(said, Renewed):
            self._on_renewed(said)
        elif isinstance(said, Farewell):
            self.farewell = said.words
        elif isinstance(said, OpenUrl) and said.url.startswith(("https://", "http://")):
            asked = ["open_url", {"url": said.url, "new_tab": True}]
            with contextlib.suppress(ConnectionError):
                await self.remote_write_str(msgspec.json.encode(asked).decode())

    async def _stay_open(self) -> None:
        """Leave the socket to its handler, which has the last words to say."""
