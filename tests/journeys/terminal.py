"""Somebody in front of a terminal: a program on a pty (OpenSSH's client, as a rule), its screen read as a person reads it."""

import base64
import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Final

import pyte
import pytest

KEYS: Final[Mapping[str, bytes]] = {
    "enter": b"\r",
    "escape": b"\x1b",
    "tab": b"\t",
    "shift+tab": b"\x1b[Z",
    "space": b" ",
    "backspace": b"\x7f",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "left": b"\x1b[D",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "delete": b"\x1b[3~",
    "f1": b"\x1bOP",
    "f2": b"\x1bOQ",
    "f3": b"\x1bOR",
    "f4": b"\x1bOS",
    "f5": b"\x1b[15~",
    "f6": b"\x1b[17~",
    "f7": b"\x1b[18~",
    "f8": b"\x1b[19~",
    "f9": b"\x1b[20~",
    "f10": b"\x1b[21~",
}
UNREAD_BY_PYTE: Final = re.compile(
    rb"\x1b\[[<=>][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1bP[^\x1b]*\x1b\\|\x1b\[[0-9;]* q"
)
"""Questions to the terminal and modes that pyte would print as text; none of them paints."""


def key_bytes(name: str) -> bytes:
    """Return what a terminal sends for a key: a name of `KEYS`, `ctrl+x`, `alt+x`, or one character."""
    if name in KEYS:
        return KEYS[name]
    if name.startswith("ctrl+"):
        return bytes([ord(name[5:].upper()) & 0x1F])
    if name.startswith("alt+"):
        return b"\x1b" + name[4:].encode()
    return name.encode()


