"""The planning's gestures: moved, stretched, cut, swapped, given, taken off; and each taken back."""

import asyncio
from datetime import date, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from infra.database import execute, fetch, fetch_value, tenant_transaction
from infra.errors import DomainError, RightMissing
from tenants.rooms.rules import Room
from tenants.rooms.stock import BedTaken
from tenants.stays import gestures, undoing
from tenants.stays.arrangements import BarMoved, GestureInvalid, Grip, TooFewBeds
from tenants.stays.operations import cancel_stay, hold_beds
from tenants.stays.presence import NothingToUndo, depart_early, mark_present
from tenants.stays.rules import HeadCounts
from tenants.stays.statuses import StayStatusRefuses, TooLateToUndo
from tenants.stays.undoing import MovedOn
from tests.factories.accounts import someone
from tests.factories.stays import ARRIVAL, DESK, a_confirmed_stay, a_room, a_stay, beds_of

pytestmark = pytest.mark.usefixtures("pools")


def day(after: int) -> date:
    """A day so long after the arrival."""
    return ARRIVAL + timedelta(days=after)


def on(stay_id: UUID, room: Room, first: int = 0, last: int = 3) -> Grip:
    """The bar of a stay on a room."""
    return Grip(stay_id=stay_id, room_id=room.id, arrival=day(first), departure=day(last))


async def slept(centre_id: UUID, stay_id: UUID) -> dict[str, list[tuple[int, int]]]:
    """Return a stay's nights by room: first and the one after the last, counted from the arrival; a pair for each bed."""
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch(
            """SELECT room.name, held.arrival, held.departure FROM bed_holds AS held JOIN rooms AS room ON room.id = held.room_id
               WHERE held.centre_id = $1 AND held.stay_id = $2 ORDER BY room.name, held.arrival""",
            centre_id,
            stay_id,
        )
    found: dict[str, list[tuple[int, int]]] = {}
    for row in rows:
        found.setdefault(row["name"], []).append(((row["arrival"] - ARRIVAL).days, (row["departure"] - ARRIVAL).days))
    return found


async def dates(centre_id: UUID, stay_id: UUID) -> tuple[int, int, int]:
    """Return a stay's first and last day, counted from the arrival, and its version."""
    async with tenant_transaction(centre_id, read_only=True):
        [row] = await fetch("SELECT arrival, departure, version FROM stays WHERE id = $1", stay_id)
    return (row["arrival"] - ARRIVAL).days, (row["departure"] - ARRIVAL).days, row["version"]


async def test_a_bar_moves_to_another_room_and_other_days_and_comes_back() -> None:
    centre_id = uuid4()
    one, other = await a_room(centre_id, name="A"), await a_room(centre_id, name="B")
    stay = await a_stay(centre_id, bed_ids=beds_of(one), counts=HeadCounts(adults=2))

    made = await gestures.move(centre_id, on(stay.id, one), to_room_id=other.id, days=2, actor=DESK)
    moved = await slept(centre_id, stay.id), await dates(centre_id, stay.id)
    taken_back = await undoing.undo(centre_id, actor=DESK)

    assert moved == ({"B": [(2, 5), (2, 5)]}, (2, 5, 2))
    assert (taken_back.id, taken_back.kind) == (made.id, "move")
    assert await slept(centre_id, stay.id) == {"A": [(0, 3), (0, 3)]}
    assert await dates(centre_id, stay.id) == (0, 3, 3)
    with pytest.raises(NothingToUndo):
        await undoing.undo(centre_id, actor=DESK)


async def test_a_taken_room_says_who_has_it_and_nothing_moves() -> None:
    centre_id = uuid4()
    one, other = await a_room(centre_id, name="A"), await a_room(centre_id, name="B")
    stay = await a_stay(centre_id, bed_ids=beds_of(one))
    there = await a_stay(centre_id, bed_ids=beds_of(other), arrival=day(2))

    with pytest.raises(BedTaken) as refusal:
        await gestures.move(centre_id, on(stay.id, one), to_room_id=other.id, actor=DESK)

    assert refusal.value.facts["stay_id"] == str(there.id)
    assert refusal.value.facts["room"] == "B"
    assert await slept(centre_id, stay.id) == {"A": [(0, 3), (0, 3)]}
    assert await dates(centre_id, stay.id) == (0, 3, 1)
    with pytest.raises(NothingToUndo):
        await undoing.undo(centre_id, actor=DESK)


