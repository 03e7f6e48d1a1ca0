"""Turnover over all centres, and how much of it may be shown without pointing at one."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from billing.money import Money
from billing.turnover.rules import CURRENCY, Turnover
from infra.database import fetch
from tenants.statistics.rules import FOLDED, CentreCell, Figures, Segment, check_period, covers_enough, discreet
from tenants.statistics.segments import READINGS, from_stays, network_code
from tenants.stays.statuses import SOLD


class NetworkTurnover(msgspec.Struct, frozen=True, kw_only=True):
    """One value's turnover across the network: how many centres have some, and the most that one of them has."""

    code: str
    worth: Turnover
    centres: int
    largest_minor: int


async def network_turnover(
    first_day: date, last_day: date, segment: Segment | None, *, by_month: bool = False
) -> list[NetworkTurnover]:
    """Return each value's turnover over all centres, both days included, in a transaction of the network.

    Spread over billed person-nights as a centre's own; rounded once, after everything is added.

    Args:
        first_day: of the period.
        last_day: of the period.
        segment: None is one line with the empty code.
        by_month: the codes are the months' first days instead; then no segment.

    Raises:
        PeriodInvalid: the days are in the wrong order, or too far apart.
    """
    check_period(first_day, last_day)
    reading = READINGS[segment] if segment is not None else None
    value = f"entry.{reading.entry_column}" if reading is not None and reading.entry_column else "''"
    joined, code = network_code(reading) if reading is not None else ("", "''")
    if by_month:
        code = "summed.month::text"
    rows = await fetch(
        f"""WITH amount AS (
                SELECT dossier.centre_id, dossier.stay_id, sum(line.total_minor)::numeric AS gross,
                    sum(line.total_minor * 10000.0 / (10000 + line.vat_basis_points)) AS net
                FROM dossiers AS dossier
                JOIN dossier_lines AS line ON line.centre_id = dossier.centre_id AND line.dossier_id = dossier.id
                JOIN stays AS sold ON sold.centre_id = dossier.centre_id AND sold.id = dossier.stay_id
                    AND sold.status = ANY($3::text[])
                WHERE line.accounting_code NOT LIKE '447%' GROUP BY 1, 2),
            whole AS (
                SELECT entry.centre_id, entry.stay_id, sum(entry.billed)::numeric AS billed FROM person_nights AS entry
                JOIN amount ON amount.centre_id = entry.centre_id AND amount.stay_id = entry.stay_id
                GROUP BY 1, 2 HAVING sum(entry.billed) > 0),
            summed AS (
                SELECT entry.centre_id, entry.stay_id, date_trunc('month', entry.night::timestamp)::date AS month,
                    {value} AS value, sum(entry.billed) / whole.billed AS share
                FROM person_nights AS entry
                JOIN whole ON whole.centre_id = entry.centre_id AND whole.stay_id = entry.stay_id
                WHERE entry.night BETWEEN $1 AND $2 GROUP BY 1, 2, 3, 4, whole.billed
                UNION ALL
                SELECT stay.centre_id, stay.id, date_trunc('month', stay.arrival::timestamp)::date, '', 1
                FROM stays AS stay JOIN amount ON amount.centre_id = stay.centre_id AND amount.stay_id = stay.id
                WHERE stay.arrival BETWEEN $1 AND $2
                  AND NOT EXISTS (SELECT FROM whole WHERE whole.centre_id = stay.centre_id AND whole.stay_id = stay.id)),
            per_centre AS (
                SELECT summed.centre_id, {code} AS code, sum(amount.gross * summed.share) AS gross,
                    sum(amount.net * summed.share) AS net
                FROM summed JOIN amount ON amount.centre_id = summed.centre_id AND amount.stay_id = summed.stay_id
                {from_stays(reading) if reading is not None else ""} {joined} GROUP BY 1, 2)
            SELECT code, round(sum(gross))::bigint AS gross, round(sum(net))::bigint AS net,
                count(*) FILTER (WHERE gross > 0)::int AS centres, round(max(gross))::bigint AS largest
            FROM per_centre GROUP BY 1 HAVING sum(gross) > 0 ORDER BY 1""",
        first_day,
        last_day,
        sorted(SOLD),
    )
    return [
        NetworkTurnover(
            code=row["code"],
            worth=Turnover(Money(row["gross"], CURRENCY), Money(row["net"], CURRENCY)),
            centres=row["centres"],
            largest_minor=row["largest"],
        )
        for row in rows
    ]


def shown_turnover(
    cells: Sequence[NetworkTurnover], *, whole: NetworkTurnover | None, codes: Sequence[str]
) -> Mapping[str, Turnover]:
    """Return the turnover that may stand beside the lines `codes` that are shown; the rest of it in the folded one.

    Money points at a centre by itself: a line that many centres slept in may have been paid at one. The same rule holds
    for amounts as for nights, and a line that is not shown for its nights is none for its amount.
    """
    if whole is None:
        return {}
    listed = set(codes)
    measured = [_cell(cell, centres=cell.centres if cell.code in listed else 0) for cell in cells]
    found = {code for code, _ in discreet(measured, whole=_cell(whole, centres=whole.centres))}
    shown = {cell.code: cell.worth for cell in cells if cell.code in found and cell.code in listed}
    if FOLDED in found and FOLDED in listed:
        rest = [cell.worth for cell in cells if cell.code not in shown]
        shown[FOLDED] = Turnover(
            Money(sum(worth.gross.minor for worth in rest), CURRENCY),
            Money(sum(worth.net.minor for worth in rest), CURRENCY),
        )
    return shown


def may_be_shown(whole: NetworkTurnover | None) -> bool:
    """Say whether the network's whole turnover points at no centre."""
    return whole is not None and covers_enough(_cell(whole, centres=whole.centres))


def _cell(turnover: NetworkTurnover, *, centres: int) -> CentreCell:
    figures = msgspec.structs.replace(Figures(), nights=turnover.worth.gross.minor)
    return CentreCell(code=turnover.code, figures=figures, centres=centres, largest=turnover.largest_minor)
