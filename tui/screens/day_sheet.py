"""Feuille du jour: arrivals, departures, presents, meals, rooms to clean; one key into each, and all of it to print."""

from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from server.contract.day_sheet import DaySheet, Serving
from server.contract.stays import ArrivalLine
from tui.actions import bindings
from tui.client.statistics import counted_clients
from tui.dialogs.ask import Ask
from tui.dialogs.check_in import ask_check_in, ask_departure
from tui.dialogs.client_filter import filter_words
from tui.dialogs.documents import OF_DAY, give_document
from tui.dialogs.meal import ask_meal
from tui.formats import long_day
from tui.group_words import NEXT_STATE
from tui.problems import in_words
from tui.screens.base import DeskScreen, OpenScreen, OpenStay
from tui.screens.housekeeping import HousekeepingScreen
from tui.screens.of_clients import OfClients
from tui.screens.rooming import RoomingScreen
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.day import people_columns, person
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Rows
from tui.widgets.sheet_rows import APART, MEAL, meal_columns, meal_key, meal_rows, room_columns, room_rows
from tui.words import N_, _

PANELS = (
    ("arrivals", N_("Arrivées")),
    ("departures", N_("Départs")),
    ("present", N_("Présents")),
    ("meals", N_("Repas")),
    ("cleaning", N_("Chambres")),
)
WIDE, TALL = 110, 36
"""From so many columns and lines on, all panels are seen at once."""


