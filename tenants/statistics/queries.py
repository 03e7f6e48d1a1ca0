"""Nights, arrivals and people by month and segment, of one centre and across the network."""

from datetime import date
from uuid import UUID

from infra.database import Row, fetch
from tenants.clients.filtering import EVERYBODY, ClientFilter, condition, of_client
from tenants.code_lists.queries import categories, comparable_codes
from tenants.statistics.rules import Cell, CentreCell, Figures, Segment, check_period, comparable
from tenants.statistics.segments import READINGS, Reading, from_stays, from_stays_of_period, network_code

_MEASURES = """sum(entry.present) AS nights,
    coalesce(sum(entry.present) FILTER (WHERE entry.night = entry.arrival), 0) AS arrivals,
    coalesce(sum(entry.present) FILTER (WHERE entry.night = greatest(entry.arrival, {first})), 0) AS people,
    coalesce(sum(entry.present) FILTER (WHERE entry.night = greatest(entry.arrival, {first},
        date_trunc('month', entry.night::timestamp)::date)), 0) AS month_people,
    sum(entry.billed) AS billed"""

_SUMS = """coalesce(sum(nights), 0)::int AS nights, coalesce(sum(arrivals), 0)::int AS arrivals,
    coalesce(sum(people), 0)::int AS people, coalesce(sum(month_people), 0)::int AS month_people,
    coalesce(sum(billed), 0)::int AS billed,
    (count(*) FILTER (WHERE arrivals > 0))::int AS stays"""
"""A stay arrives in one month, so that its row there is the only one of its value with arrivals."""


def nights_per_stay(reading: Reading | None, *, where: str, first: str) -> str:
    """Return the SQL that sums entries per stay and month (`centre_id, stay_id, month, value` and the measures)."""
    value = f"entry.{reading.entry_column}" if reading is not None and reading.entry_column else "''"
    return f"""SELECT entry.centre_id, entry.stay_id, date_trunc('month', entry.night::timestamp)::date AS month,
            {value} AS value, {_MEASURES.format(first=first)}
        FROM person_nights AS entry WHERE {where} GROUP BY 1, 2, 3, 4"""


def of_stays(of: ClientFilter, arguments: list[object], stay_id: str) -> str:
    """Return the SQL that a stay of these clients answers, and add its values to `arguments`, the centre being the first.

    The stays are found once, whatever the nights that ask.
    """
    if not of:
        return "true"
    return f"""{stay_id} IN (SELECT asked.id FROM stays AS asked
        JOIN clients AS asked_of ON asked_of.centre_id = $1 AND asked_of.id = asked.client_id
        WHERE asked.centre_id = $1 AND {condition(of, arguments, card="asked_of")})"""


async def months(centre_id: UUID, first_day: date, last_day: date, *, of: ClientFilter = EVERYBODY) -> list[Cell]:
    """Return what is counted in each month that has anything, both days included; the code is empty.

    Raises:
        PeriodInvalid: the days are in the wrong order, or too far apart.
    """
    check_period(first_day, last_day)
    arguments: list[object] = [centre_id, first_day, last_day]
    where = f"entry.centre_id = $1 AND entry.night BETWEEN $2 AND $3 AND {of_stays(of, arguments, 'entry.stay_id')}"
    summed = nights_per_stay(None, where=where, first="$2")
    rows = await fetch(
        f"""SELECT summed.month, '' AS code, {_SUMS} FROM ({summed}) AS summed GROUP BY 1 ORDER BY 1""", *arguments
    )
    return [_cell(row) for row in rows]


async def cells(
    centre_id: UUID, first_day: date, last_day: date, segment: Segment, *, of: ClientFilter = EVERYBODY
) -> list[Cell]:
    """Return what is counted of each value of a segment in each month, both days included; empty is unknown.

    Values that were split off another are counted under it, so that the years compare.

    Raises:
        PeriodInvalid: the days are in the wrong order, or too far apart.
    """
    check_period(first_day, last_day)
    reading = READINGS[segment]
    arguments: list[object] = [centre_id, first_day, last_day]
    where = f"entry.centre_id = $1 AND entry.night BETWEEN $2 AND $3 AND {of_stays(of, arguments, 'entry.stay_id')}"
    summed = nights_per_stay(reading, where=where, first="$2")
    rows = await fetch(
        f"""SELECT summed.month, {reading.code} AS code, {_SUMS} FROM ({summed}) AS summed {from_stays_of_period(reading)}
            GROUP BY 1, 2 ORDER BY 1, 2""",
        *arguments,
    )
    found = [_cell(row) for row in rows if row["nights"] or row["arrivals"] or row["billed"]]
    return comparable(found, await roots_of(reading))


