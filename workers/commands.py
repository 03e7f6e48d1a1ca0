"""`halte work`: relay, scheduler and worker processes under one parent that starts another when one dies."""

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Final

import msgspec
import structlog

from infra.logging import configure_logging
from infra.settings import settings
from workers.lifetime import PARENT

ROOT: Final = Path(__file__).resolve().parent.parent
GRACE_SECONDS: Final = 25
QUICK_DEATH_SECONDS: Final = 10
LONGEST_PAUSE_SECONDS: Final = 10.0

_log = structlog.get_logger("workers.parent")


class Child(msgspec.Struct):
    """One process to be kept running."""

    name: str
    command: list[str]
    metrics_port: int
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    start_at: float = 0.0

    def start(self) -> None:
        """Start it; its log goes where ours goes."""
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
        environment = {
            **os.environ,
            "PYTHONPATH": path,
            "HALTE_METRICS_PORT": str(self.metrics_port),
            PARENT: str(os.getpid()),
        }
        self.process = subprocess.Popen([sys.executable, "-m", *self.command], env=environment)
        self.started = time.monotonic()
        _log.info("started", child=self.name, pid=self.process.pid)

    def watch(self) -> None:
        """Start it again when it died: at once, or after a pause that doubles while it dies young."""
        if self.process is None:
            if time.monotonic() >= self.start_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        young = time.monotonic() - self.started < QUICK_DEATH_SECONDS
        self.deaths = self.deaths + 1 if young else 0
        pause = min(0.25 * 2 ** (self.deaths - 1), LONGEST_PAUSE_SECONDS) if self.deaths else 0.0
        _log.warning("died", child=self.name, code=code, again_in_seconds=pause)
        self.process, self.start_at = None, time.monotonic() + pause


def children(*, processes: int, threads: int) -> list[Child]:
    """List what `halte work` runs: relay, scheduler, the mail listener where a port is set, and the workers."""
    commands = {
        "relay": ["workers.relay"],
        "scheduler": ["workers.scheduler"],
        **({"inbound": ["workers.inbound"]} if settings().inbound_port else {}),
        **{f"worker-{number}": ["workers.process", str(threads)] for number in range(1, processes + 1)},
    }
    first = settings().metrics_port
    return [
        Child(name=name, command=command, metrics_port=first + place if first else 0)
        for place, (name, command) in enumerate(commands.items())
    ]


def main(arguments: list[str]) -> int:
    """Run `halte work [--processes N] [--threads N]` until SIGTERM or Ctrl-C: 0 when all ended well, 1 when one had to be killed."""
    parser = argparse.ArgumentParser(prog="halte work", description="Run the workers: mails, webhooks, periodic jobs.")
    parser.add_argument("--processes", type=int, default=2, help="worker processes (2)")
    parser.add_argument("--threads", type=int, default=4, help="jobs at the same time in each (4)")
    try:
        chosen = parser.parse_args(arguments)
    except SystemExit as stopped:
        return 2 if stopped.code else 0
    configure_logging()
    for missing in (
        name for name in ("database_url", "database_relay_url", "redis_url") if not getattr(settings(), name)
    ):
        print(f"halte work: {missing.upper()} is not set (halte doctor says what it is)", file=sys.stderr)
        return 1
    stopped_by_signal = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped_by_signal.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    running = children(processes=max(1, chosen.processes), threads=max(1, chosen.threads))
    while not stopped_by_signal.is_set():
        for child in running:
            child.watch()
        # A handler of Python runs between two waits, so this is also how soon a signal is heard.
        stopped_by_signal.wait(0.2)
    return _end(running)


def _end(running: list[Child]) -> int:
    """Tell all to end, wait for the grace, kill the rest."""
    alive = [child.process for child in running if child.process is not None and child.process.poll() is None]
    for process in alive:
        process.terminate()
    deadline, killed = time.monotonic() + GRACE_SECONDS, 0
    for process in alive:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
    _log.info("ended", killed=killed)
    return 1 if killed else 0