class Terminal:
    """A program on a pty of its own; what it painted is read when somebody looks."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 120,
        rows: int = 40,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._unfinished = b""
        self.painted = bytearray()
        """Every byte that came."""
        self.line, inner = os.openpty()
        self._size(columns, rows)
        self.began = time.monotonic()
        # Its own terminal: without it ssh would ask its questions on the terminal of whoever runs the tests.
        self.process = subprocess.Popen(
            ["setsid", "--ctty", "--wait", *command],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env={**os.environ, "TERM": "xterm-256color", **(environment or {})},
        )
        os.close(inner)
        os.set_blocking(self.line, False)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def look(self, *, seconds: float = 0.0) -> str:
        """Read what comes within the time, and return the screen, line by line."""
        end = time.monotonic() + seconds
        while True:
            readable, _, _ = select.select([self.line], [], [], max(0.0, end - time.monotonic()))
            if readable:
                try:
                    data = os.read(self.line, 65_536)
                except (BlockingIOError, OSError):
                    data = b""
                if not data:
                    break
                self._paint(data)
            if time.monotonic() >= end and not readable:
                break
        return self.screen

    @property
    def screen(self) -> str:
        """What was on the screen at the last look."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def clipboard(self) -> str:
        """What the program last put into the clipboard (OSC 52)."""
        copied = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\)", bytes(self.painted))
        return base64.b64decode(copied[-1]).decode() if copied else ""

    def shows(self, *texts: str) -> bool:
        """Say whether all of these are on the screen at the last look."""
        return all(text in self.screen for text in texts)

    def until(self, *texts: str, seconds: float = 20.0) -> float:
        """Wait until all of these are on the screen at once; return how long that took."""
        return self._wait(lambda: self.shows(*texts), f"{texts} on the screen", seconds)

    def until_copied(self, part: str, *, seconds: float = 20.0) -> str:
        """Wait until the clipboard holds a text with this part, and return it."""
        self._wait(lambda: part in self.clipboard, f"« {part} » in the clipboard", seconds)
        return self.clipboard

    def until_gone(self, *texts: str, seconds: float = 20.0) -> float:
        """Wait until none of these is on the screen."""
        return self._wait(lambda: not any(text in self.screen for text in texts), f"{texts} gone", seconds)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.send(key_bytes(key))
            if key == "escape":
                # A terminal tells the key from the start of a sequence by the pause after it.
                self.look(seconds=0.25)

    def type(self, text: str) -> None:
        """Type a text."""
        self.send(text.encode())

    def send(self, data: bytes) -> None:
        """Send bytes as the keyboard does."""
        left = memoryview(data)
        deadline = time.monotonic() + 30
        while left:
            if time.monotonic() > deadline:
                pytest.fail("the terminal takes no more input")
            _, writable, _ = select.select([], [self.line], [], 0.05)
            if writable:
                with contextlib.suppress(BlockingIOError):
                    left = left[os.write(self.line, left[:4096]) :]
            self.look()

    def echo(self, key: str, *, seconds: float = 10.0) -> float:
        """Press a key; return how long it took until anything was painted."""
        began = time.monotonic()
        os.write(self.line, key_bytes(key))
        readable, _, _ = select.select([self.line], [], [], seconds)
        took = time.monotonic() - began
        if not readable:
            pytest.fail(f"nothing painted within {seconds} s of « {key} »")
        return took

    def resize(self, columns: int, rows: int) -> None:
        """Drag the window's corner."""
        self._screen.resize(rows, columns)
        self._size(columns, rows)

    def ended(self, *, seconds: float = 15.0) -> int:
        """Wait until the program is over; return its exit code."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            self.look(seconds=0.05)
            if time.monotonic() > deadline:
                pytest.fail(f"still runs after {seconds} s; its screen:\n{self.screen}")
        self.look(seconds=0.05)
        return self.process.returncode

    def program(self) -> int:
        """Return the pid of the program itself, below the `setsid` that gave it its terminal."""
        asked = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        children = asked.stdout.split()
        return int(children[0]) if children else self.process.pid

    def close(self) -> None:
        """Pull the plug: the program is killed, its terminal closed."""
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.program(), signal.SIGKILL)
            self.process.kill()
        self.process.wait()
        with contextlib.suppress(OSError):
            os.close(self.line)

    def _size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.line, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _paint(self, data: bytes) -> None:
        self.painted += data
        text = UNREAD_BY_PYTE.sub(b"", self._unfinished + data)
        # A sequence cut in two by the read waits for its other half.
        start = text.rfind(b"\x1b", max(0, len(text) - 64))
        cut = len(text) if start < 0 or re.match(rb"\x1b(\[[<=>?]?[0-9;:]*[@-~]|[^\[P\]])", text[start:]) else start
        self._unfinished = text[cut:]
        self._stream.feed(text[:cut])

    def _wait(self, true: Callable[[], bool], what: str, seconds: float) -> float:
        began = time.monotonic()
        while True:
            # In small pieces, so that what was shown for a moment is seen though this process was kept waiting.
            readable, _, _ = select.select([self.line], [], [], 0.02)
            data = b""
            if readable:
                with contextlib.suppress(BlockingIOError, OSError):
                    data = os.read(self.line, 2048)
                    self._paint(data)
            if true():
                return time.monotonic() - began
            if time.monotonic() - began > seconds:
                pytest.fail(f"not {what} within {seconds} s; what is there:\n{self.screen}")
            if not data and self.process.poll() is not None:
                pytest.fail(f"the program ended with {self.process.returncode}; its last screen:\n{self.screen}")


def ssh(
    key_file: str,
    port: int,
    login: str,
    *options: str,
    known_hosts: str = "/dev/null",
    command: Sequence[str] = (),
    tty: bool = True,
) -> list[str]:
    """Return OpenSSH's command line: this key and no other, nobody's own settings, no question asked."""
    return [
        "ssh",
        *("-F", "/dev/null", "-i", key_file, "-p", str(port)),
        *("-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "BatchMode=yes"),
        *("-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={known_hosts}", "-o", "LogLevel=ERROR"),
        *(("-tt",) if tty else ("-T",)),
        *options,
        f"{login}@127.0.0.1",
        *command,
    ]
