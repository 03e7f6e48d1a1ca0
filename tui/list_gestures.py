"""What can be done with any list: sort it, narrow it, group it, choose its columns and its rows, take it away as it is seen."""

import csv
import io
import re
from asyncio import to_thread
from collections.abc import Awaitable, Callable

import msgspec
from textual import work

from server.contract.accounts import PreferencesChange
from server.contract.list_tables import ListTable
from tui.dialogs.address import Address
from tui.dialogs.columns import Columns
from tui.dialogs.documents import saved
from tui.dialogs.pick import Pick
from tui.entering import EnteringApp, NotEntered
from tui.screens.base import DeskScreen
from tui.transport import ApiProblem
from tui.widgets.arranging import Arrangement, values_of
from tui.widgets.columns import hidden_columns, learn_hidden
from tui.widgets.rows import Rows
from tui.words import N_, _, ngettext

MENU = (
    ("filter", N_("Filtrer : ne voir qu'une valeur d'une colonne (F4)")),
    ("group", N_("Grouper par une colonne, avec les nombres")),
    ("columns", N_("Choisir les colonnes")),
    ("xlsx", N_("Exporter ce qu'on voit, XLSX")),
    ("csv", N_("Exporter ce qu'on voit, CSV")),
    ("all", N_("Choisir toutes les lignes")),
    ("none", N_("Ne plus choisir de lignes (Esc)")),
    ("reset", N_("Remettre la liste comme elle est venue")),
)
EVERYTHING = "-1"


class ListGestures(EnteringApp):
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

    def action_choose(self) -> None:
        """Choose the row under the cursor for a gesture on many, or give it back."""
        if (rows := self._list()) is not None and rows.has_focus:
            rows.choose()

    @work
    async def action_filter_list(self) -> None:
        """Show only the rows with one value of a column; from the same key all of them again."""
        if (rows := self._list()) is not None:
            await self._filter(rows)

    @work
    async def action_list(self) -> None:
        """Ask what to do with the list."""
        rows = self._list()
        if rows is None:
            self.notify(_("Il n'y a pas de liste ici."))
            return
        chosen = await self.push_screen_wait(Pick(_("La liste"), [(code, _(name)) for code, name in MENU]))
        doings: dict[str, Callable[[], Awaitable[None]]] = {
            "filter": lambda: self._filter(rows),
            "group": lambda: self._group(rows),
            "columns": lambda: self._choose_columns(rows),
            "csv": lambda: self._export(rows, "csv"),
            "xlsx": lambda: self._export(rows, "xlsx"),
        }
        if chosen in doings:
            await doings[chosen]()
        elif chosen == "all":
            rows.choose([row.key for row in rows.shown if not row.heading])
        elif chosen == "none":
            rows.choose([])
        elif chosen == "reset":
            rows.look_by(Arrangement())

    def _list(self) -> Rows | None:
        if isinstance(self.focused, Rows):
            return self.focused
        return next((rows for rows in self.screen.query(Rows) if rows.display and rows.row_count), None)

    async def _filter(self, rows: Rows) -> None:
        how = rows.arrangement
        offered = [(str(place), title) for place, title in rows.named_columns()]
        if how.only:
            offered.insert(0, (EVERYTHING, _("Tout montrer")))
        if not offered:
            self.notify(_("Cette liste n'a pas de colonnes à filtrer."))
            return
        column = await self.push_screen_wait(Pick(_("Filtrer par quelle colonne ?"), offered))
        if column == EVERYTHING:
            rows.look_by(how._replace(only=()))
            return
        if column is None:
            return
        place = int(column)
        others = tuple(pair for pair in how.only if pair[0] != place)
        values = values_of(rows.as_came, place)
        offered = [(str(number), f"{value or _('(vide)')} · {count}") for number, (value, count) in enumerate(values)]
        chosen = await self.push_screen_wait(Pick(rows.columns[place].title, offered))
        if chosen is not None:
            rows.look_by(how._replace(only=(*others, (place, values[int(chosen)][0]))))
            rows.focus()

    async def _group(self, rows: Rows) -> None:
        offered = [(EVERYTHING, _("Ne pas grouper"))]
        offered += [(str(place), title) for place, title in rows.named_columns()]
        chosen = await self.push_screen_wait(Pick(_("Grouper par quelle colonne ?"), offered))
        if chosen is not None:
            grouped_by = None if chosen == EVERYTHING else int(chosen)
            rows.look_by(rows.arrangement._replace(grouped_by=grouped_by))
            rows.focus()

    async def _choose_columns(self, rows: Rows) -> None:
        hidden = hidden_columns(rows.name_of_list, rows.columns)
        unwanted = await self.push_screen_wait(Columns(rows.named_columns(), hidden))
        if unwanted is None or self.session.me is None:
            return
        kept = {**self.session.me.list_columns, rows.name_of_list: unwanted}
        self.session.me = msgspec.structs.replace(self.session.me, list_columns=kept)
        learn_hidden(kept)
        rows.take_columns()
        self.save_preferences(PreferencesChange(list_columns=kept))

    async def _export(self, rows: Rows, form: str) -> None:
        table = rows.table()
        if not table:
            self.notify(_("Il n'y a rien à exporter ici."))
            return
        client = self.session.client
        wanted = ListTable(self._title_of(rows), rows.table_columns(), table[1:], form)
        try:
            if self.session.own_machine:
                name = re.sub(r"\W+", "-", wanted.title.lower()).strip("-") or "liste"
                path = await to_thread(saved, await client.list_file(wanted), f"{name}.{form}")
                self.notify(_("Enregistré : {path}").format(path=path), timeout=8)
                return
            link = await client.list_link(wanted)
        except ApiProblem as problem:
            self.post_message(NotEntered(problem))
            return
        said = _("Ouvrez cette adresse sur votre machine, dans le quart d'heure. Elle est copiée.")
        await self.push_screen_wait(Address(link.name, said, link.url))

    def _title_of(self, rows: Rows) -> str:
        title = self.screen.top.title if isinstance(self.screen, DeskScreen) else ""
        return title or str(rows.border_title or "")


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking what a client typed for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") and not text[1:2].isdigit() else text
