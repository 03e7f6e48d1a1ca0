"""Tick values of a list that narrows as one types; where there is no list, what is typed is a value."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from tui.dialogs.base import Dialog
from tui.lists import Choices
from tui.widgets.choice import matching
from tui.widgets.line import Line
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import _


class Tick(Dialog[list[str]]):
    """Values with a tick or without; gives back the codes ticked, in the order they were ticked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("ctrl+s", "done", show=False, priority=True),
    ]

    def __init__(self, title: str, choices: Choices, ticked: Sequence[str] = ()) -> None:
        free = not choices
        keys = _("taper une valeur · ⏎ la prendre") if free else _("taper pour chercher · ⏎ cocher")
        super().__init__(title, keys=_("{keys} · Ctrl+S valider · Esc revenir").format(keys=keys), wide=True)
        self._free = free
        self._choices = list(choices)
        self._ticked = dict.fromkeys(ticked)
        self._line = Line(compact=True, placeholder=_("valeur…") if free else _("chercher…"))
        self._rows = Rows([Column(grow=1)])

    def inside(self) -> ComposeResult:
        """Lay out the search and the values."""
        yield self._line
        yield self._rows

    def on_mount(self) -> None:
        """Show every value, those that are ticked first."""
        known = {code for code, _label in self._choices}
        gone = _("{code} (n'est plus dans la liste)")
        others = [(code, code if self._free else gone.format(code=code)) for code in self._ticked if code not in known]
        self._choices = [*others, *sorted(self._choices, key=lambda pair: pair[0] not in self._ticked)]
        self._narrow()

    @on(Input.Changed)
    def _typed(self) -> None:
        self._narrow()
        self._rows.action_edge(-1)  # on what answers best, wherever one stood before

    def _narrow(self) -> None:
        empty = _("Tapez une valeur, puis Entrée.") if self._free else _("Rien de tel dans la liste.")
        self._rows.show([self._row(*pair) for pair in matching(self._choices, self._line.value)], empty=empty)

    def _row(self, code: str, label: str) -> Row:
        return Row(code, (Cell(f"✓ {label}", "strong") if code in self._ticked else f"  {label}",))

    def action_move(self, by: int) -> None:
        """Move in the list without leaving the search."""
        self._rows.action_move(by)

    @on(Input.Submitted)
    @on(Rows.Opened)
    def _tick(self) -> None:
        """Tick the value under the cursor, or take its tick away; with nothing under it and nothing typed, be done."""
        typed = self._line.value.strip()
        if self._free and typed:
            self._choices.insert(0, (typed, typed)) if typed not in dict(self._choices) else None
            self._ticked[typed] = None
        elif self._rows.key and self._rows.key in self._ticked:
            del self._ticked[self._rows.key]
        elif self._rows.key:
            self._ticked[self._rows.key] = None
        if self._line.value:
            self._line.value = ""
        self._narrow()

    def action_done(self) -> None:
        """Give them back; what was typed of a value of one's own is taken too."""
        typed = self._line.value.strip()
        if self._free and typed:
            self._ticked[typed] = None
        self.dismiss(list(self._ticked))
