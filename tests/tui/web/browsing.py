"""The web door in this process, and a browser without a screen: its cookie, its pages, its socket."""

import asyncio
import contextlib
import os
import re
from collections.abc import Callable
from http.cookies import SimpleCookie
from pathlib import Path

import msgspec
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web

from infra.services.ports import LOOPBACK, free_port
from tests.tui.gateway.processes import children, runs
from tui.web.door import Door
from tui.web.site import Site
from tui.web.visitors import Visitors
from tui.web.windows import Windows

PATIENCE_SECONDS = 60.0
PASSWORD = "sésame"
ADDRESS = re.compile(r'data-session-websocket-url="([^"]+)"')


class WebDoor:
    """The door, on a free port; its clock stands still until a test moves it."""

    def __init__(self, server: str, folder: Path, *, most_windows: int = 20, public_url: str = "") -> None:
        port = free_port()
        self.url = f"http://{LOOPBACK}:{port}"
        self.now = 0.0
        self.homes = folder / "homes"
        self._port = port
        self._door = Door(server)
        self.visitors = Visitors(most_windows=most_windows, clock=lambda: self.now)
        self.windows = Windows(self._door, self.visitors, homes=self.homes, idle_seconds=3600)
        site = Site(self._door, self.visitors, self.windows, public_url=public_url or self.url)
        self._runner = web.AppRunner(site.app(), access_log=None, shutdown_timeout=5)

    async def __aenter__(self) -> "WebDoor":
        """Open it."""
        await self._runner.setup()
        await web.TCPSite(self._runner, LOOPBACK, self._port).start()
        return self

    async def __aexit__(self, *_raised: object) -> None:
        """Close it, and see that no window's app outlives it."""
        pids = self.apps()
        await self.windows.close()
        await self._runner.cleanup()
        await self._door.close()
        assert [pid for pid in pids if runs(pid)] == []

    def apps(self) -> list[int]:
        """Return the apps' processes."""
        return [pid for pid in children(os.getpid()) if b"tui.web.window" in Path(f"/proc/{pid}/cmdline").read_bytes()]


class Browser:
    """A browser: it keeps one cookie, and says where its forms and sockets come from."""

    def __init__(self, client: ClientSession, door: WebDoor, *, origin: str = "") -> None:
        self.cookie = ""
        self.address = ""
        self.set_cookie = ""
        self._client = client
        self._door = door
        self.origin = origin or door.url

    def headers(self, *, origin: str = "", language: str = "fr") -> dict[str, str]:
        """Return what it sends with each request."""
        said = {"Cookie": self.cookie, "Accept-Language": language, "Origin": origin}
        return {name: value for name, value in said.items() if value}

    async def get(self, path: str = "/", *, language: str = "fr") -> tuple[int, str]:
        """Ask for a page; return the status and the text."""
        async with self._client.get(self._door.url + path, headers=self.headers(language=language)) as answer:
            return answer.status, await answer.text()

    async def post(self, path: str, *, origin: str | None = None, **form: str) -> tuple[int, str]:
        """Send a form, as one of the door's own pages does unless told otherwise."""
        headers = self.headers(origin=self.origin if origin is None else origin)
        async with self._client.post(
            self._door.url + path, headers=headers, data=form, allow_redirects=False
        ) as answer:
            self.set_cookie = answer.headers.get("Set-Cookie", "")
            for name, morsel in SimpleCookie(self.set_cookie).items():
                self.cookie = f"{name}={morsel.value}"
            return answer.status, await answer.text()

    async def log_in(self, login: str = "mlegoff") -> None:
        """Log in, and ask for the window's page."""
        status, _page = await self.post("/log-in", login=login, password=PASSWORD)
        assert status == 303
        await self.draw()

    async def draw(self) -> None:
        """Ask for the window's page; another socket is in each."""
        _status, page = await self.get()
        found = ADDRESS.search(page)
        assert found, page
        self.address = found[1]

    async def open(self, *, origin: str | None = None) -> "Window":
        """Open the socket of the page that was drawn last."""
        headers = self.headers(origin=self.origin if origin is None else origin)
        address = self.address.replace("wss://desk.example.org", self._door.url.replace("http", "ws"))
        return Window(await self._client.ws_connect(f"{address}?width=100&height=30", headers=headers))


class Window:
    """What textual-serve's script does in a browser."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.painted = ""
        self.asked: list[object] = []
        self._socket = socket
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is WSMsgType.BINARY:
                self.painted += message.data.decode(errors="replace")
            elif message.type is WSMsgType.TEXT:
                self.asked.append(msgspec.json.decode(message.data))

    async def type(self, text: str) -> None:
        """Press keys; an app that is over has no use for them."""
        with contextlib.suppress(ConnectionError):
            await self._socket.send_str(msgspec.json.encode(["stdin", text]).decode())

    async def until(self, words: str) -> None:
        """Wait until these words have been painted."""
        await soon(lambda: words in self.painted or self._reading.done(), words)
        assert words in self.painted, self.painted[-2000:]

    async def close(self) -> None:
        """Close the tab."""
        await self._socket.close()
        await self.closed()

    async def closed(self) -> None:
        """Wait until the socket is closed."""
        await asyncio.wait_for(self._reading, PATIENCE_SECONDS)


async def soon(condition: Callable[[], object], what: str = "") -> None:
    """Wait until something holds."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, f"never came: {what}"
        await asyncio.sleep(0.02)
