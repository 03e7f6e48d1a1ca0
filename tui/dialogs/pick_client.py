"""Pick a client's card: what one types is searched as in the kardex."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from server.contract.clients import ClientLine
from tui.dialogs.base import Dialog
from tui.problems import in_words
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.line import Line
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import _


class PickClient(Dialog[str]):
    """A line to type, the cards that answer; gives back the card's id, or an empty text for nobody where that is offered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
    ]
    NOBODY = "nobody"

    class Came(Message):
        """Cards came."""

        def __init__(self, cards: list[ClientLine]) -> None:
            super().__init__()
            self.cards = cards

    class Failed(Message):
        """Searching failed."""

        def __init__(self, problem: ApiProblem) -> None:
            super().__init__()
            self.problem = problem

    def __init__(self, session: Session, title: str, *, nobody: str = "") -> None:
        super().__init__(title, keys=_("taper pour chercher · ⏎ choisir · Esc revenir"), wide=True)
        self._session = session
        self._nobody = nobody
        self._rows = Rows([Column("", 26, grow=1), Column("", 20, grow=1), Column("", 8)])

    def inside(self) -> ComposeResult:
        """Lay out the search and the cards."""
        yield Line(compact=True, placeholder=_("un nom, une ville, un téléphone…"))
        yield self._rows

    def on_mount(self) -> None:
        """Offer nobody, where one may be taken away."""
        self._show([])

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if event.value.strip():
            self._search(event.value)
        else:
            self._show([])

    @work(exclusive=True)
    async def _search(self, text: str) -> None:
        try:
            page = await self._session.client.clients(text, limit=30)
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
        else:
            self.post_message(self.Came(page.items))

    @on(Came)
    def _take(self, event: Came) -> None:
        self._show(event.cards)

    @on(Failed)
    def _say(self, event: Failed) -> None:
        self._rows.show_failed(in_words(event.problem))

    def _show(self, cards: list[ClientLine]) -> None:
        rows = [
            Row(str(card.id), (card.name, card.town, Cell("🔒", "warn") if card.blacklisted else "")) for card in cards
        ]
        if not cards and self._nobody:
            rows = [Row(self.NOBODY, (self._nobody, "", ""))]
        self._rows.show(rows, empty=_("Tapez un nom ; la fiche se crée au kardex (g k)."))

    def action_move(self, by: int) -> None:
        """Move in the list without leaving the search."""
        self._rows.action_move(by)

    @on(Input.Submitted)
    @on(Rows.Opened)
    def _chosen(self) -> None:
        if self._rows.key:
            self.dismiss("" if self._rows.key == self.NOBODY else self._rows.key)
