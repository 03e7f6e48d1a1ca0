"""Search clients, dossiers and rooms at once, from any screen, as one types."""

import asyncio
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from server.contract.clients import ClientLine
from server.contract.dossiers import DossierCard
from server.contract.stays import Room
from tui.dialogs.base import Dialog
from tui.formats import period
from tui.lists import DOSSIER_STATE, label
from tui.problems import in_words
from tui.screens.base import GoTo, OpenClient, OpenDossier
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.line import Line
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import _

Found = OpenClient | OpenDossier | GoTo
PAUSE_SECONDS = 0.08


class Search(Dialog[Found]):
    """One line to type, what answers below; Enter opens it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
    ]

    class Came(Message):
        """Answers came."""

        def __init__(
            self, clients: list[ClientLine], dossiers: list[DossierCard], rooms: list[Room], *, text: str
        ) -> None:
            super().__init__()
            self.text = text
            self.clients = clients
            self.dossiers = dossiers
            self.rooms = rooms

    class Failed(Message):
        """Searching failed."""

        def __init__(self, problem: ApiProblem) -> None:
            super().__init__()
            self.problem = problem

    def __init__(self, session: Session) -> None:
        super().__init__(_("Chercher partout"), keys=_("⏎ ouvrir · Esc revenir"), wide=True)
        self._session = session
        self._rows = Rows([Column("", 9), Column("", 26, grow=1), Column("", 28, grow=1)])
        self._rooms: list[Room] | None = None
        self._line = Line(
            compact=True, placeholder=_("un nom, une ville, un téléphone, un numéro de dossier, une chambre…")
        )
        self._answered = ""
        self._open_first = False

    def inside(self) -> ComposeResult:
        """Lay out the line and the answers."""
        yield self._line
        yield self._rows

    def on_mount(self) -> None:
        """Wait for something typed."""
        self._rows.show([], empty=_("Tapez un fragment : nom, ville, téléphone, numéro…"))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if event.value.strip():
            self._search(event.value.strip())
        else:
            self._rows.show([], empty=_("Tapez un fragment : nom, ville, téléphone, numéro…"))

    @work(exclusive=True)
    async def _search(self, text: str) -> None:
        await asyncio.sleep(PAUSE_SECONDS)
        client = self._session.client
        try:
            clients, dossiers = await asyncio.gather(client.clients(text, limit=20), client.dossiers(text=text))
            if self._rooms is None:
                self._rooms = (await client.rooms()).items
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
            return
        rooms = [room for room in self._rooms if text.lower() in room.name.lower()]
        self.post_message(self.Came(clients.items, dossiers.items, rooms, text=text))

    @on(Came)
    def _show(self, event: Came) -> None:
        rows = [
            Row(f"client {line.id}", (Cell(_("client"), "muted"), line.name, f"{line.town}  {line.phone}"))
            for line in event.clients
        ]
        rows += [
            Row(
                f"dossier {card.id}",
                (
                    Cell(_("dossier"), "muted"),
                    f"{card.number} {card.client_name}",
                    f"{period(card.arrival, card.departure)} {label(DOSSIER_STATE, card.state)}",
                ),
            )
            for card in event.dossiers
        ]
        rows += [
            Row(f"room {room.id}", (Cell(_("chambre"), "muted"), room.name, f"{room.building} {room.room_type}"))
            for room in event.rooms
        ]
        self._rows.show(rows, empty=_("Rien ne répond à cela."))
        self._answered = event.text
        if self._open_first:
            self._open()

    @on(Failed)
    def _say(self, event: Failed) -> None:
        self._rows.show([], empty=in_words(event.problem))

    def action_move(self, by: int) -> None:
        """Move in the answers without leaving the line."""
        self._rows.action_move(by)

    @on(Input.Submitted)
    def _entered(self) -> None:
        """Open the first, once the list answers what is typed."""
        if self._answered == self._line.value.strip():
            self._open()
        else:
            self._open_first = True

    @on(Rows.Opened)
    def _open(self) -> None:
        kind, _space, number = self._rows.key.partition(" ")
        if kind == "client":
            self.dismiss(OpenClient(UUID(number)))
        elif kind == "dossier":
            self.dismiss(OpenDossier(UUID(number)))
        elif kind == "room":
            self.dismiss(GoTo("planning", subject_id=UUID(number)))
