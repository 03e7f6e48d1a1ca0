"""Segments: those that are shared, and one's own; how many clients each finds, counted one after the other."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.binding import BindingType
from textual.message import Message

from server.contract.segments import SegmentLine
from tui.actions import bindings
from tui.formats import moment
from tui.lists import learn_segments
from tui.screens.base import OpenScreen
from tui.screens.list_screen import ListScreen
from tui.screens.segment_gestures import SegmentGestures
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import _, ngettext


class SegmentsScreen(SegmentGestures, ListScreen):
    """The segments, by name."""

    SCOPE = "segments"
    LIVE = ("segments.",)
    OF_A_ROW = ("open", "share", "duplicate", "delete", "export")
    BINDINGS: ClassVar[list[BindingType]] = bindings("segments")

    class Loaded(Message):
        """They came."""

        def __init__(self, segments: Sequence[SegmentLine]) -> None:
            super().__init__()
            self.segments = segments

    class Counted(Message):
        """One is counted; None where it cannot be."""

        def __init__(self, segment_id: UUID, clients: int | None) -> None:
            super().__init__()
            self.segment_id = segment_id
            self.clients = clients

    def __init__(self, session: Session) -> None:
        columns = [
            Column(_("segment"), 24, grow=3),
            Column(_("fiches"), 8, right=True),
            Column(_("à qui"), 20, grow=1),
            Column(_("changé"), 8),
        ]
        super().__init__(session, _("Segments"), Rows(columns, id="segments", titled=True, classes="panel"))
        self._segments: Sequence[SegmentLine] = ()
        self._counts: dict[UUID, int | None] = {}

    async def ask(self) -> Message:
        """Ask for them."""
        return self.Loaded(await self.session.client.segments())

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        self._segments = event.segments
        learn_segments(event.segments)
        count = len(event.segments)
        self.top.say(more=ngettext("{n} segment", "{n} segments", count).format(n=count) if count else "")
        self._draw()
        self._count([one.id for one in event.segments])

    def _draw(self) -> None:
        empty = _("Aucun segment encore. n : choisir des critères, et compter les clients qui y répondent.")
        self.list.show([self._row(one) for one in self._segments], empty=empty)

    def _row(self, one: SegmentLine) -> Row:
        clients = self._counts.get(one.id, -1)
        count = Cell("…", "muted") if clients == -1 else Cell("?", "warn") if clients is None else str(clients)
        whose = _("à vous") if one.own else one.by
        whose = _("{whose} · partagé").format(whose=whose) if one.shared else whose
        at = moment(datetime.fromisoformat(one.changed_at), zone=self.session.zone, today=self.session.today)
        return Row(str(one.id), (Cell(one.name, "strong"), count, whose, Cell(at, "muted")))

    @work(exclusive=True, group="counts")
    async def _count(self, segment_ids: Sequence[UUID]) -> None:
        """One after the other: a slow one keeps nobody from reading the list."""
        for segment_id in segment_ids:
            try:
                clients = await self.session.client.segment_count(segment_id)
            except ApiProblem:
                self.post_message(self.Counted(segment_id, None))
            else:
                self.post_message(self.Counted(segment_id, clients))

    @on(Counted)
    def _show_count(self, event: Counted) -> None:
        self._counts[event.segment_id] = event.clients
        self._draw()

    @property
    def _standing(self) -> UUID | None:
        return UUID(self.list.key) if self.list.key else None

    @on(Rows.Opened)
    def action_open(self) -> None:
        """Open the one under the cursor."""
        from tui.screens.segment import SegmentScreen

        if self._standing:
            self.post_message(OpenScreen(SegmentScreen(self.session, self._standing)))

    def action_add(self) -> None:
        """Build a new one."""
        from tui.screens.segment_form import SegmentFormScreen

        self.post_message(OpenScreen(SegmentFormScreen(self.session)))

    def action_share(self) -> None:
        """Share it, or keep it for oneself."""
        if self._standing:
            self.share(self._standing)

    def action_duplicate(self) -> None:
        """Build on from it."""
        if self._standing:
            self.duplicate(self._standing)

    def action_delete(self) -> None:
        """Delete it."""
        if self._standing:
            self.delete(self._standing)

    def action_export(self) -> None:
        """Take its clients away."""
        if self._standing:
            self.export(self._standing)

    def on_screen_resume(self) -> None:
        """Read again: what was built above is there now."""
        super().on_screen_resume()
        if self.is_attached and self.list.state != "loading":
            self.read()
