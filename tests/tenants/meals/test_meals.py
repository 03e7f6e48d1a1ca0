"""How many eat what: hung on nights, so that who leaves early or comes late is counted right; a hand's figure stands."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from infra.database import fetch, tenant_transaction
from tenants.meals import queries, rules
from tenants.meals.operations import set_meal
from tenants.meals.rules import Catering, MealInvalid, MealStay, RoomNights, Slot
from tenants.rooming.rules import Entry, EntryFields
from tenants.stays.presence import depart_early
from tests.factories.groups import DESK, a_group, a_person
from tests.factories.stays import ARRIVAL

MONDAY = date(2027, 3, 8)
FULL_BOARD = [Catering(sitting=sitting, people=10, nightly=True) for sitting in ("breakfast", "lunch", "dinner")]
B1, B2 = uuid4(), uuid4()


def a_stay(**over: object) -> MealStay:
    """Ten people for three nights from Monday, six beds in B1 and four in B2."""
    departure = MONDAY + timedelta(days=3)
    values: dict[str, object] = {
        "id": uuid4(), "name": "Collège Ferry", "arrival": MONDAY, "departure": departure, "arrival_time": "16:00",
        "people": 10, "left_on": None, "entries": (),
        "rooms": (RoomNights(room_id=B1, beds=6, arrival=MONDAY, departure=departure),
                  RoomNights(room_id=B2, beds=4, arrival=MONDAY, departure=departure)),
        **over,
    }  # fmt: skip
    return MealStay(**values)  # type: ignore[arg-type]


def counted(
    stay: MealStay, catering: Sequence[Catering] = FULL_BOARD, by_hand: dict[Slot, int] | None = None
) -> dict[str, str]:
    """Return `day sitting` → `diet people`, days counted from the arrival."""
    found: dict[str, str] = {}
    for serving in rules.servings(stay, catering, by_hand or {}):
        slot = f"{(serving.day - MONDAY).days} {serving.sitting}"
        found[slot] = f"{found[slot]}, " if slot in found else ""
        found[slot] += f"{serving.diet} {serving.people}{'!' if serving.by_hand else ''}"
    return found


def someone(room_id: UUID | None, diet: str = "standard") -> Entry:
    return Entry(id=uuid4(), version=1, position=1, fields=EntryFields(first_name="X", room_id=room_id, diet=diet))


def test_three_nights_of_full_board_are_three_dinners_breakfasts_and_lunches() -> None:
    assert counted(a_stay()) == {
        "0 dinner": "standard 10",
        "1 breakfast": "standard 10", "1 lunch": "standard 10", "1 dinner": "standard 10",
        "2 breakfast": "standard 10", "2 lunch": "standard 10", "2 dinner": "standard 10",
        "3 breakfast": "standard 10", "3 lunch": "standard 10",
    }  # fmt: skip


def test_who_arrives_before_noon_lunches_on_arrival_and_not_on_departure() -> None:
    lunches = [slot for slot in counted(a_stay(arrival_time="11:30")) if "lunch" in slot]
    assert lunches == ["0 lunch", "1 lunch", "2 lunch"]


def test_who_arrives_after_the_kitchen_has_closed_has_no_dinner_that_evening() -> None:
    assert "0 dinner" not in counted(a_stay(arrival_time="22:15"))
    assert counted(a_stay(arrival_time="22:15"))["1 dinner"] == "standard 10"


def test_a_room_that_leaves_early_eats_its_breakfast_and_no_dinner_more() -> None:
    tuesday = MONDAY + timedelta(days=1)
    people = tuple([someone(B1)] * 7 + [someone(B2)] * 3)
    rooms = (
        RoomNights(room_id=B1, beds=8, arrival=MONDAY, departure=MONDAY + timedelta(days=3)),
        RoomNights(room_id=B2, beds=4, arrival=MONDAY, departure=tuesday),
    )
    meals = counted(a_stay(rooms=rooms, entries=people))
    assert meals["0 dinner"] == meals["1 breakfast"] == meals["1 lunch"] == "standard 10"
    assert meals["1 dinner"] == meals["3 breakfast"] == "standard 7"


def test_without_a_list_the_beds_say_how_many_are_left() -> None:
    rooms = (
        RoomNights(room_id=B1, beds=6, arrival=MONDAY, departure=MONDAY + timedelta(days=3)),
        RoomNights(room_id=B2, beds=4, arrival=MONDAY, departure=MONDAY + timedelta(days=2)),
    )
    meals = counted(a_stay(rooms=rooms))
    assert (meals["1 dinner"], meals["2 breakfast"], meals["2 dinner"]) == ("standard 10", "standard 10", "standard 6")


def test_a_room_that_comes_a_day_late_misses_the_first_day() -> None:
    people = tuple([someone(B1)] * 6 + [someone(B2)] * 4)
    rooms = (
        RoomNights(room_id=B1, beds=6, arrival=MONDAY, departure=MONDAY + timedelta(days=3)),
        RoomNights(room_id=B2, beds=4, arrival=MONDAY + timedelta(days=1), departure=MONDAY + timedelta(days=3)),
    )
    meals = counted(a_stay(rooms=rooms, entries=people))
    assert (meals["0 dinner"], meals["1 breakfast"], meals["1 dinner"]) == ("standard 6", "standard 6", "standard 10")


def test_a_group_that_left_early_eats_no_more() -> None:
    meals = counted(a_stay(left_on=MONDAY + timedelta(days=1)))
    assert set(meals) == {"0 dinner", "1 breakfast", "1 lunch"}


def test_diets_are_counted_apart_and_leave_with_their_room() -> None:
    tuesday = MONDAY + timedelta(days=1)
    people = (someone(B1, "vegetarian"), *[someone(B1)] * 5, someone(B2, "vegetarian"), someone(B2, "gluten_free"))
    rooms = (
        RoomNights(room_id=B1, beds=6, arrival=MONDAY, departure=MONDAY + timedelta(days=3)),
        RoomNights(room_id=B2, beds=4, arrival=MONDAY, departure=tuesday),
    )
    meals = counted(a_stay(rooms=rooms, entries=people, people=8), [
        Catering(sitting="dinner", people=8, nightly=True),
    ])  # fmt: skip
    assert meals["0 dinner"] == "standard 5, vegetarian 2, gluten_free 1"
    assert meals["1 dinner"] == "standard 5, vegetarian 1"


def test_the_surveys_diets_hold_until_there_is_a_list() -> None:
    assert counted(a_stay(diets={"vegan": 3, "unknown": 2}))["0 dinner"] == "standard 7, vegan 3"
    listed = a_stay(diets={"vegan": 3}, entries=(someone(B1, "halal"),))
    assert counted(listed)["0 dinner"] == "standard 9, halal 1"


def test_a_picnic_takes_the_place_of_the_last_lunch() -> None:
    meals = counted(a_stay(), [*FULL_BOARD, Catering(sitting="picnic", people=10, nightly=False)])
    assert meals["3 picnic"] == "standard 10"
    assert "3 lunch" not in meals
    assert meals["2 lunch"] == "standard 10"


def test_what_was_sold_to_a_part_of_the_group_is_eaten_by_a_part() -> None:
    meals = counted(a_stay(), [Catering(sitting="dinner", people=4, nightly=True)])
    assert meals["0 dinner"] == "standard 4"


def test_a_figure_set_by_hand_stands_when_the_group_grows() -> None:
    slot = (MONDAY, "dinner", "standard")
    extra = (MONDAY, "dinner", "vegan")
    for people in (10, 14):
        stay = a_stay(people=people)
        sold = [Catering(sitting="dinner", people=people, nightly=True)]
        assert counted(stay, sold, {slot: 12, extra: 2})["0 dinner"] == "standard 12!, vegan 2!"
        assert counted(stay, sold, {slot: 12})["1 dinner"] == f"standard {people}"


def test_nothing_sold_is_nothing_cooked() -> None:
    assert counted(a_stay(), []) == {}


@pytest.mark.parametrize(
    ("over", "pointer"),
    [
        ({"day": ARRIVAL - timedelta(days=1)}, "/day"),
        ({"day": ARRIVAL + timedelta(days=4)}, "/day"),
        ({"sitting": "tea"}, "/sitting"),
        ({"diet": "paleo"}, "/diet"),
        ({"people": -1}, "/people"),
    ],
)
@pytest.mark.usefixtures("pools")
async def test_a_meal_that_cannot_be_is_refused(over: dict[str, object], pointer: str) -> None:
    centre_id = uuid4()
    group = await a_group(centre_id)
    meal: dict[str, object] = {"day": ARRIVAL, "sitting": "dinner", "diet": "standard", "people": 5, **over}

    with pytest.raises(MealInvalid) as refused:
        await set_meal(centre_id, group.stay.id, actor=DESK, **meal)  # type: ignore[arg-type]

    assert [error.pointer for error in refused.value.errors] == [pointer]
    async with tenant_transaction(centre_id, read_only=True):
        assert await fetch("SELECT id FROM meal_quantities") == []


@pytest.mark.usefixtures("pools")
async def test_set_by_hand_twice_is_noted_once_and_taken_back_it_is_counted_again() -> None:
    centre_id = uuid4()
    group = await a_group(centre_id)

    async def set_to(people: int | None) -> None:
        await set_meal(centre_id, group.stay.id, day=ARRIVAL, sitting="dinner", diet="vegan", people=people, actor=DESK)

    await set_to(3)
    await set_to(3)
    async with tenant_transaction(centre_id, read_only=True):
        assert await queries.set_by_hand(centre_id, [group.stay.id]) == {
            group.stay.id: {(ARRIVAL, "dinner", "vegan"): 3}
        }
        facts = await fetch("SELECT kind FROM outbox WHERE kind = 'meals.changed'")
    assert len(facts) == 1
    await set_to(None)
    async with tenant_transaction(centre_id, read_only=True):
        assert await queries.set_by_hand(centre_id, [group.stay.id]) == {}


@pytest.mark.usefixtures("pools")
async def test_an_early_departure_at_the_desk_changes_what_the_kitchen_reads() -> None:
    centre_id = uuid4()
    group = await a_group(centre_id)
    first, second, third = group.rooms
    for place in range(4):
        await a_person(centre_id, group.stay.id, f"A Un{'abcd'[place]}", room_id=first.id)
        await a_person(centre_id, group.stay.id, f"B Un{'abcd'[place]}", room_id=second.id)
    await a_person(centre_id, group.stay.id, "Anne Morel", room_id=third.id)
    await depart_early(centre_id, group.stay.id, third.id, ARRIVAL + timedelta(days=1), actor=DESK)

    async with tenant_transaction(centre_id, read_only=True):
        [stay] = await queries.meal_stays(centre_id, ARRIVAL, ARRIVAL)

    assert [rules.present(stay, ARRIVAL + timedelta(days=night)) for night in range(4)] == [10, 9, 9, 0]
