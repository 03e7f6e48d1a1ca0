"""The SSH server: proves keys, opens the terminal app, and does nothing else.

No shell, no command, no forwarding, no file transfer, no environment: asyncssh refuses what has no handler here, and
what it would allow by itself is refused by name.
"""

import asyncio
import contextlib
import errno
import os
from typing import Any, Final

import asyncssh
import msgspec
import structlog

from tui.gateway.door import Door, Refused, Unreachable
from tui.gateway.nursery import Nursery, Session, ZygoteGone

log = structlog.get_logger("gateway")

CHUNK: Final = 65_536
SMALLEST_TERMINAL: Final = (20, 5)
LARGEST_TERMINAL: Final = (1_000, 500)
ONLY_THE_APP: Final = "Halte ouvre l'application et rien d'autre : « ssh -t », sans commande.\r\n"
UNREACHABLE: Final = "Halte ne répond pas pour l'instant. Réessayez dans une minute.\r\n"
NO_LONGER: Final = "Cette clé n'ouvre plus Halte.\r\n"
FULL: Final = "Trop de sessions sont ouvertes ici. Réessayez dans une minute.\r\n"


class HandedDown(msgspec.Struct, frozen=True):
    """What a session's app reads from its descriptor."""

    server: str
    access_token: str
    refresh_token: str | None


class Gateway:
    """What all connections share."""

    def __init__(self, door: Door, nursery: Nursery, *, most_sessions: int) -> None:
        self.door = door
        self.nursery = nursery
        self.most_sessions = most_sessions
        self.sessions: set[Session] = set()


class Connection(asyncssh.SSHServer):
    """One client's connection: only public keys, only those that the API knows."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Take note of the connection."""
        self._connection = conn

    def begin_auth(self, username: str) -> bool:
        """Ask everybody for a key."""
        return True

    def public_key_auth_supported(self) -> bool:
        """Say that keys are taken."""
        return True

    async def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Say whether the key is the user's; asyncssh then has the client prove that it holds it."""
        fingerprint = key.get_fingerprint("sha256")
        try:
            known = await self._gateway.door.knows(username, fingerprint)
        except Unreachable as error:
            log.warning("api_unreachable", error=str(error))
            return False
        if known and self._connection is not None:
            self._connection.set_extra_info(halte_fingerprint=fingerprint)
        return known


async def serve_process(gateway: Gateway, process: "asyncssh.SSHServerProcess[bytes]") -> None:
    """Serve one channel: open the app on a pty, carry bytes both ways, and see it ended whatever ends first."""
    if process.command is not None or process.subsystem is not None or process.term_type is None:
        await _say(process, ONLY_THE_APP)
        return
    if gateway.nursery.count >= gateway.most_sessions:
        await _say(process, FULL)
        return
    login = process.get_extra_info("username")
    address = (process.get_extra_info("peername") or ("",))[0]
    try:
        token = await gateway.door.session(login, process.get_extra_info("halte_fingerprint") or "", address)
        handed = HandedDown(gateway.door.server, token.access_token, token.refresh_token)
        columns, rows = _size(process.term_size)
        session = await gateway.nursery.open(
            msgspec.json.encode(handed),
            login=login,
            term=_known_terminal(process.term_type),
            columns=columns,
            rows=rows,
        )
    except Refused:
        await _say(process, NO_LONGER)
        return
    except (Unreachable, ZygoteGone) as error:
        log.warning("session_not_opened", error=str(error))
        await _say(process, UNREACHABLE)
        return
    gateway.sessions.add(session)
    log.info("session_opened", login=login, address=address, pid=session.pid)
    try:
        code = await _carry(process, session)
    finally:
        await session.end()
        gateway.nursery.forget(session)
        gateway.sessions.discard(session)
        log.info("session_ended", login=login, pid=session.pid)
    process.exit(code if 0 <= code < 256 else 1)


async def _say(process: "asyncssh.SSHServerProcess[bytes]", words: str) -> None:
    process.stderr.write(words.encode())
    process.exit(1)


def _size(size: tuple[int, int, int, int]) -> tuple[int, int]:
    """Return width and height, within what a terminal can be."""
    columns = min(max(size[0] or 80, SMALLEST_TERMINAL[0]), LARGEST_TERMINAL[0])
    rows = min(max(size[1] or 24, SMALLEST_TERMINAL[1]), LARGEST_TERMINAL[1])
    return columns, rows


def _known_terminal(name: str) -> str:
    """Keep a terminal's name to what one looks like: it goes into an environment."""
    return name if name.replace("-", "").replace(".", "").replace("+", "").isalnum() and len(name) < 40 else "xterm"


async def _carry(process: "asyncssh.SSHServerProcess[bytes]", session: Session) -> int:
    """Carry bytes until the app ends, or the client goes; return the app's exit code."""
    typed = asyncio.create_task(_carry_typed(process, session))
    painted = asyncio.create_task(_carry_painted(process, session))
    awaited: set[asyncio.Future[Any]] = {typed, painted, session.ended}
    try:
        await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
        if not typed.done():
            # The app is over: its last words, the normal screen among them, are still in the pty.
            await asyncio.wait({painted}, timeout=1)
        if not session.ended.done() and painted.done() and not typed.done():
            await asyncio.wait({session.ended}, timeout=1)
    finally:
        for task in (typed, painted):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError, asyncssh.Error, ConnectionError):
                await task
    return session.ended.result() if session.ended.done() else 0


async def _carry_typed(process: "asyncssh.SSHServerProcess[bytes]", session: Session) -> None:
    """Carry what is typed, and every change of size."""
    while True:
        try:
            data = await process.stdin.read(CHUNK)
        except asyncssh.TerminalSizeChanged as changed:
            session.resize(*_size((changed.width, changed.height, 0, 0)))
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


async def listen(gateway: Gateway, *, host: str, port: int, host_key: str) -> asyncssh.SSHAcceptor:
    """Listen for clients. What is not an interactive session is refused by asyncssh or by `serve_process`."""

    async def served(process: "asyncssh.SSHServerProcess[bytes]") -> None:
        await serve_process(gateway, process)

    options: dict[str, Any] = {
        "server_host_keys": [host_key],
        "process_factory": served,
        "encoding": None,
        "allow_pty": True,
        "line_editor": False,
        "agent_forwarding": False,
        "x11_forwarding": False,
        "allow_scp": False,
        "sftp_factory": None,
        "keepalive_interval": 20,
        "keepalive_count_max": 3,
        "login_timeout": 30,
        "server_version": "Halte",
        "compression_algs": ["zlib@openssh.com", "none"],
        "password_auth": False,
        "kbdint_auth": False,
        "host_based_auth": False,
        "gss_host": None,
    }
    return await asyncssh.create_server(lambda: Connection(gateway), host, port, **options)
