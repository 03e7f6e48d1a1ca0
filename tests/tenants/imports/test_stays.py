"""Importing stays from real bookings: refused by reason, idempotent, no bed twice."""

import csv
import gzip
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest

from infra.database import fetch, fetch_row, fetch_value, tenant_transaction
from infra.errors import RightMissing
from infra.ids import new_id
from tenants.imports.hotel_bookings import COLUMNS, Booking, Wrong, read_booking
from tenants.imports.running import ColumnUnknown
from tenants.imports.stays import MappingUnknown, import_stays
from tenants.rooms.allotment import Taken, Wish, allot
from tenants.rooms.rules import Bed, Room
from tests.factories.accounts import someone
from tests.factories.real_bookings import SAMPLE, once, real_bookings
from tests.factories.stays import DESK, a_room, a_stay, beds_of

ROW = {
    "hotel": "Resort Hotel",
    "lead_time": "30",
    "arrival_date_year": "2016",
    "arrival_date_month": "July",
    "arrival_date_day_of_month": "31",
    "stays_in_weekend_nights": "1",
    "stays_in_week_nights": "2",
    "adults": "2",
    "children": "1",
    "babies": "1",
    "meal": "HB",
    "country": "PRT",
    "market_segment": "Direct",
    "reservation_status": "Check-Out",
    "reservation_status_date": "8/3/2016",
}


