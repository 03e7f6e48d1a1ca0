"""End what a killed run left behind, and nothing else."""

import os
import signal
from collections.abc import Iterable
from pathlib import Path

from infra.services.processes import HAS_PROC, is_running, signal_group, started_at, wait_until

MARK = "HALTE_SUPERVISED"
"""The environment variable that bears the mark of a run; whatever the children start inherits it."""


def end_leftovers(mark: str, noted: Iterable[tuple[int, str]], *, patience_seconds: float = 5.0) -> int:
    """End the processes of a former run; return how many there were.

    A process is of that run when it has the pid and the start that were noted, or the run's mark in its environment
    (Linux: there a grandchild is found too, and a child started just before the note was written).
    """
    found = {pid: start for pid, start in noted if is_running(pid, start)}
    found |= {pid: start for pid in _marked(mark) if (start := started_at(pid)) is not None}
    found.pop(os.getpid(), None)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid, start in found.items():
            if is_running(pid, start):
                _signal(pid, number)
        if wait_until(lambda: not any(is_running(*one) for one in found.items()), timeout_seconds=patience_seconds):
            break
    return len(found)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        if os.getpgid(pid) == pid:
            signal_group(pid, number)
        else:
            os.kill(pid, number)
    except ProcessLookupError:
        return


def _marked(mark: str) -> list[int]:
    if not HAS_PROC:
        return []
    wanted = f"{MARK}={mark}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                surroundings = (folder / "environ").read_bytes()
            except OSError:
                # Somebody else's, or gone by now.
                continue
            if wanted in surroundings.split(b"\0"):
                found.append(int(folder.name))
    return found
