"""Cards: what is filled, which addresses and phones serve, what became of duplicates; a line leads to the cards."""

from asyncio import to_thread
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from server.contract.quality import CardQuality, Filled
from tui.actions import bindings
from tui.dialogs.show import Show
from tui.formats import gauge
from tui.screens.base import OpenClient, OpenScreen
from tui.screens.list_screen import ListScreen
from tui.session import Session
from tui.transport import ApiProblem, QueryValues
from tui.widgets.chart import Bar, Chart
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import N_, _, ngettext

FIELDS = {
    "usable_email": N_("courriel du client"),
    "email": N_("un courriel, relais compris"),
    "mobile": N_("portable"),
    "phone": N_("téléphone lisible"),
    "first_name": N_("prénom"),
    "birth_date": N_("date de naissance"),
    "street": N_("rue"),
    "postal_code": N_("code postal"),
    "town": N_("ville"),
    "client_type": N_("type de client"),
    "discovery_channel": N_("moyen de connaissance"),
}
DUPLICATES = {
    "linked": N_("liens en vigueur"),
    "waiting": N_("paires à trancher"),
    "decided": N_("paires tranchées"),
    "undone": N_("liens défaits"),
}
GAUGE = 20


class QualityScreen(ListScreen):
    """The dashboard, of the centre or of the network."""

    SCOPE = "quality"
    OF_A_ROW = ("open",)
    BINDINGS: ClassVar[list[BindingType]] = bindings("quality")

    class Loaded(Message):
        """It came."""

        def __init__(self, quality: CardQuality) -> None:
            super().__init__()
            self.quality = quality

    def __init__(self, session: Session, *, network: bool = False) -> None:
        columns = [Column("", 24, grow=2), Column("", 8, right=True), Column("", GAUGE), Column("", 6, right=True)]
        title = _("Réseau · qualité des fiches") if network else _("Qualité des fiches")
        super().__init__(session, title, Rows(columns, id="quality", classes="panel"))
        self.chart = Chart(id="quality-chart", classes="panel")
        self._network = network
        self._only: dict[str, str] = {}
        self._over_time = False
        self._quality: CardQuality | None = None

    def body(self) -> ComposeResult:
        """The months over the lines."""
        self.chart.styles.height = 9
        yield self.chart
        yield from super().body()

    async def ask(self) -> Message:
        """Ask for the figures."""
        client, query = self.session.client, self._query()
        return self.Loaded(await (client.network_card_quality(query) if self._network else client.card_quality(query)))

    def _query(self) -> QueryValues:
        return dict(self._only)

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        found = event.quality
        count = ngettext("{n} fiche", "{n} fiches", found.whole.cards).format(n=found.whole.cards)
        self.top.say(more=" · ".join([count, *narrowed_words(self._only)]))
        self._quality = found
        self._draw(found)
        self.list.show(list(quality_rows(found)))

    def _draw(self, found: CardQuality) -> None:
        if self._over_time:
            won = sum(month.won for month in found.reach)
            regained = ngettext("{n} adresse regagnée", "{n} adresses regagnées", won).format(n=won)
            self.chart.border_title = _("toutes les fiches, mois après mois : part avec le courriel du client, en %")
            bars = [Bar(each.name[-2:], 100 * each.reachable / max(each.cards, 1), 0) for each in found.reach]
            self.chart.border_subtitle = regained if won else ""
        else:
            self.chart.border_title = _("fiches créées dans le mois : part avec le courriel du client, en %")
            self.chart.border_subtitle = ""
            bars = [Bar(month.name[-2:], share(month, "usable_email") * 100, 0) for month in found.months]
        if bars:
            self.chart.show(bars, said=lambda value: f"{value:.0f}", highest=100)
        else:
            self.chart.say(_("Le premier compte se fait cette nuit.") if self._over_time else _("Aucune fiche encore."))

    def action_curve(self) -> None:
        """Show how many clients can be written to over time, or how the month's new cards are."""
        self._over_time = not self._over_time
        if self._quality is not None:
            self._draw(self._quality)

    def action_open(self) -> None:
        """On a field, list the cards that lack it; on a month, a source or a centre, count its cards alone; again, all; on duplicates, show them."""
        kind, _space, name = self.list.key.partition(" ")
        if kind == "field" and not self._network:
            self._list_lacking(name)
        elif kind == "field":
            self.notify(_("Les fiches elles-mêmes se voient dans leur centre."))
        elif kind == "duplicates":
            self.action_duplicates()
        elif kind in ("source", "centre", "month"):
            value = f"{name}-01" if kind == "month" else name
            others = {each: said for each, said in self._only.items() if each != kind}
            self._only = others if self._only.get(kind) == value else {**others, kind: value}
            self.read()

    def action_duplicates(self) -> None:
        """Show what became of duplicates, month after month, by source and centre."""
        from tui.screens.duplicates import DuplicatesScreen

        self.post_message(OpenScreen(DuplicatesScreen(self.session, network=self._network, only=self._only)))

    @work
    async def _list_lacking(self, field: str) -> None:
        try:
            cards = await self.session.client.incomplete_cards({"lacking": field, **self._query()})
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        rows = [Row(str(card.id), (card.name, card.reference)) for card in cards]
        title = _("Sans : {field}").format(field=_(FIELDS[field]))
        columns = [Column(_("fiche"), 30, grow=1), Column(_("référence"), 12)]
        chosen = await self.app.push_screen_wait(Show(title, columns, rows, titled=True, empty=_("Aucune.")))
        if chosen:
            self.post_message(OpenClient(UUID(chosen)))

    @work
    async def action_export(self) -> None:
        """Take the table away: into a file on one's own machine, else to the clipboard."""
        try:
            table = await self.session.client.quality_table(self._query(), network=self._network)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        if self.session.own_machine:
            path = Path.home() / "qualite-des-fiches.csv"
            await to_thread(path.write_bytes, table)
            self.notify(_("Enregistré : {path}").format(path=path))
        else:
            self.app.copy_to_clipboard(table.decode("utf-8-sig"))
            self.notify(_("Copié : collez-le dans un tableur."))