class DaySheetScreen(OfClients):
    """A day."""

    SCOPE = "day_sheet"
    LIVE = (
        "stays.",
        "rooming.",
        "meals.",
        "housekeeping.",
        "arrivals.",
        "dossiers.",
        "rooms.",
        "catering.",
        "payments.",
    )
    OF_A_ROW = ("open", "arrive", "leave", "rooming")
    BINDINGS: ClassVar[list[BindingType]] = bindings("day_sheet")

    class Loaded(Message):
        """The sheet came."""

        def __init__(self, sheet: DaySheet) -> None:
            super().__init__()
            self.sheet = sheet

    def __init__(self, session: Session) -> None:
        super().__init__(session, _("Feuille du jour"))
        self.day: date | None = None
        """The day shown; None for today, whichever it is."""
        self.sheet: DaySheet | None = None
        self.tabs = Static("", id="tabs", markup=False)
        columns = {"meals": meal_columns, "cleaning": room_columns}
        self.panels = {
            name: Rows(columns.get(name, people_columns)(), id=f"sheet-{name}", title=_(title), classes="panel")
            for name, title in PANELS
        }
        self.shown = "arrivals"

    def body(self) -> ComposeResult:
        """The panels: one at a time on a small terminal, all of them on a large one."""
        yield self.tabs
        with Horizontal(id="sheet"):
            with Vertical(id="sheet-people"):
                for name in ("arrivals", "departures", "present"):
                    yield self.panels[name]
            with Vertical(id="sheet-house"):
                yield self.panels["meals"]
                yield self.panels["cleaning"]

    def on_mount(self) -> None:
        """Stand on the arrivals."""
        self._lay_out()
        self.panels[self.shown].focus()

    def on_resize(self) -> None:
        """Show one panel or all of them."""
        self._lay_out()

    @property
    def whole(self) -> bool:
        """Whether all panels are seen at once."""
        return self.app.size.width >= WIDE and self.app.size.height >= TALL

    def _lay_out(self) -> None:
        for name, panel in self.panels.items():
            panel.display = self.whole or name == self.shown
        self.query_one("#sheet-people").display = self.whole or self.shown in ("arrivals", "departures", "present")
        self.query_one("#sheet-house").display = self.whole or self.shown in ("meals", "cleaning")
        self._draw_tabs()

    def _draw_tabs(self) -> None:
        counts = {name: "" for name, _title in PANELS}
        if self.sheet is not None:
            counts = {
                "arrivals": f" {len(self.sheet.arrivals)}",
                "departures": f" {len(self.sheet.departures)}",
                "present": f" {len(self.sheet.present)}",
                "meals": f" {sum(serving.people for serving in self.sheet.servings)}",
                "cleaning": f" {len(self.sheet.rooms)}",
            }
        parts = []
        for place, (name, title) in enumerate(PANELS, start=1):
            text = f"{place} {_(title)}{counts[name]}"
            parts.append(f"[{text}]" if name == self.shown else f" {text} ")
        self.tabs.update(Content(" ".join(parts)))

    # Reading

    def read(self) -> None:
        """Ask again."""
        self._read(self.day or self.session.today)

    @work(exclusive=True, group="read")
    async def _read(self, day: date) -> None:
        try:
            sheet = await self.session.client.day_sheet(day, of=self.of_clients)
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
        else:
            self.post_message(self.Loaded(sheet))

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        sheet = self.sheet = event.sheet
        tonight = _("{n} personnes cette nuit").format(n=sheet.people_tonight)
        # A filter left on is not taken for an empty house.
        more = " · ".join(filter(None, (filter_words(self.of_clients), tonight)))
        self.top.say(f"{_('Feuille du jour')} · {long_day(sheet.day)}", more=more)
        for name in ("arrivals", "departures", "present", "meals"):
            self.panels[name].annotate(filter_words(self.of_clients))
        self.panels["arrivals"].show(
            [person(line, leaving=False) for line in sheet.arrivals], empty=_("Aucune arrivée ce jour.")
        )
        self.panels["departures"].show(
            [person(line, leaving=True) for line in sheet.departures], empty=_("Aucun départ ce jour.")
        )
        self.panels["present"].show(
            [person(line, leaving=False) for line in sheet.present], empty=_("Personne ne reste ce jour.")
        )
        self.panels["meals"].show(meal_rows(sheet.servings, sheet.apart), empty=_("Aucun repas vendu ce jour."))
        self.panels["cleaning"].show(room_rows(sheet.rooms), empty=_("Tout est propre."))
        self._draw_tabs()

    @on(DeskScreen.Failed)
    def _say_failed(self, event: DeskScreen.Failed) -> None:
        for panel in self.panels.values():
            panel.show_failed(in_words(event.problem))
        self.trouble(event.problem, said=self.panels[self.shown].state == "failed")

    # Going about

    def action_panel(self, name: str) -> None:
        """Show a panel, and stand in it."""
        self.shown = name
        self._lay_out()
        self.panels[name].focus()

    def action_arrivals(self) -> None:
        """Show who arrives."""
        self.action_panel("arrivals")

    def action_departures(self) -> None:
        """Show who leaves."""
        self.action_panel("departures")

    def action_present(self) -> None:
        """Show who stays."""
        self.action_panel("present")

    def action_meals(self) -> None:
        """Show what is eaten."""
        self.action_panel("meals")

    def action_cleaning(self) -> None:
        """Show which rooms are to be cleaned."""
        self.action_panel("cleaning")

    def on_descendant_focus(self) -> None:
        """Follow the cursor where several panels are seen."""
        name = next((name for name, panel in self.panels.items() if panel is self.focused), self.shown)
        if name != self.shown:
            self.shown = name
            self._draw_tabs()

    def action_previous(self) -> None:
        """Show the day before."""
        self._go_to((self.day or self.session.today) - timedelta(days=1))

    def action_next(self) -> None:
        """Show the day after."""
        self._go_to((self.day or self.session.today) + timedelta(days=1))

    def action_to_today(self) -> None:
        """Go back to today."""
        self._go_to(self.session.today)

    def _go_to(self, day: date) -> None:
        self.day = None if day == self.session.today else day
        self.read()

    @work
    async def action_to_day(self) -> None:
        """Go to a date."""

        async def take(answers: Answers) -> date:
            return date.fromisoformat(answers["day"])

        fields = [Field("day", _("Date"), "day", required=True)]
        day = await self.app.push_screen_wait(Ask(_("Aller à une date"), fields, take, today=self.session.today))
        if day is not None:
            self._go_to(day)

    # Gestures

    @property
    def _line(self) -> ArrivalLine | None:
        """The stay under the cursor."""
        if self.sheet is None or self.shown not in ("arrivals", "departures", "present"):
            return None
        lines: list[ArrivalLine] = getattr(self.sheet, self.shown)
        return next((line for line in lines if str(line.stay_id) == self.panels[self.shown].key), None)

    @on(Rows.Opened)
    def action_open(self) -> None:
        """Open the stay, set the meal, or mark the room."""
        if self.shown == "cleaning":
            self._mark()
        elif self.shown == "meals":
            self._open_meal(self.panels["meals"].key)
        elif (line := self._line) is not None:
            self.post_message(OpenStay(line.stay_id))

    def _mark(self) -> None:
        rooms = self.sheet.rooms if self.sheet else []
        room = next((room for room in rooms if str(room.room_id) == self.panels["cleaning"].key), None)
        if room is not None:
            client, state = self.session.client, NEXT_STATE[room.state]
            self.gesture(lambda: client.mark_room(room.room_id, state), "")

    def _open_meal(self, key: str) -> None:
        if key.startswith(APART):
            self.post_message(OpenStay(UUID(key.rpartition(":")[2])))
        elif key.startswith(MEAL) and self.sheet is not None:
            serving = next((one for one in self.sheet.servings if meal_key(one) == key), None)
            if serving is not None:
                self._set_meal(serving)

    @work
    async def _set_meal(self, serving: Serving) -> None:
        if await self.app.push_screen_wait(ask_meal(self.session, serving)):
            self.notify(_("Repas notés."))
            self.read()

    @work
    async def action_arrive(self) -> None:
        """Check the stay in, after showing what it still needs."""
        line = self._line
        if line is not None and self.shown == "arrivals":
            await ask_check_in(self, line)

    @work
    async def action_leave(self) -> None:
        """Mark the stay departed, its keys back."""
        line = self._line
        if line is not None:
            await ask_departure(self, line)

    def action_rooming(self) -> None:
        """Open the group's rooming list."""
        if (line := self._line) is not None:
            self.post_message(OpenScreen(RoomingScreen(self.session, line.stay_id)))

    def action_housekeeping(self) -> None:
        """Open all rooms, in the order of work."""
        self.post_message(OpenScreen(HousekeepingScreen(self.session, self.day or self.session.today)))

    @work
    async def action_print(self) -> None:
        """Print or export the day."""
        try:
            day, clients = self.day or self.session.today, counted_clients(self.of_clients)
            await give_document(self.app, self.session, OF_DAY, day=day, clients=clients)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))

    @work
    async def action_survey_days(self) -> None:
        """Say how many days before an arrival its survey goes out."""
        client = self.session.client
        try:
            now = await client.survey_days()
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return

        async def send(answers: Answers) -> bool:
            await client.set_survey_days(int(answers["days"] or 0))
            return True

        fields = [Field("days", _("Jours avant l'arrivée"), "count", hint=_("0 : jamais de soi-même"))]
        intro = _("Le questionnaire d'arrivée part tout seul, par courriel, autant de jours avant l'arrivée.")
        if await self.app.push_screen_wait(
            Ask(
                _("Questionnaire d'arrivée"),
                fields,
                send,
                today=self.session.today,
                values={"days": str(now.days)},
                intro=intro,
            )
        ):
            self.notify(_("C'est noté."))
