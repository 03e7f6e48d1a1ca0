"""What a person may ask about themselves, done from their card; and two cards that are one person's."""

from uuid import UUID

from textual import work

from server.contract.clients import ClientCard, MergeRequest
from server.contract.referential import ObjectionTakenBack
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.dialogs.pick_client import PickClient
from tui.screens.card_gestures import CardGestures
from tui.screens.client_person import OTHER, pick_merge, pick_other, pick_request, show_both
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field
from tui.words import _


class PersonGestures(CardGestures):
    """Merging, handing out, objecting and taking that back, erasing."""

    @work
    async def action_merge(self) -> None:
        """Make another card of the same client one with this one."""
        card = self.page.card
        if card is None:
            return
        client = self.session.client
        try:
            found = (await client.clients(card.fields.last_name or card.fields.organisation)).items
            chosen = await self.app.push_screen_wait(pick_other(card, found))
            if chosen == OTHER:
                title = _("Quelle fiche entre dans {name} ?").format(name=card.name)
                chosen = await self.app.push_screen_wait(PickClient(self.session, title))
            if not chosen:
                return
            preview = await client.merge_preview(card.id, UUID(chosen))
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        both = show_both(preview, zone=self.session.zone, today=self.session.today)
        if await self.app.push_screen_wait(both) is None:
            return
        asked = MergeRequest(other_id=UUID(chosen), version=preview.version)
        self.confirm_then(
            Confirm(
                _("N'en faire qu'une ?"),
                _("Tout ce qui nomme l'autre fiche nommera celle-ci. Cela se défait (u), demain aussi."),
                yes=_("fusionner"),
                yes_first=False,
            ),
            lambda: client.merge_clients(card.id, asked),
            _("Une seule fiche. u : défaire."),
        )

    @work
    async def action_unmerge(self) -> None:
        """Give back a card that went into this one, today or long ago."""
        card = self.page.card
        if card is None:
            return
        client = self.session.client
        try:
            merges = await client.merges(card.id)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        chosen = await self.app.push_screen_wait(
            pick_merge(card, merges, zone=self.session.zone, today=self.session.today)
        )
        if chosen is not None:
            merge_id = UUID(chosen)
            self.gesture(lambda: client.undo_merge(merge_id), _("L'autre fiche est rendue, avec ses séjours."))

    @work
    async def action_person(self) -> None:
        """What a person may ask: their data, an objection and its taking back, to be erased."""
        card = self.page.card
        chosen = await self.app.push_screen_wait(pick_request(card, may=self.session.may)) if card else None
        if card is None or chosen is None:
            return
        client = self.session.client
        if chosen == "archive":
            self._give_archive(card)
        elif chosen == "objection":
            self.gesture(lambda: client.object_to_referential(card.id), _("Opposition notée."))
        elif chosen == "taking_back":
            self._take_back_objection(card)
        else:
            said = _("{name} : la fiche ne dira plus personne, ni ici ni dans le réseau. Cela ne se défait pas.")
            self.confirm_then(
                Confirm(_("Effacer la personne ?"), said.format(name=card.name), yes=_("effacer"), yes_first=False),
                lambda: client.erase_client(card.id),
                _("Personne effacée."),
            )

    @work
    async def _take_back_objection(self, card: ClientCard) -> None:
        async def send(answers: Answers) -> bool:
            await self.session.client.take_back_objection(card.id, ObjectionTakenBack(wish=answers["wish"]))
            return True

        question: Ask[bool] = Ask(
            _("Reprendre l'opposition"),
            [Field("wish", _("Son souhait"), required=True, hint=_("au comptoir, par lettre"))],
            send,
            today=self.session.today,
            intro=_("À la seule demande de {name}. Le signal revient dans tous les centres.").format(name=card.name),
        )
        if await self.app.push_screen_wait(question):
            self.post_message(self.Did(_("Opposition reprise.")))

    @work
    async def _give_archive(self, card: ClientCard) -> None:
        client = self.session.client
        await self.give(
            lambda: client.personal_data(card.id),
            lambda: client.personal_data_link(card.id),
            name=f"{card.fields.reference or card.id}.zip",
        )
