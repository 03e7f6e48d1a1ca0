"""A client card on a page of its own, and what one does with it."""

from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from server.contract.clients import Blacklisting, ClientCard
from tui.actions import bindings
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.formats import long_day
from tui.lists import BLACKLIST_REASON, choices
from tui.problems import in_words
from tui.screens.base import DeskScreen, OpenDossier, OpenStay
from tui.screens.client_contacts import ask_action, ask_contact, pick_action, pick_contact
from tui.screens.client_form import ClientFormScreen
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.card import Card
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Rows
from tui.words import _

LONGEST_BLACKLISTING = timedelta(days=3 * 365)


class CardGestures(DeskScreen):
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

    def shown(self, card: ClientCard) -> None:
        """Hear that a card is shown."""

    def open_thing(self) -> None:
        """Open the stay or the dossier under the cursor."""
        kind, _space, number = self.page.things.key.partition(" ")
        if kind == "stay":
            self.post_message(OpenStay(UUID(number)))
        elif kind == "dossier":
            self.post_message(OpenDossier(UUID(number)))


class ClientScreen(CardGestures):
    """One card."""

    SCOPE = "client"
    LIVE = ("clients.",)
    BINDINGS: ClassVar[list[BindingType]] = bindings("client")

    def __init__(self, session: Session, client_id: UUID) -> None:
        super().__init__(session, _("Kardex"))
        self.client_id = client_id

    def body(self) -> ComposeResult:
        """The page."""
        yield self.page

    def on_mount(self) -> None:
        """Ask for the card."""
        self.page.say("░░░░░░░░░░░░░░░░\n░░░░░░░░░░")
        self.page.things.focus()
        self.read()

    def subjects(self) -> frozenset[UUID]:
        """This card."""
        return frozenset({self.client_id})

    def read(self) -> None:
        """Ask again."""
        self.read_card(self.client_id)

    def shown(self, card: ClientCard) -> None:
        """Put the name in the title."""
        self.top.say(f"{_('Kardex')} · {card.name}")

    def action_open(self) -> None:
        """Open what the cursor is on."""
        self.open_thing()

    @on(Rows.Opened)
    def _clicked(self) -> None:
        self.open_thing()

    def action_edit(self) -> None:
        """Change the card."""
        if self.page.card is not None:
            self.app.push_screen(ClientFormScreen(self.session, self.page.card))

    @work
    async def action_book(self) -> None:
        """Take a stay for this client."""
        from tui.dialogs.new_stay import ask_stay

        card = self.page.card
        if card is None:
            return
        if card.blacklisting is not None:
            self.notify(_("Ce client est exclu : aucune réservation ne peut être prise pour lui."), severity="error")
            return
        stay = await self.app.push_screen_wait(ask_stay(self.session, client_id=card.id, client_name=card.name))
        if stay is not None:
            self.post_message(OpenStay(stay.id))

    @work
    async def action_contacts(self) -> None:
        """Change who is reached for what."""
        card = self.page.card
        if card is None:
            return
        chosen = await self.app.push_screen_wait(pick_contact(card))
        if chosen is None:
            return
        sent = await self.app.push_screen_wait(ask_contact(self.session, card, chosen))
        if sent:
            self.read()

    @work
    async def action_note(self) -> None:
        """Note what was done with the client."""
        card = self.page.card
        if card is None:
            return
        sent = await self.app.push_screen_wait(ask_action(self.session, card))
        if sent:
            self.read()

    @work
    async def action_unnote(self) -> None:
        """Take away an action noted by mistake."""
        card = self.page.card
        chosen = await self.app.push_screen_wait(pick_action(card)) if card else None
        if card is not None and chosen is not None:
            self.gesture(lambda: self.session.client.remove_action(card.id, UUID(chosen)), _("Action retirée."))

    @work
    async def action_blacklist(self) -> None:
        """Close the padlock, or open it again."""
        card = self.page.card
        if card is None:
            return
        if card.blacklisting is not None:
            question = _("{name} pourra de nouveau réserver.").format(name=card.name)
            self.confirm_then(
                Confirm(_("Rouvrir le cadenas ?"), question, yes=_("rouvrir"), yes_first=False),
                lambda: self.session.client.lift_blacklisting(card.id),
                _("Cadenas rouvert."),
            )
            return

        async def send(answers: Answers) -> bool:
            blacklisting = Blacklisting(
                reason=answers["reason"],
                evidence_day=date.fromisoformat(answers["evidence_day"]),
                last_day=date.fromisoformat(answers["last_day"]),
            )
            await self.session.client.blacklist(card.id, blacklisting)
            return True

        today = self.session.today
        fields = [
            Field("reason", _("Raison"), "choice", choices=lambda _answers: choices(BLACKLIST_REASON), required=True),
            Field("evidence_day", _("Constaté le"), "day", required=True),
            Field("last_day", _("Jusqu'au"), "day", required=True, after="evidence_day"),
        ]
        coming = [
            stay for stay in card.stays if stay.departure > today and stay.status not in ("cancelled", "departed")
        ]
        intro = _(
            "Aucune réservation ne pourra plus être prise pour {name}, par aucune voie, et une lettre l'en informera."
        ).format(name=card.name)
        if coming:
            intro += "\n" + _("Séjours à venir, à décider un par un : {days}.").format(
                days=", ".join(long_day(stay.arrival) for stay in coming)
            )
        values = {"evidence_day": today.isoformat(), "last_day": (today + LONGEST_BLACKLISTING).isoformat()}
        if await self.app.push_screen_wait(
            Ask(_("Fermer le cadenas"), fields, send, today=today, values=values, intro=intro)
        ):
            self.notify(_("Cadenas fermé : client exclu."))
            self.read()

    def action_history(self) -> None:
        """Show who did what."""
        self.read_history(self.client_id)
