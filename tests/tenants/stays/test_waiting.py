"""Who waits for room is told when there is some, and becomes an option; options that end tell both sides; counts grow firm."""

from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from infra.clock import today
from infra.database import execute, fetch, fetch_value, tenant_transaction
from infra.outbox.deliveries import Fact
from tenants.rooms.stock import BedTaken
from tenants.stays import queries
from tenants.stays.counting import freeze_counts
from tenants.stays.minors import remind_of_declarations
from tenants.stays.operations import cancel_stay, change_stay, end_options, undo_cancellation
from tenants.stays.presence import mark_no_show, undo_no_show
from tenants.stays.queries import Stay
from tenants.stays.rules import HeadCounts
from tenants.stays.statuses import StayStatusRefuses
from tenants.stays.waiting import (
    HasRoom,
    NotWaiting,
    StillFull,
    join_waiting_list,
    take_from_waiting_list,
)
from tenants.tasks.queries import open_tasks
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.factories.stays import DESK, a_confirmed_stay, a_room, a_stay, beds_of
from workers.subscriptions import SUBSCRIPTIONS, consume

pytestmark = pytest.mark.usefixtures("pools")

TODAY = today("Europe/Paris")
SOON = TODAY + timedelta(days=20)


async def work(centre_id: UUID, *, times: int = 2) -> None:
    """Let the consumers of stays' tasks have every fact of the centre, so many times over."""
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch("SELECT id, kind, payload FROM outbox WHERE centre_id = $1 ORDER BY sequence", centre_id)
    for row in rows * times:
        fact = Fact(id=row["id"], centre_id=centre_id, kind=row["kind"], payload=row["payload"].encode(), request_id="")
        for name in SUBSCRIPTIONS.get(row["kind"], ()):
            if name in {"task-of-ended-option", "tasks-of-fiche", "tasks-of-waiting-list"}:
                await consume(name, fact)


async def tasks(centre_id: UUID) -> list[tuple[str, UUID]]:
    """Return what waits at the desk."""
    async with tenant_transaction(centre_id, read_only=True):
        return [(task.kind, task.subject_id) for task in await open_tasks(centre_id)]


async def seen(centre_id: UUID, stay_id: UUID) -> Stay:
    """Read a stay as the desk does."""
    async with tenant_transaction(centre_id, read_only=True):
        return await queries.stay(centre_id, stay_id)


async def test_who_waits_is_told_when_beds_are_free_and_becomes_an_option() -> None:
    centre = await a_centre()
    room = await a_room(centre.id, beds=4)
    there = await a_confirmed_stay(centre.id, bed_ids=beds_of(room), arrival=SOON)
    asking = await a_stay(centre.id, arrival=SOON)
    await join_waiting_list(centre.id, asking.id, actor=DESK)

    with pytest.raises(StillFull):
        await take_from_waiting_list(centre.id, asking.id, actor=DESK)
    await work(centre.id)
    assert await tasks(centre.id) == []

    await cancel_stay(centre.id, there.id, reason="client", actor=DESK)
    await work(centre.id)
    assert await tasks(centre.id) == [("room_freed", asking.id)]
    await undo_cancellation(centre.id, there.id, actor=DESK)
    await work(centre.id)
    assert await tasks(centre.id) == []
    await mark_no_show(centre.id, there.id, actor=DESK)
    await work(centre.id)
    assert await tasks(centre.id) == [("room_freed", asking.id)]

    await take_from_waiting_list(centre.id, asking.id, until=TODAY + timedelta(days=5), actor=DESK)
    stay = await seen(centre.id, asking.id)
    assert (stay.status, stay.option_until, stay.waiting) == ("option", TODAY + timedelta(days=5), False)
    assert sorted(stay.rooms[0].bed_ids) == sorted(beds_of(room))
    assert await tasks(centre.id) == []
    with pytest.raises(NotWaiting):
        await take_from_waiting_list(centre.id, asking.id, actor=DESK)


async def test_only_a_tentative_stay_without_beds_waits() -> None:
    centre = await a_centre()
    room = await a_room(centre.id)
    held = await a_stay(centre.id, bed_ids=beds_of(room), arrival=SOON)
    sold = await a_confirmed_stay(centre.id, arrival=SOON)

    with pytest.raises(HasRoom):
        await join_waiting_list(centre.id, held.id, actor=DESK)
    with pytest.raises(StayStatusRefuses):
        await join_waiting_list(centre.id, sold.id, actor=DESK)


