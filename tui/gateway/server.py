"""The SSH server: proves keys, opens the terminal app, and does nothing else.

No shell, no command, no forwarding, no file transfer: asyncssh refuses what has no handler here, and what it would
allow by itself is refused by name. Of the client's environment nothing goes on but a yes or no: the plain mode.
"""

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import asyncssh
import msgspec
import structlog

from tui.gateway.carrying import carry, size_within
from tui.gateway.door import Door, Refused, Unreachable
from tui.gateway.nursery import Nursery, Session, ZygoteGone
from tui.plain import is_asked_for

log = structlog.get_logger("gateway")

WINDOWS_OF_ONE: Final = 40
"""How many sessions one login may have open: a few windows, never a flood."""
ONLY_THE_APP: Final = "Halte ouvre l'application et rien d'autre : « ssh -t », sans commande.\r\n"
UNREACHABLE: Final = "Halte ne répond pas pour l'instant. Réessayez dans une minute.\r\n"
NO_LONGER: Final = "Cette clé n'ouvre plus Halte.\r\n"
TOO_MANY: Final = "Vous avez déjà quarante sessions ouvertes : quittez-en une (Ctrl-Q).\r\n"
INTERRUPTED: Final = "La session s'est interrompue. Ce que vous tapiez est gardé : reconnectez-vous.\r\n"
TERMINAL_BACK: Final = (
    b"\x18\x1b[<u"
    + b"".join(b"\x1b[?%dl" % mode for mode in (1000, 1003, 1006, 1015, 1004, 2004))
    + b"\x1b[?1049l\x1b[?25h\x1b[0m"
)
"""Whatever sequence was cut short is over; no key protocol, no mouse, no paste marks; the normal screen and the cursor."""
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
        self._sessions: dict[asyncio.Task[None] | None, Session] = {}
        self._windows: Counter[str] = Counter()

    def refusal(self, login: str) -> str:
        """Say why one more session of this login cannot be opened; empty when it can."""
        if self._windows[login] >= WINDOWS_OF_ONE:
            return TOO_MANY
        return FULL if self._windows.total() >= self.most_sessions else ""

    @contextlib.contextmanager
    def followed(self, session: Session) -> Iterator[None]:
        """Hold a session for as long as the running task serves it."""
        task = asyncio.current_task()
        self._sessions[task] = session
        try:
            yield
        finally:
            del self._sessions[task]
            self.nursery.forget(session)

    async def end_sessions(self) -> None:
        """End every session, and let each client hear it."""
        serving = {task for task in self._sessions if task}
        await asyncio.gather(*(session.end() for session in self._sessions.values()))
        if serving:
            await asyncio.wait(serving, timeout=6)

    @contextlib.contextmanager
    def window(self, login: str) -> Iterator[None]:
        """Count a session of this login, from before it is opened until it has ended."""
        self._windows[login] += 1
        try:
            yield
        finally:
            self._windows[login] -= 1
            if not self._windows[login]:
                del self._windows[login]


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
    login = process.get_extra_info("username")
    if refusal := gateway.refusal(login):
        await _say(process, refusal)
        return
    with gateway.window(login):
        await _serve_session(gateway, process, login)


async def _serve_session(gateway: Gateway, process: "asyncssh.SSHServerProcess[bytes]", login: str) -> None:
    address = (process.get_extra_info("peername") or ("",))[0]
    try:
        token = await gateway.door.session(login, process.get_extra_info("halte_fingerprint") or "", address)
        handed = HandedDown(gateway.door.server, token.access_token, token.refresh_token)
        columns, rows = size_within(process.term_size)
        session = await gateway.nursery.open(
            msgspec.json.encode(handed),
            login=login,
            term=_known_terminal(process.term_type),
            columns=columns,
            rows=rows,
            plain=is_asked_for(process.env),
        )
    except Refused:
        await _say(process, NO_LONGER)
        return
    except (Unreachable, ZygoteGone) as error:
        log.warning("session_not_opened", error=str(error))
        await _say(process, UNREACHABLE)
        return
    log.info("session_opened", login=login, address=address, pid=session.pid)
    with gateway.followed(session):
        try:
            await carry(process, session)
        finally:
            code = await session.end()
            log.info("session_ended", login=login, pid=session.pid, code=code)
        with contextlib.suppress(OSError, asyncssh.Error):
            if session.interrupted or code < 0:
                # The app could not give the terminal back: its own pty was closed, or it was killed.
                process.stdout.write(TERMINAL_BACK + INTERRUPTED.encode())
            process.exit(code if 0 <= code < 256 else 1)
        # The last words may still wait for a client that reads slowly: a gateway that stops must not cut them off.
        await asyncio.wait({asyncio.ensure_future(process.wait_closed())}, timeout=4)


async def _say(process: "asyncssh.SSHServerProcess[bytes]", words: str) -> None:
    process.stderr.write(words.encode())
    process.exit(1)


def _known_terminal(name: str | None) -> str:
    """Keep a terminal's name to what one looks like: it goes into an environment."""
    name = name or ""
    return name if len(name) < 40 and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.+-]*", name) else "xterm"


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
