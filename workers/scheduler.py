"""The scheduler: once a second takes the periodic jobs that are due and hands them to the workers."""

import asyncio
from typing import Final

import asyncpg
import redis
import structlog

from infra.errors import DomainError
from infra.pools import Role, close_pools, open_pools
from workers import actors
from workers.lifetime import ending, first_of
from workers.metrics import show_metrics
from workers.schedule import take_due_jobs

TICK_SECONDS: Final = 1.0

_log = structlog.get_logger("workers.scheduler")


async def schedule(stopped: asyncio.Event) -> None:
    """Hand out due jobs until `stopped`; one that Redis does not take is taken again later."""
    try:
        while not stopped.is_set():
            try:
                await open_pools(Role.RELAY, size=2)
                for name in await take_due_jobs():
                    await asyncio.to_thread(actors.run_job.send, name)
            except (DomainError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError, redis.RedisError) as error:
                _log.warning("schedule_failed", error=repr(error))
            await first_of(stopped, seconds=TICK_SECONDS)
    finally:
        await close_pools()


async def run() -> None:
    """Schedule until this process is told to end."""
    await schedule(ending())


def main(metrics_port: int) -> None:
    """Be this process of `halte work`, showing its metrics on a port; 0 shows none."""
    show_metrics(metrics_port)
    asyncio.run(run())
