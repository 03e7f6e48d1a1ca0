"""A conversation: who wrote what and when, the newest at the foot, in view."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from server.contract.enquiries import Message
from tui.formats import moment
from tui.session import Session
from tui.words import _

SIGNS = {"in": "▸", "out": "◂", "note": "✎"}


class Thread(VerticalScroll):
    """Messages one under the other."""

    def __init__(self, session: Session, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._session = session
        self._text = Static("")

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        yield self._text

    def say(self, text: str) -> None:
        """Say why there is nothing."""
        self._text.update(Content(text))

    def show(self, messages: Sequence[Message]) -> None:
        """Show the messages, oldest first, and go to the last."""
        self._text.update(Content("\n\n").join([self._message(message) for message in messages]))
        self.call_after_refresh(self.scroll_end, animate=False)

    def _message(self, message: Message) -> Content:
        at = moment(message.at, zone=self._session.zone, today=self._session.today)
        states = {"queued": _("en partance"), "failed": _("NON PARTI"), "sent": ""}
        state = states.get(message.mail_state or "", "")
        note = _("note interne") if message.direction == "note" else ""
        said = " · ".join(part for part in (message.author, note, state) if part)
        style = "$error" if message.mail_state == "failed" else ""
        return Content.assemble(
            (f"{at} {SIGNS.get(message.direction, '·')} ", "bold $primary"),
            (said, f"bold {style}".strip()),
            "\n",
            message.text.strip(),
        )
