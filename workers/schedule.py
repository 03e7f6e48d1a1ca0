"""Periodic jobs: what runs every minute or every night, in every centre, without anybody asking.

When a job runs next stands in a row that only one scheduler can take at a time, so two of them do not run it twice; a
job that was taken and did not end, because its worker died or Redis was emptied, is taken again.
"""

import traceback
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import structlog

from billing.payments.giving_back import finish_refunds
from billing.payments.polling import poll_stripe_events, webhooks_cannot_come
from billing.payments.reconciliation import reconcile
from billing.quotes.operations import expire_quotes
from infra import idempotency
from infra.actor import job
from infra.clock import now, today
from infra.database import execute, fetch_value, network_transaction, relay_transaction, tenant_transaction
from infra.outbox.deliveries import forget_old_facts
from tenants.accounts.sessions import sweep_sessions
from tenants.arrivals.inviting import mail_due_pre_check_ins
from tenants.arrivals.police import destroy_police_forms
from tenants.arrivals.survey import send_due_surveys
from tenants.centres.queries import centre as one_centre
from tenants.centres.queries import list_centres
from tenants.connections.collecting import collect_all
from tenants.person_nights.operations import settle_old_stays
from tenants.referential.reach import count_reachable
from tenants.retention.operations import end_old_blacklistings, erase_old_prospects, forget_old_reviews
from tenants.rooming.forgetting import forget_old_lists
from tenants.satisfaction.operations import ask_departed
from tenants.satisfaction.provider import pull_reviews
from tenants.stays.counting import freeze_counts
from tenants.stays.minors import remind_of_declarations
from tenants.stays.operations import end_options
from tenants.text_messages.sending import send_due_texts

AGAIN_SECONDS: Final = 600
"""A job that was taken is taken again after this, or after its own period if that is shorter, unless it ended."""

NIGHT: Final = ZoneInfo("Europe/Paris")
FIRST_HOUR, LAST_HOUR = 8, 20
"""Guests are written to between these hours."""

