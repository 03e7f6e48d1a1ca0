"""One worker process: a Dramatiq worker in threads, its actors on one loop. `halte work` starts several.

Dramatiq's own command forks and stops everything when one of its processes dies; here each is a child of a supervisor
that starts another (decision 0005).
"""

import threading

from dramatiq.worker import Worker

import workers.actors  # noqa: F401 - declares the actors
from workers.broker import BROKER
from workers.lifetime import when_ending
from workers.metrics import show_metrics

IDLE_MILLISECONDS = 250
"""How long an idle worker waits before it looks into Redis again: what a job waits at most."""

GRACE_MILLISECONDS = 20_000


def run(threads: int) -> None:
    """Work until this process is told to end; what is in hand is finished first, up to the grace."""
    ended = threading.Event()
    worker = Worker(BROKER, worker_threads=threads, worker_timeout=IDLE_MILLISECONDS)
    worker.start()
    when_ending(ended.set)
    ended.wait()
    worker.stop(timeout=GRACE_MILLISECONDS)


def main(metrics_port: int, *, threads: int) -> None:
    """Be this process of `halte work`, showing its metrics on a port; 0 shows none."""
    show_metrics(metrics_port)
    run(threads)
