"""The processes of `halte work`: forked from a parent that has imported them, and forked again when they die.

All of them run the same program, whose import takes most of a second: the parent does it once, and what it imported is
shared memory. It has neither thread nor loop nor connection, so that nothing is inherited that two would use (decision 0005).
"""

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Final

import msgspec
import structlog

from workers.lifetime import PARENT

QUICK_DEATH_SECONDS: Final = 10
LONGEST_PAUSE_SECONDS: Final = 10.0
ENDINGS: Final = (signal.SIGTERM, signal.SIGINT)
PR_SET_NAME: Final = 15
"""From <linux/prctl.h>: what `ps` shows of a process that has no command line of its own."""

_log = structlog.get_logger("workers.parent")
_fork: Final = multiprocessing.get_context("fork")


class Child(msgspec.Struct):
    """One process to be kept running; `body` takes the port of its metrics."""

    name: str
    body: Callable[[int], None]
    metrics_port: int
    process: BaseProcess | None = None
    started: float = 0.0
    deaths: int = 0
    start_at: float = 0.0

    def start(self) -> None:
        """Start it; its log goes where ours goes."""
        self.process = _fork.Process(target=_run, args=(self.name, self.body, self.metrics_port, os.getpid()))
        # A signal between the fork and the child's own handlers would be heard by a copy of ours, and forgotten.
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
        try:
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
        self.started = time.monotonic()
        _log.info("started", child=self.name, pid=self.process.pid)

    def watch(self) -> None:
        """Start it again when it died: at once, or after a pause that doubles while it dies young."""
        if self.process is None:
            if time.monotonic() >= self.start_at:
                self.start()
            return
        code = self.process.exitcode
        if code is None:
            return
        young = time.monotonic() - self.started < QUICK_DEATH_SECONDS
        self.deaths = self.deaths + 1 if young else 0
        pause = min(0.25 * 2 ** (self.deaths - 1), LONGEST_PAUSE_SECONDS) if self.deaths else 0.0
        _log.warning("died", child=self.name, code=code, again_in_seconds=pause)
        self.process.close()
        self.process, self.start_at = None, time.monotonic() + pause


def share_what_is_loaded() -> None:
    """Keep the collector from touching, and so copying, the pages that children share with their parent."""
    gc.collect()
    gc.freeze()


def end(running: list[Child], *, grace_seconds: float) -> int:
    """Tell all to end, wait for the grace, kill the rest; return how many had to be killed."""
    alive = [child.process for child in running if child.process is not None and child.process.is_alive()]
    for process in alive:
        process.terminate()
    deadline, killed = time.monotonic() + grace_seconds, 0
    for process in alive:
        process.join(max(0.0, deadline - time.monotonic()))
        if process.exitcode is None:
            process.kill()
            process.join()
            killed += 1
    return killed


def _run(name: str, body: Callable[[int], None], metrics_port: int, parent: int) -> None:
    """Become the child: handlers and name of its own, then its body."""
    for number in ENDINGS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
    os.environ[PARENT] = str(parent)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_NAME, f"halte {name}".encode()[:15], 0, 0, 0)
    body(metrics_port)
