"""Who a process is, and how to end it: a pid alone is never trusted, since the system gives it to another later."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

HAS_PROC = Path("/proc/self/stat").exists()
"""Linux; elsewhere `ps` is asked."""


def started_at(pid: int) -> str | None:
    """Say when a process started, in a form that only serves to be compared; None when it does not run.

    A zombie does not run. The boot's id is part of the answer, since ticks begin again with each boot.
    """
    if HAS_PROC:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            return None
        if fields[0] in "ZX":
            return None
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text().strip()}/{fields[19]}"
    answer = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, start = answer.stdout.strip().partition(" ")
    return None if not start or state.startswith("Z") else start.strip()


def command_line(pid: int) -> str:
    """Return the command line of a process, its words joined by spaces; empty when it does not run."""
    if HAS_PROC:
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            return ""
    answer = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def is_running(pid: int, started: str) -> bool:
    """Tell whether the process that had this pid and this start still runs."""
    return started != "" and started_at(pid) == started


def wait_until(answered: Callable[[], bool], *, timeout_seconds: float, pause_seconds: float = 0.02) -> bool:
    """Ask again and again until the answer is yes; return the last answer."""
    deadline = time.monotonic() + timeout_seconds
    while not answered():
        if time.monotonic() >= deadline:
            return answered()
        time.sleep(pause_seconds)
    return True


def signal_group(group: int, number: signal.Signals) -> bool:
    """Send a signal to a process group; False when nobody is left in it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def end_process(pid: int, started: str, *, first: signal.Signals, timeout_seconds: float) -> None:
    """Ask a process to end, and kill it when it does not within the time; another process under this pid is left alone."""

    def is_gone() -> bool:
        _reap(pid)
        return not is_running(pid, started)

    for number, patience in ((first, timeout_seconds), (signal.SIGKILL, 5.0)):
        if is_gone():
            return
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        if wait_until(is_gone, timeout_seconds=patience):
            return


def _reap(pid: int) -> None:
    """Let a child of ours that ended leave the process table; somebody else's is not ours to wait for."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
