"""One connection: how it is set up, what it brought, which rows it could not bring."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from server.contract.connections import Connection
from server.contract.imports import ImportRun
from tui.actions import bindings
from tui.connection_words import KINDS, state_cell, why
from tui.dialogs.confirm import Confirm
from tui.formats import moment
from tui.lists import label
from tui.problems import in_words
from tui.screens.base import DeskScreen
from tui.screens.connection_gestures import STANDARD, collect_now, key_address, set_up, turn_pause
from tui.screens.imports import refused
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import _


class ConnectionScreen(DeskScreen):
    """Its settings above, what came below."""

    SCOPE = "connection"
    PAGE = True
    LIVE = ("connections.",)
    BINDINGS: ClassVar[list[BindingType]] = bindings("connection")

    class Loaded(Message):
        """It came; None once it was ended."""

        def __init__(self, connection: Connection | None, runs: list[ImportRun]) -> None:
            super().__init__()
            self.connection = connection
            self.runs = runs

    def __init__(self, session: Session, name: str) -> None:
        super().__init__(session, _("Connexion · {name}").format(name=name))
        self.connection_name = name
        self.facts = Rows([Column(width=22), Column(grow=1)], id="facts", title=_("Réglage"), classes="panel")
        columns = [
            Column(_("quand"), 6),
            Column(_("ce qui est venu"), 16, grow=1),
            Column(_("lignes"), 6, right=True),
            Column(_("nouv."), 6, right=True),
            Column(_("chang."), 6, right=True),
            Column(_("refus."), 6, right=True),
        ]
        self.brought = Rows(columns, id="brought", title=_("Ce qu'elle a apporté"), titled=True, classes="panel")
        self._one: Connection | None = None
        self._runs: dict[str, ImportRun] = {}

    def body(self) -> ComposeResult:
        """Lay out both lists."""
        yield self.facts
        yield self.brought

    def on_mount(self) -> None:
        """Stand in what came."""
        self.brought.focus()

    def read(self) -> None:
        """Ask again."""
        self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        client = self.session.client
        try:
            found = {each.name: each for each in await client.connections()}.get(self.connection_name)
            runs = await client.connection_runs(self.connection_name) if found else []
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
        else:
            self.post_message(self.Loaded(found, runs))

    @on(DeskScreen.Failed)
    def _say_failed(self, event: DeskScreen.Failed) -> None:
        for rows in (self.facts, self.brought):
            rows.show_failed(in_words(event.problem))
        self.trouble(event.problem, said=self.brought.state == "failed")

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        self._one = event.connection
        self._runs = {str(run.id): run for run in event.runs}
        if event.connection is None:
            self.facts.show([], empty=_("Cette connexion n'existe plus ; ses fiches sont restées."))
        else:
            self.facts.show(self._facts(event.connection))
        empty = _("Rien n'est encore venu.")
        self.brought.show([self._row(run) for run in event.runs], empty=empty)

    def _facts(self, one: Connection) -> list[Row]:
        zone, today = self.session.zone, self.session.today
        mapping = _("les noms usuels (Nom, Prénom…)") if one.mapping == STANDARD else one.mapping
        if one.kind == "webhook":
            secret = _("donnée ; c : en faire une autre")
        else:
            secret = "••••••••" if one.has_secret else _("aucune")
        facts: list[tuple[str, Cell | str]] = [
            (_("état"), state_cell(one)),
            (_("dernière fois"), moment(one.last_at, zone=zone, today=today) if one.last_at else "–"),
            (_("par"), label(KINDS, one.kind)),
            (_("adresse"), one.webhook_url or one.url),
            (_("colonnes"), mapping),
            (_("clé") if one.kind != "sftp" else _("mot de passe"), secret),
        ]
        if one.kind == "sftp":
            facts[4:4] = [(_("identifiant"), one.login), (_("clé du serveur"), one.host_key)]
        if reason := why(one):
            facts.insert(1, (_("pourquoi"), Cell(reason, "bad")))
        return [Row(name, (Cell(name, "muted"), value)) for name, value in facts]

    def _row(self, run: ImportRun) -> Row:
        at = moment(run.started_at, zone=self.session.zone, today=self.session.today)
        name = run.file_name.removeprefix(f"{self.connection_name}: ")
        if run.undone_at:
            name = f"{name} · {_('annulé')}"
        elif run.finished_at is None:
            name = f"{name} · {_('arrêté à {done}/{total}').format(done=run.done, total=run.row_count)}"
        refused_count = Cell(str(run.refused), "warn" if run.refused else "")
        cells = (at, Cell(name, "strong"), str(run.row_count), str(run.new), str(run.changed), refused_count)
        return Row(str(run.id), cells)

    # Gestures

    @on(Rows.Opened, "#brought")
    @work(exclusive=True, group="refused")
    async def action_open(self) -> None:
        """Show the rows that what is under the cursor could not bring in."""
        run = self._runs.get(self.brought.key)
        if run is None:
            return
        try:
            rows = await self.session.client.refused_rows(run.id)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.app.push_screen(refused(run, rows))

    def action_collect(self) -> None:
        """Have what lies there fetched now."""
        if self._one:
            collect_now(self, self._one)

    def action_pause(self) -> None:
        """Pause it, or take it up again."""
        if self._one:
            turn_pause(self, self._one)

    @work
    async def action_edit(self) -> None:
        """Change how it is set up."""
        if self._one:
            await set_up(self, self._one, done=_("Connexion réglée."))

    @work
    async def action_key(self) -> None:
        """Give the webhook another key, shown this once."""
        one = self._one
        if one is None:
            return
        question = Confirm(
            _("Faire une autre clé pour {name} ?").format(name=one.name),
            _("L'ancienne ne vaut plus, tout de suite : l'autre logiciel doit recevoir la nouvelle."),
            yes=_("faire une clé"),
            yes_first=False,
        )
        if one.kind == "webhook" and not await self.app.push_screen_wait(question):
            return
        try:
            kept = await self.session.client.renew_connection_key(one.name)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            await self.app.push_screen_wait(key_address(kept))

    @work
    async def action_end(self) -> None:
        """End it, after asking; the screen goes with it."""
        one = self._one
        if one is None:
            return
        question = Confirm(
            _("Finir la connexion {name} ?").format(name=one.name),
            _("Plus rien n'entre par elle. Les fiches qu'elle a apportées restent, et ses imports s'annulent encore."),
            yes=_("finir"),
            yes_first=False,
        )
        if not await self.app.push_screen_wait(question):
            return
        try:
            await self.session.client.end_connection(one.name)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.notify(_("Connexion finie."))
            if self.is_current:
                self.app.pop_screen()
