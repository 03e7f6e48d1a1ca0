"""Statistiques: a chart with its axes, the figures beside it, the segment's lines below; a period and the year before."""

from datetime import date
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from server.contract.statistics import ExportRequest, InseeReturn, Statistics
from tui.actions import bindings
from tui.client.statistics import counted_clients
from tui.dialogs.address import Address
from tui.dialogs.ask import Ask
from tui.dialogs.client_filter import filter_words
from tui.dialogs.pick import Pick
from tui.dialogs.show import Show
from tui.formats import month, numeric_day, short_day
from tui.periods import around, kind_of, moved, next_kind
from tui.problems import in_words
from tui.screens.base import DeskScreen, OpenScreen
from tui.screens.of_clients import OfClients
from tui.screens.tourist_tax import TouristTaxGestures
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.chart import Chart
from tui.widgets.figures import (
    MEASURES,
    SEGMENTS,
    bars,
    count,
    figure_lines,
    value_columns,
    value_name,
    value_rows,
)
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Column, Row, Rows
from tui.words import N_, _, language

EXPORTS = (
    ("statistics xlsx", N_("Ce tableau, XLSX")),
    ("statistics csv", N_("Ce tableau, CSV")),
    ("statistics pdf", N_("Ce tableau, PDF")),
    ("tourist_tax xlsx", N_("Taxe de séjour : déclaration et registre, XLSX")),
    ("tourist_tax csv", N_("Taxe de séjour : déclaration et registre, CSV")),
    ("tourist_tax pdf", N_("Taxe de séjour : déclaration et registre, PDF")),
    ("insee xlsx", N_("Enquête INSEE du mois, XLSX")),
    ("insee csv", N_("Enquête INSEE du mois, CSV")),
)


