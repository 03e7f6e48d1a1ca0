"""Reading a row of « Hotel booking demand » (N. Antonio et al., Data in Brief 22, 2019, CC BY 4.0). Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec

from infra.errors import DomainError
from tenants.referential.cleaning.places import read_country
from tenants.rooms.rules import LONGEST_NIGHTS
from tenants.stays.rules import CountryCount, HeadCounts, StayFields, check_fields, pax

COLUMNS: Final = (
    "hotel",
    "lead_time",
    "arrival_date_year",
    "arrival_date_month",
    "arrival_date_day_of_month",
    "stays_in_weekend_nights",
    "stays_in_week_nights",
    "adults",
    "children",
    "babies",
    "meal",
    "country",
    "market_segment",
    "reservation_status",
    "reservation_status_date",
)
"""The columns that are read; others are part of the row's key only."""

_MONTHS: Final = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_STATUSES: Final = {"Check-Out": "departed", "Canceled": "cancelled", "No-Show": "no_show"}
_SERVICES: Final = {
    "BB": ("bed_breakfast",),
    "HB": ("bed_breakfast", "catering"),
    "FB": ("bed_breakfast", "catering"),
}
_BOOKING: Final = {"Groups": ("groups", ""), "Corporate": ("groups", "business")}
_UNKNOWN: Final = frozenset({"", "NULL", "NA"})


class Wrong(msgspec.Struct, frozen=True):
    """Why a row cannot come in."""

    field: str
    code: str
    message: str


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """A row read: the stay it was; its client is made with it."""

    hotel: str
    fields: StayFields
    status: str
    sleepers: int
    """Who takes a bed: babies sleep in their cots."""
    cancelled_at: datetime | None
    country: str


def read_booking(row: Mapping[str, str]) -> Booking | tuple[Wrong, ...]:
    """Return the stay of a row, or every reason why it cannot come in."""
    wrong: list[Wrong] = []
    numbers = {name: _number(row, name, wrong) for name in ("lead_time", "adults", "children", "babies")}
    nights = sum(_number(row, name, wrong) or 0 for name in ("stays_in_weekend_nights", "stays_in_week_nights"))
    arrival = _arrival(row, wrong)
    status = _STATUSES.get(row["reservation_status"])
    if status is None:
        wrong.append(Wrong("reservation_status", "status_unknown", row["reservation_status"]))
    if not 0 < nights <= LONGEST_NIGHTS:
        code = "no_night" if nights <= 0 else "too_long"
        wrong.append(Wrong("stays_in_week_nights", code, f"{nights} nights"))
    young, babies = numbers["children"], numbers["babies"]
    counts = HeadCounts(
        children=None if young is None and not babies else (young or 0) + (babies or 0), adults=numbers["adults"]
    )
    if not pax(counts):
        wrong.append(Wrong("adults", "no_people", "nobody in any band"))
    if wrong or arrival is None or status is None:
        return tuple(wrong)
    country = "" if row["country"] in _UNKNOWN else read_country(row["country"])
    category, booking_type = _BOOKING.get(row["market_segment"], ("individuals", ""))
    fields = StayFields(
        client_id=None,
        arrival=arrival,
        departure=arrival + timedelta(days=nights),
        booked_day=arrival - timedelta(days=numbers["lead_time"] or 0),
        counts=counts,
        booking_category=category,
        booking_type=booking_type,
        nationalities=(CountryCount(country, pax(counts) or 0),) if country else (),
        services=_SERVICES.get(row["meal"], ()),
    )
    try:
        check_fields(fields)
    except DomainError as error:
        return tuple(Wrong(one.pointer[1:], one.code, one.message) for one in error.errors)
    return Booking(
        hotel=row["hotel"],
        fields=fields,
        status=status,
        sleepers=max(1, (numbers["adults"] or 0) + (young or 0)),
        cancelled_at=_day(row["reservation_status_date"]) if status == "cancelled" else None,
        country=country,
    )


def _number(row: Mapping[str, str], name: str, wrong: list[Wrong]) -> int | None:
    text = row[name].strip()
    if text in _UNKNOWN:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not value.is_integer() or not 0 <= value <= 10_000:
        wrong.append(Wrong(name, "number_unreadable", text))
        return None
    return int(value)


def _arrival(row: Mapping[str, str], wrong: list[Wrong]) -> date | None:
    year, month, day = (row[f"arrival_date_{part}"].strip() for part in ("year", "month", "day_of_month"))
    try:
        return date(int(year), _MONTHS.index(month) + 1, int(day))
    except ValueError:
        wrong.append(Wrong("arrival_date_day_of_month", "date_unreadable", f"{year} {month} {day}"))
        return None


def _day(written: str) -> datetime | None:
    """Read `7/31/2015`, month first."""
    try:
        return datetime.strptime(written, "%m/%d/%Y").replace(tzinfo=UTC)
    except ValueError:
        return None
