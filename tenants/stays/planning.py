"""The planning: what stands on each room, and the foot of each day."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Final
from uuid import UUID

import msgspec

from infra.database import fetch
from infra.errors import FieldError, Invalid
from tenants.rooms import queries as room_queries
from tenants.rooms.rules import LONGEST_NIGHTS, Room
from tenants.stays.statuses import SOLD

HERE: Final = frozenset({"present", "departed"})

LONGEST_DAYS: Final = 370
"""A season at most, and a year of months."""


class PlanningPeriodInvalid(Invalid):
    """A planning runs from a day to the same or a later one, a year at most."""

    code = "planning_period_invalid"


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A stay or an out-of-service period on one room; `beds` of the room's are taken. A withdrawal's bar has its id."""

    id: UUID
    stay_id: UUID | None
    room_id: UUID
    arrival: date
    departure: date
    beds: int
    pax: int | None
    label: str
    status: str
    """A stay's status, or out_of_service."""
    colour: str
    leaves_capacity: bool


class Crowd(msgspec.Struct, frozen=True):
    """So many people of sold stays, from a day until another (not included), whatever beds they have."""

    arrival: date
    departure: date
    people: int
    came: bool = False
    left: bool = False
    stays: int = 1


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """The foot of a day. Free is capacity less blocked less occupied."""

    day: date
    capacity: int
    """Beds, without those whose withdrawal takes them out of it."""
    blocked: int
    """Beds out of service that still count in the capacity."""
    occupied: int
    """Beds held by stays, options included."""
    arrivals: int
    """Stays that come on the day, expected or here."""
    departures: int
    arrivals_done: int
    """Those of them whose people are here, or have been."""
    departures_done: int
    people: int


class Planning(msgspec.Struct, frozen=True, kw_only=True):
    """Rooms down, days across; `last_day` included."""

    first_day: date
    last_day: date
    rooms: tuple[Room, ...]
    bars: tuple[Bar, ...]
    days: tuple[Day, ...]


BARS: Final = """
    WITH held AS MATERIALIZED (
        SELECT stay_id, withdrawal_id, room_id, arrival, departure, count(*) AS beds
        FROM bed_holds
        WHERE centre_id = $1 AND departure > $2 AND departure < $4 AND arrival <= $3
        GROUP BY stay_id, withdrawal_id, room_id, arrival, departure)
    SELECT held.withdrawal_id, held.stay_id, held.room_id, held.arrival, held.departure, held.beds, stay.pax, stay.expected_pax,
           stay.status, client.name, coalesce(nullif(client.colour, ''), type.colour) AS colour, withdrawal.reason, withdrawal.note, withdrawal.leaves_capacity
    FROM held
    LEFT JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = held.stay_id
        AND stay.departure > $2 AND stay.departure < $4 AND stay.arrival <= $3
    LEFT JOIN clients AS client ON client.centre_id = $1 AND client.id = stay.client_id
    LEFT JOIN client_type_colours AS type ON type.centre_id = $1 AND type.client_type = client.client_type
    LEFT JOIN withdrawals AS withdrawal ON withdrawal.centre_id = $1 AND withdrawal.id = held.withdrawal_id
"""
"""Bounded at both ends of a btree, since no hold is longer than 400 nights, nor longer than its stay."""

CROWDS: Final = """
    SELECT arrival, coalesce(left_on, departure) AS departure, status, sum(coalesce(pax, expected_pax, 0)) AS people,
           count(*) AS stays
    FROM stays
    WHERE centre_id = $1 AND departure >= $2 AND departure < $4 AND arrival <= $3 AND status = ANY($5::text[])
    GROUP BY 1, 2, 3
"""


async def planning(centre_id: UUID, first_day: date, last_day: date) -> Planning:
    """Return the planning from the first to the last day, both included.

    Raises:
        PlanningPeriodInvalid: the days are in the wrong order, or more than a year apart.
    """
    check_period(first_day, last_day)
    rooms = await room_queries.rooms(centre_id)
    shown = await bars(centre_id, first_day, last_day)
    crowds = await _crowds(centre_id, first_day, last_day)
    beds = sum(len(room.beds) for room in rooms)
    return Planning(
        first_day=first_day,
        last_day=last_day,
        rooms=tuple(rooms),
        bars=tuple(shown),
        days=foot(first_day, last_day, beds=beds, bars=shown, crowds=crowds),
    )


async def day_counts(centre_id: UUID, first_day: date, last_day: date) -> tuple[Day, ...]:
    """Return the foot of each day alone, both ends included.

    Raises:
        PlanningPeriodInvalid: as `planning`.
    """
    check_period(first_day, last_day)
    return foot(
        first_day,
        last_day,
        beds=await room_queries.bed_count(centre_id),
        bars=await bars(centre_id, first_day, last_day),
        crowds=await _crowds(centre_id, first_day, last_day),
    )