async def test_a_group_moves_whole_with_its_dates_and_one_of_its_rooms_with_the_cursor() -> None:
    centre_id = uuid4()
    rooms = [await a_room(centre_id, name=name) for name in "ABC"]
    stay = await a_stay(centre_id, bed_ids=beds_of(*rooms[:2]), counts=HeadCounts(adults=4))

    await gestures.move(centre_id, on(stay.id, rooms[1]), to_room_id=rooms[2].id, days=-1, actor=DESK)

    assert await slept(centre_id, stay.id) == {"A": [(-1, 2)] * 2, "C": [(-1, 2)] * 2}
    for days in (0, 2):
        with pytest.raises(GestureInvalid) as refusal:
            await gestures.move(centre_id, on(stay.id, rooms[2], -1, 2), to_room_id=rooms[0].id, days=days, actor=DESK)
        assert [(error.pointer, error.code) for error in refusal.value.errors] == [("/to_room_id", "own_room")]
    assert await slept(centre_id, stay.id) == {"A": [(-1, 2)] * 2, "C": [(-1, 2)] * 2}


async def test_a_stay_is_stretched_with_the_rooms_that_kept_its_edges() -> None:
    centre_id = uuid4()
    rooms = [await a_room(centre_id, name=name) for name in "AB"]
    stay = await a_stay(centre_id, bed_ids=beds_of(*rooms))

    await gestures.stretch(centre_id, on(stay.id, rooms[1]), arrival=day(0), departure=day(2), whole=False, actor=DESK)
    await gestures.stretch(centre_id, on(stay.id, rooms[0]), arrival=day(-1), departure=day(5), whole=True, actor=DESK)

    assert await slept(centre_id, stay.id) == {"A": [(-1, 5)] * 2, "B": [(-1, 2)] * 2}
    assert await dates(centre_id, stay.id) == (-1, 5, 3)
    with pytest.raises(GestureInvalid) as refusal:
        await gestures.stretch(
            centre_id, on(stay.id, rooms[1], -1, 2), arrival=day(-1), departure=day(6), whole=False, actor=DESK
        )
    assert [(error.pointer, error.code) for error in refusal.value.errors] == [("/departure", "outside_stay")]


async def test_a_bar_is_cut_and_moved_back_is_one_again() -> None:
    centre_id = uuid4()
    one, other = await a_room(centre_id, name="A"), await a_room(centre_id, name="B")
    stay = await a_stay(centre_id, bed_ids=beds_of(one))

    await gestures.split(centre_id, on(stay.id, one), day=day(2), to_room_id=other.id, overbook=False, actor=DESK)
    cut = await slept(centre_id, stay.id)
    await gestures.move(centre_id, on(stay.id, other, 2, 3), to_room_id=one.id, actor=DESK)

    assert cut == {"A": [(0, 2)] * 2, "B": [(2, 3)] * 2}
    assert await slept(centre_id, stay.id) == {"A": [(0, 3)] * 2}
    with pytest.raises(GestureInvalid):
        await gestures.split(centre_id, on(stay.id, one), day=day(0), to_room_id=other.id, actor=DESK)


async def test_two_bars_change_rooms_each_with_its_nights() -> None:
    centre_id = uuid4()
    one, other = await a_room(centre_id, name="A"), await a_room(centre_id, name="B")
    short = await a_stay(centre_id, bed_ids=beds_of(one), nights=2)
    long = await a_stay(centre_id, bed_ids=beds_of(other), nights=4)

    await gestures.swap(centre_id, on(short.id, one, 0, 2), on(long.id, other, 0, 4), actor=DESK)
    swapped = await slept(centre_id, short.id), await slept(centre_id, long.id)
    await undoing.undo(centre_id, actor=DESK)

    assert swapped == ({"B": [(0, 2)] * 2}, {"A": [(0, 4)] * 2})
    assert (await slept(centre_id, short.id), await slept(centre_id, long.id)) == (
        {"A": [(0, 2)] * 2},
        {"B": [(0, 4)] * 2},
    )


async def test_a_dormitory_gives_as_many_beds_as_people_want_and_who_is_there_stays() -> None:
    centre_id = uuid4()
    room, dormitory = (
        await a_room(centre_id, beds=4, name="A"),
        await a_room(centre_id, beds=4, dormitory=True, name="D"),
    )
    there = await a_stay(centre_id, bed_ids=beds_of(dormitory)[:1])
    stay = await a_stay(centre_id, bed_ids=beds_of(room), counts=HeadCounts(adults=3))

    await gestures.move(centre_id, on(stay.id, room), to_room_id=dormitory.id, actor=DESK)

    assert await slept(centre_id, stay.id) == {"D": [(0, 3)] * 3}
    assert await slept(centre_id, there.id) == {"D": [(0, 3)]}


