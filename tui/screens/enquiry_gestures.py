"""What is done with a demande: give it a card, a first service, put it away; note a new one."""

from collections.abc import Awaitable, Sequence
from uuid import UUID

from textual import work

from server.contract.enquiries import Enquiry, EnquiryLine
from tui.dialogs.ask import Ask
from tui.dialogs.first_service import ask_first_service
from tui.dialogs.new_enquiry import ask_enquiry
from tui.dialogs.pick import Pick
from tui.lists import CANDIDATE_WHY, CLOSING_REASON, choices, label
from tui.screens.base import OpenClient, OpenDossier
from tui.screens.enquiry_reply import EnquiryReply
from tui.transport import ApiProblem
from tui.widgets.arranging import said
from tui.widgets.form import Answers, Field
from tui.words import _, ngettext

NEW_CARD = "new"
NOBODY = "nobody"


class EnquiryGestures(EnquiryReply):
    """The gestures on the demande shown, or on those that are chosen."""

    lines: list[EnquiryLine]

    @work
    async def action_client(self) -> None:
        """Open the card, or choose whose demande it is."""
        enquiry = self.enquiry
        if enquiry is None:
            return
        if enquiry.line.client_id is not None:
            self.post_message(OpenClient(enquiry.line.client_id))
            return
        offered = [
            (str(candidate.client_id), f"{candidate.name}  ({label(CANDIDATE_WHY, candidate.why)})")
            for candidate in enquiry.candidates
        ]
        # A name alone is a weak reason: a quick Enter must not give the demande to a namesake.
        sure = sum(candidate.why != "name" for candidate in enquiry.candidates)
        offered.insert(sure, (NEW_CARD, _("Ouvrir une fiche avec ce que dit la demande")))
        chosen = await self.app.push_screen_wait(Pick(_("À qui est cette demande ?"), offered))
        if chosen is not None:
            client_id = None if chosen == NEW_CARD else UUID(chosen)
            self.gesture(lambda: self.session.client.choose_client(enquiry.id, client_id), _("La demande a sa fiche."))

    @work
    async def action_add_service(self) -> None:
        """Add the first service: the demande becomes a dossier."""
        if self.enquiry is None:
            return
        if self.enquiry.line.dossier_id is not None:
            self.post_message(OpenDossier(self.enquiry.line.dossier_id))
            return
        try:
            services = await self.session.client.services()
            agreed = await self.session.client.defaults(self.enquiry.line.client_id)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        dossier = await self.app.push_screen_wait(
            ask_first_service(self.session, self.enquiry, services.items, agreed=agreed)
        )
        if dossier is not None:
            self.notify(_("Dossier {number}.").format(number=dossier.number))
            self.post_message(OpenDossier(dossier.id))
            self.read()

    def action_open_dossier(self) -> None:
        """Open the dossier that came of it."""
        if self.enquiry is not None and self.enquiry.line.dossier_id is not None:
            self.post_message(OpenDossier(self.enquiry.line.dossier_id))
        else:
            self.notify(_("Pas encore de dossier : + ajoute la première prestation."))

    def action_take(self) -> None:
        """See to it oneself; what is one's own already goes back to whoever comes."""
        me = self.session.me
        lines = self._meant()
        if me is None or not lines:
            return
        mine = all(line.assignee_id == me.account_id for line in lines)
        self._give(lines, None if mine else me.account_id, _("à personne") if mine else _("à vous"))

    @work
    async def action_assign(self) -> None:
        """Say who sees to it, of those who may; those that were chosen all to the same one."""
        lines = self._meant()
        if not lines:
            return
        try:
            there = (await self.session.client.assignees()).items
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        me = self.session.me.account_id if self.session.me else None
        names = {str(one.account_id): one.name for one in sorted(there, key=lambda one: one.account_id != me)}
        offered = [
            (code, _("à moi ({name})").format(name=name) if code == str(me) else name) for code, name in names.items()
        ]
        offered.append((NOBODY, _("à personne : qui vient s'en occupe")))
        title = _("Qui s'en occupe ?")
        if len(lines) > 1:
            title = _("Qui s'occupe de ces {n} demandes ?").format(n=len(lines))
        chosen = await self.app.push_screen_wait(Pick(title, offered))
        if chosen is not None:
            whose = _("à personne") if chosen == NOBODY else _("à vous") if chosen == str(me) else names[chosen]
            self._give(lines, None if chosen == NOBODY else UUID(chosen), whose)

    def _meant(self) -> list[EnquiryLine]:
        """Return what was chosen, else what is shown, each as it was read."""
        if len(self.inbox.chosen) > 1:
            keys = set(self.inbox.acted_on)
            return [line for line in self.lines if str(line.id) in keys]
        return [self.enquiry.line] if self.enquiry is not None else []

    def _give(self, lines: Sequence[EnquiryLine], account_id: UUID | None, whose: str) -> None:
        read = {str(line.id): line for line in lines}

        def assign(key: str) -> Awaitable[Enquiry]:
            line = read[key]
            return self.session.client.assign_enquiry(line.id, account_id, instead_of=line.assignee_id)

        names = [(key, line.organisation or line.name) for key, line in read.items()]
        words = ngettext("{n} demande attribuée : {whose}.", "{n} demandes attribuées : {whose}.", len(read))
        self.inbox.choose([])
        self.on_many(names, assign, words.format(n=len(read), whose=whose))

    def action_history(self) -> None:
        """Show who did what."""
        if self.enquiry is not None:
            self.read_history(self.enquiry.id)

    @work
    async def action_close(self) -> None:
        """Put the demande away, with a reason; those that were chosen all for the same one."""
        if len(self.inbox.chosen) > 1:
            await self._close_many()
            return
        enquiry = self.enquiry
        if enquiry is None:
            return

        async def send(answers: Answers) -> bool:
            await self.session.client.close_enquiry(enquiry.id, answers["reason"])
            return True

        fields = [
            Field("reason", _("Raison"), "choice", choices=lambda _answers: choices(CLOSING_REASON), required=True)
        ]
        if await self.app.push_screen_wait(
            Ask(_("Classer la demande"), fields, send, today=self.session.today, values={"reason": "answered"})
        ):
            self.notify(_("Demande classée."))
            self.read()

    async def _close_many(self) -> None:
        keys = self.inbox.acted_on
        title = _("Classer {n} demandes : pour quelle raison ?").format(n=len(keys))
        reason = await self.app.push_screen_wait(Pick(title, choices(CLOSING_REASON)))
        if reason is not None:
            names = {row.key: said(row, 2) for row in self.inbox.shown}
            self.inbox.choose([])
            self.on_many(
                [(key, names[key]) for key in keys],
                lambda key: self.session.client.close_enquiry(UUID(key), reason),
                _("{n} demandes classées.").format(n=len(keys)),
            )

    @work
    async def action_add(self) -> None:
        """Note a demande."""
        enquiry = await self.app.push_screen_wait(ask_enquiry(self.session))
        if enquiry is not None:
            self.show_subject(enquiry.id)
