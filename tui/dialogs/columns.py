"""Choose the columns of a list: those with a tick are seen."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.dialogs.base import Dialog
from tui.widgets.rows import Column, Row, Rows
from tui.words import _


class Columns(Dialog[list[str]]):
    """The columns by their place and name; gives back the places of those not wanted. One at least stays."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", show=False),
        Binding("enter,ctrl+s", "done", show=False),
    ]

    def __init__(self, columns: Sequence[tuple[int, str]], hidden: frozenset[int]) -> None:
        super().__init__(_("Quelles colonnes voir ?"), keys=_("espace cocher · ⏎ garder · Esc revenir"))
        self._content = [Row(str(place), (title,)) for place, title in columns]
        self._hidden = hidden
        self._rows = Rows([Column("", grow=1)])

    def inside(self) -> ComposeResult:
        """Lay out the names."""
        yield self._rows

    def on_mount(self) -> None:
        """Tick those that are seen."""
        self._rows.show(self._content)
        self._rows.choose([row.key for row in self._content if int(row.key) not in self._hidden])
        self._rows.focus()

    @on(Rows.Opened)
    def action_tick(self) -> None:
        """Tick the column, or take the tick away, but never the last one."""
        if self._rows.chosen != {self._rows.key}:
            self._rows.choose()

    def action_done(self) -> None:
        """Keep them."""
        self.dismiss([row.key for row in self._content if row.key not in self._rows.chosen])
