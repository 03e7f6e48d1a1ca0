"""Writing into a demande's conversation: an answer that goes to the client, or a note that stays inside; drafts are kept."""

from uuid import UUID

from textual import on, work
from textual.message import Message
from textual.widgets import TextArea

from server.contract.enquiries import Enquiry, NewMessage
from tui.screens.on_many import OnMany
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.rows import Rows
from tui.words import _


class EnquiryReply(OnMany):
    """A screen that shows one demande and answers it."""

    inbox: Rows

    class Sent(Message):
        """What was written has gone."""

        def __init__(self, enquiry: Enquiry, *, note: bool) -> None:
            super().__init__()
            self.enquiry = enquiry
            self.note = note

    def __init__(self, session: Session, title: str) -> None:
        super().__init__(session, title)
        self.reply = TextArea("", id="reply", soft_wrap=True, tab_behavior="focus", compact=True)
        self.enquiry: Enquiry | None = None
        self.noting = False

    def draw(self, enquiry: Enquiry) -> None:
        """Show a demande."""
        raise NotImplementedError

    def action_answer(self) -> None:
        """Write to the client."""
        self._write(note=False)

    def action_note(self) -> None:
        """Write a note that stays inside."""
        self._write(note=True)

    def _write(self, *, note: bool) -> None:
        if self.enquiry is None:
            return
        self.noting = note
        self.reply.border_title = _("Note interne : Ctrl+S garder") if note else _("Réponse : Ctrl+S envoyer")
        kept = self.session.drafts.kept(self._draft_name)
        self.reply.text = (kept or {}).get("text", "")
        if kept:
            self.notify(_("Votre brouillon est repris."))
        self.reply.display = True
        self.reply.focus()
        self.reply.move_cursor(self.reply.document.end)

    @property
    def _draft_name(self) -> str:
        return f"enquiry {self.enquiry.id if self.enquiry else ''} {'note' if self.noting else 'answer'}"

    @on(TextArea.Changed, "#reply")
    def _keep_draft(self) -> None:
        if self.reply.display and self.enquiry is not None:
            text = self.reply.text
            if text.strip():
                self.session.drafts.keep(self._draft_name, {"text": text})
                self.top.say(unsaved=True)
            else:
                self.session.drafts.drop(self._draft_name)
                self.top.say(unsaved=False)

    def leave_reply(self) -> None:
        """Put what is written away; its draft is kept."""
        self.reply.display = False
        self.top.say(unsaved=False)

    def action_send(self) -> None:
        """Send what is written."""
        if self.enquiry is not None and self.reply.display and self.reply.text.strip():
            self._send(self.enquiry.id, NewMessage(text=self.reply.text.strip(), note=self.noting))

    @work(exclusive=True, group="send")
    async def _send(self, enquiry_id: UUID, message: NewMessage) -> None:
        try:
            enquiry = await self.session.client.answer_enquiry(enquiry_id, message)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.Sent(enquiry, note=message.note))

    @on(Sent)
    def _has_gone(self, event: Sent) -> None:
        self.session.drafts.drop(self._draft_name)
        self.reply.text = ""
        self.leave_reply()
        self.inbox.focus()
        self.notify(_("Note gardée.") if event.note else _("Réponse envoyée."))
        self.draw(event.enquiry)
        self.read()

    def leave_field(self) -> bool:
        """Leave the answer, whose draft is kept, before leaving the screen."""
        if not self.reply.display:
            return False
        self.leave_reply()
        self.inbox.focus()
        return True
