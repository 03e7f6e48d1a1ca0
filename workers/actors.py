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
from infra.mail.sending import send_mails
from infra.outbox.deliveries import (
    Delivery,
    Fact,
    begin_deliveries,
    begin_delivery,
    end_deliveries,
    end_delivery,
    fail_delivery,
)
from workers.broker import BROKER
from workers.inbox import READERS
from workers.metrics import JOB_SECONDS, JOBS
from workers.schedule import run_scheduled
from workers.subscriptions import MAIL, consume, subject

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
async def post(event_ids: list[str]) -> None:
    """Send the mails that these facts say are queued, each centre's over one connection; sent already is nothing to do."""
    facts = await begin_deliveries([UUID(each) for each in event_ids], MAIL)
    of_centre: dict[UUID, list[Fact]] = {}
    for fact in facts:
        if fact.centre_id is not None:
            of_centre.setdefault(fact.centre_id, []).append(fact)
    for centre_id, queued in of_centre.items():
        for fact in queued:
            _log.info("posting", request_id=fact.request_id, mail=str(subject(fact.payload)))
        try:
            async with _counted(f"consume:{MAIL}"):
                await send_mails(centre_id, [subject(fact.payload) for fact in queued])
        except JobFailed as failed:
            for fact in queued:
                await fail_delivery(Delivery(event_id=fact.id, consumer=MAIL), str(failed))
        else:
            await end_deliveries([fact.id for fact in queued], MAIL)


@dramatiq.actor(broker=BROKER, queue_name="mails")
async def post_again(centre_id: str, mail_ids: list[str]) -> None:
    """Send mails whose pause is over; claimed or sent already is nothing to do."""
    try:
        async with _counted("mail"):
            await send_mails(UUID(centre_id), [UUID(each) for each in mail_ids])
    except JobFailed:
        # Their lease ends, and the sweep hands them out again.
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
