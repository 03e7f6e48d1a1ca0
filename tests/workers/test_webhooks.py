"""A stored webhook is applied, whoever died after it was stored."""

import asyncio
import time

import msgspec
import pytest
import redis

from infra.database import fetch_value, relay_transaction
from infra.ids import new_id
from infra.inbox import store_event
from tests.workers.conftest import Work, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def an_event() -> bytes:
    """Make an event of a kind that nobody reads: it is taken, and changes nothing."""
    return msgspec.json.encode(
        {
            "id": f"evt_{new_id().hex}",
            "object": "event",
            "type": "product.created",
            "created": int(time.time()),
            "data": {"object": {}},
        }
    )


async def until_done(event_ids: list[str]) -> None:
    began = time.monotonic()
    while time.monotonic() - began < 60:
        async with relay_transaction():
            done = await fetch_value(
                "SELECT count(*) FROM inbox WHERE event_id = ANY($1) AND done_at IS NOT NULL", event_ids
            )
            error = await fetch_value("SELECT max(error) FROM inbox WHERE event_id = ANY($1)", event_ids)
        if done == len(event_ids):
            return
        await asyncio.sleep(0.1)
    pytest.fail(f"{done} of {len(event_ids)} applied: {error}")


async def test_a_webhook_stored_before_anybody_could_be_told_is_applied(work: Work, queue: redis.Redis) -> None:
    wait_for(lambda: bool(work.children("relay")))
    work.kill("relay")
    event_ids = [str(new_id()) for _ in range(10)]
    for event_id in event_ids:
        await store_event("stripe", event_id, an_event())
        await store_event("stripe", event_id, an_event())
        queue.flushall()

    await until_done(event_ids)

    async with relay_transaction():
        assert await fetch_value("SELECT count(*) FROM inbox WHERE event_id = ANY($1)", event_ids) == 10