async def test_fewer_beds_than_people_want_the_right_and_a_yes_and_are_logged() -> None:
    centre_id = uuid4()
    large, small = await a_room(centre_id, beds=4, name="A"), await a_room(centre_id, beds=3, name="B")
    stay = await a_stay(centre_id, bed_ids=beds_of(large))
    reception = someone("stay.edit")

    with pytest.raises(TooFewBeds):
        await gestures.move(centre_id, on(stay.id, large), to_room_id=small.id, actor=DESK)
    with pytest.raises(RightMissing):
        await gestures.move(centre_id, on(stay.id, large), to_room_id=small.id, overbook=True, actor=reception)
    assert await slept(centre_id, stay.id) == {"A": [(0, 3)] * 4}

    await gestures.move(centre_id, on(stay.id, large), to_room_id=small.id, overbook=True, actor=DESK)

    async with tenant_transaction(centre_id, read_only=True):
        extra = await fetch_value("SELECT extra_beds FROM stays WHERE id = $1", stay.id)
        logged = await fetch_value(
            "SELECT count(*) FROM audit_entries WHERE subject_id = $1 AND action = 'overbook'", stay.id
        )
    assert (extra, logged) == (1, 1)
    assert await slept(centre_id, stay.id) == {"B": [(0, 3)] * 3}


async def test_rooms_are_given_and_taken_off() -> None:
    centre_id = uuid4()
    one, dormitory = await a_room(centre_id, name="A"), await a_room(centre_id, beds=6, dormitory=True, name="D")
    stay = await a_stay(centre_id, counts=HeadCounts(adults=5))

    await gestures.assign(centre_id, stay.id, [one.id, dormitory.id], actor=DESK)
    given = await slept(centre_id, stay.id)
    await gestures.unassign(centre_id, on(stay.id, one), actor=DESK)

    assert given == {"A": [(0, 3)] * 2, "D": [(0, 3)] * 3}
    assert await slept(centre_id, stay.id) == {"D": [(0, 3)] * 3}
    await undoing.undo(centre_id, actor=DESK)
    await undoing.undo(centre_id, actor=DESK)
    assert await slept(centre_id, stay.id) == {}


async def test_a_bar_that_somebody_moved_is_not_there_any_more() -> None:
    centre_id = uuid4()
    rooms = [await a_room(centre_id, name=name) for name in "ABC"]
    stay = await a_stay(centre_id, bed_ids=beds_of(rooms[0]))
    await gestures.move(centre_id, on(stay.id, rooms[0]), to_room_id=rooms[1].id, actor=someone("stay.edit"))

    with pytest.raises(BarMoved):
        await gestures.move(centre_id, on(stay.id, rooms[0]), to_room_id=rooms[2].id, actor=DESK)

    assert await slept(centre_id, stay.id) == {"B": [(0, 3)] * 2}


async def test_only_ones_own_last_gesture_comes_back_and_only_while_the_world_stands() -> None:
    centre_id = uuid4()
    rooms = [await a_room(centre_id, name=name) for name in "ABC"]
    stay = await a_stay(centre_id, bed_ids=beds_of(rooms[0]))
    first, second = (msgspec.structs.replace(someone("stay.edit"), account_id=uuid4()) for _ in range(2))
    await gestures.move(centre_id, on(stay.id, rooms[0]), to_room_id=rooms[1].id, actor=first)

    with pytest.raises(NothingToUndo):
        await undoing.undo(centre_id, actor=second)
    await gestures.move(centre_id, on(stay.id, rooms[1]), to_room_id=rooms[2].id, actor=second)
    with pytest.raises(MovedOn):
        await undoing.undo(centre_id, actor=first)

    assert await slept(centre_id, stay.id) == {"C": [(0, 3)] * 2}


async def test_a_gesture_comes_back_for_fifteen_minutes_and_not_over_somebody_else() -> None:
    centre_id = uuid4()
    rooms = [await a_room(centre_id, name=name) for name in "AB"]
    stay = await a_stay(centre_id, bed_ids=beds_of(rooms[0]))
    await gestures.move(centre_id, on(stay.id, rooms[0]), to_room_id=rooms[1].id, actor=DESK)
    other = await a_stay(centre_id, bed_ids=beds_of(rooms[0]))

    with pytest.raises(BedTaken) as refusal:
        await undoing.undo(centre_id, actor=DESK)
    assert refusal.value.facts["stay_id"] == str(other.id)

    await cancel_stay(centre_id, other.id, reason="mistake", actor=DESK)
    async with tenant_transaction(centre_id):
        await execute(
            "UPDATE planning_gestures SET made_at = made_at - interval '16 minutes' WHERE centre_id = $1", centre_id
        )
    with pytest.raises(TooLateToUndo):
        await undoing.undo(centre_id, actor=DESK)
    assert await slept(centre_id, stay.id) == {"B": [(0, 3)] * 2}