_log = structlog.get_logger("workers.schedule")


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A periodic job: every so many seconds, or once a night at an hour of Paris."""

    run: Callable[[], Awaitable[object]]
    every_seconds: int | None = None
    nightly_at: time | None = None
    wanted: Callable[[], bool] | None = None
    """Whether this installation needs it; None for always."""

    def after(self, instant: datetime) -> datetime:
        """Return when it runs next, having run at `instant`."""
        if self.nightly_at is None:
            return instant + timedelta(seconds=self.every_seconds or 60)
        local = instant.astimezone(NIGHT)
        tonight = datetime.combine(local.date(), self.nightly_at, NIGHT)
        if tonight <= local:
            tonight = datetime.combine(local.date() + timedelta(days=1), self.nightly_at, NIGHT)
        return tonight.astimezone(UTC)


async def in_every_centre(run: Callable[[UUID, date], Awaitable[object]]) -> None:
    """Run an operation for each open centre (its id and its own today); one centre's failure does not keep the next waiting.

    Raises:
        ExceptionGroup: some centres failed; the others were done.
    """
    async with network_transaction():
        centres = await list_centres()
    failures: list[Exception] = []
    for centre in centres:
        if centre.state == "closed":
            continue
        try:
            async with tenant_transaction(centre.id, read_only=True):
                time_zone = (await one_centre(centre.id)).time_zone
            await run(centre.id, today(time_zone))
        except Exception as error:  # noqa: BLE001 - said, and raised with the others below
            _log.warning("job_failed_in_centre", centre=str(centre.id), error=repr(error), exc_info=error)
            failures.append(error)
    if failures:
        raise ExceptionGroup("some centres failed", failures)


async def _end_options() -> None:
    await in_every_centre(end_options)


async def _freeze_counts() -> None:
    await in_every_centre(freeze_counts)


async def _remind_of_declarations() -> None:
    await in_every_centre(remind_of_declarations)


async def _expire_quotes() -> None:
    await in_every_centre(expire_quotes)


async def _finish_refunds() -> None:
    async def finish(centre_id: UUID, _: date) -> None:
        await finish_refunds(centre_id, actor=job("refunds"))

    await in_every_centre(finish)


async def _reconcile() -> None:
    async def compare(centre_id: UUID, _: date) -> None:
        await reconcile(centre_id)

    await in_every_centre(compare)


async def _end_blacklistings() -> None:
    async def end(centre_id: UUID, day: date) -> None:
        await end_old_blacklistings(centre_id, day, actor=job("blacklist"))

    await in_every_centre(end)


async def _ask_departed() -> None:
    async def ask(centre_id: UUID, day: date) -> None:
        await ask_departed(centre_id, day, actor=job("satisfaction"))

    await in_every_centre(ask)


async def _pull_reviews() -> None:
    async def pull(centre_id: UUID, day: date) -> None:
        await pull_reviews(centre_id, day, actor=job("satisfaction"))

    await in_every_centre(pull)


async def _collect_drops() -> None:
    async def fetch_all(centre_id: UUID, day: date) -> None:
        await collect_all(centre_id, day, actor=job("connections"))

    await in_every_centre(fetch_all)


async def _erase_old_prospects() -> None:
    async def erase(centre_id: UUID, day: date) -> None:
        await erase_old_prospects(centre_id, day, actor=job("retention"))
        await forget_old_reviews(centre_id, day, actor=job("retention"))

    await in_every_centre(erase)


async def _destroy_police_forms() -> None:
    await destroy_police_forms(today(str(NIGHT)))


async def _settle_old_stays() -> None:
    async def settle(centre_id: UUID, _: date) -> None:
        await settle_old_stays(centre_id)

    await in_every_centre(settle)


async def _write_to_who_arrives() -> None:
    """Send what is due before arrivals, by day: a mail in the night rings on many a phone."""
    if not FIRST_HOUR <= now().astimezone(NIGHT).hour < LAST_HOUR:
        return
    await in_every_centre(mail_due_pre_check_ins)


async def _send_surveys() -> None:
    await in_every_centre(send_due_surveys)


async def _count_reachable() -> None:
    await in_every_centre(count_reachable)


async def _forget_rooming_lists() -> None:
    await in_every_centre(forget_old_lists)


JOBS: Final[Mapping[str, Job]] = {
    "end-options": Job(run=_end_options, every_seconds=60),
    "freeze-counts": Job(run=_freeze_counts, every_seconds=3600),
    "acm-reminders": Job(run=_remind_of_declarations, every_seconds=3600),
    "expire-quotes": Job(run=_expire_quotes, every_seconds=600),
    "finish-refunds": Job(run=_finish_refunds, every_seconds=120),
    "forget-idempotency-keys": Job(run=idempotency.sweep, every_seconds=3600),
    "poll-payments": Job(run=poll_stripe_events, every_seconds=3, wanted=webhooks_cannot_come),
    "write-to-who-arrives": Job(run=_write_to_who_arrives, every_seconds=1800),
    "settle-person-nights": Job(run=_settle_old_stays, every_seconds=3600),
    "reconcile-payments": Job(run=_reconcile, nightly_at=time(2, 30)),
    "send-texts": Job(run=send_due_texts, every_seconds=60),
    "send-arrival-surveys": Job(run=_send_surveys, every_seconds=3600),
    "count-reachable": Job(run=_count_reachable, nightly_at=time(23, 40)),
    "forget-rooming-lists": Job(run=_forget_rooming_lists, nightly_at=time(3, 30)),
    "forget-sessions": Job(run=sweep_sessions, nightly_at=time(3, 10)),
    "end-blacklistings": Job(run=_end_blacklistings, nightly_at=time(0, 10)),
    "ask-departed": Job(run=_ask_departed, nightly_at=time(10, 0)),
    "pull-reviews": Job(run=_pull_reviews, nightly_at=time(5, 0)),
    "collect-drops": Job(run=_collect_drops, nightly_at=time(4, 30)),
    "erase-old-prospects": Job(run=_erase_old_prospects, nightly_at=time(3, 30)),
    "destroy-police-forms": Job(run=_destroy_police_forms, nightly_at=time(3, 20)),
    "forget-old-facts": Job(run=forget_old_facts, nightly_at=time(3, 40)),
}


async def take_due_jobs(jobs: Mapping[str, Job] = JOBS) -> list[str]:
    """Take the jobs that are due, so that no other scheduler does, and return their names to be run now."""
    due = []
    async with relay_transaction():
        for name, periodic in jobs.items():
            if periodic.wanted is not None and not periodic.wanted():
                continue
            period = min(periodic.every_seconds or AGAIN_SECONDS, AGAIN_SECONDS)
            await execute(
                "INSERT INTO scheduled_jobs (name, next_at) VALUES ($1, now()) ON CONFLICT (name) DO NOTHING", name
            )
            taken = await fetch_value(
                """UPDATE scheduled_jobs SET started_at = now(), next_at = now() + make_interval(secs => $2)
                   WHERE name = $1 AND next_at <= now() RETURNING name""",
                name,
                float(period),
            )
            if taken:
                due.append(name)
    return due


async def run_scheduled(name: str, jobs: Mapping[str, Job] = JOBS) -> None:
    """Run a job and note when it runs next; a failed one is noted, and runs again when it is taken again.

    Raises:
        Exception: what the job raised.
    """
    periodic = jobs[name]
    began = now()
    try:
        await periodic.run()
    except Exception as error:
        async with relay_transaction():
            reason = "".join(traceback.format_exception_only(error)).strip()[:500]
            await execute("UPDATE scheduled_jobs SET error = $2 WHERE name = $1", name, reason)
        raise
    async with relay_transaction():
        await execute(
            "UPDATE scheduled_jobs SET done_at = now(), error = NULL, next_at = greatest($2, now()) WHERE name = $1",
            name,
            periodic.after(began),
        )