async def test_an_option_that_ends_by_itself_tells_the_client_and_the_desk_once() -> None:
    centre = await a_centre()
    client = await a_client(centre.id, email="morel@ferry.example")
    room = await a_room(centre.id)
    stay = await a_stay(
        centre.id, client_id=client.id, bed_ids=beds_of(room), arrival=SOON, status="option", option_until=TODAY
    )

    assert await end_options(centre.id, TODAY + timedelta(days=1)) == 1
    await work(centre.id, times=3)

    assert await tasks(centre.id) == [("stay_option_ended", stay.id)]
    async with tenant_transaction(centre.id, read_only=True):
        mails = await fetch("SELECT recipient FROM mails WHERE centre_id = $1 AND subject_id = $2", centre.id, stay.id)
    assert [row["recipient"] for row in mails] == ["morel@ferry.example"]


async def test_a_wrong_no_show_comes_back_with_its_beds_unless_somebody_has_them() -> None:
    centre_id = uuid4()
    room = await a_room(centre_id)
    stay = await a_confirmed_stay(centre_id, bed_ids=beds_of(room), arrival=SOON)
    await mark_no_show(centre_id, stay.id, actor=DESK)

    await undo_no_show(centre_id, stay.id, actor=DESK)
    back = await seen(centre_id, stay.id)
    await mark_no_show(centre_id, stay.id, actor=DESK)
    await a_stay(centre_id, bed_ids=beds_of(room), arrival=SOON)

    assert (back.status, len(back.rooms[0].bed_ids)) == ("confirmed", 2)
    with pytest.raises(BedTaken):
        await undo_no_show(centre_id, stay.id, actor=DESK)
    assert (await seen(centre_id, stay.id)).status == "no_show"


async def test_counts_are_counted_once_after_their_day() -> None:
    centre_id = uuid4()
    stay = await a_confirmed_stay(centre_id, arrival=SOON, firm_day=TODAY)

    assert await freeze_counts(centre_id, TODAY) == 0
    assert await freeze_counts(centre_id, TODAY + timedelta(days=1)) == 1
    fields = msgspec.structs.replace((await seen(centre_id, stay.id)).fields, counts=HeadCounts(adults=9))
    await change_stay(centre_id, stay.id, fields, version=None, actor=DESK)
    assert await freeze_counts(centre_id, TODAY + timedelta(days=2)) == 0

    counted = await seen(centre_id, stay.id)
    assert (counted.frozen_pax, counted.pax) == (4, 9)


async def test_a_declaration_is_asked_for_two_months_and_eight_days_before_and_not_once_it_is_there() -> None:
    centre = await a_centre()
    async with tenant_transaction(centre.id, read_only=True):
        known = await fetch_value(
            "SELECT count(*) FROM code_list_values WHERE list = 'booking_type' AND category = 'groups' AND code = 'acm'"
        )
    assert known == 1
    stay = await a_confirmed_stay(
        centre.id,
        arrival=SOON,
        booking_category="groups",
        booking_type="acm",
        counts=HeadCounts(teenagers=20),
    )
    await a_confirmed_stay(centre.id, arrival=SOON)

    assert await remind_of_declarations(centre.id, SOON - timedelta(days=70)) == 0
    assert await remind_of_declarations(centre.id, SOON - timedelta(days=61)) == 1
    assert await remind_of_declarations(centre.id, SOON - timedelta(days=20)) == 0
    assert await remind_of_declarations(centre.id, SOON - timedelta(days=8)) == 1
    assert sorted(await tasks(centre.id)) == [("acm_eight_days", stay.id), ("acm_two_months", stay.id)]

    fields = msgspec.structs.replace((await seen(centre.id, stay.id)).fields, acm_number="029ORG0123")
    await change_stay(centre.id, stay.id, fields, version=None, actor=DESK)
    await work(centre.id)
    assert await tasks(centre.id) == []


async def test_a_waiting_stay_that_was_given_beds_by_hand_waits_no_more() -> None:
    centre = await a_centre()
    stay = await a_stay(centre.id, arrival=SOON)
    await join_waiting_list(centre.id, stay.id, actor=DESK)
    room = await a_room(centre.id, beds=4)
    from tenants.stays.gestures import assign

    await assign(centre.id, stay.id, [room.id], actor=DESK)
    await work(centre.id)

    assert not (await seen(centre.id, stay.id)).waiting
    async with tenant_transaction(centre.id):
        changed = await execute(
            "UPDATE stays SET notes = notes WHERE centre_id = $1 AND waiting_since IS NOT NULL", centre.id
        )
    assert changed == 0
