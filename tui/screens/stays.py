"""Réservation: the stays by status and days, and a new one."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from server.contract.basics import Page
from server.contract.stays import ArrivalLine
from tui.actions import bindings
from tui.dialogs.client_filter import filter_words
from tui.dialogs.new_stay import ask_stay
from tui.formats import numeric_day, people, period, room_names
from tui.lists import NEED, STAY_STATUS, label
from tui.problems import in_words
from tui.screens.base import DeskScreen, OpenStay
from tui.screens.of_clients import OfClients
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import N_, _, ngettext

FILTERS = (
    ("coming", N_("à venir")),
    ("present", N_("présents")),
    ("option", N_("options")),
    ("waiting", N_("liste d'attente")),
    ("tentative", N_("à l'étude")),
    ("departed", N_("partis")),
    ("cancelled", N_("annulés")),
    ("no_show", N_("non venus")),
)
DAYS_AHEAD, DAYS_BACK = 400, 60
TONES = {"option": "warn", "present": "good", "tentative": "muted", "cancelled": "muted"}


class StaysScreen(OfClients):
    """The stays."""

    SCOPE = "stays"
    LIVE = ("stays.",)
    OF_A_ROW = ("open",)
    BINDINGS: ClassVar[list[BindingType]] = bindings("stays")

    class Loaded(Message):
        """Stays came."""

        def __init__(self, page: Page[ArrivalLine], *, more: bool) -> None:
            super().__init__()
            self.page = page
            self.more = more

    def __init__(self, session: Session) -> None:
        super().__init__(session, _("Réservation"))
        columns = [
            Column(_("séjour"), 20),
            Column(_("client"), 16, grow=2),
            Column(_("pers."), 5, right=True),
            Column(_("statut"), 9),
            Column(_("chambres"), 12, grow=1),
            Column(_("il manque"), 20, grow=1, wide_from=100),
            Column(_("arrivée"), 10, hidden=True),
            Column(_("mois d'arrivée"), 14, hidden=True),
            Column(_("départ"), 10, hidden=True),
        ]
        self.list = Rows(columns, id="stays", titled=True, classes="panel")
        self.filter = "coming"
        self.lines: list[ArrivalLine] = []
        self.next_cursor: str | None = None

    def body(self) -> ComposeResult:
        """The list."""
        yield self.list

    def on_mount(self) -> None:
        """Stand in the list."""
        self.list.focus()

    def read(self) -> None:
        """Ask again."""
        self._read(self.filter, None)

    @work(exclusive=True, group="read")
    async def _read(self, wanted: str, cursor: str | None) -> None:
        today = self.session.today
        back = wanted in ("departed", "cancelled", "no_show")
        first, last = (
            (today - timedelta(days=DAYS_BACK), today) if back else (today, today + timedelta(days=DAYS_AHEAD))
        )
        try:
            page = await self.session.client.stays(
                status="" if wanted == "coming" else wanted,
                first_day=first,
                last_day=last,
                of=self.of_clients,
                cursor=cursor,
            )
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
        else:
            self.post_message(self.Loaded(page, more=cursor is not None))

    @on(Rows.NearEnd)
    def _read_more(self) -> None:
        if self.next_cursor:
            self._read(self.filter, self.next_cursor)

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        before = {line.stay_id: line for line in self.lines}
        came = event.page.items
        fresh = frozenset(str(one.stay_id) for one in came if one.stay_id in before and before[one.stay_id] != one)
        self.lines = [*self.lines, *came] if event.more else came
        self.next_cursor = event.page.next_cursor
        count = len(self.lines)
        said = ngettext("{n} séjour", "{n} séjours", count).format(n=count)
        self.top.say(more=said + ("+" if self.next_cursor else ""))
        self.list.border_title = next(_(name) for code, name in FILTERS if code == self.filter)
        self.list.annotate(filter_words(self.of_clients))
        self.list.show(
            [self._line(line) for line in self.lines], empty=_("Aucun séjour. n : en prendre un."), changed=fresh
        )

    @on(DeskScreen.Failed)
    def _say_failed(self, event: DeskScreen.Failed) -> None:
        self.list.show_failed(in_words(event.problem))
        self.trouble(event.problem, said=self.list.state == "failed")

    @staticmethod
    def _line(line: ArrivalLine) -> Row:
        needs = ", ".join(label(NEED, need) for need in line.needs)
        return Row(
            str(line.stay_id),
            (
                period(line.arrival, line.departure),
                line.name,
                people(line.pax),
                Cell(label(STAY_STATUS, line.status), TONES.get(line.status, "")),
                room_names(line.rooms, most=30) or Cell(_("sans chambre"), "warn"),
                Cell(f"▲ {needs}", "warn") if needs else "",
                numeric_day(line.arrival),
                f"{line.arrival:%m/%Y}",
                numeric_day(line.departure),
            ),
        )

    @on(Rows.Opened)
    def action_open(self) -> None:
        """Open the fiche."""
        if self.list.key:
            self.post_message(OpenStay(UUID(self.list.key)))

    def read_of_clients(self) -> None:
        """Read from the start, of other clients than before."""
        self.lines = []
        self.read()

    def action_filter(self) -> None:
        """Pass to the next status."""
        codes = [code for code, _name in FILTERS]
        self.filter = codes[(codes.index(self.filter) + 1) % len(codes)]
        self.lines = []
        self.read()

    @work
    async def action_add(self) -> None:
        """Take a stay."""
        taken = await self.app.push_screen_wait(ask_stay(self.session))
        if taken is None:
            return
        if taken.stay is None:
            self.notify(_("Chambres hors service."))
        else:
            self.post_message(OpenStay(taken.stay.id))
        self.read()
