"""Random kills: relay, scheduler, worker by kill -9, Redis emptied. `HALTE_SOAK_KILLS=200` runs the whole."""

import asyncio
import os
import random
import time

import pytest
import redis

from infra.database import fetch, fetch_value, relay_transaction, tenant_transaction
from infra.ids import new_id
from infra.inbox import store_event
from tests.simulators.smtp import MailServer
from tests.workers.conftest import Work
from tests.workers.test_webhooks import an_event, until_done
from tests.workers.test_work import message_ids, queue_one, until_sent

KILLS = int(os.environ.get("HALTE_SOAK_KILLS", "5"))
SEED = int(os.environ.get("HALTE_SOAK_SEED", "0")) or random.randrange(1, 1_000_000)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180 + 10 * KILLS)]


async def test_random_kills_lose_nothing_and_double_nothing(work: Work, mail: MailServer, queue: redis.Redis) -> None:
    print(f"seed {SEED}, {KILLS} kills (HALTE_SOAK_SEED, HALTE_SOAK_KILLS)")
    chance, centre_id = random.Random(SEED), new_id()
    event_ids: list[str] = []
    for _ in range(KILLS):
        for _ in range(5):
            await queue_one(centre_id)
            event_ids.append(str(new_id()))
            await store_event("stripe", event_ids[-1], an_event())
            await asyncio.sleep(chance.uniform(0, 0.2))
        victim = chance.choice(["relay", "scheduler", "worker", "redis"])
        if victim == "redis":
            queue.flushall()
        else:
            await asyncio.to_thread(work.kill, victim)
    last = time.monotonic()

    await until_sent(centre_id, 5 * KILLS)
    await until_done(event_ids)

    assert time.monotonic() - last <= 60
    async with tenant_transaction(centre_id, read_only=True):
        ours = {row["message_id"] for row in await fetch("SELECT message_id FROM mails")}
        facts = await fetch_value("SELECT count(*) FROM outbox WHERE kind = 'mails.sent'")
    # The workers send what other tests left behind, too.
    assert len(ours) == 5 * KILLS and ours <= set(message_ids(mail))
    assert facts == 5 * KILLS
    async with relay_transaction():
        assert await fetch_value("SELECT count(*) FROM inbox WHERE event_id = ANY($1)", event_ids) == 5 * KILLS
