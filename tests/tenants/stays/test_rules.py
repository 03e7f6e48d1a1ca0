"""Dates, counts and statuses by table."""

from datetime import UTC, date, datetime, timedelta

import pytest

from infra.ids import new_id
from tenants.rooms.rules import FreeRoom, propose, sort_key
from tenants.stays import rules, statuses
from tenants.stays.rules import (
    CountryCount,
    HeadCounts,
    StayDatesInvalid,
    StayFields,
    StayFieldsInvalid,
    check_counts,
    check_dates,
    free_places,
)
from tests.factories.stays import ARRIVAL, stay_fields

D = date(2027, 3, 10)


def day(offset: int | None) -> date | None:
    """Return a day so far from the arrival."""
    return None if offset is None else D + timedelta(days=offset)


@pytest.mark.parametrize(
    ("contacted", "booked", "nights", "wrong"),
    [
        (None, None, 1, []),
        (None, None, 400, []),
        (0, 0, 1, []),
        (-30, -10, 3, []),
        (-30, None, 3, []),
        (None, None, 0, ["/departure"]),
        (None, None, -1, ["/departure"]),
        (None, None, 401, ["/departure"]),
        (None, 1, 3, ["/booked_day"]),
        (1, None, 3, ["/contacted_day"]),
        (-5, -10, 3, ["/contacted_day"]),
        (3, 2, 0, ["/departure", "/booked_day", "/contacted_day"]),
    ],
)
def test_contacted_booked_arrival_departure_come_in_this_order(
    contacted: int | None, booked: int | None, nights: int, wrong: list[str]
) -> None:
    fields = StayFields(
        client_id=None,
        arrival=D,
        departure=D + timedelta(days=nights),
        contacted_day=day(contacted),
        booked_day=day(booked),
    )
    if not wrong:
        rules.check_dates(fields)
        return
    with pytest.raises(rules.StayDatesInvalid) as refused:
        rules.check_dates(fields)
    assert [error.pointer for error in refused.value.errors] == wrong


@pytest.mark.parametrize(
    ("counts", "people", "mixed"),
    [
        (HeadCounts(), None, False),
        (HeadCounts(adults=0), 0, False),
        (HeadCounts(teenagers=48, adults=4), 52, True),
        (HeadCounts(children=3, seniors=0), 3, False),
        (HeadCounts(children=1, teenagers=1, young=1, adults=1, seniors=1), 5, True),
    ],
)
def test_pax_is_the_sum_of_what_is_known(counts: HeadCounts, people: int | None, mixed: bool) -> None:
    assert (rules.pax(counts), rules.is_mixed(counts)) == (people, mixed)


@pytest.mark.parametrize(
    ("over", "wrong"),
    [
        ({"counts": HeadCounts(adults=-1)}, ["/counts/adults"]),
        ({"expected_pax": -1}, ["/expected_pax"]),
        ({"nationalities": (CountryCount("fr", 1),)}, ["/nationalities/0/country"]),
        ({"nationalities": (CountryCount("FR", 0),)}, ["/nationalities/0/people"]),
        ({"residences": (CountryCount("FR", 1), CountryCount("FR", 2))}, ["/residences/1/country"]),
        ({"counts": HeadCounts(adults=2), "nationalities": (CountryCount("DE", 3),)}, ["/nationalities"]),
        ({"region": "Bretagne", "nationalities": (CountryCount("DE", 1),)}, ["/region"]),
    ],
)
def test_what_no_fiche_may_say(over: dict[str, object], wrong: list[str]) -> None:
    fields = StayFields(client_id=None, arrival=D, departure=D + timedelta(days=1), **over)  # type: ignore[arg-type]
    with pytest.raises(rules.StayFieldsInvalid) as refused:
        rules.check_counts(fields)
    assert [error.pointer for error in refused.value.errors] == wrong


ZERO = HeadCounts(children=0, teenagers=0, young=0, adults=0, seniors=0)


@pytest.mark.parametrize(
    ("counts", "client", "out"),
    [
        (ZERO, False, True),
        (ZERO, True, False),
        (HeadCounts(), False, False),
        (HeadCounts(children=0, teenagers=0, young=0, adults=0), False, False),
        (HeadCounts(children=2, teenagers=0, young=0, adults=0, seniors=0), False, False),
    ],
)
def test_an_explicit_zero_in_every_band_and_nobody_is_out_of_service(
    counts: HeadCounts, client: bool, out: bool
) -> None:
    client_id = new_id() if client else None
    fields = StayFields(client_id=client_id, arrival=D, departure=D + timedelta(days=1), counts=counts)
    assert rules.means_out_of_service(fields) is out


STATUSES = ("tentative", "option", "confirmed", "present", "departed", "cancelled", "no_show")


