"""Dossiers: the seven columns with their counts and sums, and the dossiers of the one stood on."""

from collections.abc import Awaitable, Callable
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from server.contract.basics import Page
from server.contract.dossiers import DossierCard, DossierColumn
from tui.actions import bindings
from tui.dialogs.client_filter import filter_words
from tui.dialogs.confirm import Confirm
from tui.formats import money, numeric_day, people, period
from tui.lists import DOSSIER_STATE, label
from tui.problems import in_words
from tui.screens.base import DeskScreen, OpenDossier
from tui.screens.of_clients import OfClients
from tui.screens.on_many import OnMany
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.line import Line
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import _, ngettext

MOST_NAMED = 12
"""So many dossiers are named before a gesture on many; the others are counted."""


class DossiersScreen(OfClients, OnMany):
    """The columns left, their dossiers right; left and right pass from column to column."""

    SCOPE = "dossiers"
    LIVE = ("dossiers.", "quotes.", "payments.", "enquiries.", "stays.")
    OF_A_ROW = ("open", "treated", "archive")
    BINDINGS: ClassVar[list[BindingType]] = bindings("dossiers")

    class Columned(Message):
        """The columns came."""

        def __init__(self, columns: list[DossierColumn]) -> None:
            super().__init__()
            self.columns = columns

    class Loaded(Message):
        """Dossiers came."""

        def __init__(self, page: Page[DossierCard], *, more: bool) -> None:
            super().__init__()
            self.page = page
            self.more = more

    class NotLoaded(Message):
        """They did not."""

        def __init__(self, problem: ApiProblem) -> None:
            super().__init__()
            self.problem = problem

    def __init__(self, session: Session) -> None:
        super().__init__(session, _("Dossiers"))
        self.columns = Rows(
            [Column("", 1, grow=1), Column("", 4, right=True)], id="columns", lines_per_row=2, classes="panel"
        )
        self.filter = Line(compact=True, id="filter", placeholder=_("filtrer : nom ou numéro…"))
        columns = [
            Column(_("non lu"), 1),
            Column(_("numéro"), 11),
            Column(_("client"), 12, grow=1),
            Column(_("total"), 12, right=True),
            Column(_("arrivée"), 10, hidden=True),
            Column(_("mois d'arrivée"), 14, hidden=True),
            Column(_("départ"), 10, hidden=True),
            Column(_("pers."), 5, right=True, hidden=True),
            Column(_("reste dû"), 12, right=True, hidden=True),
            Column(_("état"), 20, hidden=True),
        ]
        self.cards = Rows(columns, id="cards", lines_per_row=2, classes="panel")
        self.page: list[DossierCard] = []
        self.next_cursor: str | None = None
        self._started = False

    def body(self) -> ComposeResult:
        """Lay out the columns and the cards."""
        with Horizontal():
            yield self.columns
            with Vertical():
                yield self.filter
                yield self.cards

    def on_mount(self) -> None:
        """Stand on the cards."""
        self.filter.display = False
        self.cards.focus()

    def read(self) -> None:
        """Ask again."""
        self._read_columns()
        if self._started:
            self._read_cards(None)

    @work(exclusive=True, group="columns")
    async def _read_columns(self) -> None:
        try:
            columns = await self.session.client.columns(of=self.of_clients)
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
        else:
            self.post_message(self.Columned(columns))

    @work(exclusive=True, group="cards")
    async def _read_cards(self, cursor: str | None) -> None:
        text = self.filter.value.strip()
        state = "" if text else self.columns.key
        try:
            page = await self.session.client.dossiers(state=state, text=text, cursor=cursor, of=self.of_clients)
        except ApiProblem as problem:
            self.post_message(self.NotLoaded(problem))
        else:
            self.post_message(self.Loaded(page, more=cursor is not None))

    @on(Columned)
    def _show_columns(self, event: Columned) -> None:
        known = {column.state: column for column in event.columns}
        rows = []
        for state, _name in DOSSIER_STATE:
            column = known.get(state)
            count = column.count if column else 0
            cells = (label(DOSSIER_STATE, state), Cell(str(count), "strong" if count else "muted"))
            rows.append(Row(state, cells, second=money(column.total) if column and count else "–"))
        self.columns.show(rows)
        if not self._started:
            self._started = True
            first = next((column.state for column in event.columns if column.count), "new")
            if first == self.columns.key:
                self._read_cards(None)
            self.columns.stand_on(first)

    @on(Rows.Moved, "#columns")
    def _another_column(self) -> None:
        if self._started:
            self._read_cards(None)

    @on(Loaded)
    def _show_cards(self, event: Loaded) -> None:
        before = {card.id: card for card in self.page}
        fresh = frozenset(str(card.id) for card in event.page.items if card.id in before and before[card.id] != card)
        self.page = [*self.page, *event.page.items] if event.more else event.page.items
        self.next_cursor = event.page.next_cursor
        filtered = bool(self.filter.value.strip())
        self.cards.border_title = _("Filtre") if filtered else label(DOSSIER_STATE, self.columns.key)
        self.top.say(more=ngettext("{n} dossier", "{n} dossiers", len(self.page)).format(n=len(self.page)))
        empty = _("Aucun dossier ne répond à cela.") if filtered else _("Aucun dossier dans cette colonne.")
        self.cards.annotate(filter_words(self.of_clients))
        self.cards.show([self._card(card) for card in self.page], empty=empty, changed=fresh)

    @on(DeskScreen.Failed)
    def _say_failed(self, event: DeskScreen.Failed) -> None:
        self.columns.show_failed(in_words(event.problem))
        self.cards.show_failed(in_words(event.problem))
        self.trouble(event.problem, said=self.columns.state == "failed")

    @on(NotLoaded)
    def _say_not_loaded(self, event: NotLoaded) -> None:
        self.cards.show_failed(in_words(event.problem))

    @on(Rows.NearEnd, "#cards")
    def _read_more(self) -> None:
        if self.next_cursor:
            self._read_cards(self.next_cursor)

    @staticmethod
    def _card(card: DossierCard) -> Row:
        about = [period(card.arrival, card.departure), people(card.pax)]
        about.append(_("reste {due}").format(due=money(card.due)) if card.due.minor else _("soldé"))
        name = Cell(card.client_name, "strong" if card.unread else "")
        return Row(
            str(card.id),
            (
                Cell("●", "accent") if card.unread else "",
                card.number,
                name,
                money(card.total),
                numeric_day(card.arrival),
                f"{card.arrival:%m/%Y}",
                numeric_day(card.departure),
                str(card.pax or ""),
                money(card.due) if card.due.minor else "",
                label(DOSSIER_STATE, card.state),
            ),
            second=" · ".join(about),
        )

    # Gestures

    @on(Rows.Opened, "#cards")
    def action_open(self) -> None:
        """Open the dossier."""
        if self.focused is self.columns:
            self.cards.focus()
        elif self.cards.key:
            self.post_message(OpenDossier(UUID(self.cards.key)))

    def action_previous(self) -> None:
        """Pass to the column before."""
        self.columns.action_move(-1)

    def action_next(self) -> None:
        """Pass to the column after."""
        self.columns.action_move(1)

    def action_treated(self) -> None:
        """Tick « Traité » on the dossiers chosen, else on the one under the cursor."""
        client = self.session.client
        self._on_cards(
            _("« Saisie dans le logiciel (Traité) » ?"),
            _("traité"),
            lambda card: client.set_treated(card.id, True, version=card.version),
            _("Coché."),
        )

    def action_archive(self) -> None:
        """Put the dossiers chosen away, else the one under the cursor; from the archive, take them out."""
        client, out = self.session.client, self.columns.key == "archived"
        self._on_cards(
            _("Sortir de l'archive ?") if out else _("Archiver ?"),
            _("sortir") if out else _("archiver"),
            lambda card: client.set_archived(card.id, not out, version=card.version),
            _("Sorti de l'archive.") if out else _("Archivé."),
        )

    @work
    async def _on_cards(
        self, title: str, yes: str, doing: Callable[[DossierCard], Awaitable[object]], said: str
    ) -> None:
        cards = {str(card.id): card for card in self.page}
        things = [(key, f"{cards[key].number} {cards[key].client_name}") for key in self.cards.acted_on if key in cards]
        if not things:
            return
        named = "\n".join(name for _key, name in things[:MOST_NAMED])
        if len(things) > MOST_NAMED:
            named += "\n" + _("et {n} autres").format(n=len(things) - MOST_NAMED)
        if await self.app.push_screen_wait(Confirm(title, named, yes=yes)):
            self.cards.choose([])
            self.on_many(things, lambda key: doing(cards[key]), said)

    def action_find(self) -> None:
        """Filter by name or number, over all columns."""
        self.filter.display = True
        self.filter.focus()

    @on(Input.Changed, "#filter")
    def _filter_typed(self) -> None:
        self._read_cards(None)

    @on(Input.Submitted, "#filter")
    def _filter_done(self) -> None:
        self.cards.focus()

    def leave_field(self) -> bool:
        """Take the filter away before leaving the screen."""
        if not self.filter.display:
            return False
        self.filter.value = ""
        self.filter.display = False
        self.cards.focus()
        return True
