"""A text to read, as long as it is."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.dialogs.base import Dialog
from tui.words import _


class Reading(Dialog[bool]):
    """A text under its title; the arrows and the page keys move in it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,q", "give_up", show=False)]

    def __init__(self, title: str, text: str) -> None:
        super().__init__(title, keys=_("↑ ↓ lire · Esc revenir"), wide=True)
        self._scroll = VerticalScroll(id="reading")
        self._text = Static(text, markup=False)

    def inside(self) -> ComposeResult:
        """Lay out the text."""
        with self._scroll:
            yield self._text

    def on_mount(self) -> None:
        """Stand in it."""
        self._scroll.focus()
