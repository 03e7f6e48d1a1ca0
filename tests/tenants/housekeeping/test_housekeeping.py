"""Rooms: a departure makes dirty, taking it back makes clean again, and the day's departures come first."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from infra.clock import today
from infra.database import tenant_transaction
from infra.errors import NotFound
from infra.ids import new_id
from tenants.housekeeping import queries
from tenants.housekeeping.operations import mark_room
from tenants.housekeeping.phones import PHONES, PhoneInvalid, PhoneNotPaired, PhoneUnknown
from tenants.housekeeping.rules import RoomStateInvalid, RoomToday, State, Work, read_state, state_of
from tenants.stays.presence import depart_early, mark_departed, mark_present, undo_departed, undo_early_departure
from tests.factories.centres import a_centre
from tests.factories.stays import DESK, a_confirmed_stay, a_room, beds_of

pytestmark = pytest.mark.usefixtures("pools")
TODAY = today("Europe/Paris")


async def rooms(centre_id: UUID, day: date = TODAY) -> dict[str, RoomToday]:
    """Return the rooms by name, in the order of work."""
    async with tenant_transaction(centre_id, read_only=True):
        return {room.room: room for room in await queries.rooms_today(centre_id, day)}


def test_a_room_is_as_marked_unless_somebody_left_since() -> None:
    before, at, after = (datetime(2027, 3, 8, hour, tzinfo=UTC) for hour in (8, 9, 10))
    assert state_of(None, None, None) is State.CLEAN
    assert state_of(None, None, at) is State.DIRTY
    assert state_of("inspected", at, before) is State.INSPECTED
    assert state_of("inspected", at, after) is State.DIRTY
    assert state_of("dirty", at, before) is State.DIRTY


def test_there_are_three_states_and_no_other() -> None:
    assert read_state("inspected") is State.INSPECTED
    with pytest.raises(RoomStateInvalid):
        read_state("shiny")


async def test_a_departure_makes_dirty_and_taking_it_back_clean_again() -> None:
    centre_id = (await a_centre()).id
    room, other = await a_room(centre_id, name="B1"), await a_room(centre_id, name="B2")
    stay = await a_confirmed_stay(centre_id, bed_ids=beds_of(room), arrival=TODAY - timedelta(days=1), nights=1)
    await mark_present(centre_id, stay.id, actor=DESK)
    assert (await rooms(centre_id))["B1"].still_in

    await mark_departed(centre_id, stay.id, actor=DESK)
    found = await rooms(centre_id)
    assert (found["B1"].state, found["B1"].work, found["B1"].to_clean) == (State.DIRTY, Work.DEPARTURE, True)
    assert (found["B2"].state, found["B2"].to_clean) == (State.CLEAN, False)
    assert other.name == "B2"

    await undo_departed(centre_id, stay.id, actor=DESK)
    assert (await rooms(centre_id))["B1"].state is State.CLEAN

    await mark_departed(centre_id, stay.id, actor=DESK)
    await mark_room(centre_id, room.id, State.CLEAN, actor=DESK)
    assert ((await rooms(centre_id))["B1"].state, (await rooms(centre_id))["B1"].marked_by) == (State.CLEAN, "tests")
    await mark_room(centre_id, room.id, State.INSPECTED, actor=DESK)
    assert (await rooms(centre_id))["B1"].state is State.INSPECTED


async def test_a_room_that_leaves_before_its_group_is_dirty_from_that_day_on() -> None:
    centre_id = (await a_centre()).id
    first, second = await a_room(centre_id, name="B1"), await a_room(centre_id, name="B2")
    stay = await a_confirmed_stay(
        centre_id, bed_ids=beds_of(first, second), arrival=TODAY - timedelta(days=2), nights=5
    )
    await mark_present(centre_id, stay.id, actor=DESK)

    await depart_early(centre_id, stay.id, first.id, TODAY + timedelta(days=1), actor=DESK)
    assert (await rooms(centre_id))["B1"].state is State.CLEAN
    assert (await rooms(centre_id, TODAY + timedelta(days=1)))["B1"].state is State.DIRTY
    await undo_early_departure(centre_id, stay.id, first.id, actor=DESK)

    await depart_early(centre_id, stay.id, first.id, TODAY, actor=DESK)
    found = await rooms(centre_id)
    assert (found["B1"].state, found["B2"].state) == (State.DIRTY, State.CLEAN)
    await undo_early_departure(centre_id, stay.id, first.id, actor=DESK)
    assert (await rooms(centre_id))["B1"].state is State.CLEAN


async def test_the_days_departures_come_first_and_before_all_where_somebody_arrives() -> None:
    centre_id = (await a_centre()).id
    made = {name: await a_room(centre_id, name=name) for name in ("B1", "B2", "B3", "B4", "B5")}
    yesterday = TODAY - timedelta(days=1)
    for name in ("B2", "B4"):
        stay = await a_confirmed_stay(centre_id, bed_ids=beds_of(made[name]), arrival=yesterday, nights=1)
        await mark_present(centre_id, stay.id, actor=DESK)
        await mark_departed(centre_id, stay.id, actor=DESK)
    await mark_room(centre_id, made["B5"].id, State.DIRTY, actor=DESK)
    await a_confirmed_stay(centre_id, bed_ids=beds_of(made["B4"]), arrival=TODAY, nights=2, arrival_time="15:00")
    await a_confirmed_stay(centre_id, bed_ids=beds_of(made["B3"]), arrival=yesterday, nights=3)

    found = await rooms(centre_id)

    assert [(room.room, room.work, room.to_clean) for room in found.values()] == [
        ("B4", Work.TURNOVER, True),
        ("B2", Work.DEPARTURE, True),
        ("B5", Work.EMPTY, True),
        ("B3", Work.STAYOVER, False),
        ("B1", Work.EMPTY, False),
    ]
    assert (found["B4"].arrival_time, found["B4"].arriving_people) == ("15:00", 2)


async def test_an_arrival_hears_which_of_its_rooms_are_not_ready() -> None:
    centre_id = (await a_centre()).id
    dirty, clean = await a_room(centre_id, name="B1"), await a_room(centre_id, name="B2")
    coming = await a_confirmed_stay(centre_id, bed_ids=beds_of(dirty, clean), arrival=TODAY)
    await mark_room(centre_id, dirty.id, State.DIRTY, actor=DESK)

    async with tenant_transaction(centre_id, read_only=True):
        assert await queries.rooms_not_ready(centre_id, [coming.id], TODAY) == {coming.id: ["B1"]}
    await mark_room(centre_id, dirty.id, State.CLEAN, actor=DESK)
    async with tenant_transaction(centre_id, read_only=True):
        assert await queries.rooms_not_ready(centre_id, [coming.id], TODAY) == {}


async def test_a_room_is_not_ready_while_last_nights_people_are_in() -> None:
    centre_id = (await a_centre()).id
    room = await a_room(centre_id, name="B1")
    before = await a_confirmed_stay(centre_id, bed_ids=beds_of(room), arrival=TODAY - timedelta(days=1), nights=1)
    await mark_present(centre_id, before.id, actor=DESK)
    coming = await a_confirmed_stay(centre_id, bed_ids=beds_of(room), arrival=TODAY)

    async with tenant_transaction(centre_id, read_only=True):
        assert await queries.rooms_not_ready(centre_id, [coming.id], TODAY) == {coming.id: ["B1"]}


async def test_a_room_of_another_centre_cannot_be_marked() -> None:
    centre, other = await a_centre(), await a_centre()
    room = await a_room(other.id, name="B1")

    with pytest.raises(NotFound):
        await mark_room(centre.id, room.id, State.DIRTY, actor=DESK)

    assert (await rooms(other.id))["B1"].state is State.CLEAN


async def test_a_phone_is_known_by_its_token_until_it_is_unpaired() -> None:
    centre, other = await a_centre(), await a_centre()
    paired = await PHONES.pair(centre.id, "  Étage  ", actor=DESK)

    async with tenant_transaction(centre.id, read_only=True):
        assert (await PHONES.holder(centre.id, paired.token)).name == "Étage"
    async with tenant_transaction(other.id, read_only=True):
        with pytest.raises(PhoneUnknown):
            await PHONES.holder(other.id, paired.token)
    await PHONES.unpair(centre.id, paired.id, actor=DESK)
    async with tenant_transaction(centre.id, read_only=True):
        with pytest.raises(PhoneUnknown):
            await PHONES.holder(centre.id, paired.token)
    with pytest.raises(PhoneNotPaired):
        await PHONES.unpair(centre.id, paired.id, actor=DESK)
    with pytest.raises(PhoneNotPaired):
        await PHONES.unpair(centre.id, new_id(), actor=DESK)
    with pytest.raises(PhoneInvalid):
        await PHONES.pair(centre.id, " ", actor=DESK)
