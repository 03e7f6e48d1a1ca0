"""Imports: the files of client cards that came in; a new one is looked at, mapped, tried, then brought in; any is taken back."""

from asyncio import to_thread
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import msgspec
from textual import on, work
from textual.binding import BindingType
from textual.message import Message

from server.contract.imports import (
    CardKept,
    ImportAsked,
    ImportFile,
    ImportOutcome,
    ImportPreview,
    ImportRun,
    PreviewAsked,
    RowNotTaken,
    SourceMapping,
)
from tui.actions import bindings
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.dialogs.mendings import left_as_written, tick_mendings
from tui.dialogs.show import Show
from tui.formats import moment
from tui.mending_words import mending_words
from tui.problems import field_words, row_words
from tui.profile_words import NETWORKS
from tui.screens.list_screen import ListScreen
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import N_, _

STANDARD = "standard"
FIELDS = {
    "id": N_("numéro d'origine"),
    "title": N_("civilité"),
    "first_name": N_("prénom"),
    "last_name": N_("nom"),
    "organisation": N_("organisation"),
    "contact_name": N_("contact"),
    "client_type": N_("type"),
    "email": N_("courriel"),
    "phone": N_("téléphone"),
    "mobile": N_("portable"),
    "birth_date": N_("date de naissance"),
    "street": N_("rue"),
    "postal_code": N_("code postal"),
    "town": N_("ville"),
    "country": N_("pays"),
    "language": N_("langue"),
    "notes": N_("notes"),
    **{network: name for network, name in NETWORKS if network != "other"},
}
OF_BOOKINGS = {
    "client": N_("client"),
    "arrival": N_("arrivée"),
    "departure": N_("départ"),
    "room": N_("chambre"),
    "bed": N_("lit"),
}
COLUMNS = {**FIELDS, **OF_BOOKINGS}
OF_STAYS = "stays:"
"""How the source of an import of stays begins."""
WHY = {"changed": N_("modifiée depuis"), "used": N_("utilisée : séjour, demande…"), "gone": N_("déjà partie")}


