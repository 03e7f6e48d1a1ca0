"""One alert: how much it weighs, what it is about, and what can be done: open, try again, ignore with a reason, done."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from server.contract.tasks import Task
from tui.dialogs.base import Dialog
from tui.formats import moment
from tui.session import Session
from tui.widgets.to_do import LEVELS, task_words
from tui.words import _

RETRIED = ("mail_failed",)
"""What can be tried again from here."""


class Alert(Dialog[str]):
    """An alert; gives back `open`, `retry`, `ignore` or `done`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,o", "answer('open')", show=False),
        Binding("r", "answer('retry')", show=False),
        Binding("i", "answer('ignore')", show=False),
        Binding("t", "answer('done')", show=False),
    ]

    def __init__(self, session: Session, task: Task) -> None:
        self._offered = ["open"]
        keys = [_("⏎ ouvrir")]
        if task.kind in RETRIED:
            self._offered.append("retry")
            keys.append(_("r réessayer"))
        if task.level != "blocking":
            self._offered.append("ignore")
            keys.append(_("i ignorer"))
        self._offered.append("done")
        keys += [_("t fait"), _("Esc revenir")]
        sign, name = LEVELS[task.level if task.level in LEVELS else "warning"]
        super().__init__(f"{sign.text} {_(name)}", keys=" · ".join(keys), wide=True)
        since = moment(task.raised_at, zone=session.zone, today=session.today)
        lines = [Content.styled(task_words(task), "bold"), Content(_("Depuis {when}.").format(when=since))]
        if task.level == "blocking":
            lines.append(Content(_("Elle reste tant que ce n'est pas fait : elle ne s'ignore pas.")))
        self._words = Content("\n").join(lines)

    def inside(self) -> ComposeResult:
        """Say it."""
        yield Static(self._words)

    def action_answer(self, answer: str) -> None:
        """Take an answer that is offered."""
        if answer in self._offered:
            self.dismiss(answer)
