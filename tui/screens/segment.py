"""One segment: what it asks, whom it finds now, whom it found when a photo was taken."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from server.contract.basics import Page
from server.contract.segments import SegmentCard, SegmentClient, SegmentSnapshot
from tui.actions import bindings
from tui.dialogs.show import Show
from tui.formats import hour, numeric_day
from tui.problems import in_words
from tui.screens.base import DeskScreen, OpenClient, OpenScreen
from tui.screens.segment_gestures import SegmentGestures
from tui.screens.shared import Shared
from tui.segment_tree import read_tree
from tui.segment_words import SegmentWords
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import _, language, ngettext

NOW = "now"


class SegmentScreen(SegmentGestures, Shared):
    """Its criteria above, its clients below."""

    SCOPE = "segment"
    PAGE = True
    BINDINGS: ClassVar[list[BindingType]] = bindings("segment")

    class Loaded(Message):
        """It came."""

        def __init__(self, card: SegmentCard, words: SegmentWords) -> None:
            super().__init__()
            self.card = card
            self.words = words

    class Found(Message):
        """Some of its clients came."""

        def __init__(self, page: Page[SegmentClient], *, more: bool) -> None:
            super().__init__()
            self.page = page
            self.more = more

    def __init__(self, session: Session, segment_id: UUID) -> None:
        super().__init__(session, _("Segment"))
        self.segment_id = segment_id
        self.criteria = Rows([Column(grow=1)], id="criteria", title=_("Ce qu'il demande"), classes="panel")
        columns = [Column(_("client"), 24, grow=2), Column(_("ville"), 16, grow=1), Column(_("référence"), 12)]
        self.found = Rows(columns, id="found", title=_("Les fiches, aujourd'hui"), titled=True, classes="panel")
        self._words: SegmentWords | None = None
        self._card: SegmentCard | None = None
        self._shot: SegmentSnapshot | None = None
        self._clients: list[SegmentClient] = []
        self._next: str | None = None

    @property
    def opened_id(self) -> UUID | None:
        """This segment."""
        return self.segment_id

    def body(self) -> ComposeResult:
        """Lay out both lists."""
        yield self.criteria
        yield self.found

    def on_mount(self) -> None:
        """Stand in the clients."""
        self.found.focus()

    def subjects(self) -> frozenset[UUID]:
        """Its own facts."""
        return frozenset({self.segment_id})

    def read(self) -> None:
        """Ask again."""
        self._read()
        self._find(None)

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        client = self.session.client
        try:
            words = self._words or SegmentWords(await client.segment_criteria(), await client.places(language()))
            card = await client.segment(self.segment_id)
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
        else:
            self.post_message(self.Loaded(card, words))

    @work(exclusive=True, group="find")
    async def _find(self, cursor: str | None) -> None:
        shot_id = self._shot.id if self._shot else None
        try:
            page = await self.session.client.segment_clients(self.segment_id, snapshot_id=shot_id, cursor=cursor)
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
        else:
            self.post_message(self.Found(page, more=cursor is not None))

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        self._card, self._words = event.card, event.words
        card = event.card
        count = ngettext("{n} fiche", "{n} fiches", card.clients).format(n=card.clients)
        whose = _("à vous") if card.own else card.by
        shared = _("partagé") if card.shared else _("pour soi")
        self.top.say(_("Segment · {name}").format(name=card.name), more=f"{count} · {whose} · {shared}")
        self.criteria.show(event.words.rows(read_tree(card.expression)))
        shots = len(card.snapshots)
        self.criteria.annotate(ngettext("{n} photo", "{n} photos", shots).format(n=shots) if shots else "")

    @on(Found)
    def _show_found(self, event: Found) -> None:
        self._clients = [*self._clients, *event.page.items] if event.more else list(event.page.items)
        self._next = event.page.next_cursor
        empty = _("Personne n'y répond aujourd'hui. e : changer les critères.")
        if self._shot:
            empty = _("Aucune des fiches de cette photo n'est restée.")
        rows = [Row(str(one.id), (one.name, one.town, Cell(one.reference, "muted"))) for one in self._clients]
        self.found.show(rows, empty=empty)

    @on(Rows.NearEnd, "#found")
    def _find_more(self) -> None:
        if self._next:
            self._find(self._next)

    @on(DeskScreen.Failed)
    def _say_failed(self, event: DeskScreen.Failed) -> None:
        for rows in (self.criteria, self.found):
            rows.show_failed(in_words(event.problem))
        self.trouble(event.problem, said=self.found.state == "failed")

    @on(Rows.Opened, "#found")
    def action_open(self) -> None:
        """Open the card under the cursor."""
        if self.found.key:
            self.post_message(OpenClient(UUID(self.found.key)))

    def action_edit(self) -> None:
        """Change what it asks, or its name."""
        from tui.screens.segment_form import SegmentFormScreen

        if self._card:
            self.post_message(OpenScreen(SegmentFormScreen(self.session, card=self._card)))

    def action_snapshot(self) -> None:
        """Keep whom it finds now, dated."""
        self.gesture(lambda: self.session.client.take_snapshot(self.segment_id), _("Photo gardée, à sa date."))

    @work
    async def action_snapshots(self) -> None:
        """Show whom a photo found, or again whom it finds now."""
        if self._card is None:
            return
        columns = [Column(_("prise"), 17), Column(_("par"), 16, grow=1), Column(_("fiches"), 8, right=True), Column(_("restées"), 8, right=True)]  # fmt: skip
        rows = [self._shot_row(shot) for shot in self._card.snapshots]
        if rows:
            rows.insert(0, Row(NOW, (Cell(_("aujourd'hui"), "strong"), "", str(self._card.clients), "")))
        empty = _("Aucune photo. i : garder qui y répond maintenant, à sa date.")
        chosen = await self.app.push_screen_wait(Show(_("Photos"), columns, rows, titled=True, empty=empty))
        if chosen:
            self._look_at(self._card.snapshots, chosen)

    def _look_at(self, shots: Sequence[SegmentSnapshot], chosen: str) -> None:
        self._shot = next((shot for shot in shots if str(shot.id) == chosen), None)
        title = _("Les fiches, aujourd'hui")
        if self._shot:
            title = _("Les fiches de la photo du {when}").format(when=self._when(self._shot))
        self.found.border_title = title
        self._clients, self._next = [], None
        self._find(None)

    def _shot_row(self, shot: SegmentSnapshot) -> Row:
        return Row(str(shot.id), (self._when(shot), shot.taken_by, str(shot.clients), str(shot.clients_left)))

    def _when(self, shot: SegmentSnapshot) -> str:
        at = datetime.fromisoformat(shot.taken_at)
        local = at.astimezone(ZoneInfo(self.session.zone)).date()
        return f"{numeric_day(local)} {hour(at, self.session.zone)}"

    def action_share(self) -> None:
        """Share it, or keep it for oneself."""
        self.share(self.segment_id)

    def action_duplicate(self) -> None:
        """Build on from it."""
        self.duplicate(self.segment_id)

    def action_delete(self) -> None:
        """Delete it."""
        self.delete(self.segment_id)

    def action_export(self) -> None:
        """Take its clients away."""
        self.export(self.segment_id)

    def action_history(self) -> None:
        """Show who changed it, shared it, took its clients away."""
        self.read_history(self.segment_id)

    def gone(self) -> None:
        """Leave: there is nothing more to see."""
        self.app.pop_screen()

    def on_screen_resume(self) -> None:
        """Read again: the form may have saved."""
        if self._card is not None:
            self.read()
