"""Ask yes or no, with the effects shown; « non » under the cursor where a yes costs dear."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Static

from tui.dialogs.base import Dialog
from tui.words import _


class Confirm(Dialog[bool]):
    """A yes or a no. `o`/`y` says yes, `n` says no, Enter says what is under the cursor, Esc gives up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o,y", "answer(True)", show=False),
        Binding("n", "answer(False)", show=False),
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]

    def __init__(self, title: str, question: str, *, yes: str = "", no: str = "", yes_first: bool = True) -> None:
        self._question = question
        self._yes = yes or _("oui")
        self._no = no or _("non")
        # Where « no » does something too, its letter says what.
        keys = _("o {yes} · n {no} · Esc revenir").format(yes=self._yes, no=self._no)
        super().__init__(title, keys=keys if no else _("o oui · n non · Esc revenir"))
        self._yes_first = yes_first

    def inside(self) -> ComposeResult:
        """Lay out the question and the two answers."""
        yield Static(self._question, markup=False)
        with Horizontal(id="answers"):
            yield Button(self._yes, id="yes", compact=True)
            yield Button(self._no, id="no", compact=True)

    def on_mount(self) -> None:
        """Put the cursor on the answer that is meant."""
        self.query_one("#yes" if self._yes_first else "#no", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take the answer pressed."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """Take an answer by its letter."""
        self.dismiss(yes)
