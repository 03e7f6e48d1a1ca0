"""`halte demo` from a fresh clone to a drawn Accueil, installation included, and again; and until every door answers."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from infra.checks.figures import Figure, at_most
from infra.services.servers import discard_servers
from tests.journeys.terminal import Terminal
from tests.servers import ROOT

FIRST_SECONDS, AGAIN_SECONDS = 600, 120
OURS = ("HALTE_", "DATABASE_", "REDIS_", "PICCOLO_", "VIRTUAL_ENV")
"""A newcomer's shell knows nothing of this run's servers."""


def started(clone: Path, *, seconds: float) -> tuple[float, float]:
    """Start the demo in a terminal, as a newcomer does, and stop it; return when Accueil was drawn, and when all answered."""
    told = clone / "var" / "demo.json"
    unset = [part for name in os.environ if name.startswith(OURS) for part in ("-u", name)]
    command = ["env", *unset, "-C", str(clone), "python3", "-m", "infra", "demo"]
    with Terminal(command) as terminal:
        began = time.monotonic()
        drawn = terminal.until("Aujourd'hui", "Cette semaine", "Arrivées", seconds=seconds)
        while not told.exists():
            terminal.look(seconds=0.01)
        answered = time.monotonic() - began
        terminal.press("ctrl+q")
        terminal.until("rouvrir le terminal")
        terminal.press("ctrl+c")
        terminal.ended(seconds=60)
    return drawn, answered


def measure() -> list[Figure]:
    """Clone, start, start again."""
    with tempfile.TemporaryDirectory(prefix="halte-demo-") as folder:
        clone = Path(folder) / "halte"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        try:
            first, _ = started(clone, seconds=FIRST_SECONDS)
            again = [started(clone, seconds=AGAIN_SECONDS) for _ in range(3)]
        finally:
            discard_servers(clone / "var")
    told = ", ".join(f"{drawn:.1f} s (every door {answered:.1f} s)" for drawn, answered in again)
    return [
        at_most(
            "demo from a fresh clone to a drawn Accueil",
            first,
            120,
            unit="s",
            note="with the installation of the packages, from whatever registry or cache this machine has",
        ),
        at_most("the second time", min(drawn for drawn, _ in again), 6, unit="s", note=told),
    ]
