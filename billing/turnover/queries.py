"""What sold stays are worth, by month and segment: the same segments as people and nights are counted by."""

from datetime import date
from fractions import Fraction
from uuid import UUID

from billing.turnover.rules import Place, Share, Turnover, turnover_of
from infra.database import fetch
from tenants.statistics.queries import roots_of
from tenants.statistics.rules import Segment, check_period
from tenants.statistics.segments import READINGS, from_stays
from tenants.stays.statuses import SOLD

_AMOUNTS = """SELECT dossier.centre_id, dossier.stay_id, line.vat_basis_points, sum(line.total_minor) AS minor
    FROM dossiers AS dossier
    JOIN dossier_lines AS line ON line.centre_id = dossier.centre_id AND line.dossier_id = dossier.id
    JOIN stays AS sold ON sold.centre_id = dossier.centre_id AND sold.id = dossier.stay_id AND sold.status = ANY($4::text[])
    WHERE dossier.centre_id = $1 AND line.accounting_code NOT LIKE '447%' GROUP BY 1, 2, 3"""
"""What each sold stay is worth, per VAT rate: tax that is collected for the commune is nobody's turnover."""


async def turnover(centre_id: UUID, first_day: date, last_day: date, segment: Segment | None) -> dict[Place, Turnover]:
    """Return turnover by month and segment's value (the empty code without a segment), both days included.

    A stay's amount is spread over its billed person-nights, so that months and values split as the nights do; where
    nobody's number is known, it stands in the month of arrival. Cents add up.

    Raises:
        PeriodInvalid: the days are in the wrong order, or too far apart.
    """
    check_period(first_day, last_day)
    reading = READINGS[segment] if segment is not None else None
    value = f"entry.{reading.entry_column}" if reading is not None and reading.entry_column else "''"
    code = reading.code if reading is not None else "''"
    joined = from_stays(reading) if reading is not None else ""
    rows = await fetch(
        f"""WITH amount AS ({_AMOUNTS}),
            worth AS (SELECT DISTINCT stay_id FROM amount),
            whole AS (
                SELECT entry.stay_id, sum(entry.billed) AS billed FROM person_nights AS entry
                JOIN worth ON worth.stay_id = entry.stay_id
                WHERE entry.centre_id = $1 GROUP BY 1 HAVING sum(entry.billed) > 0),
            summed AS (
                SELECT entry.centre_id, entry.stay_id, date_trunc('month', entry.night::timestamp)::date AS month,
                    {value} AS value, sum(entry.billed)::bigint AS part, whole.billed::bigint AS parts
                FROM person_nights AS entry JOIN whole ON whole.stay_id = entry.stay_id
                WHERE entry.centre_id = $1 AND entry.night BETWEEN $2 AND $3
                GROUP BY 1, 2, 3, 4, whole.billed HAVING sum(entry.billed) <> 0
                UNION ALL
                SELECT stay.centre_id, stay.id, date_trunc('month', stay.arrival::timestamp)::date, '', 1, 1
                FROM stays AS stay JOIN worth ON worth.stay_id = stay.id
                WHERE stay.centre_id = $1 AND stay.arrival BETWEEN $2 AND $3
                  AND NOT EXISTS (SELECT FROM whole WHERE whole.stay_id = stay.id))
            SELECT summed.month, {code} AS code, amount.vat_basis_points, summed.parts,
                sum(amount.minor * summed.part)::numeric AS minor_parts
            FROM summed JOIN amount ON amount.stay_id = summed.stay_id {joined}
            GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",
        centre_id,
        first_day,
        last_day,
        sorted(SOLD),
    )
    roots = await roots_of(reading) if reading is not None else {}
    return turnover_of(
        [
            Share(
                row["month"],
                roots.get(str(row["code"]), str(row["code"])),
                row["vat_basis_points"],
                Fraction(int(row["minor_parts"]), int(row["parts"])),
            )
            for row in rows
        ]
    )
