"""What sold stays are worth, by month and segment: the same segments as people and nights are counted by."""

from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

import msgspec

from billing.turnover.rules import Place, Share, Turnover, turnover_of
from infra.database import fetch
from tenants.clients.filtering import EVERYBODY, ClientFilter
from tenants.rooms.rules import LONGEST_NIGHTS
from tenants.statistics.queries import of_stays, roots_of
from tenants.statistics.rules import Segment, check_period
from tenants.statistics.segments import READINGS, from_stays_of_period
from tenants.stays.statuses import SOLD

_AMOUNTS = """SELECT dossier.stay_id, line.vat_basis_points, sold.arrival, sold.departure, sum(line.total_minor) AS minor
    FROM stays AS sold
    JOIN dossiers AS dossier ON dossier.centre_id = $1 AND dossier.stay_id = sold.id
    JOIN dossier_lines AS line ON line.centre_id = $1 AND line.dossier_id = dossier.id
        AND line.accounting_code NOT LIKE '447%'
    WHERE sold.centre_id = $1 AND sold.departure > $2 AND sold.departure <= $5 AND sold.arrival <= $3
      AND sold.status = ANY($4::text[]) AND {wanted}
    GROUP BY 1, 2, 3, 4"""
"""What each sold stay of the period is worth, per VAT rate: tax that is collected for the commune is nobody's turnover."""


async def turnover(
    centre_id: UUID, first_day: date, last_day: date, segment: Segment | None, *, of: ClientFilter = EVERYBODY
) -> dict[Place, Turnover]:
    """Return turnover by month and segment's value (the empty code without a segment), both days included.

    A stay's amount is spread over its billed person-nights, so that months and values split as the nights do; where
    nobody's number is known, it stands in the month of arrival. Cents add up.

    Raises:
        PeriodInvalid: the days are in the wrong order, or too far apart.
    """
    return turnover_of(await _shares(centre_id, first_day, last_day, segment, of))


async def turnovers(
    centre_id: UUID, first_day: date, last_day: date, segment: Segment, *, of: ClientFilter = EVERYBODY
) -> tuple[dict[Place, Turnover], dict[Place, Turnover]]:
    """Return turnover by month, and by month and segment's value: `turnover` of both, asked once where one says the other.

    Raises:
        PeriodInvalid: as `turnover`.
    """
    shares = await _shares(centre_id, first_day, last_day, segment, of)
    of_values = turnover_of(shares)
    if READINGS[segment].several:
        return await turnover(centre_id, first_day, last_day, None, of=of), of_values
    return turnover_of([msgspec.structs.replace(share, code="") for share in shares]), of_values


async def _shares(
    centre_id: UUID, first_day: date, last_day: date, segment: Segment | None, of: ClientFilter
) -> list[Share]:
    check_period(first_day, last_day)
    reading = READINGS[segment] if segment is not None else None
    value = f"entry.{reading.entry_column}" if reading is not None and reading.entry_column else "''"
    code = reading.code if reading is not None else "''"
    joined = from_stays_of_period(reading) if reading is not None else ""
    # No stay is longer than 400 nights: both ends of the index that finds them are bounded.
    arguments: list[object] = [centre_id, first_day, last_day, sorted(SOLD), last_day + timedelta(days=LONGEST_NIGHTS)]
    amounts = _AMOUNTS.format(wanted=of_stays(of, arguments, "sold.id"))
    rows = await fetch(
        f"""WITH amount AS MATERIALIZED ({amounts}),
            worth AS MATERIALIZED (SELECT DISTINCT stay_id, arrival, departure FROM amount),
            spread AS MATERIALIZED (
                SELECT *, sum(part) OVER (PARTITION BY stay_id) AS parts FROM (
                    SELECT entry.stay_id, date_trunc('month', entry.night::timestamp)::date AS month, {value} AS value,
                        entry.night BETWEEN $2 AND $3 AS inside, sum(entry.billed) AS part
                    FROM person_nights AS entry JOIN worth ON worth.stay_id = entry.stay_id
                    WHERE entry.centre_id = $1 AND entry.night >= (SELECT min(arrival) FROM worth)
                        AND entry.night < (SELECT max(departure) FROM worth)
                    GROUP BY 1, 2, 3, 4) AS nights),
            summed AS (
                SELECT $1::uuid AS centre_id, stay_id, month, value, part::bigint AS part, parts::bigint AS parts
                FROM spread WHERE inside AND part <> 0 AND parts > 0
                UNION ALL
                SELECT $1::uuid, stay_id, date_trunc('month', arrival::timestamp)::date, '', 1, 1 FROM worth
                WHERE arrival BETWEEN $2 AND $3 AND stay_id NOT IN (SELECT stay_id FROM spread WHERE parts > 0))
            SELECT summed.month, {code} AS code, amount.vat_basis_points, summed.parts,
                sum(amount.minor * summed.part)::numeric AS minor_parts
            FROM summed JOIN amount ON amount.stay_id = summed.stay_id {joined}
            GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",
        *arguments,
    )
    roots = await roots_of(reading) if reading is not None else {}
    return [
        Share(
            row["month"],
            roots.get(str(row["code"]), str(row["code"])),
            row["vat_basis_points"],
            Fraction(int(row["minor_parts"]), int(row["parts"])),
        )
        for row in rows
    ]
