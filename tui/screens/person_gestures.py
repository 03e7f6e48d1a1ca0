"""What a person may ask about themselves, done from their card; and two cards that are one person's."""

from uuid import UUID

from textual import work

from server.contract.clients import ClientCard, MergeRequest
from tui.dialogs.confirm import Confirm
from tui.quote_files import downloads
from tui.screens.card_gestures import CardGestures
from tui.screens.client_person import pick_other, pick_request, show_both
from tui.session import Session
from tui.transport import ApiProblem
from tui.words import _


class PersonGestures(CardGestures):
    """Merging, handing out, objecting, erasing."""

    def __init__(self, session: Session, title: str) -> None:
        super().__init__(session, title)
        self._last_merge: UUID | None = None

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
            if chosen is None:
                return
            preview = await client.merge_preview(card.id, UUID(chosen))
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        await self.app.push_screen_wait(show_both(preview))
        asked = MergeRequest(other_id=UUID(chosen), version=preview.version)
        self.confirm_then(
            Confirm(
                _("N'en faire qu'une ?"),
                _("Tout ce qui nomme l'autre fiche nommera celle-ci. Cela se défait."),
                yes=_("fusionner"),
                yes_first=False,
            ),
            lambda: self._merged(card.id, asked),
            _("Une seule fiche. u : défaire."),
        )

    async def _merged(self, client_id: UUID, asked: MergeRequest) -> None:
        self._last_merge = (await self.session.client.merge_clients(client_id, asked)).id

    def action_unmerge(self) -> None:
        """Give the other card back."""
        merge_id = self._last_merge
        if merge_id is None:
            self.notify(_("Rien à défaire ici."), severity="warning")
            return
        self._last_merge = None
        self.gesture(lambda: self.session.client.undo_merge(merge_id), _("L'autre fiche est rendue, avec ses séjours."))

    @work
    async def action_person(self) -> None:
        """What a person may ask: their data, an objection, to be erased."""
        card = self.page.card
        chosen = await self.app.push_screen_wait(pick_request()) if card else None
        if card is None or chosen is None:
            return
        client = self.session.client
        if chosen == "archive":
            self._save_archive(card)
        elif chosen == "objection":
            self.gesture(lambda: client.object_to_referential(card.id), _("Opposition notée."))
        else:
            said = _("{name} : la fiche ne dira plus personne, ni ici ni dans le réseau. Cela ne se défait pas.")
            self.confirm_then(
                Confirm(_("Effacer la personne ?"), said.format(name=card.name), yes=_("effacer"), yes_first=False),
                lambda: client.erase_client(card.id),
                _("Personne effacée."),
            )

    @work
    async def _save_archive(self, card: ClientCard) -> None:
        if not self.session.own_machine:
            self.notify(_("L'archive s'enregistre depuis un poste à soi (halte tui)."), severity="warning")
            return
        try:
            content = await self.session.client.personal_data(card.id)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        path = downloads() / f"{card.fields.reference or card.id}.zip"
        path.write_bytes(content)
        self.notify(_("Enregistrée : {path}").format(path=path))
