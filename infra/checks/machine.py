"""Checks of the machine: Python, packages, the programs of the demo's servers, the folder for state, the terminal."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from infra.bootstrap import LOCKS, ROOT, Unready, check_python, is_made
from infra.checks.findings import Finding, failed, fine, note
from infra.checks.programs import lacks
from infra.services import postgres, valkey
from infra.services.quarters import OWN_ACCOUNT, ServiceMissing

ENOUGH_BYTES = 1_000_000_000


def python() -> Finding:
    """Look at the Python that runs this."""
    given = f"{sys.version_info[0]}.{sys.version_info[1]} ({sys.executable})"
    try:
        check_python(sys.version_info[:2])
    except Unready as error:
        return failed("python", given, str(error))
    return fine("python", given)


def packages() -> Finding:
    """Look whether `.venv` is what the locks say."""
    made = [group for group in LOCKS if is_made(ROOT, group)]
    if "run" not in made:
        return failed("packages", ".venv is not made from the lock as it is now", "python3 -m infra doctor")
    return fine("packages", f".venv as locked: {', '.join(made)}")


def embedded_servers() -> list[Finding]:
    """Look for the programs that demo and tests start."""
    return [
        _program("PostgreSQL for demo and tests", lambda: str(postgres.binaries())),
        _program("Valkey for demo and tests", lambda: str(valkey.binary())),
        _account(),
    ]


def state_folder(var: Path) -> Finding:
    """Look whether the folder for state can be written and has room."""
    place = var
    while not place.exists():
        place = place.parent
    if not os.access(place, os.W_OK):
        return failed("state", f"{place} cannot be written", "name a folder that can be by HALTE_VAR")
    free = shutil.disk_usage(place).free
    if free < ENOUGH_BYTES:
        return note("state", f"{var.resolve()}: {free // 1_000_000} MB free", "make room: the demo takes up to 1 GB")
    return fine("state", f"{var.resolve()}: {free // 1_000_000_000} GB free")


def terminal() -> Finding:
    """Look whether the terminal app can draw here."""
    encoding = (sys.stdout.encoding or "").lower()
    if not sys.stdout.isatty():
        return note("terminal", "this output is no terminal", "start halte tui in one, or log in by ssh")
    if "utf" not in encoding:
        return failed("terminal", f"the encoding is {encoding}", "set LANG to a UTF-8 locale, C.UTF-8 for instance")
    colours = os.environ.get("COLORTERM", "")
    if colours not in ("truecolor", "24bit"):
        return note("terminal", "16 or 256 colours", "COLORTERM=truecolor, if your terminal shows 24-bit colours")
    return fine("terminal", f"{encoding}, {colours}")


def programs_of_the_tests() -> list[Finding]:
    """Look for what only `halte test` needs."""
    missing = lacks()
    if not missing:
        return [fine("programs of the tests", "all there")]
    return [note(f"program {lack.program.name}", "for halte test only", lack.sentence) for lack in missing]


def _program(name: str, find: Callable[[], str]) -> Finding:
    try:
        return fine(name, find())
    except ServiceMissing as error:
        return note(name, "none", error.detail)


def _account() -> Finding:
    if os.geteuid() == 0:
        detail = f"started by root, the demo's servers run as the system user {OWN_ACCOUNT}"
        return note("user", detail, "a plain user is better, except in a container")
    return fine("user", "a plain user")
