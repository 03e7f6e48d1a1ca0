"""What a fiche séjour may say. Pure: told the dates, never asking for them."""

import re
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from infra.errors import Conflict, FieldError, Invalid
from tenants.rooms.rules import LONGEST_NIGHTS

_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")

BANDS: Final = ("children", "teenagers", "young", "adults", "seniors")


class StayDatesInvalid(Invalid):
    """Contacted, booked, arrival and departure come in this order, and the stay has a night."""

    code = "stay_dates_invalid"


class StayFieldsInvalid(Invalid):
    """A field of the stay cannot be right."""

    code = "stay_fields_invalid"


class OutOfServiceUnconfirmed(Conflict):
    """Nobody in every band means a room out of service: put the room out of service, or leave unknown bands empty."""

    code = "out_of_service_unconfirmed"


class HeadCounts(msgspec.Struct, frozen=True, kw_only=True):
    """People by age band; None is unknown, 0 is nobody."""

    children: int | None = None
    teenagers: int | None = None
    young: int | None = None
    adults: int | None = None
    seniors: int | None = None


class CountryCount(msgspec.Struct, frozen=True):
    """How many participants of a country (ISO 3166 alpha-2)."""

    country: str
    people: int


class StayFields(msgspec.Struct, frozen=True, kw_only=True):
    """The fiche séjour as typed; codes are those of the network's lists."""

    client_id: UUID | None
    arrival: date
    departure: date
    counts: HeadCounts = HeadCounts()
    expected_pax: int | None = None
    contacted_day: date | None = None
    booked_day: date | None = None
    booking_category: str = ""
    booking_type: str = ""
    purpose_category: str = ""
    purpose: str = ""
    purpose_detail: str = ""
    nationalities: tuple[CountryCount, ...] = ()
    residences: tuple[CountryCount, ...] = ()
    region: str = ""
    notes: str = ""
    payer_id: UUID | None = None
    services: tuple[str, ...] = ()
    arrival_time: str = ""
    contacts: str = ""
    acm_number: str = ""
    firm_day: date | None = None
    """From when the counts are firm; where presence is billed, the bill reads those of that day."""
    free_one_in: int | None = None
    """One place free for so many people, for leaders and drivers."""
    free_most: int | None = None
    """Never more free places than this."""
    room_type: str = ""
    """The type of room wanted, before rooms are given."""
    payer_note: str = ""
    """Who pays what, in words."""


class NewStayFields(StayFields, frozen=True, kw_only=True):
    """A stay to make; `bed_ids` are held at once where given."""

    status: str = "tentative"
    """tentative, option or confirmed."""
    option_until: date | None = None
    bed_ids: tuple[UUID, ...] = ()
    overbook: bool = False
    """Whether it may be sold to more people than its beds, by the right `stay.overbook`."""
    source: str = "desk"
    foreign_id: str | None = None


class StayRef(msgspec.Struct, frozen=True):
    """A stay, as made or changed."""

    id: UUID
    version: int


def pax(counts: HeadCounts) -> int | None:
    """Return the sum of the known bands; None while all are unknown."""
    known = [count for band in BANDS if (count := getattr(counts, band)) is not None]
    return sum(known) if known else None


def free_places(people: int | None, *, one_in: int | None, most: int | None) -> int:
    """Return how many places are free: one for each full `one_in` people, `most` at most; none where nothing is agreed."""
    if not people or not one_in:
        return 0
    earned = people // one_in
    return earned if most is None else min(earned, most)


def billed_people(people: int | None, *, frozen: int | None, one_in: int | None, most: int | None) -> int | None:
    """Return for how many people a stay is billed: those counted on the day agreed, else those known, less the free places.

    None while nobody knows how many come.
    """
    counted = people if frozen is None else frozen
    return None if counted is None else counted - free_places(counted, one_in=one_in, most=most)


def is_mixed(counts: HeadCounts) -> bool:
    """Say whether people of two bands or more come."""
    return sum(1 for band in BANDS if getattr(counts, band)) >= 2


def means_out_of_service(fields: StayFields) -> bool:
    """Say whether every band is an explicit zero and nobody is named: how staff once put a room out of service."""
    return fields.client_id is None and all(getattr(fields.counts, band) == 0 for band in BANDS)


