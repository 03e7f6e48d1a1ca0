"""Once the people are here: present, one room that leaves early, departed, and the way back from each."""

from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from infra.database import fetch, tenant_transaction
from infra.ids import new_id
from infra.settings import settings
from tenants.rooms.rules import Room
from tenants.rooms.stock import BedTaken
from tenants.stays import queries
from tenants.stays.presence import (
    EarlyDepartureInvalid,
    NothingToUndo,
    RoomNotHeld,
    depart_early,
    mark_departed,
    mark_no_show,
    mark_present,
    undo_departed,
    undo_early_departure,
    undo_present,
)
from tenants.stays.queries import Stay
from tenants.stays.rules import StayRef
from tenants.stays.statuses import StayStatusRefuses, TooLateToUndo
from tests.factories.stays import ARRIVAL, DESK, a_confirmed_stay, a_room, a_stay, beds_of

pytestmark = pytest.mark.usefixtures("pools")


async def seen(centre_id: UUID, stay: StayRef) -> Stay:
    """Read a stay as the desk does."""
    async with tenant_transaction(centre_id, read_only=True):
        return await queries.stay(centre_id, stay.id)


async def free_beds(centre_id: UUID, day: int) -> int:
    """Count the free beds of one night, `day` days after the arrival."""
    night = ARRIVAL + timedelta(days=day)
    async with tenant_transaction(centre_id, read_only=True):
        return (await queries.availability(centre_id, night, night + timedelta(days=1))).free_beds


async def a_group(centre_id: UUID) -> tuple[StayRef, Room, Room]:
    """Make a present stay of five nights in two rooms of two beds."""
    first, second = await a_room(centre_id), await a_room(centre_id)
    made = await a_confirmed_stay(centre_id, nights=5, bed_ids=beds_of(first, second))
    await mark_present(centre_id, made.id, actor=DESK)
    return made, first, second


async def facts(centre_id: UUID, stay: StayRef) -> list[str]:
    """List the kinds of a stay's facts, oldest first."""
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch("SELECT kind FROM outbox WHERE subject_id = $1 ORDER BY sequence", stay.id)
    return [row["kind"] for row in rows]


async def test_one_room_leaves_and_the_rest_stays_as_it_was() -> None:
    centre_id = uuid4()
    made, first, second = await a_group(centre_id)
    before = await seen(centre_id, made)

    await depart_early(centre_id, made.id, first.id, ARRIVAL + timedelta(days=2), actor=DESK)

    after = await seen(centre_id, made)
    assert (after.status, after.fields, after.nights) == ("present", before.fields, 5)
    assert {room.room: (room.status, room.departure) for room in after.rooms} == {
        first.name: ("left_early", ARRIVAL + timedelta(days=2)),
        second.name: ("present", ARRIVAL + timedelta(days=5)),
    }
    assert [await free_beds(centre_id, day) for day in range(5)] == [0, 0, 2, 2, 2]
    assert (await facts(centre_id, made))[-1] == "stays.room_left_early"


async def test_the_whole_group_leaves_where_yes_was_said() -> None:
    centre_id = uuid4()
    made, first, _ = await a_group(centre_id)

    await depart_early(centre_id, made.id, first.id, ARRIVAL + timedelta(days=2), whole_group=True, actor=DESK)

    after = await seen(centre_id, made)
    assert (after.status, after.left_on, after.fields.departure) == (
        "departed", ARRIVAL + timedelta(days=2), ARRIVAL + timedelta(days=5),
    )  # fmt: skip
    assert [room.status for room in after.rooms] == ["departed", "departed"]
    assert await free_beds(centre_id, 2) == 4


@pytest.mark.parametrize("whole_group", [False, True])
async def test_an_early_departure_is_undone(whole_group: bool) -> None:
    centre_id = uuid4()
    made, first, _ = await a_group(centre_id)
    before = await seen(centre_id, made)
    await depart_early(centre_id, made.id, first.id, ARRIVAL + timedelta(days=2), whole_group=whole_group, actor=DESK)

    await undo_early_departure(centre_id, made.id, first.id, actor=DESK)

    after = await seen(centre_id, made)
    assert after.status == "present" and after.left_on is None
    assert [await free_beds(centre_id, day) for day in range(5)] == [0] * 5
    # Each room's bar is one again, from its first night to its last: not two that touch, moved and freed apart.
    assert after.rooms == before.rooms
    assert after.fields == before.fields
    with pytest.raises(NothingToUndo):
        await undo_early_departure(centre_id, made.id, first.id, actor=DESK)


