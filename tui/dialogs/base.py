"""The frame of a question over a screen: a title, what is asked, the keys that answer."""

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

Result = TypeVar("Result")


class Dialog(ModalScreen[Result | None]):
    """A question; Esc gives no answer."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", show=False)]

    def __init__(self, title: str, *, keys: str = "", wide: bool = False) -> None:
        super().__init__()
        self._frame = Vertical(id="frame", classes="wide" if wide else "")
        self._frame.border_title = title
        self._frame.border_subtitle = keys or None

    def compose(self) -> ComposeResult:
        """Frame what the dialog asks."""
        with self._frame:
            yield from self.inside()

    def inside(self) -> ComposeResult:
        """Lay out what is asked."""
        yield Static()

    def action_give_up(self) -> None:
        """Go back without an answer."""
        self.dismiss(None)
