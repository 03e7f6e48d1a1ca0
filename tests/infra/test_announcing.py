"""Facts are announced once they are committed, and never sooner."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest

from infra.actor import job
from infra.database import system_transaction, tenant_transaction
from infra.ids import new_id
from infra.outbox import Event, record
from infra.outbox.announcing import CHANNEL
from infra.pools import Role, close_pools, open_pools
from infra.settings import settings

pytestmark = pytest.mark.usefixtures("pools")


class Told(Event, frozen=True, kw_only=True, tag="tests.told"):
    """Something a test did."""


@pytest.fixture
async def heard() -> AsyncIterator[list[str]]:
    """What is announced meanwhile, in order."""
    payloads: list[str] = []
    connection = await asyncpg.connect(settings().database_url)
    await connection.add_listener(CHANNEL, lambda *said: payloads.append(str(said[-1])))
    yield payloads
    await connection.close()


async def until(payloads: list[str], expected: set[str]) -> None:
    for _ in range(300):
        if expected <= set(payloads):
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"heard {payloads}")


async def a_fact(centre_id: UUID) -> None:
    async with tenant_transaction(centre_id):
        await record(Told(subject_id=new_id()), actor=job("test"))


async def test_a_committed_fact_is_announced_by_its_centre(heard: list[str]) -> None:
    centre = new_id()

    async with tenant_transaction(centre):
        await record(Told(subject_id=new_id()), actor=job("test"))
        await record(Told(subject_id=new_id()), actor=job("test"))
        await asyncio.sleep(0.05)
        assert heard == []

    await until(heard, {str(centre)})
    await asyncio.sleep(0.05)
    assert heard == [str(centre)]


async def test_a_fact_of_the_network_is_announced_without_a_centre(heard: list[str]) -> None:
    async with system_transaction():
        await record(Told(subject_id=new_id()), actor=job("test"))

    await until(heard, {""})


async def test_a_fact_rolled_back_is_not_announced(heard: list[str]) -> None:
    doomed, kept = new_id(), new_id()

    async def broken() -> None:
        async with tenant_transaction(doomed):
            await record(Told(subject_id=new_id()), actor=job("test"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await broken()
    await a_fact(kept)

    await until(heard, {str(kept)})
    assert heard == [str(kept)]


async def test_of_many_at_once_every_centre_is_announced(heard: list[str]) -> None:
    centres = [new_id() for _ in range(60)]

    await asyncio.gather(*(a_fact(centre) for centre in centres))

    await until(heard, set(map(str, centres)))


async def test_what_was_recorded_just_before_the_end_is_announced_still(heard: list[str]) -> None:
    last = new_id()

    await a_fact(last)
    await close_pools()

    await until(heard, {str(last)})
    await open_pools(Role.APP)
    again = new_id()
    await a_fact(again)
    await until(heard, {str(again)})
