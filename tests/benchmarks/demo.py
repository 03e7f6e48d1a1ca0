"""`halte demo` from a fresh clone, installation included, and once more."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from infra.checks.figures import Figure, at_most
from infra.services.processes import wait_until
from infra.services.servers import discard_servers
from tests.servers import ROOT

PATIENCE_SECONDS = 600


def started(clone: Path) -> float:
    """Start the demo as a newcomer does, wait until it says how to get in, stop it; return the seconds that took.

    Raises:
        RuntimeError: it did not start; says what it said.
    """
    # A newcomer's shell knows nothing of this run's servers.
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HALTE_", "DATABASE_", "REDIS_", "PICCOLO_", "VIRTUAL_ENV"))
    }
    log, told = clone.with_suffix(".log"), clone / "var" / "demo.json"
    with log.open("ab") as output:
        began = time.monotonic()
        process = subprocess.Popen(
            ["python3", "-m", "infra", "demo", "--headless"],
            cwd=clone,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            wait_until(lambda: told.exists() or process.poll() is not None, timeout_seconds=PATIENCE_SECONDS)
            seconds = time.monotonic() - began
            if not told.exists():
                raise RuntimeError(f"the demo did not start:\n{log.read_text(errors='replace')[-3000:]}")
        finally:
            process.terminate()
            process.wait(60)
    return seconds


def measure() -> list[Figure]:
    """Clone, start, start again."""
    with tempfile.TemporaryDirectory(prefix="halte-demo-") as folder:
        clone = Path(folder) / "halte"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        try:
            first = started(clone)
            again = [started(clone) for _ in range(3)]
        finally:
            discard_servers(clone / "var")
    return [
        at_most(
            "demo from a fresh clone, until every door answers",
            first,
            120,
            unit="s",
            note="with the installation of the packages, from whatever registry or cache this machine has",
        ),
        at_most("the second time", min(again), 6, unit="s", note=", ".join(f"{each:.1f} s" for each in again)),
    ]
