"""Search clients, dossiers, stays and rooms at once, from any screen, as one types."""

import asyncio
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from server.contract.search import Found
from tui.dialogs.base import Dialog
from tui.formats import people, period
from tui.lists import DOSSIER_STATE, STAY_STATUS, label
from tui.problems import in_words
from tui.screens.base import GoTo, OpenClient, OpenDossier, OpenStay
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.line import Line
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import _

Wanted = OpenClient | OpenDossier | OpenStay | GoTo
PAUSE_SECONDS = 0.06


class Search(Dialog[Wanted]):
    """One line to type, what answers below; Enter opens it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
    ]

    class Came(Message):
        """Answers came."""

        def __init__(self, found: Found, *, text: str) -> None:
            super().__init__()
            self.text = text
            self.found = found

    class Failed(Message):
        """Searching failed."""

        def __init__(self, problem: ApiProblem) -> None:
            super().__init__()
            self.problem = problem

    def __init__(self, session: Session) -> None:
        super().__init__(_("Chercher partout"), keys=_("⏎ ouvrir · Esc revenir"), wide=True)
        self._session = session
        self._rows = Rows([Column("", 9), Column("", 26, grow=1), Column("", 28, grow=1)])
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
        self._open_first = False
        if event.value.strip():
            self._search(event.value.strip())
        else:
            self._rows.show([], empty=_("Tapez un fragment : nom, ville, téléphone, numéro…"))

    @work(exclusive=True)
    async def _search(self, text: str) -> None:
        await asyncio.sleep(PAUSE_SECONDS)
        try:
            found = await self._session.client.search(text)
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
        else:
            self.post_message(self.Came(found, text=text))

    @on(Came)
    def _show(self, event: Came) -> None:
        self._rows.show(_rows(event.found), empty=_("Rien ne répond à cela."))
        self._rows.action_edge(-1)
        self._answered = event.text
        if self._open_first:
            self._open_first = False
            self._open()

    @on(Failed)
    def _say(self, event: Failed) -> None:
        self._rows.show([], empty=in_words(event.problem))

    def action_move(self, by: int) -> None:
        """Move in the answers without leaving the line."""
        self._rows.action_move(by)

    def action_page(self, way: int) -> None:
        """Move by what is visible."""
        self._rows.action_page(way)

    @on(Input.Submitted)
    def _entered(self) -> None:
        """Open what is under the cursor, once the list answers what is typed."""
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
        elif kind == "stay":
            self.dismiss(OpenStay(UUID(number)))
        elif kind == "room":
            self.dismiss(GoTo("planning", subject_id=UUID(number)))


def _rows(found: Found) -> list[Row]:
    """Return what was found, each kind under its name: who typed a number sees the dossier or the room first."""
    kinds = [
        (
            _("client"),
            [
                Row(f"client {line.id}", ("✗" if line.blacklisted else "", line.name, f"{line.town}  {line.phone}"))
                for line in found.clients
            ],
        ),
        (
            _("dossier"),
            [
                Row(
                    f"dossier {card.id}",
                    (
                        "",
                        f"{card.number} {card.client_name}",
                        f"{period(card.arrival, card.departure)} {label(DOSSIER_STATE, card.state)}",
                    ),
                )
                for card in found.dossiers
            ],
        ),
        (
            _("séjour"),
            [
                Row(
                    f"stay {stay.id}",
                    (
                        "",
                        f"{stay.name} {people(stay.pax)}",
                        f"{period(stay.arrival, stay.departure)} {label(STAY_STATUS, stay.status)}",
                    ),
                )
                for stay in found.stays
            ],
        ),
        (
            _("chambre"),
            [
                Row(
                    f"room {room.id}",
                    ("", room.name, " ".join(part for part in (room.building, room.floor, room.room_type) if part)),
                )
                for room in found.rooms
            ],
        ),
    ]
    rows: list[Row] = []
    for name, answers in kinds:
        for row in answers:
            mark, *others = row.cells
            rows.append(row._replace(cells=(Cell(f"{name} {mark}".strip(), "muted"), *others)))
    if found.more_clients:
        more = _("D'autres fiches répondent : tapez une lettre de plus.")
        rows.append(Row("", ("", Cell(more, "muted"), ""), heading=True))
    return rows
