"""Pick one thing of a list that narrows as one types."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from tui.dialogs.base import Dialog
from tui.widgets.choice import matching
from tui.widgets.line import Line
from tui.widgets.rows import Column, Row, Rows
from tui.words import _


class Pick(Dialog[str]):
    """A list to choose from; gives back the code."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
    ]

    def __init__(self, title: str, choices: Sequence[tuple[str, str]], *, empty: str = "") -> None:
        super().__init__(title, keys=_("taper pour chercher · ⏎ choisir · Esc revenir"), wide=True)
        self._choices = list(choices)
        self._empty = empty
        self._rows = Rows([Column(grow=1)])

    def inside(self) -> ComposeResult:
        """Lay out the search and the list."""
        yield Line(compact=True, placeholder=_("chercher…"))
        yield self._rows

    def on_mount(self) -> None:
        """Show everything."""
        self._narrow("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._narrow(event.value)
        self._rows.action_edge(-1)  # on what answers best, wherever one stood before

    def _narrow(self, text: str) -> None:
        # That nothing answers to what is typed is another thing than that there is nothing.
        empty = _("Rien de tel dans la liste.") if text.strip() and self._choices else self._empty
        self._rows.show([Row(code, (label,)) for code, label in matching(self._choices, text)], empty=empty)

    def action_move(self, by: int) -> None:
        """Move in the list without leaving the search."""
        self._rows.action_move(by)

    @on(Input.Submitted)
    def _chosen(self) -> None:
        if self._rows.key:
            self.dismiss(self._rows.key)

    @on(Rows.Opened)
    def _clicked(self, event: Rows.Opened) -> None:
        self.dismiss(event.key)
