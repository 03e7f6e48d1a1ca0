"""Show an address whole, to be read, copied or opened on the machine in front of one."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.widgets import Static

from tui.dialogs.base import Dialog
from tui.words import _


class Address(Dialog[bool]):
    """An address; it is on the clipboard already, over SSH too (OSC 52), and `c` copies it again.

    In a browser `o` opens it in another tab. Never by itself: some are a client's to pay by, or make the browser a tablet.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", show=False),
        Binding("o", "open", show=False),
        Binding("enter", "give_up", show=False),
    ]

    def __init__(self, title: str, said: str, url: str) -> None:
        super().__init__(title, keys=_("c copier · Esc revenir"), wide=True)
        self.url = url
        self._said = said

    def inside(self) -> ComposeResult:
        """Say what it is for, and the address below, broken where the line ends."""
        yield Static(self._said, classes="intro", markup=False)
        yield Static(self.url, id="url", markup=False)

    def on_mount(self) -> None:
        """Copy it."""
        self.app.copy_to_clipboard(self.url)
        if self._can_be_opened:
            self._frame.border_subtitle = _("o ouvrir · c copier · Esc revenir")

    def action_copy(self) -> None:
        """Copy it again."""
        self.app.copy_to_clipboard(self.url)
        self.notify(_("Copié."))

    @on(Click, "#url")
    def _clicked(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """Open it, where a browser is in front of one; a key that is shown in its place is no address."""
        if self._can_be_opened:
            self.app.open_url(self.url)

    @property
    def _can_be_opened(self) -> bool:
        return self.app.is_web and self.url.startswith(("http://", "https://"))
