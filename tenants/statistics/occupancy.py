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
    rows = await fetch(
        f"""WITH slept AS (
               SELECT night, count(*)::int AS rooms, sum(beds)::int AS beds FROM (
                   SELECT entry.night, bed.room_id, sum(entry.one)::int AS beds
                   FROM (SELECT night, CASE WHEN present > 0 THEN 1 ELSE -1 END AS one, unnest(bed_ids) AS bed_id
                       FROM person_nights
                       WHERE centre_id = $1 AND night BETWEEN $2 AND $3 AND present <> 0
                         AND {of_stays(of, arguments, "stay_id")}) AS entry
                   JOIN beds AS bed ON bed.centre_id = $1 AND bed.id = entry.bed_id
                   GROUP BY entry.night, bed.room_id HAVING sum(entry.one) > 0) AS room
               GROUP BY night
           ), house AS (
               SELECT count(DISTINCT room_id)::int AS rooms, count(*)::int AS beds FROM beds WHERE centre_id = $1
           ), withdrawn AS (
               SELECT day::date AS night, count(DISTINCT hold.room_id)::int AS rooms, count(DISTINCT hold.bed_id)::int AS beds
               FROM bed_holds AS hold
               JOIN withdrawals AS withdrawal ON withdrawal.centre_id = $1 AND withdrawal.id = hold.withdrawal_id
                   AND withdrawal.leaves_capacity
               CROSS JOIN LATERAL generate_series(
                   greatest(hold.arrival, $2)::timestamp, least(hold.departure - 1, $3)::timestamp, '1 day') AS day
               WHERE hold.centre_id = $1 AND hold.departure > $2 AND hold.arrival <= $3
               GROUP BY 1
           )
           SELECT day::date AS night, coalesce(slept.rooms, 0) AS rooms, coalesce(slept.beds, 0) AS beds,
               house.rooms - coalesce(withdrawn.rooms, 0) AS rooms_offered,
               house.beds - coalesce(withdrawn.beds, 0) AS beds_offered
           FROM generate_series($2::date::timestamp, $3::date::timestamp, '1 day') AS day CROSS JOIN house
           LEFT JOIN slept ON slept.night = day::date
           LEFT JOIN withdrawn ON withdrawn.night = day::date
           ORDER BY 1""",
        *arguments,
    )
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
        """WITH slept AS (
               SELECT centre_id, date_trunc('month', night)::date AS month, count(*)::int AS rooms, sum(beds)::int AS beds
               FROM (SELECT entry.centre_id, entry.night, bed.room_id, sum(entry.one)::int AS beds
                   FROM (SELECT centre_id, night, CASE WHEN present > 0 THEN 1 ELSE -1 END AS one, unnest(bed_ids) AS bed_id
                       FROM person_nights WHERE night BETWEEN $1 AND $2 AND present <> 0) AS entry
                   JOIN beds AS bed ON bed.centre_id = entry.centre_id AND bed.id = entry.bed_id
                   GROUP BY 1, 2, 3 HAVING sum(entry.one) > 0) AS room
               GROUP BY 1, 2
           ), house AS (
               SELECT centre_id, count(DISTINCT room_id)::int AS rooms, count(*)::int AS beds FROM beds GROUP BY 1
           ), months AS (
               SELECT date_trunc('month', day)::date AS month, count(*)::int AS days
               FROM generate_series($1::date::timestamp, $2::date::timestamp, '1 day') AS day GROUP BY 1
           ), withdrawn AS (
               SELECT hold.centre_id, date_trunc('month', day)::date AS month,
                   count(DISTINCT (hold.room_id, day))::int AS rooms, count(DISTINCT (hold.bed_id, day))::int AS beds
               FROM bed_holds AS hold
               JOIN withdrawals AS withdrawal ON withdrawal.centre_id = hold.centre_id
                   AND withdrawal.id = hold.withdrawal_id AND withdrawal.leaves_capacity
               CROSS JOIN LATERAL generate_series(
                   greatest(hold.arrival, $1)::timestamp, least(hold.departure - 1, $2)::timestamp, '1 day') AS day
               WHERE hold.departure > $1 AND hold.arrival <= $2
               GROUP BY 1, 2
           )
           SELECT house.centre_id, months.month, coalesce(slept.rooms, 0) AS rooms, coalesce(slept.beds, 0) AS beds,
               house.rooms * months.days - coalesce(withdrawn.rooms, 0) AS rooms_offered,
               house.beds * months.days - coalesce(withdrawn.beds, 0) AS beds_offered
           FROM months CROSS JOIN house
           LEFT JOIN slept ON slept.centre_id = house.centre_id AND slept.month = months.month
           LEFT JOIN withdrawn ON withdrawn.centre_id = house.centre_id AND withdrawn.month = months.month
           ORDER BY 1, 2""",
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