async def test_an_early_departure_is_not_undone_when_the_bed_was_sold_since() -> None:
    centre_id = uuid4()
    made, first, _ = await a_group(centre_id)
    await depart_early(centre_id, made.id, first.id, ARRIVAL + timedelta(days=2), actor=DESK)
    other = await a_stay(centre_id, arrival=ARRIVAL + timedelta(days=3), nights=1, bed_ids=beds_of(first))

    with pytest.raises(BedTaken) as refused:
        await undo_early_departure(centre_id, made.id, first.id, actor=DESK)

    assert refused.value.facts["stay_id"] == str(other.id)
    assert await free_beds(centre_id, 2) == 2


async def test_an_early_departure_is_not_undone_after_fifteen_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    centre_id = uuid4()
    made, first, _ = await a_group(centre_id)
    frozen = settings()
    monkeypatch.setenv("HALTE_NOW", "2027-03-11T10:00:00Z")
    settings.cache_clear()
    await depart_early(centre_id, made.id, first.id, ARRIVAL + timedelta(days=2), actor=DESK)
    monkeypatch.setenv("HALTE_NOW", "2027-03-11T10:15:01Z")
    settings.cache_clear()

    with pytest.raises(TooLateToUndo):
        await undo_early_departure(centre_id, made.id, first.id, actor=DESK)

    monkeypatch.undo()
    settings.cache_clear()
    assert msgspec.structs.asdict(settings()) == msgspec.structs.asdict(frozen)


@pytest.mark.parametrize("day", [-1, 0, 5, 6])
async def test_a_room_leaves_early_inside_the_stay_only(day: int) -> None:
    centre_id = uuid4()
    made, first, _ = await a_group(centre_id)

    with pytest.raises(EarlyDepartureInvalid):
        await depart_early(centre_id, made.id, first.id, ARRIVAL + timedelta(days=day), actor=DESK)


async def test_a_room_that_is_not_the_groups_cannot_leave() -> None:
    centre_id = uuid4()
    made, _, _ = await a_group(centre_id)

    with pytest.raises(RoomNotHeld):
        await depart_early(centre_id, made.id, new_id(), ARRIVAL + timedelta(days=1), actor=DESK)


async def test_wrong_presence_and_departure_are_put_back() -> None:
    centre_id = uuid4()
    made, _, _ = await a_group(centre_id)

    await undo_present(centre_id, made.id, actor=DESK)
    assert (await seen(centre_id, made)).status == "confirmed"
    await mark_present(centre_id, made.id, actor=DESK)
    await mark_departed(centre_id, made.id, actor=DESK)
    assert (await seen(centre_id, made)).status == "departed"
    await undo_departed(centre_id, made.id, actor=DESK)
    assert (await seen(centre_id, made)).status == "present"
    assert [await free_beds(centre_id, day) for day in range(5)] == [0] * 5
    assert (await facts(centre_id, made))[-4:] == [
        "stays.presence_undone", "stays.present", "stays.departed", "stays.departure_undone",
    ]  # fmt: skip


async def test_saying_it_twice_changes_nothing() -> None:
    centre_id = uuid4()
    made, _, _ = await a_group(centre_id)
    first = await mark_departed(centre_id, made.id, actor=DESK)

    again = await mark_departed(centre_id, made.id, actor=DESK)

    assert again == first


async def test_a_no_show_frees_its_beds() -> None:
    centre_id = uuid4()
    room = await a_room(centre_id)
    made = await a_confirmed_stay(centre_id, bed_ids=beds_of(room))

    await mark_no_show(centre_id, made.id, actor=DESK)

    assert await free_beds(centre_id, 0) == 2


@pytest.mark.parametrize("status", ["tentative", "cancelled"])
async def test_only_a_sold_stay_can_be_present(status: str) -> None:
    from tenants.stays.operations import cancel_stay

    centre_id = uuid4()
    made = await a_stay(centre_id)
    if status == "cancelled":
        await cancel_stay(centre_id, made.id, reason="weather", actor=DESK)

    with pytest.raises(StayStatusRefuses):
        await mark_present(centre_id, made.id, actor=DESK)
