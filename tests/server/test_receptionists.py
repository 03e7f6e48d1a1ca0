"""A few seconds of the soak of the desk: twenty at one centre, the server killed once in the middle.

`halte bench soak-desk` lets them work for five minutes; here is what must hold however short it is.
"""

import asyncio
import os
import random

import pytest

from tests.benchmarks.hot_centre import had_twice
from tests.benchmarks.receptionists import a_stage, lost, unforeseen, worked

SECONDS = 6.0
SEED = int(os.environ.get("HALTE_SOAK_SEED", "0")) or random.randrange(1, 1_000_000)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180), pytest.mark.usefixtures("pools")]


async def test_twenty_receptionists_and_a_killed_server_lose_no_edit_and_double_no_bed() -> None:
    print(f"seed {SEED} (HALTE_SOAK_SEED)")
    stage = await a_stage(cards=50)

    people = await asyncio.to_thread(worked, stage, seconds=SECONDS, seed=SEED, processes=1)

    saved = [each for one in people for each in one.saved]
    assert unforeseen(people) == []
    assert sum(one.interrupted for one in people) > 0, "the server was never missed"
    assert len(saved) > 0
    assert (await had_twice(stage.centre_id), await lost(stage, saved)) == (0, 0)