async def test_a_cancelled_stay_and_a_room_that_left_are_not_moved() -> None:
    centre_id = uuid4()
    rooms = [await a_room(centre_id, name=name) for name in "AB"]
    stay = await a_confirmed_stay(centre_id, bed_ids=beds_of(rooms[0]))
    await depart_early(centre_id, stay.id, rooms[0].id, day(2), actor=DESK)

    with pytest.raises(GestureInvalid) as refusal:
        await gestures.move(centre_id, on(stay.id, rooms[0], 0, 2), to_room_id=rooms[1].id, actor=DESK)
    assert [error.code for error in refusal.value.errors] == ["room_left"]

    await cancel_stay(centre_id, stay.id, reason="client", actor=DESK)
    with pytest.raises(StayStatusRefuses):
        await gestures.assign(centre_id, stay.id, [rooms[1].id], actor=DESK)


async def test_who_is_here_keeps_the_nights_slept() -> None:
    from infra.clock import today

    centre_id = uuid4()
    rooms = [await a_room(centre_id, name=name) for name in "AB"]
    now = today("Europe/Paris")
    came = now - timedelta(days=2)
    stay = await a_confirmed_stay(centre_id, bed_ids=beds_of(rooms[0]), arrival=came, nights=5)
    await mark_present(centre_id, stay.id, actor=DESK)
    bar = Grip(stay_id=stay.id, room_id=rooms[0].id, arrival=came, departure=came + timedelta(days=5))

    with pytest.raises(StayStatusRefuses):
        await gestures.move(centre_id, bar, days=1, actor=DESK)
    await gestures.move(centre_id, bar, to_room_id=rooms[1].id, actor=DESK)

    away = (came - ARRIVAL).days
    assert await slept(centre_id, stay.id) == {"A": [(away, away + 2)] * 2, "B": [(away + 2, away + 5)] * 2}
    await hold_beds(centre_id, stay.id, beds_of(rooms[0]), actor=DESK)
    assert await slept(centre_id, stay.id) == {"A": [(away, away + 5)] * 2}


async def test_a_room_withdrawn_and_given_back_from_the_planning_comes_back() -> None:
    centre_id = uuid4()
    room = await a_room(centre_id, name="A")

    async def blocked() -> int:
        async with tenant_transaction(centre_id, read_only=True):
            return int(await fetch_value("SELECT count(*) FROM bed_holds WHERE centre_id = $1", centre_id))

    made = await undoing.withdraw(centre_id, room.id, first_day=day(0), last_day=day(1), reason="works", actor=DESK)
    await undoing.undo(centre_id, actor=DESK)
    assert await blocked() == 0
    made = await undoing.withdraw(centre_id, room.id, first_day=day(0), last_day=day(1), reason="works", actor=DESK)
    await undoing.give_back(centre_id, made.id, actor=DESK)
    await undoing.undo(centre_id, actor=DESK)

    assert await blocked() == 2
    stay = await a_stay(centre_id)
    with pytest.raises(BedTaken) as refusal:
        await hold_beds(centre_id, stay.id, beds_of(room), actor=DESK)
    assert refusal.value.facts["holder"] == "out of service"


async def test_many_gestures_at_once_never_put_two_in_a_bed_nor_wait_in_a_circle() -> None:
    centre_id = uuid4()
    rooms = [await a_room(centre_id, name=f"R{place}") for place in range(6)]
    stays = [await a_stay(centre_id, bed_ids=beds_of(room)) for room in rooms]

    async def one(place: int) -> str:
        mine, next_room = stays[place % 6], rooms[(place * 5 + 1) % 6]
        try:
            if place % 2:
                await gestures.move(centre_id, on(mine.id, rooms[place % 6]), to_room_id=next_room.id, actor=DESK)
            else:
                other = (place * 5 + 1) % 6
                await gestures.swap(
                    centre_id, on(mine.id, rooms[place % 6]), on(stays[other].id, rooms[other]), actor=DESK
                )
        except DomainError as error:
            return error.code
        return "done"

    ends = await asyncio.gather(*(one(place) for place in range(30)))

    assert set(ends) <= {"done", "bed_taken", "bar_moved", "gesture_invalid", "busy"}
    assert "done" in ends
    async with tenant_transaction(centre_id, read_only=True):
        held = await fetch_value("SELECT count(*) FROM bed_holds WHERE centre_id = $1", centre_id)
        twice = await fetch_value(
            """SELECT count(*) FROM bed_holds a JOIN bed_holds b ON a.bed_id = b.bed_id AND a.id < b.id
               AND a.arrival < b.departure AND b.arrival < a.departure WHERE a.centre_id = $1""",
            centre_id,
        )
    assert (held, twice) == (12, 0)
