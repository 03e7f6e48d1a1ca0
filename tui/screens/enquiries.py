"""Demandes: the inbox, the conversation, who it is."""

from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from server.contract.basics import Page
from server.contract.enquiries import Enquiry, EnquiryLine
from tui.actions import bindings
from tui.dialogs.client_filter import filter_words
from tui.problems import in_words
from tui.screens.base import DeskScreen
from tui.screens.enquiry_gestures import EnquiryGestures
from tui.screens.keyed import NOT_THERE
from tui.screens.of_clients import OfClients
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.enquiry_parts import WIDE, conversation, head_of, inbox_columns, inbox_row, person_of
from tui.widgets.rows import Rows
from tui.widgets.thread import Thread
from tui.words import N_, _, ngettext

FILTERS = (
    ("", N_("toutes")),
    ("me", N_("les miennes")),
    ("nobody", N_("à personne")),
    ("new", N_("nouvelles")),
    ("answered", N_("répondues")),
    ("dossier", N_("dossiers")),
    ("closed", N_("classées")),
)
WHOSE = ("me", "nobody")
"""The filters that ask who sees to it, not where it stands."""


class EnquiriesScreen(OfClients, EnquiryGestures):
    """The inbox left, the conversation right; who it is beside it where there is room."""

    SCOPE = "enquiries"
    LIVE = ("enquiries.", "mails.")
    OF_A_ROW = ("answer", "add_service", "client", "open_dossier", "note", "close")
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

    def __init__(self, session: Session) -> None:
        super().__init__(session, _("Demandes"))
        self.inbox = Rows(inbox_columns(), id="inbox", lines_per_row=2, classes="panel")
        self.head = Static("", id="enquiry-head")
        self.thread = Thread(session, id="thread")
        self.who = Static("", id="who", classes="panel")
        self.who.border_title = _("Qui est-ce ?")
        self.lines: list[EnquiryLine] = []
        self.next_cursor: str | None = None
        self.filter = ""
        self._wanted: UUID | None = None
        self._not_opened = ""
        """The demande that did not come, by its row."""

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
        """Stand in the inbox."""
        self.reply.display = False
        self.inbox.focus()

    def on_resize(self) -> None:
        """Show who it is where there is room for a third pane."""
        self.who.display = self.app.size.width >= WIDE

    # Reading

    @property
    def is_lacking(self) -> bool:
        """Whether the inbox, or the demande that one stands on, has not come."""
        return self.inbox.state in NOT_THERE or (self.enquiry is None and self.inbox.key not in ("", self._not_opened))

    @property
    def is_coming(self) -> bool:
        """Whether that is being asked for; the demande that one stands on always is."""
        return self.is_lacking and (self.is_known or super().is_coming)

    @property
    def is_known(self) -> bool:
        """Whether one stands on a demande."""
        return bool(self.inbox.key)

    def read(self) -> None:
        """Ask again for the inbox and the conversation."""
        self._not_opened = ""
        self._read_inbox(None)
        if self.inbox.key:
            self._read_enquiry(UUID(self.inbox.key))

    @work(exclusive=True, group="inbox")
    async def _read_inbox(self, cursor: str | None) -> None:
        try:
            page = await self.session.client.enquiries(
                "" if self.filter in WHOSE else self.filter,
                assignee=self.filter if self.filter in WHOSE else "",
                cursor=cursor,
                of=self.of_clients,
            )
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
        self.inbox.annotate(filter_words(self.of_clients))
        self.inbox.show(
            [inbox_row(line, self.session) for line in self.lines],
            empty=_("Aucune demande de ce filtre. f : un autre.")
            if self.filter or self.of_clients
            else _("Aucune demande. n : en noter une."),
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
            self.leave_reply()
            # Until the one stood on has come there is none: no gesture may go to the one before.
            self.enquiry = None
            self.head.update("░░░░░░░░░░░░░░")
            self.thread.say("")
            self._not_opened = ""
            self._read_enquiry(UUID(event.key))

    @on(Opened)
    def _show_enquiry(self, event: Opened) -> None:
        if str(event.enquiry.id) == self.inbox.key:
            self.draw(event.enquiry)

    @on(NotOpened)
    def _say_not_opened(self, event: NotOpened) -> None:
        self._not_opened = self.inbox.key
        self.forget_key()
        self.head.update("")
        self.thread.say(in_words(event.problem))

    def show_subject(self, subject_id: UUID) -> None:
        """Stand on a demande, reading the inbox again where it is not there yet."""
        self._wanted = subject_id
        self._read_inbox(None)

    # Drawing

    def draw(self, enquiry: Enquiry) -> None:
        """Show a demande and who it is."""
        self.enquiry = enquiry
        self.head.update(head_of(enquiry, self.session, narrow=self.app.size.width < WIDE))
        self.thread.show(conversation(enquiry))
        self.who.update(person_of(enquiry))

    # Filtering

    def action_filter(self) -> None:
        """Pass to the next filter."""
        codes = [code for code, _name in FILTERS]
        self.filter = codes[(codes.index(self.filter) + 1) % len(codes)]
        self.lines = []
        self._read_inbox(None)

    def read_of_clients(self) -> None:
        """Read from the start, of other clients than before."""
        self.lines = []
        self._read_inbox(None)
