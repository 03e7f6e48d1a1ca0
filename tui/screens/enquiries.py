"""Demandes: the inbox, the conversation, who it is."""

from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static, TextArea

from server.contract.basics import Page
from server.contract.enquiries import Enquiry, EnquiryLine, NewMessage
from tui.actions import bindings
from tui.dialogs.ask import Ask
from tui.dialogs.first_service import ask_first_service
from tui.dialogs.new_enquiry import ask_enquiry
from tui.dialogs.pick import Pick
from tui.lists import CANDIDATE_WHY, CLOSING_REASON, choices, label
from tui.problems import in_words
from tui.screens.base import DeskScreen, OpenClient, OpenDossier
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.enquiry_parts import WIDE, conversation, head_of, inbox_row, person_of
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Column, Rows
from tui.widgets.thread import Thread
from tui.words import N_, _, ngettext

FILTERS = (
    ("", N_("toutes")),
    ("new", N_("nouvelles")),
    ("answered", N_("répondues")),
    ("dossier", N_("dossiers")),
    ("closed", N_("classées")),
)
NEW_CARD = "new"


class EnquiriesScreen(DeskScreen):
    """The inbox left, the conversation right; who it is beside it where there is room."""

    SCOPE = "enquiries"
    LIVE = ("enquiries.", "mails.")
    BINDINGS: ClassVar[list[BindingType]] = bindings("enquiries")

    class Loaded(Message):
        """The inbox came."""

        def __init__(self, page: Page[EnquiryLine], *, more: bool) -> None:
            super().__init__()
            self.page = page
            self.more = more

    class Opened(Message):
        """A demande came, whole."""

        def __init__(self, enquiry: Enquiry) -> None:
            super().__init__()
            self.enquiry = enquiry

    class NotOpened(Message):
        """It did not."""

        def __init__(self, problem: ApiProblem) -> None:
            super().__init__()
            self.problem = problem

    class Sent(Message):
        """What was written has gone."""

        def __init__(self, enquiry: Enquiry, *, note: bool) -> None:
            super().__init__()
            self.enquiry = enquiry
            self.note = note

    def __init__(self, session: Session) -> None:
        super().__init__(session, _("Demandes"))
        self.inbox = Rows(
            [Column("", 1), Column("", 5), Column("", 10, grow=1)], id="inbox", lines_per_row=2, classes="panel"
        )
        self.head = Static("", id="enquiry-head")
        self.thread = Thread(session, id="thread")
        self.reply = TextArea("", id="reply", soft_wrap=True, tab_behavior="focus", compact=True)
        self.who = Static("", id="who", classes="panel")
        self.who.border_title = _("Qui est-ce ?")
        self.lines: list[EnquiryLine] = []
        self.next_cursor: str | None = None
        self.enquiry: Enquiry | None = None
        self.filter = ""
        self.noting = False
        self._wanted: UUID | None = None

    def body(self) -> ComposeResult:
        """Lay out the three panes."""
        with Horizontal():
            yield self.inbox
            with Vertical(id="conversation", classes="panel"):
                yield self.head
                yield self.thread
                yield self.reply
            yield self.who

    def on_mount(self) -> None:
        """Ask for the inbox."""
        self.reply.display = False
        self.inbox.focus()
        self.read()

    def on_resize(self) -> None:
        """Show who it is where there is room for a third pane."""
        self.who.display = self.app.size.width >= WIDE

    # Reading

    def read(self) -> None:
        """Ask again for the inbox and the conversation."""
        self._read_inbox(None)
        if self.inbox.key:
            self._read_enquiry(UUID(self.inbox.key))

    @work(exclusive=True, group="inbox")
    async def _read_inbox(self, cursor: str | None) -> None:
        try:
            page = await self.session.client.enquiries(self.filter, cursor=cursor)
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
        else:
            self.post_message(self.Loaded(page, more=cursor is not None))

    @work(exclusive=True, group="enquiry")
    async def _read_enquiry(self, enquiry_id: UUID) -> None:
        try:
            enquiry = await self.session.client.enquiry(enquiry_id)
        except ApiProblem as problem:
            self.post_message(self.NotOpened(problem))
        else:
            self.post_message(self.Opened(enquiry))

    @on(Loaded)
    def _show_inbox(self, event: Loaded) -> None:
        known = {line.id: line for line in self.lines}
        fresh = frozenset(str(line.id) for line in event.page.items if known and known.get(line.id) != line)
        self.lines = [*self.lines, *event.page.items] if event.more else event.page.items
        self.next_cursor = event.page.next_cursor
        new = sum(line.state == "new" for line in self.lines)
        going = sum(line.state == "answered" for line in self.lines)
        said = ngettext("{n} nouvelle", "{n} nouvelles", new).format(n=new) + " · " + _("{n} en cours").format(n=going)
        name = next(text for code, text in FILTERS if code == self.filter)
        self.top.say(more=f"{said}" + (f" · {_(name)}" if self.filter else ""))
        self.inbox.show(
            [inbox_row(line, self.session) for line in self.lines],
            empty=_("Aucune demande. n : en noter une."),
            changed=fresh,
        )
        if self._wanted is not None:
            self.inbox.stand_on(str(self._wanted))
            self._wanted = None
        if not self.lines:
            self.enquiry = None
            self.head.update("")
            self.thread.say("")
            self.who.update("")

    @on(DeskScreen.Failed)
    def _say_failed(self, event: DeskScreen.Failed) -> None:
        self.inbox.show_failed(in_words(event.problem))
        self.trouble(event.problem, said=self.inbox.state == "failed")

    @on(Rows.NearEnd)
    def _read_more(self) -> None:
        if self.next_cursor:
            self._read_inbox(self.next_cursor)

    @on(Rows.Moved, "#inbox")
    def _stand(self, event: Rows.Moved) -> None:
        if self.enquiry is None or str(self.enquiry.id) != event.key:
            self._leave_reply()
            # Until the one stood on has come there is none: no gesture may go to the one before.
            self.enquiry = None
            self.head.update("░░░░░░░░░░░░░░")
            self.thread.say("")
            self._read_enquiry(UUID(event.key))

    @on(Opened)
    def _show_enquiry(self, event: Opened) -> None:
        if str(event.enquiry.id) == self.inbox.key:
            self._draw(event.enquiry)

    @on(NotOpened)
    def _say_not_opened(self, event: NotOpened) -> None:
        self.head.update("")
        self.thread.say(in_words(event.problem))

    def show_enquiry(self, enquiry_id: UUID) -> None:
        """Stand on a demande, reading the inbox again where it is not there yet."""
        self._wanted = enquiry_id
        self._read_inbox(None)

    # Drawing

    def _draw(self, enquiry: Enquiry) -> None:
        self.enquiry = enquiry
        self.head.update(head_of(enquiry, narrow=self.app.size.width < WIDE))
        self.thread.show(conversation(enquiry))
        self.who.update(person_of(enquiry))

    # Writing

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

    def _leave_reply(self) -> None:
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
        self._leave_reply()
        self.inbox.focus()
        self.notify(_("Note gardée.") if event.note else _("Réponse envoyée."))
        self._draw(event.enquiry)
        self._read_inbox(None)

    def leave_field(self) -> bool:
        """Leave the answer, whose draft is kept, before leaving the screen."""
        if not self.reply.display:
            return False
        self._leave_reply()
        self.inbox.focus()
        return True

    # Gestures

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
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        dossier = await self.app.push_screen_wait(ask_first_service(self.session, self.enquiry, services.items))
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

    @work
    async def action_close(self) -> None:
        """Put the demande away, with a reason."""
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

    @work
    async def action_add(self) -> None:
        """Note a demande."""
        enquiry = await self.app.push_screen_wait(ask_enquiry(self.session))
        if enquiry is not None:
            self.show_enquiry(enquiry.id)

    def action_filter(self) -> None:
        """Pass to the next filter."""
        codes = [code for code, _name in FILTERS]
        self.filter = codes[(codes.index(self.filter) + 1) % len(codes)]
        self.lines = []
        self._read_inbox(None)
