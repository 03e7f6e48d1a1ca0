"""The actors: doors as controllers are. Each takes ids, loads afresh, calls one operation, and notes how it ended."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

import dramatiq
import structlog

from infra.inbox import begin_event, end_event, fail_event
from infra.mail.sending import send_mail
from infra.outbox.deliveries import Delivery, begin_delivery, end_delivery, fail_delivery
from workers.broker import BROKER
from workers.inbox import READERS
from workers.metrics import JOB_SECONDS, JOBS
from workers.schedule import run_scheduled
from workers.subscriptions import consume

LONGEST_CONSUMER_SECONDS: Final = 25
"""Less than the lease, so that a slow consumer is not joined by a second one."""

_log = structlog.get_logger("workers")


class JobFailed(Exception):
    """A job raised; the row it belongs to knows, and says when it is tried again."""


@dramatiq.actor(broker=BROKER, queue_name="facts")
async def deliver(event_id: str, consumer: str) -> None:
    """Let a consumer have a fact; done already is nothing to do."""
    delivery = Delivery(event_id=UUID(event_id), consumer=consumer)
    fact = await begin_delivery(delivery)
    if fact is None:
        return
    with structlog.contextvars.bound_contextvars(request_id=fact.request_id, fact=fact.kind, consumer=consumer):
        try:
            async with _counted(f"consume:{consumer}"), asyncio.timeout(LONGEST_CONSUMER_SECONDS):
                await consume(consumer, fact)
        except JobFailed as failed:
            await fail_delivery(delivery, str(failed))
        else:
            await end_delivery(delivery)


@dramatiq.actor(broker=BROKER, queue_name="inbox")
async def apply_event(row_id: str) -> None:
    """Apply a stored webhook; applied already is nothing to do."""
    event = await begin_event(UUID(row_id))
    if event is None:
        return
    with structlog.contextvars.bound_contextvars(source=event.source, event_id=event.event_id):
        try:
            async with _counted(f"inbox:{event.source}"), asyncio.timeout(LONGEST_CONSUMER_SECONDS):
                await READERS[event.source](event)
        except JobFailed as failed:
            await fail_event(event.id, str(failed))
        else:
            await end_event(event.id)


@dramatiq.actor(broker=BROKER, queue_name="mails")
async def send(centre_id: str, mail_id: str) -> None:
    """Send a mail whose pause is over; claimed or sent already is nothing to do."""
    try:
        async with _counted("mail"):
            await send_mail(UUID(centre_id), UUID(mail_id))
    except JobFailed:
        # Its lease ends, and the sweep hands it out again.
        return


@dramatiq.actor(broker=BROKER, queue_name="jobs")
async def run_job(name: str) -> None:
    """Run a periodic job that is due."""
    try:
        async with _counted(f"job:{name}"):
            await run_scheduled(name)
    except JobFailed:
        return


@asynccontextmanager
async def _counted(job: str) -> AsyncIterator[None]:
    """Time and log what runs inside; whatever it raises is logged once and becomes `JobFailed`."""
    began = time.perf_counter()
    try:
        yield
    except Exception as error:
        JOBS.labels(job, "failed").inc()
        _log.warning("job_failed", job=job, error=repr(error), exc_info=error)
        raise JobFailed(repr(error)) from error
    JOBS.labels(job, "done").inc()
    seconds = time.perf_counter() - began
    JOB_SECONDS.labels(job).observe(seconds)
    _log.info("job_done", job=job, milliseconds=round(seconds * 1000))
