import asyncio
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import msgspec
import pytest

from infra.database import execute, fetch_row, relay_transaction
from infra.ids import new_id
from tests.factories.centres import a_centre
from workers.schedule import JOBS, Job, in_every_centre, run_scheduled, take_due_jobs

pytestmark = pytest.mark.usefixtures("pools")


async def nothing() -> None:
    """Do what a job does that has nothing to do."""


async def let_time_pass(name: str) -> None:
    async with relay_transaction():
        await execute("UPDATE scheduled_jobs SET next_at = now() - interval '1 second' WHERE name = $1", name)


async def test_a_due_job_is_taken_by_one_scheduler_only() -> None:
    jobs = {str(new_id()): Job(run=nothing, every_seconds=60)}

    taken = await asyncio.gather(*(take_due_jobs(jobs) for _ in range(8)))

    assert sorted(len(names) for names in taken) == [0] * 7 + [1]


async def test_a_job_that_never_ended_is_taken_again_and_one_that_did_waits_for_its_time() -> None:
    name = str(new_id())
    jobs = {name: Job(run=nothing, nightly_at=time(3))}
    assert await take_due_jobs(jobs) == [name]
    assert await take_due_jobs(jobs) == []

    await let_time_pass(name)
    assert await take_due_jobs(jobs) == [name]

    await run_scheduled(name, jobs)
    assert await take_due_jobs(jobs) == []
    async with relay_transaction():
        row = await fetch_row("SELECT next_at, done_at, error FROM scheduled_jobs WHERE name = $1", name)
    assert row is not None
    assert row["done_at"] is not None and row["error"] is None
    assert timedelta(0) < row["next_at"] - datetime.now(UTC) <= timedelta(days=1, hours=1)


async def test_a_failed_job_says_why_and_is_taken_again() -> None:
    async def fail() -> None:
        raise ZeroDivisionError("no")

    name = str(new_id())
    jobs = {name: Job(run=fail, every_seconds=60)}
    await take_due_jobs(jobs)

    with pytest.raises(ZeroDivisionError):
        await run_scheduled(name, jobs)

    async with relay_transaction():
        row = await fetch_row("SELECT done_at, error FROM scheduled_jobs WHERE name = $1", name)
    assert row is not None
    assert (row["done_at"], row["error"]) == (None, "ZeroDivisionError: no")
    await let_time_pass(name)
    assert await take_due_jobs(jobs) == [name]


@pytest.mark.parametrize(
    ("at", "after"),
    [
        (datetime(2026, 11, 21, 22, tzinfo=UTC), datetime(2026, 11, 22, 2, tzinfo=UTC)),
        (datetime(2026, 11, 22, 2, tzinfo=UTC), datetime(2026, 11, 23, 2, tzinfo=UTC)),
        (datetime(2027, 3, 27, 12, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)),
    ],
)
async def test_a_nightly_job_runs_at_its_hour_of_paris(at: datetime, after: datetime) -> None:
    assert Job(run=nothing, nightly_at=time(3)).after(at) == after


async def test_one_centre_s_failure_does_not_keep_the_next_waiting() -> None:
    centres = {(await a_centre()).id for _ in range(3)}
    broken, seen = next(iter(centres)), set()

    async def job(centre_id: UUID, today: date) -> None:
        if centre_id == broken:
            raise ZeroDivisionError
        seen.add(centre_id)

    with pytest.raises(ExceptionGroup):
        await in_every_centre(job)

    assert centres - {broken} <= seen


@pytest.mark.parametrize("name", sorted(JOBS))
async def test_each_job_runs_twice_on_centres_with_nothing_to_do(name: str) -> None:
    await a_centre()
    await take_due_jobs({name: msgspec.structs.replace(JOBS[name], wanted=None)})

    await run_scheduled(name)
    await run_scheduled(name)

    async with relay_transaction():
        row = await fetch_row("SELECT done_at, error FROM scheduled_jobs WHERE name = $1", name)
    assert row is not None
    assert row["done_at"] is not None and row["error"] is None