class StatisticsScreen(OfClients, TouristTaxGestures):
    """The centre's figures."""

    SCOPE = "statistics"
    TITLE = N_("Statistiques")
    OF_A_ROW = ("drill",)
    BINDINGS: ClassVar[list[BindingType]] = bindings("statistics")

    class Loaded(Message):
        """The table came."""

        def __init__(self, table: Statistics) -> None:
            super().__init__()
            self.table = table

    class InseeRead(Message):
        """INSEE's return came."""

        def __init__(self, found: InseeReturn) -> None:
            super().__init__()
            self.found = found

    def __init__(self, session: Session) -> None:
        super().__init__(session, _(self.TITLE))
        self.first_day, self.last_day = around(session.today, "year")
        self.segment, self.value = SEGMENTS[0][0], ""
        """The value drilled into, by its row's key; empty for all of them."""
        self.measure = 0
        self.table: Statistics | None = None
        self.chart = Chart(id="chart", classes="panel")
        self.beside = Static("", id="beside", classes="panel", markup=False)
        self.values = Rows(value_columns(), id="values", titled=True, classes="panel")

    def body(self) -> ComposeResult:
        """The chart and its figures above, the segment's lines below."""
        with Horizontal(id="above"):
            yield self.chart
            yield self.beside
        yield self.values

    def on_mount(self) -> None:
        """Stand on the lines."""
        self.chart.say(_("Lecture des nuitées…"))
        self.values.focus()

    # Reading

    def read(self) -> None:
        """Ask again."""
        self._read()

    async def ask(self) -> Statistics:
        """Ask the server for the table."""
        value = None if not self.value else "" if self.value == "-" else self.value
        return await self.session.client.statistics(
            self.first_day, self.last_day, self.segment, value, of=self.of_clients
        )

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        try:
            table = await self.ask()
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
        else:
            self.post_message(self.Loaded(table))

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        self.table = event.table
        self._draw()

    @on(DeskScreen.Failed)
    def _say_failed(self, event: DeskScreen.Failed) -> None:
        self.values.show_failed(in_words(event.problem))
        if self.table is None:
            self.chart.say("")
        self.trouble(event.problem, said=self.values.state == "failed")

    def _draw(self) -> None:
        table = self.table
        if table is None:
            return
        self.top.say(more=_("{period} contre {before}").format(period=self._period(), before=self._before()))
        measure = MEASURES[self.measure]
        drilled = next((value_name(line) for line in table.values if (line.code or "-") == self.value), "")
        self.chart.border_title = " · ".join(part for part in (_(measure.name), drilled) if part)
        self.chart.border_subtitle = _("█ période  ░ un an avant")
        self.beside.border_title = self._period()
        if table.whole.nights or table.whole_last_year.nights:
            self.chart.show(bars(table, measure), said=measure.said, highest=measure.highest)
        else:
            self.chart.say(_("Aucune nuitée sur cette période ni un an avant."))
        self.beside.update("\n".join(figure_lines(table)))
        name = next(name for code, name in SEGMENTS if code == self.segment)
        self.values.border_title = _(name)
        several = _("plusieurs par séjour : les parts dépassent 100 %") if table.several else ""
        self.values.annotate(" · ".join(filter(None, (filter_words(self.of_clients), several))))
        self.values.show(value_rows(table.values, table.whole), empty=_("Aucune nuitée sur cette période."))

    def _period(self) -> str:
        return _named_period(self.first_day, self.last_day)

    def _before(self) -> str:
        assert self.table is not None  # nothing is drawn before it came
        return _named_period(self.table.last_year_first_day, self.table.last_year_last_day)

    # Going about

    def action_previous(self) -> None:
        """Show the period before."""
        self._go_to(*moved(self.first_day, self.last_day, -1))

    def action_next(self) -> None:
        """Show the period after."""
        self._go_to(*moved(self.first_day, self.last_day, 1))

    def action_zoom(self) -> None:
        """Pass from the year to the quarter, to the month, and round."""
        kind = next_kind(kind_of(self.first_day, self.last_day))
        inside = self.first_day <= self.session.today <= self.last_day
        self._go_to(*around(self.session.today if inside else self.first_day, kind))

    @work
    async def action_days(self) -> None:
        """Look at days of one's own."""

        async def take(answers: Answers) -> tuple[date, date]:
            return date.fromisoformat(answers["first_day"]), date.fromisoformat(answers["last_day"])

        fields = [
            Field("first_day", _("Du"), "day", required=True),
            Field("last_day", _("Au"), "day", required=True, after="first_day"),
        ]
        values = {"first_day": self.first_day.isoformat(), "last_day": self.last_day.isoformat()}
        question = Ask(_("Quelle période ?"), fields, take, today=self.session.today, values=values)
        days = await self.app.push_screen_wait(question)
        if days is not None:
            self._go_to(*days)

    def _go_to(self, first: date, last: date) -> None:
        self.first_day, self.last_day = first, last
        self.read()

    def action_measure(self) -> None:
        """Draw another measure."""
        months = self.table.months if self.table is not None else []
        kept = [place for place, measure in enumerate(MEASURES) if measure.is_known(months)]
        self.measure = next((place for place in kept if place > self.measure), 0)
        self._draw()

    @work
    async def action_segment(self) -> None:
        """Choose what nights are counted by."""
        chosen = await self.app.push_screen_wait(
            Pick(_("Compter les nuitées par"), [(code, _(name)) for code, name in SEGMENTS])
        )
        if chosen is not None:
            self.segment, self.value = chosen, ""
            self.read()

    def action_quality(self) -> None:
        """Show how well the centre's cards are filled."""
        from tui.screens.quality import QualityScreen

        self.post_message(OpenScreen(QualityScreen(self.session)))

    def action_drill(self) -> None:
        """Draw the months of the line one stands on; once more, of all of them."""
        self.value = "" if self.value == self.values.key else self.values.key
        self.read()

    def leave_field(self) -> bool:
        """Leave the line that is drawn alone."""
        if not self.value:
            return False
        self.value = ""
        self.read()
        return True

    # Taking away

    @work
    async def action_export(self) -> None:
        """Give the address of a table."""
        chosen = await self.app.push_screen_wait(Pick(_("Exporter"), [(code, _(name)) for code, name in EXPORTS]))
        if chosen is None:
            return
        what, _space, form = chosen.partition(" ")
        wanted = ExportRequest(
            what=what,
            form=form,
            first_day=self.first_day,
            last_day=self.last_day,
            segment=self.segment,
            language=language(),
            clients=counted_clients(self.of_clients),
        )
        try:
            link = await self.session.client.export(wanted)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            said = _("Ouvrez cette adresse sur votre machine, dans les dix minutes. Elle est copiée.")
            await self.app.push_screen_wait(Address(_("Exporter"), said, link.url))

    @work(exclusive=True, group="insee")
    async def action_insee(self) -> None:
        """Show INSEE's return of the period's first month."""
        try:
            found = await self.session.client.insee(self.first_day)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.InseeRead(found))

    @on(InseeRead)
    def _show_insee(self, event: InseeRead) -> None:
        found = event.found
        columns = [
            Column(_("pays de résidence"), 20, grow=1),
            Column(_("arrivées"), 9, right=True),
            Column(_("nuitées"), 9, right=True),
            Column(_("par la fiche"), 12, right=True),
        ]
        rows = [
            Row(
                line.country or "-",
                (
                    line.label or _("non renseigné"),
                    count(line.arrivals),
                    count(line.nights),
                    count(line.deduced_nights) if line.deduced_nights else "",
                ),
            )
            for line in found.residences
        ]
        title = _("Enquête INSEE · {month} {year}").format(month=month(found.month), year=found.month.year)
        self.app.push_screen(Show(title, columns, rows, titled=True, empty=_("Aucune nuitée ce mois-là.")))


def _named_period(first: date, last: date) -> str:
    kind = kind_of(first, last)
    if kind == "year":
        return str(first.year)
    if kind == "month":
        return f"{month(first)} {first.year}"
    if kind == "quarter":
        return f"{month(first)}→{month(last)} {last.year}"
    return f"{numeric_day(first) if first.year != last.year else short_day(first)}→{numeric_day(last)}"