class ImportsScreen(ListScreen):
    """The files, newest first."""

    SCOPE = "imports"
    OF_A_ROW = ("open", "undo")
    BINDINGS: ClassVar[list[BindingType]] = bindings("imports")

    class Loaded(Message):
        """They came."""

        def __init__(self, runs: list[ImportRun]) -> None:
            super().__init__()
            self.runs = runs

    def __init__(self, session: Session) -> None:
        columns = [
            Column(_("quand"), 6),
            Column(_("fichier"), 16, grow=2),
            Column(_("source"), 10, grow=1),
            Column(_("nouv."), 6, right=True),
            Column(_("chang."), 6, right=True),
            Column(_("refus."), 6, right=True),
            Column(_("état"), 16, grow=1),
        ]
        super().__init__(session, _("Imports de fiches"), Rows(columns, id="imports", titled=True, classes="panel"))
        self._runs: dict[str, ImportRun] = {}

    async def ask(self) -> Message:
        """Ask for the files."""
        return self.Loaded(await self.session.client.import_runs())

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        self._runs = {str(run.id): run for run in event.runs}
        empty = _("Aucun fichier encore. n : en coller les cellules, titres compris.")
        if self.session.own_machine:
            empty = _("Aucun fichier encore. n : en apporter un (CSV ou XLSX).")
        self.list.show([self._row(run) for run in event.runs], empty=empty)

    def _row(self, run: ImportRun) -> Row:
        if run.undone_at:
            state = Cell(_("annulé"), "muted")
        elif run.finished_at:
            state = Cell("✓ " + _("complet"), "good")
        else:
            state = Cell(_("arrêté à {done}/{total}").format(done=run.done, total=run.row_count), "warn")
        at = moment(run.started_at, zone=self.session.zone, today=self.session.today)
        counts = (str(run.new), str(run.changed), str(run.refused))
        return Row(str(run.id), (at, Cell(run.file_name, "strong"), run.mapping, *counts, state))

    @on(Rows.Opened)
    async def action_open(self) -> None:
        """Show the rows that the file under the cursor could not bring in."""
        if run := self._runs.get(self.list.key):
            self.show_refused(run)

    @work(exclusive=True, group="refused")
    async def show_refused(self, run: ImportRun) -> None:
        """Ask for an import's refused rows, and show them."""
        try:
            rows = await self.session.client.refused_rows(run.id)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.app.push_screen(refused(run, rows))

    # A new file

    @work
    async def action_add(self) -> None:
        """Take a file, say which column fills which field, try it, and bring it in."""
        asked = await self._file()
        if asked is None:
            return
        preview, source, file = asked
        mapping = await self._mapping(preview, source)
        if mapping is None:
            return
        tried = await self._bring_in(ImportAsked(file=file, mapping=mapping, dry_run=True))
        as_written = None if tried is None else await self._agreed(tried)
        if as_written is None:
            return
        asked_for = ImportAsked(file=file, mapping=mapping, dry_run=False, as_written=as_written)
        done = await self._bring_in(asked_for)
        if done is not None:
            self.post_message(self.Did(outcome_words(done)))

    async def _file(self) -> tuple[ImportPreview, str, ImportFile] | None:
        own = self.session.own_machine

        async def send(answers: Answers) -> tuple[ImportPreview, str, ImportFile]:
            source = answers["source"].strip() or STANDARD
            file = ImportFile(name="cellules.csv", content=answers["pasted"].encode())
            if own and answers.get("path"):
                file = await to_thread(_file, answers["path"])
            return await self.session.client.preview_import(PreviewAsked(file=file, mapping=source)), source, file

        fields = [Field("source", _("Source"), hint=_("l'ancien logiciel"))]
        if own:
            fields.append(Field("path", _("Fichier"), hint=_("CSV ou XLSX, par son chemin")))
        fields.append(Field("pasted", _("Ou collez ici les cellules") if own else _("Collez ici les cellules"), "long"))
        question: Ask[tuple[ImportPreview, str, ImportFile]] = Ask(
            _("Apporter des fiches"),
            fields,
            send,
            today=self.session.today,
            intro=_("Les noms des colonnes sur la première ligne. Sans source, les noms usuels (Nom, Prénom…)."),
        )
        return await self.app.push_screen_wait(question)

    async def _mapping(self, preview: ImportPreview, source: str) -> str | None:
        """Ask which column fills which field, and keep that for the source."""
        choices = [
            (column.name, f"{column.name} ({', '.join(filter(None, column.samples))})"[:60])
            for column in preview.columns
        ]

        async def send(answers: Answers) -> str:
            chosen = {field: answers[field] for field in preview.fields if answers.get(field)}
            if source == STANDARD and chosen == preview.mapping:
                return STANDARD
            name = _("fichier") if source == STANDARD else source
            await self.session.client.keep_mapping(name, SourceMapping(columns=chosen))
            return name

        fields = [
            Field(field, _(FIELDS.get(field, field)), "choice", choices=lambda _answers: choices)
            for field in preview.fields
        ]
        question: Ask[str] = Ask(
            _("Quelle colonne remplit quoi ?"),
            fields,
            send,
            today=self.session.today,
            values=preview.mapping,
            intro=_("Lignes : {n}. Ce que vous dites ici est gardé pour cette source.").format(n=preview.rows),
        )
        return await self.app.push_screen_wait(question)

    async def _bring_in(self, asked: ImportAsked) -> ImportOutcome | None:
        try:
            return await self.session.client.bring_in(asked)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return None

    async def _agreed(self, tried: ImportOutcome) -> list[str] | None:
        """Show what a trial gave; return the writings to leave as they are, None where nothing is to come in."""
        if rows := [*refusal_rows(tried), *set_aside_rows(tried)]:
            columns = [Column(_("ligne"), 6, right=True), Column(_("colonne"), 16), Column(_("pourquoi"), 30, grow=1)]
            title = _("Lignes refusées") if tried.refusals else _("Valeurs laissées de côté")
            await self.app.push_screen_wait(Show(title, columns, rows, titled=True))
        as_written: list[str] = []
        if (ticking := tick_mendings(tried.notices)) is not None:
            ticked = await self.app.push_screen_wait(ticking)
            if ticked is None:
                return None
            as_written = left_as_written(tried.notices, ticked)
            refused_count = sum(notice.mended and notice.text not in ticked for notice in tried.notices)
            tried = msgspec.structs.replace(tried, mended=tried.mended - refused_count)
        question = Confirm(_("Apporter ces fiches ?"), outcome_words(tried), yes=_("apporter"))
        answer = await self.app.push_screen_wait(question)
        return as_written if answer is True else None

    # Taking back

    @work
    async def action_undo(self) -> None:
        """Take the import under the cursor back."""
        run = self._runs.get(self.list.key)
        if run is None:
            return
        question = Confirm(
            _("Annuler l'import de {name} ?").format(name=run.file_name),
            _(
                "Les séjours que personne n'a touchés depuis sont annulés et rendent leurs lits ; les autres sont montrés."
            )
            if run.mapping.startswith(OF_STAYS)
            else _("Les fiches que personne n'a touchées depuis s'en vont ; les autres restent et sont montrées."),
            yes=_("annuler l'import"),
            yes_first=False,
        )
        if not await self.app.push_screen_wait(question):
            return
        try:
            undone = await self.session.client.undo_import(run.id)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        said = _("Fiches parties : {removed} · remises comme avant : {restored} · gardées : {kept}")
        if run.mapping.startswith(OF_STAYS):
            said = _("Séjours repris : {removed} · gardés : {kept}")
        self.post_message(
            self.Did(said.format(removed=undone.removed, restored=undone.restored, kept=len(undone.kept)))
        )
        if undone.kept:
            columns = [Column(_("référence"), 12), Column(_("fiche"), 24, grow=2), Column(_("pourquoi"), 24, grow=1)]
            await self.app.push_screen_wait(Show(_("Fiches gardées"), columns, kept_rows(undone.kept), titled=True))


