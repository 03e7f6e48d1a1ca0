from uuid import UUID

import pytest

from infra.actor import job
from infra.database import execute, fetch_value, relay_transaction, tenant_transaction
from infra.ids import new_id
from infra.inbox import begin_event, due_events, end_event, fail_event, store_event
from infra.outbox import Event, record
from infra.outbox.deliveries import (
    Delivery,
    begin_delivery,
    end_delivery,
    fail_delivery,
    forget_old_facts,
    overdue_deliveries,
    plan_deliveries,
    waiting,
)

pytestmark = pytest.mark.usefixtures("pools", "empty_outbox")

KIND = "tests.happened"


class Happened(Event, frozen=True, kw_only=True, tag=KIND):
    """Something a test did."""


@pytest.fixture
async def empty_outbox(pools: None) -> None:
    async with relay_transaction():
        await execute("DELETE FROM outbox")
        await execute("UPDATE inbox SET done_at = now() WHERE done_at IS NULL")


async def a_fact(centre_id: UUID | None = None) -> UUID:
    async with tenant_transaction(centre_id or new_id()):
        await record(Happened(subject_id=new_id()), actor=job("test", request_id="request-1"))
        fact_id: UUID = await fetch_value("SELECT id FROM outbox ORDER BY sequence DESC LIMIT 1")
    return fact_id


async def let_time_pass() -> None:
    async with relay_transaction():
        await execute("UPDATE outbox_deliveries SET next_at = now() - interval '1 second'")
        await execute("UPDATE inbox SET next_at = now() - interval '1 second'")


async def test_a_fact_is_planned_once_for_each_consumer_of_its_kind() -> None:
    fact_id = await a_fact()

    planned = await plan_deliveries({KIND: ("mail", "links")})

    assert planned.facts == 1
    assert planned.deliveries == [Delivery(event_id=fact_id, consumer=name) for name in ("mail", "links")]
    assert (await plan_deliveries({KIND: ("mail", "links")})).facts == 0


async def test_a_fact_rolled_back_is_never_told() -> None:
    async def fail_after_recording() -> None:
        async with tenant_transaction(new_id()):
            await record(Happened(subject_id=new_id()), actor=job("test"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_recording()

    assert (await plan_deliveries({KIND: ("mail",)})).facts == 0


async def test_what_was_handed_out_and_never_done_is_handed_out_again_after_its_lease() -> None:
    delivery = Delivery(event_id=await a_fact(), consumer="mail")
    await plan_deliveries({KIND: ("mail",)})

    assert await overdue_deliveries() == []
    await let_time_pass()
    assert await overdue_deliveries() == [delivery]
    assert await overdue_deliveries() == []


async def test_a_consumer_gets_the_fact_with_the_request_it_came_from_and_once_it_is_done_no_more() -> None:
    centre_id = new_id()
    delivery = Delivery(event_id=await a_fact(centre_id), consumer="mail")
    await plan_deliveries({KIND: ("mail",)})

    fact = await begin_delivery(delivery)

    assert fact is not None
    assert (fact.centre_id, fact.kind, fact.request_id) == (centre_id, KIND, "request-1")
    await end_delivery(delivery)
    await let_time_pass()
    assert await begin_delivery(delivery) is None
    assert await overdue_deliveries() == []
    assert await waiting() == (0, 0, 0.0)


async def test_a_failed_delivery_waits_longer_each_time_and_never_ends() -> None:
    delivery = Delivery(event_id=await a_fact(), consumer="mail")
    await plan_deliveries({KIND: ("mail",)})
    pauses = []

    for _ in range(12):
        await begin_delivery(delivery)
        await fail_delivery(delivery, "no")
        async with relay_transaction():
            pauses.append(
                await fetch_value("SELECT extract(epoch FROM next_at - now())::float8 FROM outbox_deliveries")
            )

    assert [round(pause) for pause in pauses] == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]


async def test_a_fact_is_forgotten_only_when_everyone_has_had_it() -> None:
    done, open_ = Delivery(event_id=await a_fact(), consumer="mail"), Delivery(event_id=await a_fact(), consumer="mail")
    await plan_deliveries({KIND: ("mail",)})
    await end_delivery(done)
    async with relay_transaction():
        await execute("UPDATE outbox SET relayed_at = now() - interval '31 days'")

    assert await forget_old_facts(days=30) == 1
    await let_time_pass()
    assert await overdue_deliveries() == [open_]


async def test_a_webhook_is_stored_once_under_its_own_id() -> None:
    name = str(new_id())

    assert await store_event("stripe", name, b'{"id": 1}')
    assert not await store_event("stripe", name, b'{"id": 2}')

    [row_id] = await due_events()
    event = await begin_event(row_id)
    assert event is not None
    assert (event.source, event.event_id, event.payload) == ("stripe", name, b'{"id": 1}')


async def test_a_webhook_whose_worker_died_is_handed_out_again_and_an_applied_one_is_not() -> None:
    await store_event("stripe", str(new_id()), b"{}")
    [row_id] = await due_events()
    assert await due_events() == []

    await let_time_pass()
    assert await due_events() == [row_id]
    await begin_event(row_id)
    await fail_event(row_id, "no")
    await let_time_pass()
    assert await due_events() == [row_id]

    await end_event(row_id)
    await let_time_pass()
    assert await due_events() == []
    assert await begin_event(row_id) is None
