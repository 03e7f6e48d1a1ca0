"""Show something to read: help, history, versions of a quote, both versions of a conflict."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.dialogs.base import Dialog
from tui.widgets.rows import Column, Row, Rows
from tui.words import _


class Show(Dialog[str]):
    """Rows to read; Enter gives back the row one stands on, Ctrl+C copies its last cell."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", show=False),
        Binding("c", "copy", show=False),
        Binding("question_mark,q", "give_up", show=False),
    ]

    def __init__(
        self,
        title: str,
        columns: Sequence[Column],
        rows: Sequence[Row],
        *,
        titled: bool = False,
        two_lines: bool = False,
        empty: str = "",
        keys: str = "",
        at: str = "",
    ) -> None:
        super().__init__(title, keys=keys or _("c copier · Esc revenir"), wide=True)
        self._rows = Rows(columns, titled=titled, lines_per_row=2 if two_lines else 1)
        self._content = list(rows)
        self._empty = empty
        self._at = at

    def inside(self) -> ComposeResult:
        """Lay out the rows."""
        yield self._rows

    def on_mount(self) -> None:
        """Fill, and stand on the row named, else the first."""
        self._rows.show(self._content, empty=self._empty)
        self._rows.stand_on(self._at)
        self._rows.focus()

    def action_choose(self) -> None:
        """Give back the row."""
        self.dismiss(self._rows.key or None)

    def action_copy(self) -> None:
        """Copy the row's last text to the clipboard, over SSH too (OSC 52)."""
        row = next((row for row in self._content if row.key == self._rows.key), None)
        if row is not None:
            last = row.cells[-1]
            self.app.copy_to_clipboard(row.second.strip() or (last if isinstance(last, str) else last.text))
            self.notify(_("Copié."))