def written(path: Path, *rows: dict[str, str]) -> Path:
    """Write rows as a file; what a row does not say is as in ROW."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows({**ROW, **row} for row in rows)
    return path


async def counts(centre_id: UUID) -> dict[str, int]:
    """Count what an import leaves."""
    tables = ("stays", "clients", "bed_holds", "stay_countries", "audit_entries", "outbox")
    async with tenant_transaction(centre_id, read_only=True):
        return {
            name: await fetch_value(f"SELECT count(*) FROM {name} WHERE centre_id = $1", centre_id) for name in tables
        }


def test_a_row_becomes_the_stay_it_was() -> None:
    booking = read_booking(ROW)

    assert isinstance(booking, Booking)
    fields = booking.fields
    assert (fields.arrival, fields.departure, fields.booked_day) == (
        date(2016, 7, 31),
        date(2016, 8, 3),
        date(2016, 7, 1),
    )
    assert (fields.counts.adults, fields.counts.children, fields.counts.seniors) == (2, 2, None)
    assert (booking.sleepers, booking.status, booking.country) == (3, "departed", "PT")
    assert [(entry.country, entry.people) for entry in fields.nationalities] == [("PT", 4)]
    assert (fields.booking_category, fields.services) == ("individuals", ("bed_breakfast", "catering"))


@pytest.mark.parametrize(
    ("over", "country"), [("NULL", ""), ("CN", "CN"), ("CHN", "CN"), ("FRA", "FR"), ("GBR", "GB"), ("", "")]
)
def test_countries_are_mapped_and_null_is_unknown(over: str, country: str) -> None:
    booking = read_booking({**ROW, "country": over})
    assert isinstance(booking, Booking) and booking.country == country


@pytest.mark.parametrize(
    ("over", "codes"),
    [
        ({"stays_in_weekend_nights": "0", "stays_in_week_nights": "0"}, ["no_night"]),
        ({"adults": "0", "children": "0", "babies": "0"}, ["no_people"]),
        ({"adults": "0", "children": "NA", "babies": "0"}, ["no_people"]),
        ({"adults": "two"}, ["number_unreadable"]),
        ({"arrival_date_month": "Juillet"}, ["date_unreadable"]),
        ({"arrival_date_day_of_month": "32"}, ["date_unreadable"]),
        ({"reservation_status": "Maybe"}, ["status_unknown"]),
        ({"stays_in_week_nights": "401"}, ["too_long"]),
        ({"stays_in_weekend_nights": "0", "stays_in_week_nights": "0", "adults": "0", "children": "0", "babies": "0"},
         ["no_night", "no_people"]),
    ],
)  # fmt: skip
def test_what_cannot_come_in_says_why(over: dict[str, str], codes: list[str]) -> None:
    read = read_booking({**ROW, **over})
    assert isinstance(read, tuple) and all(isinstance(one, Wrong) for one in read)
    assert [one.code for one in read][: len(codes)] == codes


def a_house(*sizes: int, building: str = "", dormitory: bool = False) -> list[Room]:
    """Make rooms of so many beds."""
    return [
        Room(
            id=new_id(), version=1, name=str(place), building=building, floor="", room_type="", dormitory=dormitory,
            accessible=False, beds=tuple(Bed(new_id(), str(bed), "single") for bed in range(size)),
        )
        for place, size in enumerate(sizes)
    ]  # fmt: skip


def test_beds_are_given_in_order_of_arrival_smallest_room_first() -> None:
    day = date(2026, 1, 1)
    small, large = a_house(1, 3)
    wishes = [
        Wish("late", "", day + timedelta(days=1), day + timedelta(days=3), 2),
        Wish("early", "", day, day + timedelta(days=2), 1),
        Wish("none", "", day + timedelta(days=1), day + timedelta(days=3), 1),
        Wish("after", "", day + timedelta(days=2), day + timedelta(days=3), 1),
    ]

    given = allot([large, small], [Taken(large.beds[0].id, day + timedelta(days=9), day + timedelta(days=10))], wishes)

    assert {key: {bed.room_id for bed in beds} for key, beds in given.items()} == {
        "early": {small.id}, "late": {large.id}, "after": {small.id},
    }  # fmt: skip
    assert len(given["late"]) == 3


def test_each_hotel_has_its_own_building_until_it_is_full() -> None:
    day = date(2026, 1, 1)
    rooms = [*a_house(2, building="City Hotel"), *a_house(2, building="Resort Hotel")]
    wishes = [Wish(str(place), "Resort Hotel", day, day + timedelta(days=1), 2) for place in range(3)]

    given = allot(rooms, [], wishes)

    assert [given[key][0].room_id for key in ("0", "1")] == [rooms[1].id, rooms[0].id]
    assert "2" not in given


@pytest.mark.usefixtures("pools")
async def test_the_same_file_twice_changes_nothing_and_a_longer_one_adds_the_rest(tmp_path: Path) -> None:
    centre_id = uuid4()
    await a_room(centre_id, beds=12, dormitory=True)
    rows: list[dict[str, str]] = [
        {},
        {},
        {"reservation_status": "Canceled"},
        {"reservation_status": "No-Show"},
        {"adults": "0", "children": "0", "babies": "0"},
    ]
    path = written(tmp_path / "a.csv", *rows)

    first = await import_stays(centre_id, path, actor=DESK)
    after = await counts(centre_id)
    again = await import_stays(centre_id, path, actor=DESK)
    same = await counts(centre_id)
    longer = await import_stays(centre_id, written(tmp_path / "b.csv", *rows, {}, {"adults": "1"}), actor=DESK)

    assert (first.new, first.unchanged, first.refused, first.by_reason()) == (4, 0, 1, {"no_people": 1})
    assert (again.new, again.changed, again.unchanged, again.refused) == (0, 0, 4, 1)
    assert same == after
    assert (after["stays"], after["clients"], after["bed_holds"]) == (4, 4, 6)
    assert (longer.new, longer.unchanged, longer.refused) == (2, 4, 1)
    async with tenant_transaction(centre_id, read_only=True):
        rows_by_status = await fetch(
            """SELECT status, count(*) AS n, sum((SELECT count(*) FROM bed_holds h WHERE h.stay_id = s.id)) AS beds
               FROM stays s WHERE centre_id = $1 GROUP BY status""", centre_id)  # fmt: skip
    assert {row["status"]: (row["n"], row["beds"]) for row in rows_by_status} == {
        "departed": (4, 11), "cancelled": (1, 0), "no_show": (1, 0),
    }  # fmt: skip


@pytest.mark.usefixtures("pools")
async def test_a_dry_run_says_what_would_be_and_writes_nothing(tmp_path: Path) -> None:
    centre_id = uuid4()
    await a_room(centre_id, beds=3)
    before = await counts(centre_id)

    report = await import_stays(centre_id, written(tmp_path / "a.csv", {}, {}), dry_run=True, actor=DESK)

    assert (report.dry_run, report.new, report.refused, report.by_reason()) == (True, 1, 1, {"no_bed": 1})
    assert await counts(centre_id) == before


@pytest.mark.usefixtures("pools")
async def test_what_the_desk_has_sold_is_not_given_away(tmp_path: Path) -> None:
    centre_id = uuid4()
    room = await a_room(centre_id, beds=3)
    await a_stay(centre_id, arrival=date(2016, 8, 1), nights=1, bed_ids=beds_of(room))

    report = await import_stays(centre_id, written(tmp_path / "a.csv", {}), actor=DESK)

    assert report.by_reason() == {"no_bed": 1}
    assert [(one.line, one.field) for one in report.refusals] == [(2, "hotel")]


@pytest.mark.usefixtures("pools")
async def test_who_may_not_and_what_is_no_such_file(tmp_path: Path) -> None:
    centre_id = uuid4()
    path = written(tmp_path / "a.csv", {})
    bare = tmp_path / "bare.csv"
    bare.write_text("hotel,adults\nCity Hotel,2\n", encoding="utf-8")

    with pytest.raises(RightMissing):
        await import_stays(centre_id, path, actor=someone("stay.edit"))
    with pytest.raises(MappingUnknown):
        await import_stays(centre_id, path, mapping="sejours", actor=DESK)
    with pytest.raises(ColumnUnknown):
        await import_stays(centre_id, bare, actor=DESK)


@once
async def test_the_whole_file_comes_in_and_comes_in_once() -> None:
    imported = await real_bookings()
    report = imported.report

    again = await import_stays(imported.centre_id, SAMPLE, actor=DESK)

    assert report.by_reason() == {"no_night": 90, "no_people": 15}
    # 90 have no night, 15 nobody, and 3 of them neither.
    assert (report.rows, report.new, report.refused) == (14_938, 14_938 - 102, 102)
    assert (again.new, again.unchanged) == (0, report.new)
    assert msgspec.structs.replace(imported.dry, seconds=0, dry_run=False) == msgspec.structs.replace(
        report, seconds=0, run_id=None
    )
    assert imported.steps[-1] == (14_938, 14_938) and len(imported.steps) == 30
    async with tenant_transaction(imported.centre_id, read_only=True):
        row = await fetch_row(
            """SELECT count(*) AS stays, count(DISTINCT client_id) AS cards, count(DISTINCT foreign_id) AS keys
               FROM stays WHERE centre_id = $1""", imported.centre_id)  # fmt: skip
        twice = await fetch_value(
            """SELECT count(*) FROM (
                   SELECT arrival < max(departure) OVER (
                              PARTITION BY bed_id ORDER BY arrival, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                          ) AS taken
                   FROM bed_holds WHERE centre_id = $1
               ) AS held WHERE taken""", imported.centre_id)  # fmt: skip
    assert row is not None and (row["stays"], row["cards"], row["keys"]) == (report.new,) * 3
    assert twice == 0
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as file:
        assert sum(1 for _ in file) == 14_939
