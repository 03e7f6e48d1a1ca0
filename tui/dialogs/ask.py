"""Ask with a form, send it, and keep it open with what was typed until the server has taken it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import ClassVar, Generic, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from tui.dialogs.base import Dialog
from tui.problems import in_words
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field, Form
from tui.words import _

Sent = TypeVar("Sent")


class Ask(Dialog[Sent], Generic[Sent]):
    """A form and how to send it; gives back what the server said."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "send", show=False)]

    class Done(Message):
        """The server took it."""

        def __init__(self, sent: object) -> None:
            super().__init__()
            self.sent = sent

    class Refused(Message):
        """The server did not."""

        def __init__(self, problem: ApiProblem) -> None:
            super().__init__()
            self.problem = problem

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        send: Callable[[Answers], Awaitable[Sent]],
        *,
        today: date,
        values: Mapping[str, str] | None = None,
        intro: str = "",
        pointers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(title, keys=_("Ctrl+S valider · Esc revenir"), wide=True)
        self.form = Form(fields, values or {}, today=today)
        self._send = send
        self._intro = Static(intro, classes="intro", markup=False)
        self._trouble = Static("", classes="trouble", markup=False)
        self._pointers = pointers
        self._sending = False
        self._taken: Sent | None = None

    def inside(self) -> ComposeResult:
        """Lay out the form under its introduction."""
        yield self._intro
        yield self.form
        yield self._trouble

    def on_mount(self) -> None:
        """Stand in the first field."""
        self._intro.display = bool(str(self._intro.content))
        self._trouble.display = False
        self.form.focus_first()

    @on(Form.Submitted)
    def action_send(self) -> None:
        """Read the form and send it."""
        answers = self.form.answers()
        if answers is not None and not self._sending:
            self._sending = True
            self._ask(answers)

    @work(exclusive=True)
    async def _ask(self, answers: Answers) -> None:
        try:
            self._taken = await self._send(answers)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.Done(self._taken))

    @on(Done)
    def _close(self) -> None:
        self.dismiss(self._taken)

    @on(Refused)
    def _stay_open(self, event: Refused) -> None:
        self._sending = False
        self.form.show_problem(event.problem, pointers=self._pointers)
        self._trouble.update(in_words(event.problem))
        self._trouble.display = True
