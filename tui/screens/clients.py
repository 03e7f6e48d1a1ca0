"""Kardex: a card found as one types; beside the list where there is room, else on a page of its own."""

import asyncio
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from server.contract.clients import ClientLine
from tui.actions import bindings
from tui.dialogs.client_filter import filter_words
from tui.lists import client_types, label_of
from tui.problems import in_words
from tui.screens.base import DeskScreen, OpenClient, OpenScreen
from tui.screens.card_gestures import CardGestures
from tui.screens.client_form import ClientFormScreen
from tui.screens.keyed import NOT_THERE
from tui.screens.of_clients import OfClients
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.line import Line
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import _

PAUSE_SECONDS = 0.06
WIDE = 120


class ClientsScreen(OfClients, CardGestures):
    """The search, what answers, and the card under the cursor."""

    SCOPE = "clients"
    LIVE = ("clients.",)
    OF_A_ROW = ("open",)
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("clients"),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
    ]

    class Loaded(Message):
        """Cards came."""

        def __init__(self, lines: list[ClientLine], text: str) -> None:
            super().__init__()
            self.lines = lines
            self.text = text

    def __init__(self, session: Session) -> None:
        super().__init__(session, _("Kardex"))
        self._answered: str | None = None
        """What was searched for that the list now answers."""
        self._open_first = False
        self.search = Line(
            compact=True, id="search", placeholder=_("nom, organisme, ville, téléphone, courriel, référence…")
        )
        self.found = Rows(
            [
                Column(_("bloqué"), 1),
                Column(_("nom"), 20, grow=2),
                Column(_("ville"), 12, grow=1),
                Column(_("téléphone"), 14, wide_from=60),
                Column(_("type"), 14, hidden=True),
                Column(_("référence"), 10, hidden=True),
            ],
            id="found",
            classes="panel",
        )

    def body(self) -> ComposeResult:
        """Lay out the search, the list, the card."""
        with Horizontal():
            with Vertical(id="finding"):
                yield self.search
                yield self.found
            yield self.page

    def on_mount(self) -> None:
        """Stand in the search."""
        self.search.focus()

    def on_resize(self) -> None:
        """Show the card where there is room."""
        self.page.display = self.app.size.width >= WIDE

    @property
    def is_lacking(self) -> bool:
        """Whether the list has not come; the card beside it comes by itself."""
        return self.found.state in NOT_THERE

    def read(self) -> None:
        """Search again."""
        self._search(self.search.value.strip())

    @on(Input.Changed, "#search")
    def _typed(self) -> None:
        self.read()

    @work(exclusive=True, group="search")
    async def _search(self, text: str) -> None:
        await asyncio.sleep(PAUSE_SECONDS if text else 0)
        try:
            page = await self.session.client.clients(text, of=self.of_clients)
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
        else:
            self.post_message(self.Loaded(page.items, text))

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        self._answered = event.text
        empty = _("Aucune fiche ne répond à cela. Ctrl+N : en ouvrir une.")
        self.found.annotate(filter_words(self.of_clients))
        self.found.show([self._line(line) for line in event.lines], empty=empty)
        if not event.lines:
            self.page.say("")
        if self._open_first:
            self._open_first = False
            self.action_open()

    @on(DeskScreen.Failed)
    def _say_failed(self, event: DeskScreen.Failed) -> None:
        self.found.show_failed(in_words(event.problem))
        self.trouble(event.problem, said=self.found.state == "failed")

    @staticmethod
    def _line(line: ClientLine) -> Row:
        name = line.name + (f" · {line.contact_name}" if line.contact_name else "")
        return Row(
            str(line.id),
            (
                Cell("✗", "bad") if line.blacklisted else "",
                name,
                line.town,
                Cell(line.phone, "muted"),
                label_of(client_types(), line.client_type),
                line.reference,
            ),
        )

    @on(Rows.Moved, "#found")
    def _stand(self, event: Rows.Moved) -> None:
        if self.page.display:
            self.read_card(UUID(event.key))

    @on(Input.Submitted, "#search")
    def _open_found(self) -> None:
        """Open the first card, once the list answers what is typed: a fast hand never opens what it did not ask for."""
        if self._answered == self.search.value.strip():
            self.action_open()
        else:
            self._open_first = True

    @on(Rows.Opened, "#found")
    def action_open(self) -> None:
        """Open the card; in the card's list, the stay or the dossier."""
        if self.focused is self.page.things:
            self.open_thing()
        elif self.found.key:
            self.found.focus()  # so that letters act when one comes back
            self.post_message(OpenClient(UUID(self.found.key)))

    def action_segments(self) -> None:
        """Show the segments."""
        from tui.screens.segments import SegmentsScreen

        self.post_message(OpenScreen(SegmentsScreen(self.session)))

    def action_find(self) -> None:
        """Go back to the search, what was typed marked to be typed over."""
        self.search.focus()
        self.search.action_select_all()

    def leave_field(self) -> bool:
        """Leave the search for the list, where letters act, before leaving the screen."""
        if self.focused is not self.search:
            return False
        self.found.focus()
        return True

    def action_move(self, by: int) -> None:
        """Move in the list without leaving the search."""
        self.found.action_move(by)

    def action_add(self) -> None:
        """Open a card, with what was searched as its name."""
        self.post_message(OpenScreen(ClientFormScreen(self.session, None, name=self.search.value.strip().title())))
