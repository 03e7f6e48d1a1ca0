"""`halte test`: all that CI runs, in one command, on any machine."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from infra.bootstrap import ROOT
from infra.checks.programs import install, lacks

HELP = """\
halte test                  ruff, the formatter, mypy, import-linter, pytest: all that CI runs; what uses the database
                            again on each PostgreSQL from 15 that Debian's packages brought
halte test --quick          the same without whole journeys and slow tests
halte test PYTEST-ARGUMENTS pytest only, with these arguments (halte test tests/billing -k quote)

First installs what the tests drive and no wheel brings (Chromium, an ssh client, poppler), as root on Debian;
elsewhere it says what is missing, and the tests that need it say so: they fail in CI and are skipped elsewhere.
Exit codes: 0 all passed, 1 something failed."""

QUICK = ("-m", "not slow and not journey")
PROCESSES = ("-n", "2", "--dist", "loadgroup", "--durations", "25")
"""Two test processes, each with a database and a Valkey of its own; tests of one `xdist_group` stay together.

The slowest are named at the end: the whole is to stay under twenty minutes."""

OF_THE_DATABASE = (
    *("tests/architecture/test_isolation.py", "tests/architecture/test_tables.py"),
    *("tests/infra/test_database.py", "tests/infra/test_backup.py", "tests/infra/test_outbox.py"),
    *("tests/tenants", "tests/billing"),
    *("-m", "database and not slow and not journey"),
)
"""What is run again on each PostgreSQL that the machine has beside the wheel's: all that speaks SQL of its own."""


class Step(msgspec.Struct, frozen=True):
    """One program to run."""

    name: str
    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()
    """Added to our own."""


class Outcome(msgspec.Struct, frozen=True):
    """How a step went."""

    name: str
    code: int
    seconds: float


def steps(arguments: Sequence[str], *, marks: Sequence[str] = ()) -> list[Step]:
    """Return what is to run: everything, or pytest alone when it is given arguments of its own."""
    python = (sys.executable, "-m")
    programs = os.path.dirname(sys.executable)  # noqa: PTH120 - resolving the link would leave the environment
    if arguments:
        return [Step("pytest", (*python, "pytest", *marks, *arguments))]
    return [
        Step("ruff check", (f"{programs}/ruff", "check", ".")),
        Step("ruff format", (f"{programs}/ruff", "format", "--check", ".")),
        Step("import-linter", (f"{programs}/lint-imports",)),
        Step("mypy", (*python, "mypy")),
        Step("pytest", (*python, "pytest", *PROCESSES, *marks)),
        *([] if marks else on_other_servers()),
    ]


def on_other_servers() -> list[Step]:
    """Return the runs on PostgreSQL as Debian packages it, where it is older than the wheel's 18: down to 15."""
    found = [(major, Path(f"/usr/lib/postgresql/{major}/bin")) for major in (15, 16, 17)]
    command = (sys.executable, "-m", "pytest", *PROCESSES, *OF_THE_DATABASE)
    return [
        Step(f"PostgreSQL {major}", command, (("HALTE_POSTGRES_BIN", str(programs)),))
        for major, programs in found
        if (programs / "postgres").exists()
    ]


def run(step: Step) -> Outcome:
    """Run one step in the root of the checkout, its output shown as it comes."""
    print(f"\n── {step.name}", flush=True)
    # Python's bytecode saves each process seconds, whatever the surroundings say.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    # What was drawn from a seed is drawn again in the next run, also by what walks through sets.
    environment.setdefault("PYTHONHASHSEED", "0")
    environment |= dict(step.environment)
    began = time.monotonic()
    done = subprocess.run(step.command, cwd=ROOT, env=environment, check=False)
    return Outcome(name=step.name, code=done.returncode, seconds=time.monotonic() - began)


def summary(outcomes: Sequence[Outcome], unmet: Sequence[str]) -> str:
    """Return the last words: each step with its outcome and its time, then what was missing."""
    lines = ["", "── summary"]
    for outcome in outcomes:
        state = "passed" if outcome.code == 0 else f"FAILED ({outcome.code})"
        lines.append(f"  {outcome.name:<16} {state:<12} {outcome.seconds:7.1f} s")
    lines.append(f"  {'in all':<16} {'':<12} {sum(outcome.seconds for outcome in outcomes):7.1f} s")
    lines += [f"  missing: {sentence}" for sentence in unmet]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Run `halte test [--quick] [PYTEST-ARGUMENTS]`; every step runs even when one before it failed."""
    if "--help" in arguments or "-h" in arguments:
        print(HELP)
        return 0
    quick = "--quick" in arguments
    rest = [argument for argument in arguments if argument != "--quick"]
    unmet: list[str] = []
    if missing := lacks():
        print("installing: " + ", ".join(lack.program.name for lack in missing if lack.program.package), flush=True)
        refusal = install(missing)
        unmet = [lack.sentence for lack in lacks()]
        print("\n".join([*unmet, *([refusal] if refusal else [])]), flush=True)
    outcomes = [run(step) for step in steps(rest, marks=QUICK if quick else ())]
    print(summary(outcomes, unmet), flush=True)
    return 0 if all(outcome.code == 0 for outcome in outcomes) else 1