async def network_cells(first_day: date, last_day: date, segment: Segment | None) -> list[CentreCell]:
    """Return each value's figures over all centres (one empty code without a segment), with what secrecy asks for.

    In a transaction of the network. A centre's own values count under the network's.

    Raises:
        PeriodInvalid: the days are in the wrong order, or too far apart.
    """
    check_period(first_day, last_day)
    reading = READINGS[segment] if segment is not None else None
    joined, code = network_code(reading) if reading is not None else ("", "''")
    summed = nights_per_stay(reading, where="entry.night BETWEEN $1 AND $2", first="$1")
    rows = await fetch(
        f"""WITH per_centre AS (
                SELECT summed.centre_id, {code} AS code, {_SUMS} FROM ({summed}) AS summed
                {from_stays(reading) if reading is not None else ""} {joined} GROUP BY 1, 2)
            SELECT code, sum(nights)::int AS nights, sum(arrivals)::int AS arrivals, sum(people)::int AS people,
                sum(billed)::int AS billed, sum(stays)::int AS stays, count(*) FILTER (WHERE nights > 0)::int AS centres,
                max(nights)::int AS largest
            FROM per_centre GROUP BY 1 HAVING sum(nights) > 0 ORDER BY 1""",
        first_day,
        last_day,
    )
    return [
        CentreCell(code=row["code"], figures=_figures(row), centres=row["centres"], largest=row["largest"])
        for row in rows
    ]


async def network_months(first_day: date, last_day: date) -> dict[date, CentreCell]:
    """Return each month's figures over all centres, in a transaction of the network.

    Raises:
        PeriodInvalid: the days are in the wrong order, or too far apart.
    """
    check_period(first_day, last_day)
    summed = nights_per_stay(None, where="entry.night BETWEEN $1 AND $2", first="$1")
    rows = await fetch(
        f"""WITH per_centre AS (
                SELECT summed.centre_id, summed.month, {_SUMS} FROM ({summed}) AS summed GROUP BY 1, 2)
            SELECT month, sum(nights)::int AS nights, sum(arrivals)::int AS arrivals, sum(month_people)::int AS people,
                sum(billed)::int AS billed, sum(stays)::int AS stays, count(*) FILTER (WHERE nights > 0)::int AS centres,
                max(nights)::int AS largest
            FROM per_centre GROUP BY 1 HAVING sum(nights) > 0 ORDER BY 1""",
        first_day,
        last_day,
    )
    return {
        row["month"]: CentreCell(code="", figures=_figures(row), centres=row["centres"], largest=row["largest"])
        for row in rows
    }


async def stays_without_counts(
    centre_id: UUID, first_day: date, last_day: date, *, of: ClientFilter = EVERYBODY
) -> int:
    """Count the sold stays with a night in these days whose people nobody has said: no figure counts them."""
    arguments: list[object] = [centre_id, first_day, last_day]
    rows = await fetch(
        f"""SELECT count(*)::int AS stays FROM stays WHERE centre_id = $1 AND pax IS NULL
             AND status IN ('confirmed', 'present', 'departed') AND departure > $2 AND arrival <= $3
             AND {of_client(of, arguments, "stays.client_id")}""",
        *arguments,
    )
    return int(rows[0]["stays"])


async def roots_of(reading: Reading) -> dict[str, str]:
    """Return, for each value that was split off another, the one that its years compare under."""
    if not reading.list_name:
        return {}
    if not reading.cascade:
        return await comparable_codes(reading.list_name)
    roots: dict[str, str] = {}
    for category in await categories(reading.list_name):
        of_category = await comparable_codes(reading.list_name, category.code)
        roots |= {f"{category.code}/{code}": f"{category.code}/{root}" for code, root in of_category.items()}
    return roots


def _cell(row: Row) -> Cell:
    return Cell(month=row["month"], code=row["code"], figures=_figures(row), month_people=row["month_people"])


def _figures(row: Row) -> Figures:
    return Figures(**{name: row[name] for name in Figures.__struct_fields__})
