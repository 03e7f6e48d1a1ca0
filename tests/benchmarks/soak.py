"""The long ones, whole: what CI runs at a tenth or less, with a seed that is printed."""

import os
import random
import re
import subprocess
import sys

import msgspec

from infra.checks.figures import Figure, at_most
from tests.benchmarks.doors import prepared
from tests.servers import ROOT

ATTEMPTS = int(os.environ.get("HALTE_SOAK_ATTEMPTS", "100000"))
HISTORIES = os.environ.get("HALTE_HISTORIES", "10000")
FUZZ_SECONDS = os.environ.get("HALTE_FUZZ_SECONDS", "1800")
KILLS = os.environ.get("HALTE_SOAK_KILLS", "200")


def stock() -> list[Figure]:
    """Race for beds with both layers, then with the locks alone."""
    from tests.benchmarks.stock import CLIENTS, race, without_constraint

    seed = int(os.environ.get("HALTE_SOAK_SEED", "0")) or random.randrange(1, 1_000_000)

    async def both() -> list[Figure]:
        whole = await race(ATTEMPTS, seed=seed)
        async with without_constraint():
            alone = await race(ATTEMPTS, seed=seed + 1)
        named = (msgspec.structs.replace(figure, name=f"{figure.name}, constraint dropped") for figure in alone)
        return [msgspec.structs.replace(whole[0], note=f"seed {seed} (HALTE_SOAK_SEED)"), *whole[1:], *named]

    return prepared(both, size=CLIENTS)


def by_pytest(name: str, test: str, **environment: str) -> list[Figure]:
    """Run one test whole; it fails when anything was lost or had twice."""
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "--timeout=0", test]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True, check=False
    )
    print(done.stdout[-3000:])
    seed, told = re.search(r"seed (\d+)", done.stdout), re.search(r"^killed .*", done.stdout, re.MULTILINE)
    note = "; ".join(found[0] for found in (seed, told) if found)
    return [at_most(name, int(done.returncode != 0), 0, unit="failures", must=True, note=note)]


def webhooks() -> list[Figure]:
    """Shuffle and repeat payment histories: one ledger each."""
    test = "tests/billing/test_histories.py::test_shuffled_and_repeated_histories_end_in_one_ledger"
    return by_pytest(
        f"{HISTORIES} shuffled and repeated histories that did not end in one ledger", test, HALTE_HISTORIES=HISTORIES
    )


def kills() -> list[Figure]:
    """Kill what works and what it stands on, at random, in a whole demo."""
    test = "tests/journeys/test_kills.py"
    return by_pytest(f"{KILLS} random kills that lost or doubled something", test, HALTE_SOAK_KILLS=KILLS)


def wrong_input() -> list[Figure]:
    """Spoil each field of each body in every way, and have Schemathesis at each operation."""
    whole = {"HALTE_FUZZ_SHARE": "1", "HALTE_FUZZ_SECONDS": FUZZ_SECONDS}
    doors = ("tests/server/test_wrong_input.py", "tests/server/pages/test_horrors.py", "tests/server/test_fuzz.py")
    return [
        figure
        for door in doors
        for figure in by_pytest(f"tests of {door} that something wrong got through, whole", door, **whole)
    ]
