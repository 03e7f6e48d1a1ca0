"""`halte work`: relay, scheduler, mail listener and workers under one parent that starts another when one dies."""

import argparse
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Final

import structlog

from infra.logging import configure_logging
from infra.settings import settings
from workers.children import Child, end, share_what_is_loaded

GRACE_SECONDS: Final = 25

_log = structlog.get_logger("workers.parent")


def children(*, processes: int, threads: int) -> list[Child]:
    """List what `halte work` runs: relay, scheduler, the mail listener where a port is set, and the workers."""
    # Imported here, before any fork, and not above: the broker wants settings that `main` has looked at first.
    from workers import inbound, process, relay, scheduler

    bodies: dict[str, Callable[[int], None]] = {
        "relay": relay.main,
        "scheduler": scheduler.main,
        **({"inbound": inbound.main} if settings().inbound_port else {}),
        **{f"worker-{number}": partial(process.main, threads=threads) for number in range(1, processes + 1)},
    }
    first = settings().metrics_port
    return [
        Child(name=name, body=body, metrics_port=first + place if first else 0)
        for place, (name, body) in enumerate(bodies.items())
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
    share_what_is_loaded()
    while not stopped_by_signal.is_set():
        for child in running:
            child.watch()
        # A handler of Python runs between two waits, so this is also how soon a signal is heard.
        stopped_by_signal.wait(0.2)
    killed = end(running, grace_seconds=GRACE_SECONDS)
    _log.info("ended", killed=killed)
    return 1 if killed else 0
