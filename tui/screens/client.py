"""A client card on a page of its own, and what one does with it."""

from typing import ClassVar
from uuid import UUID

import msgspec
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType

from server.contract.clients import ClientCard
from server.contract.dossiers import Service
from tui.actions import bindings
from tui.dialogs.confirm import Confirm
from tui.dialogs.mendings import pick_mending
from tui.dialogs.pick_client import PickClient
from tui.screens.base import OpenScreen, OpenStay
from tui.screens.client_contacts import ask_action, ask_contact, ask_message, pick_action, pick_contact
from tui.screens.client_form import ClientFormScreen
from tui.screens.client_padlock import ask_closing, ask_letter, pick_decision, pick_gesture, pick_stay
from tui.screens.client_profiles import LINK, REVIEW, ask_profile, ask_unlinking, pick_public, pick_review
from tui.screens.client_terms import NEW, ask_defaults, ask_rate, pick_rate
from tui.screens.person_gestures import PersonGestures
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.rows import Rows
from tui.words import _


class ClientScreen(PersonGestures):
    """One card."""

    SCOPE = "client"
    PAGE = True
    LIVE = ("clients.",)
    BINDINGS: ClassVar[list[BindingType]] = bindings("client")

    def __init__(self, session: Session, client_id: UUID) -> None:
        super().__init__(session, _("Kardex"))
        self.client_id = client_id

    def body(self) -> ComposeResult:
        """The page."""
        yield self.page

    def on_mount(self) -> None:
        """Show the shape of a card, and stand in it."""
        self.page.say("░░░░░░░░░░░░░░░░\n░░░░░░░░░░")
        self.page.things.focus()

    @property
    def opened_id(self) -> UUID | None:
        """This card."""
        return self.client_id

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
            self.post_message(OpenScreen(ClientFormScreen(self.session, self.page.card)))

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
        try:
            agreed = await self.session.client.defaults(card.id)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        ask = ask_stay(self.session, client_id=card.id, client_name=card.name, agreed=agreed)
        taken = await self.app.push_screen_wait(ask)
        if taken is not None and taken.stay is not None:
            self.post_message(OpenStay(taken.stay.id))

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
    async def action_profiles(self) -> None:
        """Note what the client made public, or whose review it is."""
        card = self.page.card
        chosen = await self.app.push_screen_wait(pick_public(card)) if card else None
        if card is None or chosen is None:
            return
        if chosen == LINK:
            await self._link_review(card)
        elif chosen.startswith(REVIEW):
            review = next(each for each in card.reviews if chosen == f"{REVIEW}{each.id}")
            self.confirm_then(
                ask_unlinking(review), lambda: self.session.client.unlink_review(card.id, review.id), _("Avis détaché.")
            )
        elif await self.app.push_screen_wait(ask_profile(self.session, card, chosen)):
            self.read()

    async def _link_review(self, card: ClientCard) -> None:
        try:
            reviews = (await self.session.client.reviews_of_nobody()).items
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        chosen = await self.app.push_screen_wait(pick_review(card, reviews))
        if chosen:
            self.gesture(lambda: self.session.client.link_review(card.id, UUID(chosen)), _("Avis rattaché à la fiche."))

    @work
    async def action_message(self) -> None:
        """Write to the client; the answer comes back into Demandes."""
        card = self.page.card
        if card is None:
            return
        sent = await self.app.push_screen_wait(ask_message(self.session, card))
        if sent:
            self.notify(_("Message parti. La réponse arrivera dans Demandes."))
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
    async def action_mendings(self) -> None:
        """Refuse a mending of the card's writing."""
        card = self.page.card
        if card is None or not card.mended:
            self.notify(_("Rien n'a été réparé sur cette fiche."))
            return
        chosen = await self.app.push_screen_wait(pick_mending(card))
        if chosen:
            self.gesture(
                lambda: self.session.client.refuse_mending(card.id, chosen, version=card.version),
                _("Rendu comme il était écrit ; il ne sera plus réparé."),
            )

    @work
    async def action_defaults(self) -> None:
        """Change what fills a new stay or quote."""
        card = self.page.card
        if card is None:
            return
        services, room_types = await self._sold()
        agreed = await self.session.client.defaults(card.id)
        saved = await self.app.push_screen_wait(ask_defaults(self.session, card, services, room_types, agreed=agreed))
        if saved is None:
            return
        if saved.other_payer:
            chosen = await self.app.push_screen_wait(PickClient(self.session, _("Qui paie, par défaut ?")))
            if chosen:
                payer = msgspec.structs.replace(saved.defaults, payer_id=UUID(chosen))
                self.gesture(lambda: self.session.client.set_defaults(card.id, payer), _("Payeur noté."))
        self.read()

    @work
    async def action_rates(self) -> None:
        """Give the client a price of their own, or take one out of use."""
        card = self.page.card
        chosen = await self.app.push_screen_wait(pick_rate(card)) if card else None
        if card is None or chosen is None:
            return
        if chosen != NEW:
            self.gesture(lambda: self.session.client.retire_client_rate(card.id, UUID(chosen)), _("Tarif retiré."))
            return
        services, room_types = await self._sold()
        sent = await self.app.push_screen_wait(ask_rate(self.session, card, services, room_types))
        if sent:
            self.read()

    async def _sold(self) -> tuple[list[Service], list[str]]:
        """Ask for the services and the types of rooms; what cannot be had is not offered."""
        try:
            services = (await self.session.client.services()).items
            rooms = (await self.session.client.rooms()).items
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return [], []
        return list(services), sorted({room.room_type for room in rooms if room.room_type})

    @work
    async def action_blacklist(self) -> None:
        """Close the padlock; while it is closed, its letter, its stays, the alert, its opening."""
        card = self.page.card
        if card is None:
            return
        if card.blacklisting is None:
            sent = await self.app.push_screen_wait(ask_closing(self.session, card))
            if sent:
                self.notify(_("Cadenas fermé : client exclu. b : la lettre, les séjours à venir."))
                self.read()
            return
        chosen = await self.app.push_screen_wait(pick_gesture(card))
        if chosen == "letter" and card.blacklisting.letter_sent_day is None:
            sent = await self.app.push_screen_wait(ask_letter(self.session, card))
            if sent:
                self.notify(_("La lettre est notée."))
                self.read()
        elif chosen == "pdf":
            self._read_letter(card)
        elif chosen == "stays":
            await self._decide_stay(card)
        elif chosen == "alert" and not card.blacklisting.alert:
            question = _("Les autres centres ne verront que « contacter {centre} ». Le réseau confirme d'abord.")
            centre = self.session.centre.name if self.session.centre else ""
            self.confirm_then(
                Confirm(_("Prévenir le réseau ?"), question.format(centre=centre), yes=_("demander"), yes_first=False),
                lambda: self.session.client.ask_blacklist_alert(card.id),
                _("Alerte demandée au réseau."),
            )
        elif chosen == "lift":
            said = _("{name} pourra de nouveau réserver.").format(name=card.name)
            self.confirm_then(
                Confirm(_("Rouvrir le cadenas ?"), said, yes=_("rouvrir"), yes_first=False),
                lambda: self.session.client.lift_blacklisting(card.id),
                _("Cadenas rouvert."),
            )

    async def _decide_stay(self, card: ClientCard) -> None:
        chosen = await self.app.push_screen_wait(pick_stay(card))
        decision = await self.app.push_screen_wait(pick_decision()) if chosen else None
        if chosen and decision == "open":
            self.post_message(OpenStay(UUID(chosen)))
        elif chosen and decision == "keep":
            self.gesture(
                lambda: self.session.client.keep_blacklisted_stay(card.id, UUID(chosen)), _("Le séjour est maintenu.")
            )

    @work
    async def _read_letter(self, card: ClientCard) -> None:
        client = self.session.client
        await self.give(
            lambda: client.blacklist_letter(card.id),
            lambda: client.blacklist_letter_link(card.id),
            name=_("Lettre {name}").format(name=card.fields.reference) + ".pdf",
        )

    def action_history(self) -> None:
        """Show who did what."""
        self.read_history(self.client_id)