def check_dates(fields: StayFields) -> None:
    """Refuse dates out of order: contacted ≤ booked ≤ arrival < departure, at most 400 nights.

    Raises:
        StayDatesInvalid: with one error for each field that is wrong.
    """
    errors = []
    if fields.departure <= fields.arrival:
        errors.append(FieldError("/departure", "before_arrival", "the departure comes after the arrival"))
    elif (fields.departure - fields.arrival).days > LONGEST_NIGHTS:
        errors.append(FieldError("/departure", "too_long", f"a stay has at most {LONGEST_NIGHTS} nights"))
    if fields.booked_day is not None and fields.booked_day > fields.arrival:
        errors.append(FieldError("/booked_day", "after_arrival", "a stay is booked before it begins"))
    limit = fields.booked_day or fields.arrival
    if fields.firm_day is not None and fields.firm_day > fields.arrival:
        errors.append(FieldError("/firm_day", "after_arrival", "counts are firm by the arrival"))
    if fields.contacted_day is not None and fields.contacted_day > limit:
        errors.append(FieldError("/contacted_day", "after_booking", "the contact comes before the booking"))
    if errors:
        raise StayDatesInvalid(errors=tuple(errors))


def check_counts(fields: StayFields) -> None:
    """Refuse negative or absurd head-counts, countries that are none or repeated, and more of them than people.

    Raises:
        StayFieldsInvalid: with one error for each field.
    """
    errors = []
    for band in BANDS:
        count = getattr(fields.counts, band)
        if count is not None and not 0 <= count <= 10_000:
            errors.append(FieldError(f"/counts/{band}", "out_of_range", "a number of people, 0 or more"))
    if fields.expected_pax is not None and not 0 <= fields.expected_pax <= 10_000:
        errors.append(FieldError("/expected_pax", "out_of_range", "a number of people, 0 or more"))
    if fields.free_one_in is not None and not 1 <= fields.free_one_in <= 1000:
        errors.append(FieldError("/free_one_in", "out_of_range", "one free place for 1 to 1000 people"))
    if fields.free_most is not None and not 0 <= fields.free_most <= 1000:
        errors.append(FieldError("/free_most", "out_of_range", "from 0 to 1000 places"))
    if fields.arrival_time and not _TIME.fullmatch(fields.arrival_time):
        errors.append(FieldError("/arrival_time", "unreadable", "hours and minutes: 14:30"))
    errors += _countries_wrong(fields)
    if fields.region and fields.nationalities and "FR" not in {entry.country for entry in fields.nationalities}:
        errors.append(FieldError("/region", "not_french", "a French region, where some participants are French"))
    if errors:
        raise StayFieldsInvalid(errors=tuple(errors))


def _countries_wrong(fields: StayFields) -> list[FieldError]:
    """Find countries that are none or repeated, counts of nobody, and more participants than people."""
    errors = []
    people = pax(fields.counts)
    for name, listed in (("nationalities", fields.nationalities), ("residences", fields.residences)):
        countries = [entry.country for entry in listed]
        for place, entry in enumerate(listed):
            pointer = f"/{name}/{place}"
            if len(entry.country) != 2 or not entry.country.isascii() or not entry.country.isupper():
                errors.append(FieldError(f"{pointer}/country", "unknown", "a country's two letters (ISO 3166)"))
            if entry.people < 1:
                errors.append(FieldError(f"{pointer}/people", "out_of_range", "one or more"))
            if entry.country in countries[:place]:
                errors.append(FieldError(f"{pointer}/country", "repeated", f"{entry.country} is listed already"))
        if listed and people is not None and sum(entry.people for entry in listed) > people:
            errors.append(FieldError(f"/{name}", "too_many", f"more than the {people} people of the stay"))
    return errors


def check_fields(fields: StayFields) -> None:
    """Refuse what no fiche may say, whatever the lists and the stock.

    Raises:
        StayDatesInvalid, StayFieldsInvalid: as above.
        OutOfServiceUnconfirmed: nobody in every band, and no client.
    """
    check_dates(fields)
    check_counts(fields)
    if means_out_of_service(fields):
        raise OutOfServiceUnconfirmed()