def narrowed_words(only: Mapping[str, str]) -> list[str]:
    """Say to what the figures are narrowed: a month without its day."""
    return [value.removesuffix("-01") if kind == "month" else value for kind, value in only.items()]


def share(each: Filled, field: str) -> float:
    """Return the share of cards whose field is filled, of 1."""
    return each.filled.get(field, 0) / each.cards if each.cards else 0.0


def quality_rows(found: CardQuality) -> Iterator[Row]:
    """Return the dashboard's lines under their headings."""
    yield _heading(_("Champs remplis"))
    for field, name in FIELDS.items():
        part = share(found.whole, field)
        yield Row(f"field {field}", (_(name), str(found.whole.filled.get(field, 0)), *_drawn(part)))
    yield _heading(_("Doublons"))
    for name, words in DUPLICATES.items():
        yield Row(f"duplicates {name}", (_(words), str(getattr(found.duplicates, name)), "", ""))
    groups: Sequence[tuple[str, str, list[Filled]]] = (
        ("centre", _("Centres : courriel du client"), found.centres),
        ("source", _("Sources : courriel du client"), found.sources),
        ("month", _("Mois de création : courriel du client"), found.months[::-1]),
        ("language", _("Langues : courriel du client"), found.languages),
    )
    for kind, heading, lines in groups:
        if lines:
            yield _heading(heading)
        for each in lines:
            yield Row(f"{kind} {each.name}", (each.name or "–", str(each.cards), *_drawn(share(each, "usable_email"))))


def _drawn(part: float) -> tuple[Cell, str]:
    return Cell(gauge(part, GAUGE), "good" if part >= 0.7 else "warn" if part >= 0.3 else "bad"), f"{part * 100:.0f} %"


def _heading(text: str) -> Row:
    return Row(f"heading {text}", (Cell(text, "strong"), "", "", ""), heading=True)
