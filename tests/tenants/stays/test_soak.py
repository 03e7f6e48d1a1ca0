"""Races for a house's beds, at a tenth or less of what `halte bench soak` runs whole."""

import os
import random

import pytest

from infra.pools import Role, open_pools
from tests.benchmarks.stock import race, without_constraint

ATTEMPTS = int(os.environ.get("HALTE_SOAK_ATTEMPTS", "1000"))
SEED = int(os.environ.get("HALTE_SOAK_SEED", "0")) or random.randrange(1, 1_000_000)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.usefixtures("pools")]


async def test_thirty_two_clients_never_have_a_bed_twice() -> None:
    print(f"seed {SEED}, {ATTEMPTS} attempts (HALTE_SOAK_SEED, HALTE_SOAK_ATTEMPTS)")

    assert (await race(ATTEMPTS, seed=SEED))[0].value == 0


async def test_the_locks_alone_keep_every_bed_to_one_stay() -> None:
    print(f"seed {SEED}, {ATTEMPTS} attempts (HALTE_SOAK_SEED, HALTE_SOAK_ATTEMPTS)")
    await open_pools(Role.OWNER)

    async with without_constraint():
        taken_twice = (await race(ATTEMPTS, seed=SEED))[0].value

    assert taken_twice == 0
