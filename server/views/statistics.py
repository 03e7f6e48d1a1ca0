"""Statistics as the contract has them: people and nights from tenants, turnover from billing, names from the lists."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import msgspec

from billing.turnover import queries as turnover_queries
from billing.turnover.network import may_be_shown, shown_turnover
from billing.turnover.network import network_turnover as turnover_of_network
from billing.turnover.rules import NOTHING, Place, Turnover, together
from server.contract import statistics as wire
from server.contract.basics import Money
from server.views.labels import labels_of, named
from tenants.clients.filtering import EVERYBODY, ClientFilter
from tenants.statistics import occupancy, queries
from tenants.statistics.insee import InseeReturn
from tenants.statistics.occupancy import Occupancy
from tenants.statistics.rules import (
    FEWEST_CENTRES,
    Cell,
    CentreCell,
    Figures,
    Segment,
    by_code,
    by_month,
    discreet,
    same_days_last_year,
    summed,
)
from tenants.statistics.segments import READINGS

EMPTY = Figures()
NO_HOUSE = Occupancy(rooms=0, rooms_offered=0, beds=0, beds_offered=0)


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """One period, counted."""

    months: list[Cell]
    cells: list[Cell]
    worth: dict[Place, Turnover]
    worth_of_cells: dict[Place, Turnover]
    days: dict[date, Occupancy]


async def statistics(
    centre_id: UUID,
    first_day: date,
    last_day: date,
    segment: Segment,
    *,
    value: str | None,
    language: str,
    of: ClientFilter = EVERYBODY,
) -> wire.Statistics:
    """Return a centre's table, of these clients' stays; inside the caller's transaction.

    Raises:
        PeriodInvalid: the days are in the wrong order, or too far apart.
    """
    earlier = same_days_last_year(first_day, last_day)
    now = await _counted(centre_id, first_day, last_day, segment, of)
    then = await _counted(centre_id, *earlier, segment, of)
    labels = await labels_of(segment, language, centre_id=centre_id)
    return wire.Statistics(
        first_day=first_day,
        last_day=last_day,
        last_year_first_day=earlier[0],
        last_year_last_day=earlier[1],
        segment=segment,
        value=value,
        several=READINGS[segment].several,
        stays_without_counts=await queries.stays_without_counts(centre_id, first_day, last_day, of=of),
        whole=_whole(now),
        whole_last_year=_whole(then),
        occupancy=_occupancy(occupancy.together(list(now.days.values()))),
        occupancy_last_year=_occupancy(occupancy.together(list(then.days.values()))),
        months=_months(now, then, first_day, last_day, value),
        values=[
            wire.StatisticsValue(code=code, label=named(code, labels), figures=figures, last_year=last_year)
            for code, figures, last_year in _values(now, then)
        ],
    )


class NetworkTable(msgspec.Struct, frozen=True, kw_only=True):
    """One period of the network, as far as it may be shown."""

    whole: Figures
    whole_worth: Turnover | None
    months: dict[str, Figures]
    values: dict[str, Figures]
    worth: dict[str, Turnover]
    """By month, and by value; the two never have a code in common."""


async def network_statistics(
    first_day: date, last_day: date, segment: Segment, *, language: str
) -> wire.NetworkStatistics:
    """Return the network's table, without what would point at one centre; inside a transaction of the network.

    Raises:
        PeriodInvalid: the days are in the wrong order, or too far apart.
    """
    earlier = same_days_last_year(first_day, last_day)
    now, then = await _network_table(first_day, last_day, segment), await _network_table(*earlier, segment)
    labels = await labels_of(segment, language)
    later = {_a_year_later(code): figures for code, figures in then.months.items()}
    full, before = await occupancy.network_occupancy(first_day, last_day), await occupancy.network_occupancy(*earlier)
    worth_then = then.worth | {_a_year_later(code): then.worth[code] for code in then.months if code in then.worth}
    return wire.NetworkStatistics(
        first_day=first_day,
        last_day=last_day,
        last_year_first_day=earlier[0],
        last_year_last_day=earlier[1],
        segment=segment,
        centres=FEWEST_CENTRES,
        whole=_figures(now.whole, now.whole_worth or NOTHING),
        whole_last_year=_figures(then.whole, then.whole_worth or NOTHING),
        turnover_hidden=now.whole_worth is None,
        months=[_network_line(code, code, (now.months, later), (now.worth, worth_then)) for code in sorted(now.months)],
        values=[
            _network_line(code, named(code, labels), (now.values, then.values), (now.worth, then.worth))
            for code in now.values
        ],
        occupancy=_occupancy(full.whole) if full.whole is not None else None,
        occupancy_last_year=_occupancy(before.whole) if before.whole is not None else None,
        occupancy_by_month=[
            wire.MonthOccupancy(
                month=month,
                occupancy=_occupancy(house),
                occupancy_last_year=_occupancy(before.months.get(month.replace(year=month.year - 1), NO_HOUSE)),
            )
            for month, house in full.months.items()
        ],
    )


async def _network_table(first_day: date, last_day: date, segment: Segment) -> NetworkTable:
    whole = (await queries.network_cells(first_day, last_day, None) or [_no_cell()])[0]
    by_month = await queries.network_months(first_day, last_day)
    months = dict(
        discreet([msgspec.structs.replace(cell, code=day.isoformat()) for day, cell in by_month.items()], whole=whole)
    )
    values = dict(discreet(await queries.network_cells(first_day, last_day, segment), whole=whole))
    worth = next(iter(await turnover_of_network(first_day, last_day, None)), None)
    of_months = await turnover_of_network(first_day, last_day, None, by_month=True)
    of_values = await turnover_of_network(first_day, last_day, segment)
    return NetworkTable(
        whole=whole.figures if values else EMPTY,
        whole_worth=worth.worth if worth is not None and values and may_be_shown(worth) else None,
        months=months,
        values=values,
        worth={
            **shown_turnover(of_months, whole=worth, codes=list(months)),
            **shown_turnover(of_values, whole=worth, codes=list(values)),
        },
    )


def insee_view(found: InseeReturn, labels: Mapping[str, str]) -> wire.InseeReturn:
    """Return INSEE's return as the contract has it."""
    return wire.InseeReturn(
        month=found.month,
        residences=[
            wire.InseeResidence(label=labels.get(line.country, line.country), **msgspec.structs.asdict(line))
            for line in found.residences
        ],
        days=[
            wire.InseeDay(
                day=line.day, people=line.people, arrivals=line.arrivals, occupancy=_occupancy(line.occupancy)
            )
            for line in found.days
        ],
    )


