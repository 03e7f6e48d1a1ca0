"""Watch over child processes: start them, restart the ones that die, stop them all in reverse order and nothing else.

What runs is noted in `var/children.json`. When the supervisor itself was killed, the next one ends what that note names
and is really its own: same pid and same start, or the mark of that run in its environment.
"""

import fcntl
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import TextIO

import msgspec

from infra.errors import Conflict
from infra.services.leftovers import MARK, end_leftovers
from infra.services.logs import Follower, open_log, tail
from infra.services.processes import signal_group, started_at, wait_until
from infra.services.quarters import ServiceMissing

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_Handler = Callable[[int, FrameType | None], object] | int | None
STEADY_SECONDS = 30.0
"""A child that ran this long has its next restart at once again."""


class AlreadySupervised(Conflict):
    """Another supervisor runs on this `var/`."""

    code = "already_supervised"


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """A process to keep running."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = {}
    """Added to the supervisor's own."""
    directory: Path | None = None
    stop_seconds: float = 10.0
    """How long it may take to end when asked, before it is killed."""


class Noted(msgspec.Struct, frozen=True):
    """A running child, as `children.json` has it."""

    name: str
    pid: int
    started: str


class Note(msgspec.Struct):
    """What a run of the supervisor leaves for the next."""

    mark: str
    supervisor: int
    children: list[Noted] = []


class _Watched:
    """What the watching thread looks at in turns: whether it runs, and how to bring it back."""

    def __init__(self, name: str, *, runs: Callable[[], bool], start: Callable[[], None]) -> None:
        self.name = name
        self.runs = runs
        self.start = start
        self.pause = FIRST_PAUSE_SECONDS
        self.started = time.monotonic()
        self.due: float | None = None
        self.restarts = 0