async def bars(centre_id: UUID, first_day: date, last_day: date) -> list[Bar]:
    """Return what stands on the rooms in these days, each with all its nights; in no order of the house's."""
    rows = await fetch(BARS, centre_id, first_day, last_day, last_day + timedelta(days=LONGEST_NIGHTS + 1))
    # By place: a month of a large house has thousands, and a look-up by name costs as much as the struct.
    return [
        Bar(
            id=withdrawal_id or bar_id(stay_id, room_id, arrival),
            stay_id=stay_id,
            room_id=room_id,
            arrival=arrival,
            departure=departure,
            beds=beds,
            pax=expected_pax if pax is None else pax,
            label=name or note or reason or "",
            status=status or "out_of_service",
            colour=colour or "",
            leaves_capacity=bool(leaves),
        )
        for (
            withdrawal_id, stay_id, room_id, arrival, departure, beds, pax, expected_pax, status, name, colour, reason,
            note, leaves,
        ) in (row.values() for row in rows)
    ]  # fmt: skip


def bar_id(stay_id: UUID, room_id: UUID, arrival: date) -> UUID:
    """Return the id of a stay's bar on a room: the same each time it is asked for, without a row of its own."""
    return UUID(int=stay_id.int ^ room_id.int >> 1 ^ arrival.toordinal())


def foot(
    first_day: date, last_day: date, *, beds: int, bars: Sequence[Bar], crowds: Sequence[Crowd]
) -> tuple[Day, ...]:
    """Count each day from what stands on it. Pure.

    Args:
        first_day: included.
        last_day: included.
        beds: how many the centre has.
        bars: all that stands on rooms in these days.
        crowds: the sold stays of these days, those that leave on the first one included; alike ones counted together.
    """
    nights = (last_day - first_day).days + 1
    occupied, blocked, withdrawn = _Tally(first_day, nights), _Tally(first_day, nights), _Tally(first_day, nights)
    for bar in bars:
        tally = occupied if bar.stay_id is not None else withdrawn if bar.leaves_capacity else blocked
        tally.add(bar.arrival, bar.departure, bar.beds)
    people = _Tally(first_day, nights)
    arrivals, departures, came, left = ([0] * nights for _ in range(4))
    for crowd in crowds:
        people.add(crowd.arrival, crowd.departure, crowd.people)
        moves = ((crowd.arrival, arrivals, came, crowd.came), (crowd.departure, departures, left, crowd.left))
        for day, counts, done_counts, done in moves:
            if first_day <= day <= last_day:
                counts[(day - first_day).days] += crowd.stays
                done_counts[(day - first_day).days] += crowd.stays if done else 0
    columns = zip(
        withdrawn.counts(), blocked.counts(), occupied.counts(), zip(arrivals, departures, strict=True),
        zip(came, left, strict=True), people.counts(), strict=True,
    )  # fmt: skip
    return tuple(
        Day(
            day=first_day + timedelta(days=place),
            capacity=beds - out,
            blocked=stopped,
            occupied=taken,
            arrivals=expected[0],
            departures=expected[1],
            arrivals_done=done[0],
            departures_done=done[1],
            people=here,
        )
        for place, (out, stopped, taken, expected, done, here) in enumerate(columns)
    )


def check_period(first_day: date, last_day: date) -> None:
    """Refuse a period that ends before it begins, or is longer than a year.

    Raises:
        PlanningPeriodInvalid: it does, or is.
    """
    if not 0 <= (last_day - first_day).days <= LONGEST_DAYS:
        raise PlanningPeriodInvalid(
            errors=(FieldError("?last_day", "out_of_range", f"from the first day to {LONGEST_DAYS} days later"),)
        )


class _Tally:
    """Counts per night, by what begins and ends rather than night by night: long stays cost no more than short ones."""

    def __init__(self, first_day: date, nights: int) -> None:
        self._first_day = first_day.toordinal()
        self._changes = [0] * (nights + 1)

    def add(self, arrival: date, departure: date, count: int) -> None:
        """Count from arrival until departure, not included; what lies outside the period does not count."""
        last = len(self._changes) - 1
        begins = min(max(arrival.toordinal() - self._first_day, 0), last)
        ends = min(max(departure.toordinal() - self._first_day, 0), last)
        if begins < ends:
            self._changes[begins] += count
            self._changes[ends] -= count

    def counts(self) -> list[int]:
        """Return one count a night."""
        return list(accumulate(self._changes[:-1]))


async def _crowds(centre_id: UUID, first_day: date, last_day: date) -> list[Crowd]:
    # A stay that leaves on the first day sleeps elsewhere that night, and its departure counts.
    horizon = last_day + timedelta(days=LONGEST_NIGHTS + 1)
    rows = await fetch(CROWDS, centre_id, first_day, last_day, horizon, sorted(SOLD))
    return [
        Crowd(arrival, departure, people, status in HERE, status == "departed", stays)
        for arrival, departure, status, people, stays in (row.values() for row in rows)
    ]
