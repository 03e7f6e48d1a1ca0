"""What can be done with any list: sort it by its next column, take what is seen into a spreadsheet."""

import csv
import io

from textual.app import App

from tui.widgets.rows import Rows
from tui.words import _, ngettext


class ListGestures(App[int]):
    """Gestures on the list that has the focus, or the first one seen."""

    def action_sort(self) -> None:
        """Sort by the next column, then backwards, then as it came."""
        rows = self._list()
        if rows is None:
            self.notify(_("Il n'y a pas de liste à trier ici."))
            return
        self.notify(rows.sort_next() or _("Comme la liste est venue."))

    def action_copy_list(self) -> None:
        """Put the list into the clipboard, over SSH too (OSC 52): a spreadsheet pastes it in columns."""
        rows = self._list()
        table = rows.table() if rows is not None else []
        if not table:
            self.notify(_("Il n'y a pas de liste à copier ici."))
            return
        written = io.StringIO()
        csv.writer(written, dialect="excel-tab").writerows([_harmless(text) for text in line] for line in table)
        self.copy_to_clipboard(written.getvalue())
        count = len(table) - 1
        said = ngettext(
            "{n} ligne copiée : collez-la dans un tableur.", "{n} lignes copiées : collez-les dans un tableur.", count
        )
        self.notify(said.format(n=count))

    def _list(self) -> Rows | None:
        if isinstance(self.focused, Rows):
            return self.focused
        return next((rows for rows in self.screen.query(Rows) if rows.display and rows.row_count), None)


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking what a client typed for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") and not text[1:2].isdigit() else text