@pytest.mark.parametrize(
    ("gesture", "allowed"),
    [
        ("option", {"tentative", "option"}),
        ("confirmed", {"tentative", "option"}),
        ("cancelled", {"tentative", "option", "confirmed"}),
        ("present", {"confirmed"}),
        ("departed", {"present"}),
        ("presence_undone", {"present"}),
        ("departure_undone", {"departed"}),
        ("cancellation_undone", {"cancelled"}),
        ("no_show", {"option", "confirmed"}),
        ("beds", {"tentative", "option", "confirmed", "present"}),
        ("early_departure", {"confirmed", "present"}),
    ],
)
def test_the_ways_between_statuses(gesture: str, allowed: set[str]) -> None:
    def passes(status: str) -> bool:
        try:
            statuses.check_way(status, gesture)
        except statuses.StayStatusRefuses:
            return False
        return True

    assert {status for status in STATUSES if passes(status)} == allowed


@pytest.mark.parametrize(
    ("until", "code"), [(0, None), (5, None), (10, None), (-1, "past"), (11, "after_arrival"), (None, "required")]
)
def test_an_option_ends_from_today_to_the_arrival(until: int | None, code: str | None) -> None:
    today = D - timedelta(days=10)
    last = None if until is None else today + timedelta(days=until)
    if code is None:
        assert statuses.check_option(last, arrival=D, today=today) == last
        return
    with pytest.raises(statuses.OptionDayInvalid) as refused:
        statuses.check_option(last, arrival=D, today=today)
    assert [error.code for error in refused.value.errors] == [code]


def test_fifteen_minutes_to_undo() -> None:
    done = datetime(2027, 3, 10, 12, tzinfo=UTC)
    statuses.check_undo(done, now=done + timedelta(minutes=15))
    with pytest.raises(statuses.TooLateToUndo):
        statuses.check_undo(done, now=done + timedelta(minutes=15, seconds=1))


def room(
    name: str, beds: int, *, free: int | None = None, dormitory: bool = False, accessible: bool = False
) -> FreeRoom:
    """Make a free room."""
    ids = tuple(new_id() for _ in range(beds if free is None else free))
    return FreeRoom(
        room_id=new_id(),
        room=name,
        room_type="",
        dormitory=dormitory,
        accessible=accessible,
        free_bed_ids=ids,
        whole=beds,
    )


@pytest.mark.parametrize(
    ("rooms", "people", "taken"),
    [
        ([room("A", 2), room("B", 4), room("C", 6)], 6, {"C": 6}),
        ([room("A", 2), room("B", 4), room("C", 6)], 8, {"C": 6, "A": 2}),
        ([room("A", 2), room("B", 4)], 3, {"A": 2, "B": 4}),
        ([room("D", 8, dormitory=True), room("B", 4)], 3, {"D": 3}),
        ([room("D", 8, free=3, dormitory=True), room("B", 4)], 4, {"B": 4}),
        ([room("P", 2, accessible=True), room("A", 2)], 2, {"A": 2}),
        ([room("P", 2, accessible=True), room("A", 2)], 4, {"A": 2, "P": 2}),
        ([room("A", 2)], 5, {"A": 2}),
        ([room("A", 2)], 0, {}),
        ([], 3, {}),
    ],
)
def test_beds_are_proposed_whole_rooms_first(rooms: list[FreeRoom], people: int, taken: dict[str, int]) -> None:
    proposed = propose(rooms, people)

    assert len(set(proposed)) == len(proposed)
    shares = {one.room: len(set(proposed) & set(one.free_bed_ids)) for one in rooms}
    assert {name: count for name, count in shares.items() if count} == taken


def test_rooms_stand_in_the_order_a_person_counts() -> None:
    names = ["B10", "B2", "b1", "Étage", "Annexe"]
    assert sorted(names, key=sort_key) == ["Annexe", "b1", "B2", "B10", "Étage"]


@pytest.mark.parametrize(
    ("people", "one_in", "most", "free"),
    [(52, 12, None, 4), (52, 12, 3, 3), (11, 12, None, 0), (None, 12, None, 0), (52, None, 3, 0), (52, 12, 0, 0)],
)
def test_one_place_is_free_for_so_many_people_up_to_a_ceiling(
    people: int | None, one_in: int | None, most: int | None, free: int
) -> None:
    assert free_places(people, one_in=one_in, most=most) == free


@pytest.mark.parametrize(
    ("over", "wrong"),
    [
        ({"arrival_time": "14:30"}, []),
        ({"arrival_time": "14h30"}, ["/arrival_time"]),
        ({"arrival_time": "24:00"}, ["/arrival_time"]),
        ({"free_one_in": 0}, ["/free_one_in"]),
        ({"free_most": -1}, ["/free_most"]),
    ],
)
def test_the_further_fields_of_a_fiche_are_checked(over: dict[str, object], wrong: list[str]) -> None:
    fields = stay_fields(None, **over)
    if not wrong:
        check_counts(fields)
        return
    with pytest.raises(StayFieldsInvalid) as refusal:
        check_counts(fields)
    assert [error.pointer for error in refusal.value.errors] == wrong


def test_counts_are_firm_by_the_arrival() -> None:
    check_dates(stay_fields(firm_day=ARRIVAL))
    with pytest.raises(StayDatesInvalid) as refusal:
        check_dates(stay_fields(firm_day=ARRIVAL + timedelta(days=1)))
    assert [error.pointer for error in refusal.value.errors] == ["/firm_day"]
