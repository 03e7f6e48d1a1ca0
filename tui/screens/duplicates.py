"""Duplicates: links made, pairs that wait, pairs decided, links undone; by month, source and centre; down to the cards."""

from collections.abc import Iterator, Mapping
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from server.contract.quality import CardQuality, DuplicateCard, Duplicates
from tui.actions import bindings
from tui.dialogs.show import Show
from tui.formats import moment
from tui.lists import Pairs, label
from tui.screens.base import OpenClient, OpenScreen
from tui.screens.list_screen import ListScreen
from tui.screens.quality import narrowed_words
from tui.session import Session
from tui.transport import ApiProblem, QueryValues
from tui.widgets.chart import Bar, Chart
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import N_, _

BECAME: Pairs = (
    ("linked", N_("liée")),
    ("waiting", N_("à trancher")),
    ("decided", N_("tranchée")),
    ("undone", N_("lien défait")),
)


class DuplicatesScreen(ListScreen):
    """What became of duplicates, in the centre or in the network."""

    SCOPE = "duplicates"
    OF_A_ROW = ("open",)
    BINDINGS: ClassVar[list[BindingType]] = bindings("duplicates")

    class Loaded(Message):
        """It came."""

        def __init__(self, quality: CardQuality) -> None:
            super().__init__()
            self.quality = quality

    def __init__(self, session: Session, *, network: bool, only: Mapping[str, str]) -> None:
        columns = [
            Column("", 20, grow=1),
            Column(_("liens"), 8, right=True),
            Column(_("à trancher"), 11, right=True),
            Column(_("tranchées"), 11, right=True),
            Column(_("liens défaits"), 14, right=True),
        ]
        title = _("Réseau · doublons") if network else _("Doublons")
        super().__init__(session, title, Rows(columns, id="duplicates", titled=True, classes="panel"))
        self.chart = Chart(id="duplicates-chart", classes="panel")
        self._network = network
        self._only = dict(only)

    def body(self) -> ComposeResult:
        """The months over the lines."""
        self.chart.styles.height = 9
        yield self.chart
        yield from super().body()

    async def ask(self) -> Message:
        """Ask for the figures."""
        client = self.session.client
        query: QueryValues = dict(self._only)
        return self.Loaded(await (client.network_card_quality(query) if self._network else client.card_quality(query)))

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        found = event.quality
        self.top.say(more=" · ".join(narrowed_words(self._only)))
        self.chart.border_title = _("liens faits dans le mois ; ░ : défaits")
        bars = [Bar(each.name[-2:], each.linked, each.undone) for each in found.duplicate_months]
        if bars:
            self.chart.show(bars, said=lambda value: f"{value:g}")
        else:
            self.chart.say(_("Aucun doublon encore."))
        self.list.show(list(_rows(found)))

    @on(Rows.Opened)
    def action_open(self) -> None:
        """List the cards behind a line; of the network, count a centre or a source alone, and again all."""
        kind, _space, name = self.list.key.partition(" ")
        if not self._network:
            month = {"month": f"{name}-01"} if kind == "month" else {}
            self._list_cards({**self._only, **month, **({"source": name} if kind == "source" else {})})
        elif kind in ("centre", "source"):
            self._only = {} if self._only.get(kind) == name else {**self._only, kind: name}
            self.read()
        else:
            self.notify(_("Les fiches elles-mêmes se voient dans leur centre."))

    def action_runs(self) -> None:
        """Show the passes over the network, which made most links at once."""
        from tui.screens.link_runs import LinkRunsScreen

        self.post_message(OpenScreen(LinkRunsScreen(self.session)))

    @work(exclusive=True, group="cards")
    async def _list_cards(self, query: dict[str, str]) -> None:
        try:
            cards = await self.session.client.duplicate_cards(dict(query))
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        columns = [
            Column(_("fiche"), 24, grow=1),
            Column(_("référence"), 12),
            Column(_("ce qu'il en est"), 16),
            Column(_("quand"), 6),
        ]
        shown = Show(
            _("Fiches en double"),
            columns,
            [self._card(card) for card in cards],
            titled=True,
            empty=_(
                "Aucune fiche d'ici. Une paire avec un autre centre, tant qu'elle attend, ne se voit qu'au réseau."
            ),
        )
        if chosen := await self.app.push_screen_wait(shown):
            self.post_message(OpenClient(UUID(chosen.partition(" ")[0])))

    def _card(self, card: DuplicateCard) -> Row:
        at = moment(card.at, zone=self.session.zone, today=self.session.today)
        return Row(f"{card.id} {card.what}", (card.name, card.reference, label(BECAME, card.what), at))


def _rows(found: CardQuality) -> Iterator[Row]:
    yield _row("all", Cell(_("Toutes les paires"), "strong"), found.duplicates)
    groups = (
        ("month", _("Par mois"), list(reversed(found.duplicate_months))),
        ("source", _("Par source"), found.duplicate_sources),
        ("centre", _("Par centre"), found.duplicate_centres),
    )
    for kind, heading, lines in groups:
        if lines:
            yield Row(f"heading {kind}", (Cell(heading, "strong"), "", "", "", ""), heading=True)
        for each in lines:
            yield _row(f"{kind} {each.name}", each.name or "–", each)


def _row(key: str, name: Cell | str, each: Duplicates) -> Row:
    return Row(key, (name, str(each.linked), str(each.waiting), str(each.decided), str(each.undone)))
