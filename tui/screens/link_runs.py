"""Passes over the network: what each linked, by whom and by which weights; all of one taken back."""

from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.message import Message

from server.contract.referential import LinkRun
from tui.actions import bindings
from tui.dialogs.confirm import Confirm
from tui.formats import moment
from tui.screens.list_screen import ListScreen
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import _, ngettext


class LinkRunsScreen(ListScreen):
    """The passes, the newest first."""

    SCOPE = "link_runs"
    OF_A_ROW = ("undo",)
    BINDINGS: ClassVar[list[BindingType]] = bindings("link_runs")

    class Loaded(Message):
        """They came."""

        def __init__(self, runs: list[LinkRun]) -> None:
            super().__init__()
            self.runs = runs

    class Cut(Message):
        """A part of a pass was taken back, and so many links are left."""

        def __init__(self, left: int) -> None:
            super().__init__()
            self.left = left

    def __init__(self, session: Session) -> None:
        columns = [
            Column(_("quand"), 11),
            Column(_("par"), 12, grow=1),
            Column(_("poids"), 10, grow=1, wide_from=100),
            Column(_("fiches"), 9, right=True),
            Column(_("liens"), 8, right=True),
            Column(_("en vigueur"), 11, right=True),
            Column(_("à trancher"), 11, right=True, wide_from=100),
            Column(_("état"), 18),
        ]
        title = _("RCU · passes sur le réseau")
        super().__init__(session, title, Rows(columns, id="link-runs", titled=True, classes="panel"))
        self._runs: dict[str, LinkRun] = {}

    async def ask(self) -> Message:
        """Ask for the passes."""
        return self.Loaded(await self.session.client.link_runs())

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        self._runs = {str(run.id): run for run in event.runs}
        count = len(event.runs)
        self.top.say(more=ngettext("{n} passe", "{n} passes", count).format(n=count))
        empty = _("Le réseau n'a pas encore été relié d'un coup (halte referential link).")
        self.list.show([self._row(run) for run in event.runs], empty=empty)

    def _row(self, run: LinkRun) -> Row:
        at = moment(run.started_at, zone=self.session.zone, today=self.session.today)
        who = Cell(run.started_by, "strong")
        return Row(
            str(run.id),
            (
                at,
                who,
                Cell(run.model, "muted"),
                str(run.cards),
                str(run.links),
                str(run.standing),
                str(run.proposed),
                _state(run),
            ),
        )

    # Taking back

    @work
    async def action_undo(self) -> None:
        """Take all links of the pass under the cursor back."""
        run = self._runs.get(self.list.key)
        if run is None:
            return
        if run.state == "undone":
            self.notify(_("Cette passe est déjà annulée, par {who}.").format(who=run.undone_by))
            return
        try:
            concerned = await self.session.client.link_run_undoing(run.id)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        question = Confirm(
            _("Annuler cette passe ?"),
            _(
                "{links} liens en vigueur, {cards} fiches concernées : elles redeviennent comme avant. Ce que des stewards "
                "ou des fiches enregistrées depuis ont relié reste."
            ).format(links=concerned.links, cards=concerned.cards),
            yes=_("annuler la passe"),
            yes_first=False,
        )
        if await self.app.push_screen_wait(question):
            await self._undo(run)

    async def _undo(self, run: LinkRun) -> None:
        """Ask until no link is left: each answer is a part that stays done."""
        cut = 0
        try:
            while True:
                part = await self.session.client.undo_link_run(run.id)
                cut += part.cut
                if not part.left or not part.cut:
                    break
                self.post_message(self.Cut(part.left))
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        said = ngettext("Passe annulée : {n} lien défait.", "Passe annulée : {n} liens défaits.", cut)
        self.post_message(self.Did(said.format(n=cut)))

    @on(Cut)
    def _say_left(self, event: Cut) -> None:
        self.top.say(more=_("annulation : encore {n} liens").format(n=event.left))


def _state(run: LinkRun) -> Cell:
    if run.state == "undone":
        return Cell(_("annulée"), "muted")
    if run.state == "complete":
        return Cell("✓ " + _("complète"), "good")
    far = f"{run.links}/{run.planned}"
    return Cell(
        _("en cours {far}").format(far=far) if run.state == "going" else _("arrêtée à {far}").format(far=far), "warn"
    )