class Supervisor:
    """Children of one `var/`. A context manager: leaving it stops all that it started."""

    def __init__(self, var: Path, *, echo: TextIO | None = None) -> None:
        """Write the children's output to `var/log/NAME.log`, and to `echo` too, each line with the child's name."""
        self._var = var.resolve()
        self._echo = Follower(echo) if echo is not None else None
        self._own_words = echo or sys.stderr
        self._watched: list[_Watched] = []
        self._running: dict[str, tuple[Child, subprocess.Popen[bytes]]] = {}
        self._guard = threading.RLock()
        self._stopping = threading.Event()
        self._asked_to_stop = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._handlers: dict[signal.Signals, _Handler] = {}
        self._note = Note(mark=secrets.token_hex(16), supervisor=os.getpid())

    def __enter__(self) -> "Supervisor":
        """Become the one supervisor of this `var/`, and end what a killed one left.

        Raises:
            AlreadySupervised: another one runs.
        """
        self._var.mkdir(parents=True, exist_ok=True)
        self._lock = (self._var / "supervisor.lock").open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise AlreadySupervised(f"Halte already runs on {self._var}: stop it first, or set HALTE_VAR") from error
        note = self._var / "children.json"
        if note.exists():
            former = msgspec.json.decode(note.read_bytes(), type=Note)
            ended = end_leftovers(former.mark, [(child.pid, child.started) for child in former.children])
            if ended:
                self._say(f"ended {ended} processes that a killed run had left")
        self._write_note()
        if threading.current_thread() is threading.main_thread():
            # From here on, not only in `wait`: a Ctrl-C while things start must stop what has started.
            self._handlers = {number: signal.signal(number, self._on_signal) for number in ENDINGS}
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything."""
        self.stop()

    def start(self, child: Child) -> None:
        """Start a child and keep it running until the stop. One that cannot even be started fails here, at once."""
        with self._guard:
            self._spawn(child)
            self._watched.append(
                _Watched(child.name, runs=lambda: self._polls(child.name), start=lambda: self._spawn(child))
            )

    def watch(self, name: str, *, runs: Callable[[], bool], revive: Callable[[], None]) -> None:
        """Bring back, with the same patience, a server that is no child of this process (PostgreSQL, Valkey)."""
        with self._guard:
            self._watched.append(_Watched(name, runs=runs, start=revive))

    def wait_until_ready(self, name: str, ready: Callable[[], bool], *, timeout_seconds: float = 60) -> None:
        """Wait until a child answers.

        Raises:
            ServiceMissing: it does not within the time, or died three times; the message has the end of its log.
            KeyboardInterrupt: we were asked to stop in the meantime.
        """

        def settled() -> bool:
            return ready() or self.restarts(name) >= 3 or self._asked_to_stop.is_set()

        if wait_until(settled, timeout_seconds=timeout_seconds) and ready():
            return
        if self._asked_to_stop.is_set():
            raise KeyboardInterrupt
        raise ServiceMissing(f"{name} does not answer; the end of {self.log(name)}:\n{tail(self.log(name))}")

    def restarts(self, name: str) -> int:
        """Count how often a child was started again."""
        return sum(watched.restarts for watched in self._watched if watched.name == name)

    def pid(self, name: str) -> int:
        """Return the pid that a child has now."""
        with self._guard:
            return self._running[name][1].pid

    def log(self, name: str) -> Path:
        """Return the file that a child's output goes to."""
        return self._var / "log" / f"{name}.log"

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Wait for Ctrl-C, SIGTERM or SIGHUP (or `ask_to_stop`); False when the time is over."""
        return self._asked_to_stop.wait(timeout_seconds)

    def ask_to_stop(self) -> None:
        """Let `wait` return."""
        self._asked_to_stop.set()

    def stop(self) -> None:
        """Stop all children, the last started first, each with its whole process group. A second call does nothing."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._watcher.join()
        for name in reversed(list(self._running)):
            child, process = self._running.pop(name)
            _end_group(process, patience=child.stop_seconds)
        (self._var / "children.json").unlink(missing_ok=True)
        if self._echo is not None:
            self._echo.stop()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._lock.close()

    def _spawn(self, child: Child) -> None:
        if self._echo is not None:
            self._echo.follow(child.name, self.log(child.name))
        environment = {**os.environ, **child.environment, MARK: self._note.mark}
        with open_log(self.log(child.name)) as output:
            process = subprocess.Popen(
                list(child.command),
                env=environment,
                cwd=child.directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        with self._guard:
            self._running[child.name] = (child, process)
            self._write_note()

    def _polls(self, name: str) -> bool:
        return self._running[name][1].poll() is None

    def _watch(self) -> None:
        while not self._stopping.wait(0.1):
            with self._guard:
                watched = list(self._watched)
            for one in watched:
                self._look_at(one)

    def _look_at(self, one: _Watched) -> None:
        now = time.monotonic()
        if one.due is None:
            if one.runs():
                return
            if now - one.started >= STEADY_SECONDS:
                one.pause = FIRST_PAUSE_SECONDS
            if one.name in self._running:
                # What the dead leader started must not go on beside its successor.
                signal_group(self._running[one.name][1].pid, signal.SIGKILL)
            one.due = now + one.pause
            self._say(f"{one.name} ended; starting it again in {one.pause:g} s")
            one.pause = min(2 * one.pause, LONGEST_PAUSE_SECONDS)
        elif now >= one.due and not self._stopping.is_set():
            try:
                one.start()
            except (OSError, ServiceMissing) as error:
                self._say(f"{one.name} does not start: {error}")
                one.due = now + one.pause
                one.pause = min(2 * one.pause, LONGEST_PAUSE_SECONDS)
            else:
                one.due = None
                one.started = time.monotonic()
            # Counted once it has been tried: whoever waits for the number finds the new process.
            one.restarts += 1

    def _write_note(self) -> None:
        self._note.children = [
            Noted(name=name, pid=process.pid, started=started)
            for name, (_, process) in self._running.items()
            if (started := started_at(process.pid))
        ]
        unfinished = self._var / "children.json.unfinished"
        unfinished.write_bytes(msgspec.json.encode(self._note))
        unfinished.replace(self._var / "children.json")

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop.set()

    def _say(self, sentence: str) -> None:
        print(f"halte: {sentence}", file=self._own_words, flush=True)


def _end_group(process: "subprocess.Popen[bytes]", *, patience: float) -> None:
    """Ask a whole process group to end; kill what is left of it, also below a leader that has ended."""
    signal_group(process.pid, signal.SIGTERM)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        signal_group(process.pid, signal.SIGKILL)
        process.wait(5)
    signal_group(process.pid, signal.SIGKILL)