def outcome_words(done: ImportOutcome) -> str:
    """Say what came in, or would."""
    said = _(
        "lignes : {rows} · nouvelles : {new} · changées : {changed} · déjà là : {same} · refusées : {refused} · réparées : {mended}"
    )
    head = said.format(
        rows=done.rows,
        new=done.new,
        changed=done.changed,
        same=done.unchanged,
        refused=done.refused,
        mended=done.mended,
    )
    linked = _(" · connues d'un autre centre : {n}").format(n=done.linked) if done.linked else ""
    return head + linked


def refusal_rows(done: ImportOutcome) -> list[Row]:
    """Return a row for each row that cannot come in."""
    return [
        Row(
            f"{each.line} {each.field}",
            (str(each.line), _(FIELDS.get(each.field, each.field)), field_words(each.code, each.message)),
        )
        for each in done.refusals
    ]


def set_aside_rows(done: ImportOutcome) -> list[Row]:
    """Return a row for each value of a row that comes in without it: a date that cannot be, a country that is none."""
    rows = []
    for number, notice in enumerate(each for each in done.notices if not each.mended):
        field, before, _nothing = mending_words(notice.text)
        said = Cell(_("laissé de côté : {value}").format(value=before), "muted")
        rows.append(Row(f"aside {number}", (str(notice.line), field, said)))
    return rows


def refused(run: ImportRun, rows: Sequence[RowNotTaken]) -> Show:
    """Show the rows of a file that did not come in, each with its line."""
    columns = [Column(_("ligne"), 6, right=True), Column(_("colonne"), 18), Column(_("pourquoi"), 30, grow=1)]
    shown = [
        Row(
            f"{place}",
            (str(each.line), _(COLUMNS.get(each.field, each.field)), row_words(each.code)),
        )
        for place, each in enumerate(rows)
    ]
    empty = _("Aucune ligne refusée.")
    if run.refused:
        empty = _("Ces lignes n'ont pas été gardées : apportez le fichier de nouveau pour les voir.")
    title = _("Refusées · {name}").format(name=run.file_name)
    return Show(title, columns, shown, titled=True, empty=empty)


def kept_rows(kept: Sequence[CardKept]) -> list[Row]:
    """Return a row for each card that stays."""
    return [Row(str(each.card_id), (each.reference, each.name, _(WHY.get(each.why, each.why)))) for each in kept]


def _file(typed: str) -> ImportFile:
    """Read a file of one's own; one that cannot be read is an empty one, which the server names."""
    path = Path(typed).expanduser()
    try:
        return ImportFile(name=path.name, content=path.read_bytes())
    except OSError:
        return ImportFile(name=path.name, content=b"")
