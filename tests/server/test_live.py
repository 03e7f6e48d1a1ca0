"""Live facts: in order, none lost, resumed, ended with the token, and never another centre's."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from infra.actor import job
from infra.database import tenant_transaction
from infra.ids import new_id
from infra.outbox import Event, record
from server.contract.basics import LiveEvent
from server.live.hub import Hub
from server.live.stream import facts
from tests.factories.centres import a_centre

pytestmark = pytest.mark.usefixtures("pools")


class SomethingHappened(Event, frozen=True, kw_only=True, tag="tests.happened"):
    """A fact of this test."""


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    listening = Hub()
    await listening.start()
    await asyncio.sleep(0.1)
    yield listening
    await listening.stop()


async def happen(centre_id: UUID) -> UUID:
    subject = new_id()
    async with tenant_transaction(centre_id):
        await record(SomethingHappened(subject_id=subject, version=3), actor=job("tests"))
    return subject


async def yes() -> bool:
    return True


async def next_event(stream: AsyncIterator[bytes]) -> tuple[int, LiveEvent]:
    async with asyncio.timeout(5):
        while True:
            text = (await anext(stream)).decode()
            if text.startswith("id: "):
                head, data = text.strip().split("\n")
                return int(head[4:]), msgspec.json.decode(data.removeprefix("data: "), type=LiveEvent)


async def started(hub: Hub, centre_id: UUID, stream: AsyncIterator[bytes]) -> "asyncio.Task[tuple[int, LiveEvent]]":
    """Wait for what the stream says next, once it has seen what was there before and watches."""
    waiting = asyncio.create_task(next_event(stream))
    while centre_id not in hub._watchers:  # noqa: ASYNC110 - nobody tells when a stream begins to watch
        await asyncio.sleep(0.01)
    return waiting


async def test_a_fact_reaches_an_open_stream_well_within_two_seconds(hub: Hub) -> None:
    centre = await a_centre()
    stream = facts(hub, centre.id, last_event_id=None, still_allowed=yes)
    waiting = await started(hub, centre.id, stream)
    since = asyncio.get_running_loop().time()

    subject = await happen(centre.id)
    _, event = await waiting

    assert (event.kind, event.id, event.version, event.actor) == ("tests.happened", subject, 3, "tests")
    assert asyncio.get_running_loop().time() - since < 2


async def test_another_centres_fact_never_does(hub: Hub) -> None:
    ours, theirs = await a_centre(), await a_centre()
    waiting = await started(hub, ours.id, facts(hub, ours.id, last_event_id=None, still_allowed=yes))

    await happen(theirs.id)
    subject = await happen(ours.id)

    assert (await waiting)[1].id == subject


async def test_a_stream_resumes_after_the_last_fact_it_saw(hub: Hub) -> None:
    centre = await a_centre()
    first = facts(hub, centre.id, last_event_id=None, still_allowed=yes)
    waiting = await started(hub, centre.id, first)
    await happen(centre.id)
    seen, _ = await waiting
    missed = [await happen(centre.id) for _ in range(3)]

    again = facts(hub, centre.id, last_event_id=seen, still_allowed=yes)
    replayed: list[UUID] = []
    while len({*replayed} & {*missed}) < 3:
        replayed.append((await next_event(again))[1].id)

    assert [subject for subject in replayed if subject in missed] == missed


async def test_a_fact_committed_late_with_a_lower_sequence_is_not_lost(hub: Hub) -> None:
    centre = await a_centre()
    stream = facts(hub, centre.id, last_event_id=None, still_allowed=yes)
    waiting = await started(hub, centre.id, stream)
    drawn, may_commit = asyncio.Event(), asyncio.Event()
    late = new_id()

    async def slow() -> None:
        async with tenant_transaction(centre.id):
            await record(SomethingHappened(subject_id=late), actor=job("tests"))
            drawn.set()
            await may_commit.wait()

    task = asyncio.create_task(slow())
    await drawn.wait()
    quick = await happen(centre.id)
    first_sequence, first = await waiting
    may_commit.set()
    await task
    second_sequence, second = await next_event(stream)

    assert (first.id, second.id) == (quick, late)
    assert second_sequence < first_sequence


async def test_too_old_a_last_event_is_told_to_fetch_everything(hub: Hub) -> None:
    centre = await a_centre()
    waiting = await started(hub, centre.id, facts(hub, centre.id, last_event_id=None, still_allowed=yes))
    await happen(centre.id)
    seen, _ = await waiting

    later = facts(hub, centre.id, last_event_id=seen + 10_000, still_allowed=yes)

    assert (await anext(later)).startswith(b"retry")
    assert (await anext(later)).startswith(b"event: resync")


async def test_a_revoked_token_ends_its_stream_within_five_seconds(hub: Hub) -> None:
    centre = await a_centre()
    allowed = True

    async def asked() -> bool:
        return allowed

    stream = facts(hub, centre.id, last_event_id=None, still_allowed=asked)
    assert (await anext(stream)).startswith(b"retry")
    allowed = False
    since = asyncio.get_running_loop().time()

    async with asyncio.timeout(6):
        rest = [message async for message in stream]

    assert all(not message.startswith(b"id") for message in rest)
    assert asyncio.get_running_loop().time() - since < timedelta(seconds=5).total_seconds()


async def test_a_lost_notification_delays_a_fact_by_a_second_at_most(hub: Hub) -> None:
    centre = await a_centre()
    waiting = await started(hub, centre.id, facts(hub, centre.id, last_event_id=None, still_allowed=yes))
    await hub.stop()

    subject = await happen(centre.id)

    assert (await waiting)[1].id == subject
