"""The centre's whole history: who did what to which card, stay, dossier, user or setting, newest first."""

from collections.abc import Mapping
from typing import ClassVar, Final

from textual import on, work
from textual.binding import BindingType
from textual.message import Message

from server.contract.basics import Page
from server.contract.history import TrailEntry
from tui.actions import bindings
from tui.dialogs.history import entry_cells, read_entry
from tui.screens.base import OpenClient, OpenDossier, OpenStay
from tui.screens.list_screen import ListScreen
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import N_, _

SUBJECTS: Final[Mapping[str, str]] = {
    "centre": N_("centre"),
    "client": N_("fiche"),
    "connection": N_("connexion"),
    "destruction_certificate": N_("certificat"),
    "dossier": N_("dossier"),
    "enquiry": N_("demande"),
    "import_mapping": N_("import"),
    "local_value": N_("liste"),
    "retention_certificate": N_("certificat"),
    "role": N_("rôle"),
    "room": N_("chambre"),
    "segment": N_("segment"),
    "service": N_("prestation"),
    "stay": N_("séjour"),
}
"""What the trail is about; another kind is called by its own name."""


class TrailScreen(ListScreen):
    """The trail, page after page."""

    SCOPE = "trail"
    OF_A_ROW = ("open", "thing")
    BINDINGS: ClassVar[list[BindingType]] = bindings("trail")

    class Loaded(Message):
        """A page came; `more` goes under what is there."""

        def __init__(self, page: Page[TrailEntry], *, more: bool) -> None:
            super().__init__()
            self.page = page
            self.more = more

    def __init__(self, session: Session) -> None:
        columns = [
            Column(_("quand"), 10),
            Column(_("qui"), 14),
            Column(_("sur"), 10),
            Column(_("nom"), 14, grow=1),
            Column(_("quoi"), 22),
            Column(_("ce qui a changé"), 20, grow=2, wide_from=100),
        ]
        super().__init__(session, _("Histoire du centre"), Rows(columns, id="trail", titled=True, classes="panel"))
        self.openings = False
        self._entries: list[TrailEntry] = []
        self._next: str | None = None

    def read(self) -> None:
        """Ask for the first page again."""
        self._read_page(None)

    @work(exclusive=True, group="read")
    async def _read_page(self, cursor: str | None) -> None:
        try:
            page = await self.session.client.trail(openings=self.openings, cursor=cursor)
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
        else:
            self.post_message(self.Loaded(page, more=cursor is not None))

    @on(Rows.NearEnd)
    def _read_more(self) -> None:
        if self._next:
            self._read_page(self._next)

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        self._entries = [*self._entries, *event.page.items] if event.more else list(event.page.items)
        self._next = event.page.next_cursor
        self.list.annotate(_("ouvertures de fiches comprises") if self.openings else "")
        rows = [self._row(place, one) for place, one in enumerate(self._entries)]
        self.list.show(rows, empty=_("Rien n'a encore été noté."))

    def _row(self, place: int, one: TrailEntry) -> Row:
        when, who, what, changed = entry_cells(one.entry, self.session)
        return Row(str(place), (when, who, Cell(subject_words(one), "muted"), one.subject_name, what, changed))

    @on(Rows.Opened)
    def action_open(self) -> None:
        """Read the line whole."""
        one = self._standing
        if one is not None:
            about = " · ".join(part for part in (subject_words(one), one.subject_name) if part)
            self.app.push_screen(read_entry(one.entry, self.session, about=about))

    def action_thing(self) -> None:
        """Open the card, the stay or the dossier that the line is about."""
        one = self._standing
        opening = {"client": OpenClient, "stay": OpenStay, "dossier": OpenDossier}
        if one is not None and one.subject_kind in opening and one.subject_name:
            self.post_message(opening[one.subject_kind](one.subject_id))
        elif one is not None:
            self.notify(_("Cette ligne n'a pas de page à elle. ⏎ : la lire."))

    def action_openings(self) -> None:
        """Show who only opened a card too, or not any more."""
        self.openings = not self.openings
        self.list.show_loading()
        self.read()

    @property
    def _standing(self) -> TrailEntry | None:
        return self._entries[int(self.list.key)] if self.list.key else None


def subject_words(one: TrailEntry) -> str:
    """Return what kind of thing a line is about."""
    return _(SUBJECTS[one.subject_kind]) if one.subject_kind in SUBJECTS else one.subject_kind.replace("_", " ")
