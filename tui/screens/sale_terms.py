"""The terms of sale: each version with its first day and the quotes that rest on it; a new text from a day on."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from textual import on, work
from textual.binding import BindingType
from textual.message import Message

from server.contract.sale_terms import NewSaleTerms, QuoteOnTerms, SaleTermsVersion
from tui.actions import bindings
from tui.dialogs.confirm import Confirm
from tui.dialogs.reading import Reading
from tui.dialogs.show import Show
from tui.formats import long_day, numeric_day
from tui.lists import Pairs, label
from tui.screens.base import OpenDossier, OpenScreen
from tui.screens.form_screen import FormScreen
from tui.screens.list_screen import ListScreen
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.form import Field, Form
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import N_, _

STATE: Pairs = (("in_force", N_("en vigueur")), ("to_come", N_("à venir")), ("past", N_("avant")))
TONES = {"in_force": "good", "to_come": "accent", "past": "muted"}


class SaleTermsScreen(ListScreen):
    """The versions, the last published first."""

    SCOPE = "sale_terms"
    OF_A_ROW = ("open", "quotes")
    BINDINGS: ClassVar[list[BindingType]] = bindings("sale_terms")

    class Loaded(Message):
        """They came."""

        def __init__(self, versions: Sequence[SaleTermsVersion]) -> None:
            super().__init__()
            self.versions = versions

    def __init__(self, session: Session) -> None:
        columns = [
            Column(_("version"), 8),
            Column(_("à partir du"), 11),
            Column(_("état"), 11),
            Column(_("publiée par"), 16, grow=1),
            Column(_("devis"), 6, right=True),
            Column(_("langues"), 8),
        ]
        super().__init__(session, _("Conditions de vente"), Rows(columns, id="terms", titled=True, classes="panel"))
        self._versions: dict[str, SaleTermsVersion] = {}

    async def ask(self) -> Message:
        """Ask for them."""
        return self.Loaded(await self.session.client.sale_terms())

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        self._versions = {str(one.number): one for one in event.versions}
        empty = _("Aucun texte du centre : les clients acceptent les conditions d'usage. n : publier le vôtre.")
        self.list.show([self._row(one) for one in event.versions], empty=empty)

    @staticmethod
    def _row(one: SaleTermsVersion) -> Row:
        state = Cell(label(STATE, one.state), TONES.get(one.state, ""))
        languages = ", ".join(sorted(one.texts, key=lambda code: code != "fr"))
        return Row(
            str(one.number),
            (str(one.number), numeric_day(one.from_day), state, one.published_by, str(one.quotes), languages),
        )

    @on(Rows.Opened)
    def action_open(self) -> None:
        """Read the version under the cursor."""
        if one := self._versions.get(self.list.key):
            title = _("Version {n}, à partir du {day}").format(n=one.number, day=numeric_day(one.from_day))
            texts = [text for _code, text in sorted(one.texts.items(), key=lambda pair: pair[0] != "fr")]
            self.app.push_screen(Reading(title, f"{one.url}\n\n" + "\n\n──────\n\n".join(texts)))

    @work
    async def action_quotes(self) -> None:
        """Show the quotes that were accepted with it; Enter opens the dossier."""
        one = self._versions.get(self.list.key)
        if one is None:
            return
        try:
            quotes = await self.session.client.quotes_on_terms(one.number)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        columns = [Column(_("dossier"), 14), Column(_("devis"), 6), Column(_("accepté"), 11), Column(_("par"), 20, grow=1)]  # fmt: skip
        rows = [self._quote_row(quote) for quote in quotes]
        title = _("Devis acceptés avec la version {n}").format(n=one.number)
        shown = Show(title, columns, rows, titled=True, empty=_("Aucun devis n'est accepté avec cette version."))
        chosen = await self.app.push_screen_wait(shown)
        if chosen:
            self.post_message(OpenDossier(UUID(chosen.partition(" ")[0])))

    def _quote_row(self, quote: QuoteOnTerms) -> Row:
        day = datetime.fromisoformat(quote.accepted_at).astimezone(ZoneInfo(self.session.zone)).date()
        cells = (quote.dossier_number, f"v{quote.number}", numeric_day(day), quote.accepted_by)
        return Row(f"{quote.dossier_id} {quote.quote_id}", cells)

    def action_add(self) -> None:
        """Write a new text, beginning with the last one published."""
        last = next(iter(self._versions.values()), None)
        self.post_message(OpenScreen(SaleTermsFormScreen(self.session, dict(last.texts) if last else {})))

    def on_screen_resume(self) -> None:
        """Read again: the form may have published."""
        super().on_screen_resume()
        if self.is_attached and self.list.state != "loading":
            self.read()


class SaleTermsFormScreen(FormScreen):
    """A text being written, to be published from a day on."""

    class Published(Message):
        """It is."""

    def __init__(self, session: Session, texts: dict[str, str]) -> None:
        fields = [
            Field("from_day", _("À partir du"), "day", required=True),
            Field("fr", _("Texte français"), "long", required=True),
            Field("en", _("Texte anglais"), "long"),
        ]
        values = {"from_day": session.today.isoformat(), "fr": texts.get("fr", ""), "en": texts.get("en", "")}
        super().__init__(session, _("Nouvelles conditions de vente"), draft="sale terms", fields=fields, values=values)

    @on(Form.Submitted)
    @work
    async def action_save(self) -> None:
        """Publish, after asking: what is published is changed no more."""
        answers = self.form.answers()
        if answers is None:
            return
        day = date.fromisoformat(answers["from_day"])
        said = _(
            "Les devis acceptés à partir du {day} le seront avec ce texte. Publié, il ne se change plus : un autre le remplace."
        )
        if not await self.app.push_screen_wait(
            Confirm(_("Publier ce texte ?"), said.format(day=long_day(day)), yes=_("publier"))
        ):
            return
        texts = {code: answers[code] for code in ("fr", "en") if answers[code].strip()}
        try:
            await self.session.client.publish_sale_terms(NewSaleTerms(texts=texts, from_day=day))
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.Published())

    def on_desk_screen_refused(self, event: FormScreen.Refused) -> None:
        """Say what is wrong beside the fields."""
        self.refused(event.problem)

    @on(Published)
    def _leave(self) -> None:
        self.saved(_("Conditions de vente publiées."))
