"""Connections: the other programs that hand cards over, each with how it went last."""

from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.message import Message

from server.contract.connections import Connection
from tui.actions import bindings
from tui.connection_words import KINDS, state_cell, why
from tui.formats import moment
from tui.lists import label
from tui.screens.base import OpenScreen
from tui.screens.connection_gestures import collect_now, set_up, turn_pause
from tui.screens.list_screen import ListScreen
from tui.session import Session
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import _


class ConnectionsScreen(ListScreen):
    """The connections, by name."""

    SCOPE = "connections"
    LIVE = ("connections.",)
    OF_A_ROW = ("open", "collect", "pause")
    BINDINGS: ClassVar[list[BindingType]] = bindings("connections")

    class Loaded(Message):
        """They came."""

        def __init__(self, connections: list[Connection]) -> None:
            super().__init__()
            self.connections = connections

    def __init__(self, session: Session) -> None:
        columns = [
            Column(_("connexion"), 12, grow=1),
            Column(_("par"), 9),
            Column(_("état"), 16, grow=1),
            Column(_("quand"), 6),
            Column(_("nouv."), 6, right=True),
            Column(_("chang."), 6, right=True),
            Column(_("refus."), 6, right=True),
        ]
        rows = Rows(columns, id="connections", titled=True, lines_per_row=2, classes="panel")
        super().__init__(session, _("Connexions"), rows)
        self._connections: dict[str, Connection] = {}

    async def ask(self) -> Message:
        """Ask for them."""
        return self.Loaded(await self.session.client.connections())

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        self._connections = {each.name: each for each in event.connections}
        empty = _("Aucun autre logiciel n'apporte de fiches. n : en relier un.")
        self.list.show([self._row(each) for each in event.connections], empty=empty)

    def _row(self, each: Connection) -> Row:
        zone, today = self.session.zone, self.session.today
        run = each.last_run
        when = moment(each.last_at, zone=zone, today=today) if each.last_at else "–"
        counts = (str(run.new), str(run.changed)) if run else ("", "")
        refused = Cell(str(run.refused), "warn" if run.refused else "") if run else ""
        cells = (Cell(each.name, "strong"), label(KINDS, each.kind), state_cell(each), when, *counts, refused)
        # What is wrong with it, in full; else where it looks, or is called.
        return Row(each.name, cells, second=why(each) or each.webhook_url or each.url)

    @property
    def _under(self) -> Connection | None:
        return self._connections.get(self.list.key)

    @on(Rows.Opened)
    def action_open(self) -> None:
        """Show the one under the cursor."""
        from tui.screens.connection import ConnectionScreen

        if one := self._under:
            self.post_message(OpenScreen(ConnectionScreen(self.session, one.name)))

    @work
    async def action_add(self) -> None:
        """Set one up; a webhook's key is shown this once."""
        await set_up(self, None, done=_("Connexion réglée. r : relever maintenant."))

    def action_collect(self) -> None:
        """Have what lies at the one under the cursor fetched now."""
        if one := self._under:
            collect_now(self, one)

    def action_pause(self) -> None:
        """Pause the one under the cursor, or take it up again."""
        if one := self._under:
            turn_pause(self, one)
