"""The planning and availability against a brute-force oracle, and what a day's foot counts."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.database import tenant_transaction
from infra.ids import new_id
from tenants.rooms.operations import lift_withdrawal, withdraw_room
from tenants.rooms.stock import BedTaken
from tenants.stays import queries
from tenants.stays.operations import cancel_stay, end_options
from tenants.stays.planning import Bar, Crowd, PlanningPeriodInvalid, check_period, foot, planning
from tenants.stays.rules import HeadCounts
from tests.factories.stays import ARRIVAL, DESK, a_confirmed_stay, a_room, a_stay, beds_of

FIRST = date(2027, 3, 1)

periods = st.tuples(st.integers(-10, 40), st.integers(1, 15)).map(
    lambda pair: (FIRST + timedelta(days=pair[0]), FIRST + timedelta(days=pair[0] + pair[1]))
)


@given(
    bars=st.lists(st.tuples(periods, st.integers(1, 8), st.sampled_from(["stay", "blocked", "leaves"])), max_size=12),
    crowds=st.lists(st.tuples(periods, st.integers(0, 60)), max_size=8),
    nights=st.integers(1, 31),
)
def test_the_foot_of_each_day_equals_counting_night_by_night(
    bars: list[tuple[tuple[date, date], int, str]], crowds: list[tuple[tuple[date, date], int]], nights: int
) -> None:
    last = FIRST + timedelta(days=nights - 1)
    shown = [
        Bar(
            id=new_id(), stay_id=new_id() if kind == "stay" else None, room_id=new_id(), arrival=arrival,
            departure=departure, beds=beds, pax=None, label="", status="", colour="", leaves_capacity=kind == "leaves",
        )
        for (arrival, departure), beds, kind in bars
    ]  # fmt: skip
    counted = foot(FIRST, last, beds=100, bars=shown, crowds=[Crowd(*period, people) for period, people in crowds])

    assert [one.day for one in counted] == [FIRST + timedelta(days=place) for place in range(nights)]
    for one in counted:
        here = [bar for bar in shown if bar.arrival <= one.day < bar.departure]
        assert one.occupied == sum(bar.beds for bar in here if bar.stay_id)
        assert one.blocked == sum(bar.beds for bar in here if not bar.stay_id and not bar.leaves_capacity)
        assert one.capacity == 100 - sum(bar.beds for bar in here if bar.leaves_capacity)
        assert one.people == sum(people for (came, left), people in crowds if came <= one.day < left)
        assert one.arrivals == sum(came == one.day for (came, _), _ in crowds)
        assert one.departures == sum(left == one.day for (_, left), _ in crowds)


gestures = st.one_of(
    st.tuples(st.just("stay"), st.sets(st.integers(0, 3), min_size=1), periods),
    st.tuples(st.just("withdraw"), st.sets(st.integers(0, 3), min_size=1, max_size=1), periods),
    st.tuples(st.just("undo"), st.integers(0, 20), periods),
)


@pytest.mark.usefixtures("pools")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(gestures, max_size=10), asked=periods)
async def test_what_is_free_equals_an_oracle_that_remembers_every_night(  # noqa: PLR0912 - a history, step by step
    history: list[tuple[str, set[int] | int, tuple[date, date]]], asked: tuple[date, date]
) -> None:
    centre_id = uuid4()
    rooms = [
        await a_room(centre_id, beds=2),
        await a_room(centre_id, beds=3),
        await a_room(centre_id, beds=1, accessible=True),
        await a_room(centre_id, beds=4, dormitory=True),
    ]
    taken: dict[tuple[UUID, date], UUID] = {}
    made: list[tuple[str, UUID]] = []
    for kind, what, (arrival, departure) in history:
        nights = [arrival + timedelta(days=place) for place in range((departure - arrival).days)]
        if kind == "undo" and isinstance(what, int):
            if what < len(made):
                how, thing = made[what]
                if how == "stay":
                    await cancel_stay(centre_id, thing, reason="dates", actor=DESK)
                else:
                    await lift_withdrawal(centre_id, thing, actor=DESK)
                taken = {key: holder for key, holder in taken.items() if holder != thing}
            continue
        assert isinstance(what, set)
        wanted = beds_of(*(rooms[place] for place in sorted(what)))
        free = not any((bed, night) in taken for bed in wanted for night in nights)
        try:
            if kind == "stay":
                thing = (await a_stay(centre_id, arrival=arrival, nights=len(nights), bed_ids=wanted)).id
            else:
                room = rooms[next(iter(what))]
                thing = (
                    await withdraw_room(
                        centre_id, room.id, first_day=nights[0], last_day=nights[-1], reason="works", actor=DESK
                    )
                ).id
        except BedTaken:
            assert not free
            continue
        assert free
        made.append((kind, thing))
        taken.update({(bed, night): thing for bed in wanted for night in nights})

    arrival, departure = asked
    nights = [arrival + timedelta(days=place) for place in range((departure - arrival).days)]
    async with tenant_transaction(centre_id, read_only=True):
        said = await queries.availability(centre_id, arrival, departure)
        shown = await planning(centre_id, arrival, departure - timedelta(days=1))
    expected = {}
    for room in rooms:
        left = [bed.id for bed in room.beds if not any((bed.id, night) in taken for night in nights)]
        if left and (room.dormitory or len(left) == len(room.beds)):
            expected[room.id] = left
    assert {room.room_id: list(room.free_bed_ids) for room in said.rooms} == expected
    assert said.free_beds == sum(len(left) for left in expected.values())
    withdrawn = {thing for kind, thing in made if kind == "withdraw"}
    for one in shown.days:
        holders = [holder for (_, night), holder in taken.items() if night == one.day]
        assert one.occupied == sum(holder not in withdrawn for holder in holders)
        assert one.capacity == 10 - sum(holder in withdrawn for holder in holders)
    for bar in shown.bars:
        assert bar.arrival < departure and bar.departure > arrival
    on_bars = {(bar.room_id, bar.stay_id or bar.id): bar.beds for bar in shown.bars}
    room_of = {bed.id: room.id for room in rooms for bed in room.beds}
    remembered: dict[tuple[UUID, UUID], set[UUID]] = {}
    for (bed, night), holder in taken.items():
        if night in nights:
            remembered.setdefault((room_of[bed], holder), set()).add(bed)
    assert on_bars == {key: len(beds) for key, beds in remembered.items()}


@pytest.mark.usefixtures("pools")
async def test_the_day_counts_people_arrivals_and_departures_of_what_is_sold() -> None:
    centre_id = uuid4()
    room = await a_room(centre_id, beds=6)
    await a_confirmed_stay(centre_id, nights=2, counts=HeadCounts(teenagers=5, adults=1), bed_ids=beds_of(room))
    await a_stay(centre_id, nights=2)

    async with tenant_transaction(centre_id, read_only=True):
        shown = await planning(centre_id, ARRIVAL, ARRIVAL + timedelta(days=2))

    assert [(one.occupied, one.people, one.arrivals, one.departures) for one in shown.days] == [
        (6, 6, 1, 0), (6, 6, 0, 0), (0, 0, 0, 1),
    ]  # fmt: skip
    assert [(bar.beds, bar.pax, bar.status) for bar in shown.bars] == [(6, 6, "confirmed")]


@pytest.mark.usefixtures("pools")
async def test_another_centre_sees_neither_rooms_nor_bars() -> None:
    ours, theirs = uuid4(), uuid4()
    room = await a_room(ours)
    await a_stay(ours, bed_ids=beds_of(room))

    async with tenant_transaction(theirs, read_only=True):
        shown = await planning(theirs, ARRIVAL, ARRIVAL)
        spied = await planning(ours, ARRIVAL, ARRIVAL)

    assert (shown.rooms, shown.bars) == (spied.rooms, spied.bars) == ((), ())


@pytest.mark.usefixtures("pools")
async def test_an_ended_option_leaves_the_planning() -> None:
    centre_id = uuid4()
    room = await a_room(centre_id)
    await a_stay(centre_id, status="option", option_until=ARRIVAL - timedelta(days=5), bed_ids=beds_of(room))

    assert await end_options(centre_id, ARRIVAL - timedelta(days=5)) == 0
    assert await end_options(centre_id, ARRIVAL - timedelta(days=4)) == 1
    assert await end_options(centre_id, ARRIVAL - timedelta(days=4)) == 0

    async with tenant_transaction(centre_id, read_only=True):
        assert (await planning(centre_id, ARRIVAL, ARRIVAL)).bars == ()


@pytest.mark.parametrize(("days", "fits"), [(-1, False), (0, True), (370, True), (371, False)])
def test_a_planning_has_a_day_and_at_most_a_year(days: int, fits: bool) -> None:
    if fits:
        check_period(FIRST, FIRST + timedelta(days=days))
        return
    with pytest.raises(PlanningPeriodInvalid):
        check_period(FIRST, FIRST + timedelta(days=days))
