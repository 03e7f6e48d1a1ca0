"""Accueil: the day in one look, one key into each thing."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from server.contract.stays import ArrivalLine, Desk
from tui.actions import bindings
from tui.dialogs.check_in import ask_check_in, ask_departure
from tui.dialogs.new_enquiry import ask_enquiry
from tui.problems import in_words
from tui.screens.alerts import Alerts
from tui.screens.base import DeskScreen, GoTo, OpenStay
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.day import house_today, people_columns, person, skeleton, week_ahead
from tui.widgets.rows import Rows
from tui.widgets.to_do import TASK, things_to_do
from tui.words import _

TALL = 36
"""From so many lines on the departures stand under the arrivals."""


class HomeScreen(Alerts):
    """The day."""

    SCOPE = "home"
    AUTO_FOCUS = "#people"
    LIVE = ("stays.", "enquiries.", "payments.", "dossiers.", "rooms.", "mails.", "quotes.", "tasks.")
    OF_A_ROW = ("open", "arrive", "leave", "task_done")
    BINDINGS: ClassVar[list[BindingType]] = bindings("home")

    class Loaded(Message):
        """The day came."""

        def __init__(self, desk: Desk) -> None:
            super().__init__()
            self.desk = desk

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Halte")
        self.day = Static(skeleton(), id="day", classes="panel")
        self.day.border_title = _("Aujourd'hui")
        self.people = Rows(people_columns(), id="people", title=_("Arrivées"), classes="panel")
        self.leaving = Rows(people_columns(), id="leaving", title=_("Départs"), classes="panel")
        self.week = Static("░" * 40, id="week", classes="panel")
        self.week.border_title = _("Cette semaine : occupation")
        self.desk: Desk | None = None
        self.departures_shown = False

    def body(self) -> ComposeResult:
        """Two panels above, the day's people, the week below."""
        self.leaving.display = self.app.size.height >= TALL
        with Horizontal(id="above"):
            yield self.day
            yield self.to_do
        yield self.people
        yield self.leaving
        yield self.week

    def on_resize(self) -> None:
        """Show the departures beside the arrivals where there is room, else in their place."""
        self.leaving.display = self.app.size.height >= TALL
        if self.leaving.display:
            self.departures_shown = False
        self._draw_people()

    def read(self) -> None:
        """Ask for the day."""
        self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        try:
            desk = await self.session.client.desk()
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
        else:
            self.post_message(self.Loaded(desk))

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        before, self.desk = self.desk, event.desk
        self.session.learn_today(event.desk.today)
        self.tasks = event.desk.newest_tasks
        self.top.say()
        self.day.update(house_today(event.desk))
        self.week.update(week_ahead(event.desk.week, width=self.app.size.width))
        self._draw_people(before)
        self.to_do.show(things_to_do(event.desk, self.session.zone), empty=_("Tout est fait. Rien n'attend."))

    @on(DeskScreen.Failed)
    def _say_failed(self, event: DeskScreen.Failed) -> None:
        if self.desk is None:
            self.day.update(Content(in_words(event.problem)))
            self.to_do.show_failed(in_words(event.problem))
            self.people.show_failed(in_words(event.problem))
            self.leaving.show_failed(in_words(event.problem))
        self.trouble(event.problem, said=self.people.state == "failed")

    # Drawing

    def _draw_people(self, before: Desk | None = None) -> None:
        if self.desk is None:
            return
        lines = self.desk.departures if self.departures_shown else self.desk.arrivals
        old = {} if before is None else {line.stay_id: line for line in (*before.arrivals, *before.departures)}
        changed = frozenset(str(line.stay_id) for line in lines if before is not None and old.get(line.stay_id) != line)
        self.people.border_title = _("Départs") if self.departures_shown else _("Arrivées")
        empty = (
            _("Aucun départ aujourd'hui.")
            if self.departures_shown
            else _("Aucune arrivée aujourd'hui. g r : prendre une réservation.")
        )
        self.people.show([person(line, leaving=self.departures_shown) for line in lines], empty=empty, changed=changed)
        leaving = [person(line, leaving=True) for line in self.desk.departures]
        self.leaving.show(leaving, empty=_("Aucun départ aujourd'hui."))

    # Gestures

    def action_open(self) -> None:
        """Open what the cursor is on."""
        if self.focused is self.to_do:
            self._open_thing(self.to_do.key)
        elif (line := self._line()) is not None:
            self.post_message(OpenStay(line.stay_id))

    @on(Rows.Opened)
    def _clicked(self) -> None:
        self.action_open()

    def _open_thing(self, thing: str) -> None:
        if thing == "mails":
            self.action_failed_mails()
        elif thing == "tasks":
            self.read_tasks()
        elif thing.startswith(TASK):
            self.open_task(thing)
        elif thing:
            self.post_message(
                GoTo({"enquiries": "enquiries", "options": "stays", "overdue": "dossiers", "forms": "stays"}[thing])
            )

    def _line(self) -> ArrivalLine | None:
        people = self.leaving if self.focused is self.leaving else self.people
        lines = (*self.desk.arrivals, *self.desk.departures) if self.desk else ()
        return next((line for line in lines if str(line.stay_id) == people.key), None)

    def action_other_list(self) -> None:
        """Pass from the arrivals to the departures."""
        if self.leaving.display:
            (self.people if self.focused is self.leaving else self.leaving).focus()
            return
        self.departures_shown = not self.departures_shown
        self._draw_people()

    @work
    async def action_arrive(self) -> None:
        """Check the stay in, after showing what it still needs."""
        line = self._line()
        if line is not None and not self.departures_shown and self.focused is not self.leaving:
            await ask_check_in(self, line)

    @work
    async def action_leave(self) -> None:
        """Mark the stay departed, its keys back."""
        line = self._line()
        if line is not None:
            await ask_departure(self, line)

    @work
    async def action_add_enquiry(self) -> None:
        """Note a demande."""
        enquiry = await self.app.push_screen_wait(ask_enquiry(self.session))
        if enquiry is not None:
            self.post_message(GoTo("enquiries", subject_id=enquiry.id))
