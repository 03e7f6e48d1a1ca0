"""Who has logged in by a browser: their token, kept here and nowhere else, and the one window that each browser has open."""

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from typing import Final

import msgspec

from server.contract.accounts import Token
from tui.tokens import Entry
from tui.web.saying import Renewed
from tui.web.visit import Visit

KEPT_SECONDS: Final = 900.0
"""How long a browser without a window may come back without logging in: a line that was cut, a laptop carried elsewhere."""
WINDOWS_OF_ONE: Final = 5
"""How many browsers one login may have open."""
MOST_BEGUN: Final = 200
"""How many log-ins may wait for their approval."""
LEFT, INTERRUPTED, IDLE = "left", "interrupted", "idle"


class Visitor:
    """A browser that has logged in. Another window of the same browser takes the place of the one before."""

    def __init__(self, server: str, login: str, token: Token, *, now: float) -> None:
        self.login = login
        self.page = ""
        """The window that was drawn last."""
        self.visit: Visit | None = None
        self.windows = 0
        """Sockets that are open, one that opens and one that gives way among them."""
        self.turn = asyncio.Lock()
        self.typed_at = self.seen_at = now
        self.over = ""
        """Why it has ended: the app's own words, or the name of a sentence; empty while it has not."""
        self.entry = Entry(server=server, access_token=token.access_token, refresh_token=token.refresh_token)

    @property
    def handed_down(self) -> bytes:
        """What the app reads from its descriptor."""
        return msgspec.json.encode(self.entry)

    @property
    def home(self) -> str:
        """The name of the login's own folder."""
        return sha256(self.login.strip().casefold().encode()).hexdigest()[:32]

    def renewed(self, said: Renewed) -> None:
        """Take the token that the app traded its own for."""
        self.entry = msgspec.structs.replace(
            self.entry,
            access_token=said.access_token,
            refresh_token=said.refresh_token or self.entry.refresh_token,
        )


class Begun(msgspec.Struct, frozen=True):
    """A log-in that waits for its approval on the API's own page."""

    device_code: str
    address: str
    """The approval page."""
    until: float


class Visitors:
    """All of them, by what their cookie says."""

    def __init__(self, *, most_windows: int, clock: Callable[[], float]) -> None:
        self.most_windows = most_windows
        self.clock = clock
        self._visitors: dict[str, Visitor] = {}
        self._begun: dict[str, Begun] = {}

    def of(self, cookie: str | None) -> Visitor | None:
        """Return whose browser this is."""
        return self._visitors.get(cookie or "")

    def enter(self, server: str, login: str, token: Token) -> str:
        """Take in a browser that has just logged in; return its cookie, which is new."""
        cookie = secrets.token_urlsafe(32)
        self._visitors[cookie] = Visitor(server, login, token, now=self.clock())
        return cookie

    def forget(self, cookie: str | None) -> None:
        """Let go of a browser whose session is over, or of a log-in that was begun."""
        self._visitors.pop(cookie or "", None)
        self._begun.pop(cookie or "", None)

    def begin(self, begun: Begun) -> str:
        """Note a log-in that waits for its approval; return its cookie. Of too many the oldest is let go."""
        if len(self._begun) >= MOST_BEGUN:
            del self._begun[next(iter(self._begun))]
        cookie = secrets.token_urlsafe(32)
        self._begun[cookie] = begun
        return cookie

    def begun(self, cookie: str | None) -> Begun | None:
        """Return the log-in that this browser waits for."""
        return self._begun.get(cookie or "")

    def is_full(self, login: str) -> bool:
        """Say whether no more windows can be opened, here or by this login."""
        open_now = Counter(one.login for one in self._visitors.values() if one.windows)
        return open_now.total() >= self.most_windows or open_now[login] >= WINDOWS_OF_ONE

    def idle(self, *, seconds: float) -> list[Visitor]:
        """Return those in whose window nobody has typed for so long."""
        since = self.clock() - seconds
        return [one for one in self._visitors.values() if one.windows and one.typed_at < since]

    def swept(self) -> list[Visitor]:
        """Let go of who has had no window for too long; return them, for their session to be ended."""
        now = self.clock()
        for cookie in [cookie for cookie, begun in self._begun.items() if begun.until < now]:
            del self._begun[cookie]
        gone = [
            cookie for cookie, one in self._visitors.items() if not one.windows and one.seen_at < now - KEPT_SECONDS
        ]
        return [self._visitors.pop(cookie) for cookie in gone]

    def everybody(self) -> list[Visitor]:
        """Return all of them."""
        return list(self._visitors.values())
