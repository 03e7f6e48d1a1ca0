"""From `ssh` to a drawn Accueil, beside a bare asyncssh session and harlequin's first paint, in turns in one run."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.checks.figures import Figure, at_most, ratio_of, side
from infra.services.ports import answers, free_port
from infra.services.processes import wait_until
from tests.benchmarks.bare_ssh import WORD
from tests.benchmarks.terminal import Desk, a_desk
from tests.journeys.house import House, open_house
from tests.journeys.terminal import Terminal, ssh
from tests.servers import ROOT
from tests.tui.gateway.processes import Gateway, cpu_seconds

ROUNDS = 8
COLUMNS, ROWS = 160, 50
PAINTED = "Data Catalog"
"""What harlequin shows once it is drawn."""


def accueil(house: House, desk: Desk, gateway: Gateway) -> tuple[float, float]:
    """Log in; return milliseconds to Accueil with its data, and the processor's that the session took for it."""
    terminal = Terminal(house.ssh(desk.key_file, desk.login), columns=COLUMNS, rows=ROWS)
    try:
        took = terminal.until("Aujourd'hui", desk.name, "Tout est fait", seconds=60)
        processor = sum(cpu_seconds(pid) for pid in gateway.sessions())
    finally:
        terminal.close()
    gateway.wait_for_sessions(0)
    return took * 1000, processor * 1000


def first_word(port: int, desk: Desk) -> float:
    """Return milliseconds until the bare session has said its word."""
    terminal = Terminal(ssh(str(desk.key_file), port, desk.login), columns=COLUMNS, rows=ROWS)
    try:
        return terminal.until(WORD, seconds=60) * 1000
    finally:
        terminal.close()


def first_paint(harlequin: str, folder: Path) -> float:
    """Return milliseconds until harlequin is drawn on this machine's own terminal."""
    terminal = Terminal(
        [harlequin, "--no-download-tzdata", ":memory:"],
        columns=COLUMNS,
        rows=ROWS,
        environment={"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder)},
    )
    try:
        return terminal.until(PAINTED, seconds=60) * 1000
    finally:
        terminal.close()


def harlequin_here() -> str | None:
    """Return the path of harlequin, from the group `bench`, or None."""
    beside = Path(sys.executable).with_name("harlequin")
    return os.environ.get("HALTE_BENCH_HARLEQUIN") or (str(beside) if beside.exists() else shutil.which("harlequin"))


@contextmanager
def bare_ssh(desk: Desk) -> Iterator[int]:
    """Run the bare server with this desk's key; give its port."""
    port = free_port()
    command = [sys.executable, "-m", "tests.benchmarks.bare_ssh", str(port), str(desk.key_file.with_suffix(".pub"))]
    with subprocess.Popen(command, cwd=ROOT) as server:
        try:
            if not wait_until(lambda: answers(port), timeout_seconds=20):
                raise TimeoutError("the bare SSH server does not answer")
            yield port
        finally:
            server.terminate()


def measure() -> list[Figure]:
    """Measure the three in turns."""
    with TemporaryDirectory(prefix="halte-") as name, open_house(Path(name)) as house:
        desk, gateway, harlequin = a_desk(house), Gateway(house), harlequin_here()
        with bare_ssh(desk) as port:
            accueil(house, desk, gateway)
            ours: list[float] = []
            processor: list[float] = []
            bare: list[float] = []
            theirs: list[float] = []
            for _round in range(ROUNDS):
                bare.append(first_word(port, desk))
                took, spent = accueil(house, desk, gateway)
                ours.append(took)
                processor.append(spent)
                if harlequin:
                    theirs.append(first_paint(harlequin, Path(name)))
    return figures(ours, processor, bare, theirs)


def figures(
    ours: Sequence[float], processor: Sequence[float], bare: Sequence[float], theirs: Sequence[float]
) -> list[Figure]:
    """Say what was measured."""
    drawn, session = side("log-in", ours), side("bare asyncssh session", bare)
    more = side("more", [one - other for one, other in zip(ours, bare, strict=True)])
    found = [
        at_most("SSH log-in to Accueil with its data", drawn.middle, 400, sides=(drawn,)),
        at_most("the same, beyond a bare asyncssh session", more.middle, 300, sides=(session,)),
        Figure(name="processor that the session takes for it", value=side("session", processor).middle),
    ]
    if theirs:
        paint = side("harlequin", theirs)
        found.append(
            at_most("log-in ÷ harlequin's first paint", ratio_of(ours, theirs), 0.35, unit="", sides=(drawn, paint))
        )
    else:
        found.append(
            Figure(name="log-in ÷ harlequin's first paint", value=0, note="harlequin is not here: group bench")
        )
    return found
