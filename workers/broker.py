"""The queue: Dramatiq over Redis, which only says « now »; what is to be done stands in the database (decision 0005).

Retries are none of Dramatiq's business here: every job has a row with its attempts and its next time.
"""

import time
from collections.abc import Coroutine
from typing import Final, TypeVar

import dramatiq
import structlog
from dramatiq.asyncio import get_event_loop_thread
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AsyncIO, Middleware, TimeLimit
from dramatiq.worker import Worker

from infra.pools import DatabaseUnavailable, Role, close_pools, open_pools
from infra.settings import SettingInvalid, settings

Result = TypeVar("Result")

HEARTBEAT_MILLISECONDS: Final = 5_000
MAINTENANCE_CHANCE: Final = 100_000
"""Of a million commands. With the heartbeat, what a killed worker held is back in about six seconds; with Dramatiq's own
values it never came back on an idle queue."""

LONGEST_JOB_MILLISECONDS: Final = 9 * 60 * 1000

_log = structlog.get_logger("workers.broker")


class Pools(Middleware):
    """Opens and closes the database's pools on the loop that `AsyncIO`, which comes before it, has started."""

    def before_worker_boot(self, broker: dramatiq.Broker, worker: Worker) -> None:
        """Open the pools that actors use, waiting for the database as long as it takes."""
        roles = [Role.APP, Role.NETWORK, Role.RELAY]
        if settings().database_police_url:
            roles.append(Role.POLICE)
        while True:
            try:
                on_the_loop(open_pools(*roles, size=worker.worker_threads + 2))
            except DatabaseUnavailable as error:
                _log.warning("database_awaited", error=error.detail)
                time.sleep(1)
            else:
                return

    def after_worker_shutdown(self, broker: dramatiq.Broker, worker: Worker) -> None:
        """Close them; middlewares are told in reverse order afterwards, so the loop still runs."""
        on_the_loop(close_pools())


def on_the_loop(work: Coroutine[object, object, Result]) -> Result:
    """Run `work` on the loop of the actors and wait for it."""
    thread = get_event_loop_thread()
    if thread is None:
        work.close()
        raise RuntimeError("the worker's loop does not run")
    return thread.run_coroutine(work)


def make_broker() -> RedisBroker:
    """Make the broker of `REDIS_URL`; it connects when first used.

    Raises:
        SettingInvalid: `REDIS_URL` is not set.
    """
    url = settings().redis_url
    if not url:
        raise SettingInvalid("REDIS_URL is not set: the workers are called through it")
    return RedisBroker(  # type: ignore[no-untyped-call]
        url=url,
        namespace="halte",
        heartbeat_timeout=HEARTBEAT_MILLISECONDS,
        maintenance_chance=MAINTENANCE_CHANCE,
        middleware=[AsyncIO(), Pools(), TimeLimit(time_limit=LONGEST_JOB_MILLISECONDS)],
    )


BROKER: Final = make_broker()
"""One for the process: actors are declared on it at import."""
