"""The real bookings, imported and counted, against the same file counted by polars without any of our code."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import polars as pl
import pytest
from babel.core import get_global

from infra.database import fetch, tenant_transaction
from tenants.person_nights.operations import check
from tenants.statistics import occupancy, queries
from tenants.statistics.rules import Figures, Segment, by_code, by_month, summed
from tests.factories.real_bookings import ONCE, SAMPLE, real_bookings

FIRST, LAST = date(2015, 7, 1), date(2017, 12, 31)
"""Every night of the file."""

pytestmark = ONCE


@pytest.fixture
async def hotels() -> UUID:
    """Return the centre with two buildings that the file was imported into."""
    return (await real_bookings()).centre_id


def bookings() -> pl.DataFrame:
    """Return who came, a row a booking: arrival, nights, people by band, country, how it was sold, meal."""
    return (
        pl.read_csv(SAMPLE, infer_schema=False)
        .with_columns(
            arrival=pl.concat_str(
                "arrival_date_year", "arrival_date_month", "arrival_date_day_of_month", separator=" "
            ).str.to_date("%Y %B %d"),
            nights=pl.col("stays_in_weekend_nights").cast(pl.Int64) + pl.col("stays_in_week_nights").cast(pl.Int64),
            adults=pl.col("adults").cast(pl.Int64),
            children=pl.col("children").cast(pl.Float64, strict=False).fill_null(0).cast(pl.Int64)
            + pl.col("babies").cast(pl.Int64),
        )
        .with_columns(people=pl.col("adults") + pl.col("children"))
        .filter((pl.col("reservation_status") == "Check-Out") & (pl.col("nights") > 0) & (pl.col("people") > 0))
    )


def person_nights() -> pl.DataFrame:
    """Return a row for each booking and night."""
    return (
        bookings()
        .with_columns(night=pl.date_ranges("arrival", pl.col("arrival") + pl.duration(days="nights"), closed="left"))
        .explode("night")
        .with_columns(month=pl.col("night").dt.truncate("1mo"), first=pl.col("night") == pl.col("arrival"))
    )


def counted(frame: pl.DataFrame, by: Sequence[str], people: str = "people") -> dict[object, tuple[int, int, int]]:
    """Return nights, arrivals and arriving bookings of each group that has a night."""
    table = frame.group_by(by).agg(
        nights=pl.col(people).sum(),
        arrivals=pl.col(people).filter("first").sum(),
        stays=((pl.col(people) > 0) & pl.col("first")).sum(),
    )
    return {
        (row[0] if len(by) == 1 else row[: len(by)]): row[len(by) :] for row in table.iter_rows() if row[len(by)] > 0
    }


def ours(figures: Figures) -> tuple[int, int, int]:
    return figures.nights, figures.arrivals, figures.stays


async def of_segment(centre: UUID, segment: Segment) -> dict[object, tuple[int, int, int]]:
    async with tenant_transaction(centre, read_only=True):
        cells = await queries.cells(centre, FIRST, LAST, segment)
    return {code: ours(figures) for code, figures in by_code(cells).items()}


async def test_months_are_those_of_the_file(hotels: UUID) -> None:
    async with tenant_transaction(hotels, read_only=True):
        months = by_month(await queries.months(hotels, FIRST, LAST))
    file = person_nights()

    assert {month: ours(figures) for month, figures in months.items()} == counted(file, ["month"])
    assert summed(months.values()).nights == int(file["people"].sum())


async def test_countries_are_those_of_the_file(hotels: UUID) -> None:
    aliases = {code: names[0] for code, names in get_global("territory_aliases").items()}
    file = person_nights().with_columns(
        country=pl.when(pl.col("country") == "NULL").then(pl.lit("")).otherwise(pl.col("country").replace(aliases))
    )

    assert await of_segment(hotels, Segment.NATIONALITY) == counted(file, ["country"])


async def test_bands_booking_types_and_services_are_those_of_the_file(hotels: UUID) -> None:
    file = person_nights()
    sold = {"Groups": "groups", "Corporate": "groups/business"}
    types = file.with_columns(kind=pl.col("market_segment").replace_strict(sold, default="individuals"))
    bands = {band: counted(file, ["reservation_status"], band)["Check-Out"] for band in ("adults", "children")}
    meals = {
        "bed_breakfast": counted(file.filter(pl.col("meal").is_in(["BB", "HB", "FB"])), ["reservation_status"]),
        "catering": counted(file.filter(pl.col("meal").is_in(["HB", "FB"])), ["reservation_status"]),
        "": counted(file.filter(~pl.col("meal").is_in(["BB", "HB", "FB"])), ["reservation_status"]),
    }

    assert await of_segment(hotels, Segment.BOOKING_TYPE) == counted(types, ["kind"])
    assert await of_segment(hotels, Segment.AGE_BAND) == bands
    assert await of_segment(hotels, Segment.SERVICE) == {code: found["Check-Out"] for code, found in meals.items()}


async def test_months_of_each_country_are_those_of_the_file(hotels: UUID) -> None:
    async with tenant_transaction(hotels, read_only=True):
        cells = await queries.cells(hotels, FIRST, LAST, Segment.NATIONALITY)
    portuguese = {cell.month: ours(cell.figures) for cell in cells if cell.code == "PT" and cell.figures.nights}

    assert portuguese == counted(person_nights().filter(pl.col("country") == "PRT"), ["month"])


async def test_people_are_counted_once_in_a_period_and_once_in_each_month(hotels: UUID) -> None:
    first, last = date(2016, 7, 15), date(2016, 9, 14)
    async with tenant_transaction(hotels, read_only=True):
        months = await queries.months(hotels, first, last)
    file = bookings().with_columns(departure=pl.col("arrival") + pl.duration(days="nights"))

    def there(begins: date, ends: date) -> int:
        inside = file.filter((pl.col("arrival") <= ends) & (pl.col("departure") > begins))
        return int(inside["people"].sum())

    assert sum(cell.figures.people for cell in months) == there(first, last)
    assert [cell.month_people for cell in months] == [
        there(first, date(2016, 7, 31)),
        there(date(2016, 8, 1), date(2016, 8, 31)),
        there(date(2016, 9, 1), last),
    ]


async def test_rooms_and_beds_slept_in_are_those_given(hotels: UUID) -> None:
    first, last = date(2016, 8, 1), date(2016, 8, 31)
    async with tenant_transaction(hotels, read_only=True):
        days = await occupancy.by_day(hotels, first, last)
        held = await fetch(
            """SELECT day::date AS night, count(DISTINCT hold.room_id) AS rooms FROM bed_holds AS hold
               CROSS JOIN generate_series($2::date::timestamp, $3::date::timestamp, '1 day') AS day
               WHERE hold.centre_id = $1 AND hold.arrival <= day AND hold.departure > day GROUP BY 1 ORDER BY 1""",
            hotels,
            first,
            last,
        )

    assert {day: each.rooms for day, each in days.items()} == {row["night"]: row["rooms"] for row in held}
    assert {each.rooms_offered for each in days.values()} == {400}
    assert {each.beds_offered for each in days.values()} == {700}
    assert all(each.rooms <= each.beds <= 700 for each in days.values())


async def test_the_whole_ledger_is_what_the_stays_say(hotels: UUID) -> None:
    assert await check(hotels) == []
