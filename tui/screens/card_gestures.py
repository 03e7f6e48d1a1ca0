"""What can be done with the card that is shown, on its page and in the Kardex's right pane."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from textual import on, work
from textual.message import Message

from server.contract.clients import ClientCard
from server.contract.day_sheet import DocumentLink
from tui.dialogs.documents import give_file
from tui.problems import in_words
from tui.screens.base import OpenDossier, OpenStay
from tui.screens.shared import Shared
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.card import Card
from tui.words import _


class CardGestures(Shared):
    """What can be done with the card that is shown; shared by the page and by the Kardex's right pane."""

    class CardRead(Message):
        """A card came."""

        def __init__(self, card: ClientCard) -> None:
            super().__init__()
            self.card = card

    class CardFailed(Message):
        """It did not."""

        def __init__(self, problem: ApiProblem) -> None:
            super().__init__()
            self.problem = problem

    def __init__(self, session: Session, title: str) -> None:
        super().__init__(session, title)
        self.page = Card(session, id="card")

    @work(exclusive=True, group="card")
    async def read_card(self, client_id: UUID) -> None:
        """Ask for a card."""
        try:
            card = await self.session.client.client(client_id)
        except ApiProblem as problem:
            self.post_message(self.CardFailed(problem))
        else:
            self.post_message(self.CardRead(card))

    @on(CardRead)
    def _show_card(self, event: CardRead) -> None:
        self.page.show(event.card)
        self.shown(event.card)

    @on(CardFailed)
    def _say_card_failed(self, event: CardFailed) -> None:
        self.page.say(in_words(event.problem), failed=True)
        self.forget_key()

    async def give(
        self, content: Callable[[], Awaitable[bytes]], link: Callable[[], Awaitable[DocumentLink]], *, name: str
    ) -> None:
        """Give a paper of the card: saved on one's own machine, elsewhere by its address."""
        try:
            await give_file(self.app, self.session, content=content, link=link, name=name)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        except OSError as error:
            self.notify(_("Le fichier n'a pas pu être écrit : {why}").format(why=error.strerror), severity="error")

    def shown(self, card: ClientCard) -> None:
        """Hear that a card is shown."""

    def open_thing(self) -> None:
        """Open the stay or the dossier under the cursor."""
        kind, _space, number = self.page.things.key.partition(" ")
        if kind == "stay":
            self.post_message(OpenStay(UUID(number)))
        elif kind == "dossier":
            self.post_message(OpenDossier(UUID(number)))
