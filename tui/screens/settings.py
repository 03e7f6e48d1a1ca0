"""The centre's settings: who it is, how it sells; shown on one page, changed in a form."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar

import msgspec
from textual import on, work
from textual.binding import BindingType
from textual.message import Message

from server.contract.accounts import CentreSettings, CentreSettingsView
from server.contract.dates import CancellationScale
from server.contract.satisfaction import SatisfactionSettings
from server.contract.texts import TextSettings
from tui.actions import bindings
from tui.formats import numeric_day
from tui.lists import DEPOSIT_NATURE, choices, label
from tui.screens.base import OpenClient, OpenScreen
from tui.screens.facilities import FacilityScreen
from tui.screens.form_screen import FormScreen
from tui.screens.sale_terms import SaleTermsScreen
from tui.screens.settings_rules import REVIEWS, SCALE, ask_reviews, ask_scale, rule_rows
from tui.screens.settings_texts import LAST_TEXTS, TEXTS, ask_texts, show_texts, text_rows
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field, Form
from tui.widgets.rows import Cell, Column, Row
from tui.words import N_, _

LISTED = ("languages", "embed_origins")
"""Fields that hold several values: typed with commas between them."""


class SettingsScreen(FacilityScreen):
    """The settings on one page."""

    SCOPE = "settings"
    EMPTY = N_("Rien à régler.")
    LIVE = ("centres.",)
    OF_A_ROW = ("change",)
    BINDINGS: ClassVar[list[BindingType]] = bindings("settings")

    def __init__(self, session: Session) -> None:
        super().__init__(session, [Column(_("réglage"), 26), Column(_("valeur"), 20, grow=1)])
        self._settings: CentreSettingsView | None = None
        self._scale = CancellationScale(steps=[])
        self._reviews: SatisfactionSettings | None = None
        self._texts: TextSettings | None = None

    async def rows(self) -> Sequence[Row]:
        """Ask for the settings."""
        self._settings = view = await self.session.client.settings()
        self.top.say(more=view.fields.name)
        values = values_of(view.fields)
        rows: list[Row] = []
        section = ""
        for field in fields():
            if field.section != section:
                section = field.section
                rows.append(Row(section, (section,), heading=True))
            rows.append(Row(field.name, (Cell(field.label, "muted"), _shown(field, values[field.name]))))
        self._scale = await self.session.client.cancellation_scale()
        self._reviews = await self.session.client.satisfaction()
        self._texts = await self.session.client.text_settings()
        return rows + rule_rows(self._scale, self._reviews) + text_rows(self._texts)

    def action_terms(self) -> None:
        """Show the terms of sale."""
        self.post_message(OpenScreen(SaleTermsScreen(self.session)))

    def action_pull(self) -> None:
        """Ask the provider of reviews now."""
        if self._reviews is not None and not (self._reviews.provider_url and self._reviews.has_key):
            self.notify(_("Aucun prestataire d'avis n'est réglé : son adresse et sa clé d'abord."), severity="warning")
        else:
            self.gesture(self.session.client.pull_reviews, _("Avis relevés."))

    def action_change(self) -> None:
        """Change them, beginning with the one under the cursor."""
        if self.list.key == SCALE:
            self.ask_then(ask_scale(self.session, self._scale), _("Barème d'annulation enregistré."))
        elif self.list.key in REVIEWS and self._reviews is not None:
            self.ask_then(ask_reviews(self.session, self._reviews), _("Réglage des avis enregistré."))
        elif self.list.key in TEXTS and self._texts is not None:
            self.ask_then(ask_texts(self.session, self._texts), _("Réglage des SMS enregistré."))
        elif self.list.key == LAST_TEXTS:
            self._show_texts()
        elif self._settings is not None:
            self.post_message(OpenScreen(SettingsFormScreen(self.session, self._settings, first=self.list.key)))

    @work(exclusive=True, group="texts")
    async def _show_texts(self) -> None:
        try:
            found = await self.session.client.texts()
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        chosen = await self.app.push_screen_wait(show_texts(self.session, found))
        card = next((text.client_id for text in found if str(text.id) == chosen), None)
        if card is not None:
            self.post_message(OpenClient(card))

    def on_screen_resume(self) -> None:
        """Read again: the form may have saved."""
        super().on_screen_resume()
        if self._settings is not None:
            self.read()


class SettingsFormScreen(FormScreen):
    """The settings being changed."""

    class Saved(Message):
        """They are saved."""

    class NotSaved(Message):
        """They are not; `theirs` is what stands there now where somebody saved before."""

        def __init__(self, problem: ApiProblem, theirs: CentreSettingsView | None) -> None:
            super().__init__()
            self.problem = problem
            self.theirs = theirs

    def __init__(self, session: Session, view: CentreSettingsView, *, first: str = "") -> None:
        values = values_of(view.fields)
        title = _("Réglages · {name}").format(name=view.fields.name)
        super().__init__(session, title, draft=f"settings {view.id}", fields=fields(), values=values, first=first)
        self._view = view

    @on(Form.Submitted)
    def action_save(self) -> None:
        """Save."""
        answers = self.form.answers()
        if answers is not None:
            self._save(read_settings(answers))

    @work(exclusive=True, group="save")
    async def _save(self, settings: CentreSettings) -> None:
        client = self.session.client
        try:
            await client.change_settings(settings, version=self._view.version)
        except ApiProblem as problem:
            theirs = None
            if problem.status == 412:
                try:
                    theirs = await client.settings()
                except ApiProblem:
                    theirs = None
            self.post_message(self.NotSaved(problem, theirs))
        else:
            self.post_message(self.Saved())

    @on(Saved)
    def _leave(self) -> None:
        self.saved(_("Réglages enregistrés."))

    @on(NotSaved)
    def _stay(self, event: NotSaved) -> None:
        if event.theirs is None:
            self.refused(event.problem)
        else:
            self._view = event.theirs
            self.conflict(values_of(event.theirs.fields))


def fields() -> list[Field]:
    """What is set, in the order of the eye."""
    who, selling, letters, pages = (
        _("Le centre"),
        _("Vente et paiement"),
        _("Courrier"),
        _("Accueil de mineurs et pages"),
    )
    return [
        Field("name", _("Nom"), required=True, section=who),
        Field("legal_name", _("Raison sociale"), section=who),
        Field("siret", _("SIRET"), section=who, hint=_("14 chiffres")),
        Field("vat_number", _("TVA intracommunautaire"), section=who),
        Field("street", _("Rue"), section=who),
        Field("postal_code", _("Code postal"), section=who),
        Field("town", _("Ville"), required=True, section=who),
        Field("country", _("Pays"), required=True, section=who, hint=_("FR, BE…")),
        Field("phone", _("Téléphone"), section=who),
        Field("time_zone", _("Fuseau horaire"), required=True, section=who),
        Field("deposit_nature", _("Ce qu'on verse d'abord"), "choice", choices=lambda _answers: choices(DEPOSIT_NATURE), required=True, section=selling),
        Field("deposit_basis_points", _("Sa part"), "percent", required=True, section=selling, hint=_("30 : trente pour cent")),
        Field("option_days", _("Une option dure (jours)"), "count", required=True, section=selling),
        Field("stripe_account", _("Compte Stripe"), section=selling, hint="acct_…"),
        Field("iban", _("IBAN"), section=selling),
        Field("bic", _("BIC"), section=selling),
        Field("email", _("Courriel"), required=True, section=letters),
        Field("sender_name", _("Nom de l'expéditeur"), section=letters),
        Field("languages", _("Langues"), required=True, section=letters, hint="fr, en"),
        Field("colour", _("Couleur"), section=letters, hint="#1f6f78"),
        Field("acm_number", _("N° d'accueil de mineurs"), section=pages),
        Field("capacity_minors", _("Mineurs, au plus"), "count", section=pages),
        Field("safety_commission_day", _("Commission de sécurité"), "day", section=pages),
        Field("embed_origins", _("Sites du formulaire"), section=pages, hint=_("https://… , séparés par des virgules")),
    ]  # fmt: skip


def values_of(settings: CentreSettings) -> Answers:
    """Return the settings as a form holds them."""
    plain: Mapping[str, object] = msgspec.to_builtins(settings)
    return {
        name: ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
        for name, value in plain.items()
    }


def read_settings(answers: Answers) -> CentreSettings:
    """Read what a form holds."""
    listed = {name: [one.strip() for one in answers[name].split(",") if one.strip()] for name in LISTED}
    without_spaces = {name: answers[name].replace(" ", "") for name in ("siret", "iban", "bic")}
    counts = {"deposit_basis_points": int(answers["deposit_basis_points"]), "option_days": int(answers["option_days"])}
    optional = {
        "capacity_minors": int(answers["capacity_minors"]) if answers["capacity_minors"] else None,
        "safety_commission_day": answers["safety_commission_day"] or None,
        "stripe_account": answers["stripe_account"] or None,
    }
    return msgspec.convert({**answers, **listed, **without_spaces, **counts, **optional}, CentreSettings)


def _shown(field: Field, value: str) -> str:
    if not value:
        return "–"
    if field.kind == "choice":
        return label(DEPOSIT_NATURE, value)
    if field.kind == "percent":
        return f"{int(value) / 100:g} %"
    return numeric_day(date.fromisoformat(value)) if field.kind == "day" else value
