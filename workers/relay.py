"""The relay: hands facts, stored webhooks and due mails to the workers as soon as they are committed.

It listens to the database's NOTIFY and looks once a second all the same. Every few seconds it hands out again what was
handed out and is not done, so neither a killed worker nor an emptied Redis loses anything.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

import asyncpg
import dramatiq
import redis
import structlog

from infra.errors import DomainError
from infra.inbox import CHANNEL as INBOX_CHANNEL
from infra.inbox import due_events
from infra.mail.queries import due_mails
from infra.outbox.deliveries import Delivery, overdue_deliveries, plan_deliveries, waiting
from infra.pools import Role, close_pools, open_pools
from infra.settings import settings
from workers import actors
from workers.broker import BROKER
from workers.lifetime import ending, first_of
from workers.metrics import FACTS_RELAYED, FACTS_WAITING, OLDEST_SECONDS, WAITING, show_metrics
from workers.subscriptions import MAIL, SUBSCRIPTIONS

FACTS_CHANNEL: Final = "halte_facts"
POLL_SECONDS: Final = 1.0
SWEEP_SECONDS: Final = 5.0
BATCH: Final = 500
HANDFUL: Final = 25
"""Mails that one worker sends one after the other: few enough that several workers share a season's mailing."""

_log = structlog.get_logger("workers.relay")


async def relay_new() -> int:
    """Hand out every fact not relayed and every webhook that waits; return how many messages that made."""
    made = 0
    while True:
        planned = await plan_deliveries(SUBSCRIPTIONS, limit=BATCH)
        made += await _hand_out(_deliveries(planned.deliveries), round_name="first")
        if planned.facts < BATCH:
            break
    events = [actors.apply_event.message(str(row_id)) for row_id in await due_events(limit=BATCH)]
    return made + await _hand_out(events, round_name="inbox")


async def sweep() -> int:
    """Hand out again what is not done in its time, and the mails whose pause is over; return how many messages."""
    again = await _hand_out(_deliveries(await overdue_deliveries(limit=BATCH)), round_name="again")
    due: dict[UUID, list[str]] = {}
    for centre_id, mail_id in await due_mails():
        due.setdefault(centre_id, []).append(str(mail_id))
    mails = [
        actors.post_again.message(str(centre_id), handful)
        for centre_id, mail_ids in due.items()
        for handful in _handfuls(mail_ids)
    ]
    return again + await _hand_out(mails, round_name="mail")


async def relay(stopped: asyncio.Event) -> None:
    """Relay until `stopped`; whatever fails is logged and tried again a second later."""
    wake = asyncio.Event()
    listener = asyncio.create_task(_listen(wake.set))
    swept = 0.0
    try:
        while not stopped.is_set():
            wake.clear()
            try:
                await open_pools(Role.RELAY, Role.NETWORK, size=3)
                await relay_new()
                if time.monotonic() - swept >= SWEEP_SECONDS:
                    await sweep()
                    await _measure()
                    swept = time.monotonic()
            except (DomainError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                _log.warning("relay_failed", error=repr(error))
                await first_of(stopped, seconds=POLL_SECONDS)
            await first_of(stopped, wake, seconds=POLL_SECONDS)
    finally:
        listener.cancel()
        await asyncio.gather(listener, return_exceptions=True)
        await close_pools()


async def _listen(wake: Callable[[], None]) -> None:
    """Call `wake` at each NOTIFY, on a connection of its own that is made again when it is lost."""
    while True:
        lost = asyncio.Event()
        try:
            connection = await asyncpg.connect(settings().database_relay_url, timeout=10)
        except (OSError, TimeoutError, asyncpg.PostgresError):
            await asyncio.sleep(POLL_SECONDS)
            continue
        try:
            connection.add_termination_listener(lambda *_, lost=lost: lost.set())
            for channel in (FACTS_CHANNEL, INBOX_CHANNEL):
                await connection.add_listener(channel, lambda *_: wake())
            wake()
            await lost.wait()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.warning("listening_lost", error=repr(error))
        finally:
            connection.terminate()


def _deliveries(planned: Sequence[Delivery]) -> Sequence[dramatiq.Message[object]]:
    """Make the messages: mails by the handful, since they share a connection and its commits, all others one by one."""
    mails = [str(delivery.event_id) for delivery in planned if delivery.consumer == MAIL]
    handfuls = [actors.post.message(handful) for handful in _handfuls(mails)]
    return handfuls + [
        actors.deliver.message(str(delivery.event_id), delivery.consumer)
        for delivery in planned
        if delivery.consumer != MAIL
    ]


def _handfuls(ids: Sequence[str]) -> list[list[str]]:
    return [list(ids[first : first + HANDFUL]) for first in range(0, len(ids), HANDFUL)]


async def _hand_out(messages: Sequence[dramatiq.Message[object]], *, round_name: str) -> int:
    """Enqueue; where Redis does not answer, the leases end and the sweep tries again."""
    if not messages:
        return 0
    try:
        await asyncio.to_thread(_enqueue, messages)
    except redis.RedisError as error:
        _log.warning("queue_unavailable", error=repr(error), messages=len(messages))
        return 0
    FACTS_RELAYED.labels(round_name).inc(len(messages))
    return len(messages)


def _enqueue(messages: Sequence[dramatiq.Message[object]]) -> None:
    for message in messages:
        BROKER.enqueue(message)


async def _measure() -> None:
    facts, deliveries, oldest = await waiting()
    FACTS_WAITING.set(facts)
    WAITING.set(deliveries)
    OLDEST_SECONDS.set(oldest)


async def run() -> None:
    """Relay until this process is told to end."""
    await relay(ending())


def main(metrics_port: int) -> None:
    """Be this process of `halte work`, showing its metrics on a port; 0 shows none."""
    show_metrics(metrics_port)
    asyncio.run(run())
