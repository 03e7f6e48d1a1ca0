"""How full the house was: rooms and beds that somebody slept in, over those there were to sell."""

from datetime import date
from uuid import UUID

import msgspec

from infra.database import fetch
from tenants.clients.filtering import EVERYBODY, ClientFilter
from tenants.statistics.queries import of_stays
from tenants.statistics.rules import CentreCell, Figures, check_period, covers_enough


class Occupancy(msgspec.Struct, frozen=True, kw_only=True):
    """A month's, or a day's: room-nights and bed-nights, slept in and offered."""

    rooms: int
    rooms_offered: int
    beds: int
    beds_offered: int


def _by_night(centre: str, first: str, last: str, *, stays: str) -> str:
    """Return the query of each centre's occupancy in each night; a centre without beds has none to offer.

    Args:
        centre: what `centre_id` is compared with: one centre, or itself for all.
        first: the parameter of the first night.
        last: of the last.
        stays: a condition on `stay_id`: whose are counted.
    """
    return f"""WITH slept AS (
            SELECT centre_id, night, count(*)::int AS rooms, sum(beds)::int AS beds FROM (
                SELECT entry.centre_id, entry.night, bed.room_id, sum(entry.one)::int AS beds
                FROM (SELECT centre_id, night, CASE WHEN present > 0 THEN 1 ELSE -1 END AS one, unnest(bed_ids) AS bed_id
                    FROM person_nights
                    WHERE centre_id = {centre} AND night BETWEEN {first} AND {last} AND present <> 0 AND {stays}) AS entry
                JOIN (SELECT centre_id, id, room_id FROM beds WHERE centre_id = {centre}) AS bed
                    ON bed.centre_id = entry.centre_id AND bed.id = entry.bed_id
                GROUP BY entry.centre_id, entry.night, bed.room_id HAVING sum(entry.one) > 0) AS room
            GROUP BY centre_id, night
        ), house AS (
            SELECT centre.id AS centre_id, count(DISTINCT bed.room_id)::int AS rooms, count(bed.id)::int AS beds
            FROM (SELECT id FROM (SELECT id, id AS centre_id FROM centres) AS all_of WHERE centre_id = {centre}) AS centre
            LEFT JOIN beds AS bed ON bed.centre_id = centre.id GROUP BY centre.id
        ), withdrawn AS (
            SELECT hold.centre_id, day::date AS night, count(DISTINCT hold.room_id)::int AS rooms,
                count(DISTINCT hold.bed_id)::int AS beds
            FROM (SELECT * FROM bed_holds WHERE centre_id = {centre} AND departure > {first} AND arrival <= {last}) AS hold
            JOIN withdrawals AS withdrawal ON withdrawal.centre_id = hold.centre_id AND withdrawal.id = hold.withdrawal_id
                AND withdrawal.leaves_capacity
            CROSS JOIN LATERAL generate_series(
                greatest(hold.arrival, {first})::timestamp, least(hold.departure - 1, {last})::timestamp, '1 day') AS day
            GROUP BY hold.centre_id, day
        )
        SELECT house.centre_id, day::date AS night, coalesce(slept.rooms, 0) AS rooms, coalesce(slept.beds, 0) AS beds,
            house.rooms - coalesce(withdrawn.rooms, 0) AS rooms_offered,
            house.beds - coalesce(withdrawn.beds, 0) AS beds_offered
        FROM generate_series({first}::date::timestamp, {last}::date::timestamp, '1 day') AS day CROSS JOIN house
        LEFT JOIN slept ON slept.centre_id = house.centre_id AND slept.night = day::date
        LEFT JOIN withdrawn ON withdrawn.centre_id = house.centre_id AND withdrawn.night = day::date
        ORDER BY 1, 2"""


async def by_day(
    centre_id: UUID, first_day: date, last_day: date, *, of: ClientFilter = EVERYBODY
) -> dict[date, Occupancy]:
    """Return each day's occupancy by these clients, both days included, from the beds that the ledger names.

    What a withdrawal takes out of the capacity is not offered; the rooms are today's, also for years ago.

    Raises:
        PeriodInvalid: the days are in the wrong order, or too far apart.
    """
    check_period(first_day, last_day)
    arguments: list[object] = [centre_id, first_day, last_day]
    rows = await fetch(_by_night("$1", "$2", "$3", stays=of_stays(of, arguments, "stay_id")), *arguments)
    return {
        row["night"]: Occupancy(
            rooms=row["rooms"], rooms_offered=row["rooms_offered"], beds=row["beds"], beds_offered=row["beds_offered"]
        )
        for row in rows
    }


def by_month(days: dict[date, Occupancy]) -> dict[date, Occupancy]:
    """Add the days of each month up."""
    months: dict[date, list[Occupancy]] = {}
    for day, occupancy in days.items():
        months.setdefault(day.replace(day=1), []).append(occupancy)
    return {month: together(group) for month, group in months.items()}


def together(occupancies: list[Occupancy]) -> Occupancy:
    """Add room-nights and bed-nights up."""
    return Occupancy(**{name: sum(getattr(each, name) for each in occupancies) for name in Occupancy.__struct_fields__})


class NetworkOccupancy(msgspec.Struct, frozen=True, kw_only=True):
    """How full all houses were, as far as it may be shown."""

    whole: Occupancy | None
    months: dict[date, Occupancy]


async def network_occupancy(first_day: date, last_day: date) -> NetworkOccupancy:
    """Return the occupancy of all centres, both days included, in a transaction of the network.

    It is shown where enough houses were slept in and none makes nearly all of it; the months only where each may be.

    Raises:
        PeriodInvalid: the days are in the wrong order, or too far apart.
    """
    check_period(first_day, last_day)
    rows = await fetch(
        f"""SELECT centre_id, date_trunc('month', night)::date AS month, sum(rooms)::int AS rooms, sum(beds)::int AS beds,
                sum(rooms_offered)::int AS rooms_offered, sum(beds_offered)::int AS beds_offered
            FROM ({_by_night("centre_id", "$1", "$2", stays="true")}) AS nightly GROUP BY 1, 2 ORDER BY 1, 2""",
        first_day,
        last_day,
    )
    by_centre: dict[UUID, list[Occupancy]] = {}
    months: dict[date, list[Occupancy]] = {}
    for row in rows:
        found = Occupancy(**{name: row[name] for name in Occupancy.__struct_fields__})
        by_centre.setdefault(row["centre_id"], []).append(found)
        months.setdefault(row["month"], []).append(found)
    if not _may_be_shown([together(group) for group in by_centre.values()]):
        return NetworkOccupancy(whole=None, months={})
    shown = all(_may_be_shown(houses) for houses in months.values() if any(house.beds for house in houses))
    return NetworkOccupancy(
        whole=together([house for houses in months.values() for house in houses]),
        months={month: together(houses) for month, houses in months.items()} if shown else {},
    )


def _may_be_shown(houses: list[Occupancy]) -> bool:
    """Say whether the bed-nights slept in point at no house."""
    beds = [house.beds for house in houses if house.beds]
    return covers_enough(
        CentreCell(code="", figures=Figures(nights=sum(beds)), centres=len(beds), largest=max(beds, default=0))
    )