async def _counted(centre_id: UUID, first_day: date, last_day: date, segment: Segment, of: ClientFilter) -> Counted:
    reading = READINGS[segment]
    cells = await queries.cells(centre_id, first_day, last_day, segment, of=of)
    # A stay counts once under a value of its own or of its card: then the values' sums are the months'.
    adds_up = not reading.several and not reading.entry_column
    worth, worth_of_cells = await turnover_queries.turnovers(centre_id, first_day, last_day, segment, of=of)
    return Counted(
        months=cells if adds_up else await queries.months(centre_id, first_day, last_day, of=of),
        cells=cells,
        worth=worth,
        worth_of_cells=worth_of_cells,
        days=await occupancy.by_day(centre_id, first_day, last_day, of=of),
    )


def _whole(counted: Counted) -> wire.Figures:
    return _figures(summed(cell.figures for cell in counted.months), together(list(counted.worth.values())))


def _months(
    now: Counted, then: Counted, first_day: date, last_day: date, value: str | None
) -> list[wire.StatisticsMonth]:
    chosen = [
        cells if value is None else [cell for cell in cells if cell.code == value]
        for cells in ((now.months, then.months) if value is None else (now.cells, then.cells))
    ]
    figures, last_year = (by_month(cells) for cells in chosen)
    worth, worth_then = (now.worth, then.worth) if value is None else (now.worth_of_cells, then.worth_of_cells)
    full, full_then = occupancy.by_month(now.days), occupancy.by_month(then.days)
    nobody = Occupancy(rooms=0, rooms_offered=0, beds=0, beds_offered=0)
    lines = []
    for month in months_between(first_day, last_day):
        before = month.replace(year=month.year - 1)
        code = value or ""
        lines.append(
            wire.StatisticsMonth(
                month=month,
                figures=_figures(figures.get(month, EMPTY), worth.get((month, code), NOTHING)),
                last_year=_figures(last_year.get(before, EMPTY), worth_then.get((before, code), NOTHING)),
                occupancy=_occupancy(full.get(month, nobody)),
                occupancy_last_year=_occupancy(full_then.get(before, nobody)),
            )
        )
    return lines


def _values(now: Counted, then: Counted) -> list[tuple[str, wire.Figures, wire.Figures]]:
    figures, last_year = by_code(now.cells), by_code(then.cells)
    worth, worth_then = _worth_by_code(now.worth_of_cells), _worth_by_code(then.worth_of_cells)
    codes = list(dict.fromkeys([*figures, *worth, *last_year, *worth_then]))
    # What nobody said stands last, also where it has turnover only.
    codes.sort(key=lambda code: code == "")
    return [
        (
            code,
            _figures(figures.get(code, EMPTY), worth.get(code, NOTHING)),
            _figures(last_year.get(code, EMPTY), worth_then.get(code, NOTHING)),
        )
        for code in codes
    ]


def _worth_by_code(cells: dict[Place, Turnover]) -> dict[str, Turnover]:
    groups: dict[str, list[Turnover]] = {}
    for (_, code), amount in cells.items():
        groups.setdefault(code, []).append(amount)
    return {code: together(group) for code, group in groups.items()}


def months_between(first_day: date, last_day: date) -> list[date]:
    """Return the first day of each month that the period touches."""
    first = first_day.year * 12 + first_day.month - 1
    last = last_day.year * 12 + last_day.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(first, last + 1)]


def _figures(figures: Figures, worth: Turnover = NOTHING) -> wire.Figures:
    return wire.Figures(
        **msgspec.structs.asdict(figures),
        gross=Money(minor=worth.gross.minor, currency=worth.gross.currency),
        net=Money(minor=worth.net.minor, currency=worth.net.currency),
    )


def _occupancy(occupancy_: Occupancy) -> wire.Occupancy:
    return wire.Occupancy(**msgspec.structs.asdict(occupancy_))


def _network_line(
    code: str,
    label: str,
    figures: tuple[Mapping[str, Figures], Mapping[str, Figures]],
    worth: tuple[Mapping[str, Turnover], Mapping[str, Turnover]],
) -> wire.StatisticsValue:
    """Return a line, now and a year before."""
    return wire.StatisticsValue(
        code=code,
        label=label,
        figures=_figures(figures[0][code], worth[0].get(code, NOTHING)),
        last_year=_figures(figures[1].get(code, EMPTY), worth[1].get(code, NOTHING)),
        turnover_hidden=code not in worth[0],
    )


def _a_year_later(code: str) -> str:
    return f"{int(code[:4]) + 1}{code[4:]}" if code[:4].isdigit() else code


def _no_cell() -> CentreCell:
    return CentreCell(code="", figures=EMPTY, centres=0, largest=0)
