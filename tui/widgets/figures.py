"""Statistics in words and figures: what stands beside the chart, and the segment's lines."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from server.contract.basics import Money
from server.contract.statistics import Figures, Occupancy, Statistics, StatisticsMonth, StatisticsValue
from tui.formats import CURRENCIES, month
from tui.widgets.chart import Bar
from tui.widgets.columns import Cell, Column, Row
from tui.words import N_, _, language, ngettext

SEGMENTS = (
    ("booking_type", N_("Type de réservation")),
    ("client_type", N_("Type de client")),
    ("purpose", N_("Objet du séjour")),
    ("age_band", N_("Tranche d'âge")),
    ("nationality", N_("Nationalité")),
    ("residence", N_("Pays de résidence")),
    ("region", N_("Région")),
    ("service", N_("Prestation consommée")),
    ("discovery_channel", N_("Moyen de connaissance")),
    ("segmentation", N_("Segmentation")),
    ("origin", N_("Origine")),
    ("marketing_code", N_("Code marketing")),
)


class Measure(NamedTuple):
    """What the chart draws: its name, its value in a month now and a year earlier, its words on the axis."""

    name: str
    value: Callable[[StatisticsMonth], float]
    before: Callable[[StatisticsMonth], float]
    said: Callable[[float], str]
    highest: float | None = None
    of_houses: bool = False

    def is_known(self, months: Sequence[StatisticsMonth]) -> bool:
        """Say whether it can be drawn: how full the houses were is not told where it would point at one."""
        return not self.of_houses or any(line.occupancy.rooms_offered for line in months)


def count(number: float) -> str:
    """Return « 12 345 », or « 12,345 » in English."""
    text = f"{round(number):,}"
    return text.replace(",", " ") if language() == "fr" else text


def share(part: float, whole: float) -> float:
    """Return a share in percent; 0 of nothing."""
    return 100 * part / whole if whole else 0.0


def percent(value: float) -> str:
    """Return « 68 % »."""
    return f"{round(value)} %" if language() == "fr" else f"{round(value)}%"


def change(now: float, before: float) -> str:
    """Return « +4 % » against the year before; nothing where there was none."""
    if not before:
        return ""
    moved = round(100 * (now - before) / before)
    return f"{moved:+d}\N{NO-BREAK SPACE}%" if language() == "fr" else f"{moved:+d}%"


def euros(height: float) -> str:
    """Return a height on the axis, in hundredths, as whole euros: « 12 k€ »."""
    whole = height / 100
    return f"{whole / 1000:.0f} k€" if whole >= 10_000 else f"{whole:.0f} €"


MEASURES = (
    Measure(N_("Nuitées"), lambda line: line.figures.nights, lambda line: line.last_year.nights, count),
    Measure(
        N_("Occupation des chambres"),
        lambda line: _rooms(line.occupancy),
        lambda line: _rooms(line.occupancy_last_year),
        percent,
        100.0,
        of_houses=True,
    ),
    Measure(
        N_("Chiffre d'affaires HT"),
        lambda line: line.figures.net.minor,
        lambda line: line.last_year.net.minor,
        euros,
    ),
    Measure(N_("Arrivées"), lambda line: line.figures.arrivals, lambda line: line.last_year.arrivals, count),
)

VALUE_COLUMNS = (
    Column(N_("segment"), 16, grow=1),
    Column(N_("nuitées"), 8, right=True),
    Column(N_("part"), 5, right=True),
    Column(N_("an -1"), 8, right=True),
    Column(N_("écart"), 6, right=True),
    Column(N_("arrivées"), 8, right=True, wide_from=70),
    Column(N_("pers."), 7, right=True, wide_from=100),
    Column(N_("séj. moy."), 9, right=True, wide_from=90),
    Column(N_("CA HT"), 11, right=True, wide_from=72),
)


def value_columns() -> list[Column]:
    """Return the columns of the segment's lines, in the language spoken."""
    return [column._replace(title=_(column.title)) for column in VALUE_COLUMNS]


def bars(table: Statistics, measure: Measure) -> list[Bar]:
    """Return a bar for each month."""
    return [Bar(month(line.month).rstrip("."), measure.value(line), measure.before(line)) for line in table.months]


def figure_lines(table: Statistics) -> list[str]:
    """Return the lines beside the chart: what, how many, against last year; rooms and money where they are known."""
    house = table.occupancy.rooms_offered > 0
    now, then = table.whole, table.whole_last_year
    lines = [
        _line(_("Nuitées"), count(now.nights), change(now.nights, then.nights)),
        _line(_("Arrivées"), count(now.arrivals), change(now.arrivals, then.arrivals)),
        _line(_("Personnes"), count(now.people), change(now.people, then.people)),
        _line(_("Séjours"), count(now.stays), change(now.stays, then.stays)),
        _line(_("Séjour moyen"), mean(now), ""),
    ]
    if house:
        full, before = table.occupancy, table.occupancy_last_year
        lines += [
            _line(_("Chambres"), percent(_rooms(full)), _points(_rooms(full), _rooms(before))),
            _line(_("Lits"), percent(_beds(full)), _points(_beds(full), _beds(before))),
        ]
    if house or now.net.minor:
        lines.append(_line(_("CA HT"), whole_money(now.net), change(now.net.minor, then.net.minor)))
    if table.stays_without_counts:
        said = ngettext("{n} séjour sans effectif", "{n} séjours sans effectif", table.stays_without_counts)
        lines.append("▲ " + said.format(n=table.stays_without_counts))
    return lines


def value_rows(values: Sequence[StatisticsValue], whole: Figures) -> list[Row]:
    """Return a line for each of the segment's values."""
    return [
        Row(
            line.code or "-",
            (
                Cell(value_name(line), "" if line.code else "muted"),
                count(line.figures.nights),
                percent(share(line.figures.nights, whole.nights)),
                Cell(count(line.last_year.nights), "muted"),
                _toned(change(line.figures.nights, line.last_year.nights)),
                count(line.figures.arrivals),
                count(line.figures.people),
                mean(line.figures),
                "–" if line.turnover_hidden else whole_money(line.figures.net),
            ),
        )
        for line in values
    ]


def value_name(line: StatisticsValue) -> str:
    """Return what a value is called; the unknown and what is folded have words of ours."""
    if line.code == "*":
        return _("autres (trop peu de centres pour les montrer)")
    return line.label or _("non renseigné")


def mean(figures: Figures) -> str:
    """Return « 3,2 n. »: nights a person."""
    if not figures.arrivals:
        return ""
    text = f"{figures.nights / figures.arrivals:.1f}"
    return _("{n} n.").format(n=text.replace(".", ",") if language() == "fr" else text)


def whole_money(amount: Money) -> str:
    """Return « 12 345 € », or « €12,345 » in English."""
    symbol, whole = CURRENCIES.get(amount.currency, amount.currency), count(amount.minor / 100)
    return f"{whole} {symbol}" if language() == "fr" else f"{symbol}{whole}"


def _line(name: str, value: str, moved: str) -> str:
    return f"{name:<12}{value:>11} {moved:>6}".rstrip()


def _points(now: float, before: float) -> str:
    return f"{round(now) - round(before):+d} pt" if before else ""


def _toned(moved: str) -> Cell:
    return Cell(moved, "bad" if moved.startswith("-") else "good" if moved and moved[1] != "0" else "muted")


def _rooms(full: Occupancy) -> float:
    return share(full.rooms, full.rooms_offered)


def _beds(full: Occupancy) -> float:
    return share(full.beds, full.beds_offered)
