"""A crash: noted under a reference, without any value, and told to the user in one line.

Textual would print a traceback with every local on the user's screen: clients' names, and for others to read over a shoulder.
"""

import os
import secrets
import traceback
from pathlib import Path
from typing import Final

import msgspec
from textual.app import App

from tui.words import _

LOG_DESCRIPTOR: Final = "HALTE_LOG_FD"
"""Where the gateway hands down its own log; without it, a file of the user's state folder is written."""
DEEPEST: Final = 20


class Raised(msgspec.Struct, frozen=True):
    """One error of the chain: its type, and where it passed, the innermost place last. Never its message: it may hold values."""

    error: str
    at: list[str]


class Crash(msgspec.Struct, frozen=True):
    """What is noted of a crash."""

    event: str
    level: str
    reference: str
    pid: int
    raised: list[Raised]


def note(error: BaseException) -> str:
    """Write down what crashed and where; return the reference under which it is found."""
    reference = secrets.token_hex(4)
    crash = Crash(
        event="terminal_app_crashed", level="error", reference=reference, pid=os.getpid(), raised=_chain(error)
    )
    line = msgspec.json.encode(crash) + b"\n"
    handed_down = os.environ.get(LOG_DESCRIPTOR, "")
    try:
        if handed_down.isdigit():
            os.write(int(handed_down), line)
        else:
            _keep(reference, line)
    except OSError:
        return reference  # a log that cannot be written must not hide the one line that the user needs
    return reference


def words(reference: str) -> str:
    """Say it to the user."""
    return _("Halte s'est arrêté (référence {reference}) ; reconnectez-vous : ce que vous tapiez est gardé.").format(
        reference=reference
    )


class NotedCrashes(App[int]):
    """An app that notes what it fails on, and says one line after it has given the terminal back."""

    def __init__(self) -> None:
        super().__init__()
        self.farewell = ""
        """What is said on the normal screen, once the app is over."""

    def _handle_exception(self, error: Exception) -> None:
        # Textual's own way, but for what it would print.
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
            self.farewell = words(note(error))
        self._close_messages_no_wait()


def _chain(error: BaseException | None) -> list[Raised]:
    found: list[Raised] = []
    while error is not None and len(found) < DEEPEST:
        places = [
            f"{'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__, limit=-DEEPEST)
        ]
        found.append(Raised(error=f"{type(error).__module__}.{type(error).__qualname__}", at=places))
        # A worker's failure holds what it failed on as an attribute, not as its cause.
        inner = getattr(error, "error", None)
        error = inner if isinstance(inner, BaseException) else error.__cause__ or error.__context__
    return found


def _keep(reference: str, line: bytes) -> None:
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    folder = state / "halte" / "crashes"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(folder / f"{reference}.json", os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(line)
