"""INSEE's monthly return for collective tourist accommodation (enquête de fréquentation des autres hébergements collectifs).

Arrivals and person-nights by country of residence, and each day's rooms and places taken. Residence is what the stay
says; where it says nothing, the country of the client's card, counted apart, so that the desk can see how much is deduced.
"""

from datetime import date, timedelta
from uuid import UUID

import msgspec

from infra.database import fetch
from tenants.statistics.occupancy import Occupancy, by_day

HOME = "FR"


class ResidenceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A country of residence; empty where neither the stay nor the card says one."""

    country: str
    arrivals: int
    nights: int
    deduced_nights: int
    """Of the nights, those whose country is the card's."""


class DayLine(msgspec.Struct, frozen=True, kw_only=True):
    """A day: people who slept here, and the rooms and beds they took."""

    day: date
    people: int
    arrivals: int
    occupancy: Occupancy


class InseeReturn(msgspec.Struct, frozen=True, kw_only=True):
    """A month's return; France first, then by nights, the unknown last."""

    month: date
    residences: tuple[ResidenceLine, ...]
    days: tuple[DayLine, ...]


async def insee_return(centre_id: UUID, month: date) -> InseeReturn:
    """Return the month that `month` lies in."""
    first = month.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    rows = await fetch(
        """SELECT coalesce(nullif(entry.residence, ''), nullif(client.country, ''), '') AS country,
               coalesce(sum(entry.present) FILTER (WHERE entry.night = entry.arrival), 0)::int AS arrivals,
               sum(entry.present)::int AS nights,
               coalesce(sum(entry.present) FILTER (WHERE entry.residence = '' AND client.country <> ''), 0)::int
                   AS deduced_nights
           FROM person_nights AS entry
           JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = entry.stay_id
           LEFT JOIN clients AS client ON client.centre_id = $1 AND client.id = stay.client_id
           WHERE entry.centre_id = $1 AND entry.night BETWEEN $2 AND $3
           GROUP BY 1 HAVING sum(entry.present) <> 0 ORDER BY 1""",
        centre_id,
        first,
        last,
    )
    people = await fetch(
        """SELECT night, sum(present)::int AS people,
               coalesce(sum(present) FILTER (WHERE night = arrival), 0)::int AS arrivals
           FROM person_nights WHERE centre_id = $1 AND night BETWEEN $2 AND $3 GROUP BY night""",
        centre_id,
        first,
        last,
    )
    counts = {row["night"]: (row["people"], row["arrivals"]) for row in people}
    residences = sorted(
        (ResidenceLine(**row) for row in rows),
        key=lambda line: (line.country != HOME, line.country == "", -line.nights, line.country),
    )
    return InseeReturn(
        month=first,
        residences=tuple(residences),
        days=tuple(
            DayLine(day=day, people=counts.get(day, (0, 0))[0], arrivals=counts.get(day, (0, 0))[1], occupancy=full)
            for day, full in (await by_day(centre_id, first, last)).items()
        ),
    )
