"""A group's rooming list: who sleeps where, what they eat and need; by hand, by proposal, by file, by the leader's link."""

from asyncio import to_thread
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.binding import BindingType
from textual.message import Message

from server.contract.groups import RoomingEntry, RoomingEntryFields, RoomingFile, RoomingImported, RoomingList
from server.contract.stays import LinkMade
from tui.actions import bindings
from tui.dialogs.address import Address
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.dialogs.documents import OF_GROUP, give_document
from tui.dialogs.person import ask_person
from tui.dialogs.show import Show
from tui.formats import bed_count, period
from tui.group_words import DIET, ROW_ERROR
from tui.lists import label
from tui.screens.list_screen import ListScreen
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import _, ngettext

COLUMNS = (
    Column("", 1),
    Column("", 20, grow=2),
    Column("", 2),
    Column("", 13, grow=1),
    Column("", 20, grow=2),
    Column("", 16, grow=1, wide_from=100),
)


class RoomingScreen(ListScreen):
    """The list of one group."""

    SCOPE = "rooming"
    PAGE = True
    BINDINGS: ClassVar[list[BindingType]] = bindings("rooming")

    class Loaded(Message):
        """The list came."""

        def __init__(self, found: RoomingList) -> None:
            super().__init__()
            self.found = found

    class Imported(Message):
        """A file was taken."""

        def __init__(self, report: RoomingImported) -> None:
            super().__init__()
            self.report = report

    class Linked(Message):
        """A link was made."""

        def __init__(self, link: LinkMade) -> None:
            super().__init__()
            self.link = link

    def __init__(self, session: Session, stay_id: UUID) -> None:
        rows = Rows(COLUMNS, id="rooming", title=_("Qui dort où"), classes="panel")
        super().__init__(session, _("Liste de chambres"), rows)
        self.stay_id = stay_id
        self.found: RoomingList | None = None

    def subjects(self) -> frozenset[UUID]:
        """This stay."""
        return frozenset({self.stay_id})

    async def ask(self) -> Message:
        """Ask for the list."""
        return self.Loaded(await self.session.client.rooming_list(self.stay_id))

    @on(Loaded)
    def _show(self, event: Loaded) -> None:
        before = {entry.id: entry.version for entry in self.found.entries} if self.found else None
        found = self.found = event.found
        fresh = frozenset(
            str(entry.id) for entry in found.entries if before is not None and before.get(entry.id) != entry.version
        )
        total = str(found.expected) if found.expected else "?"
        sent = _("✓ envoyée") if found.submitted_at else _("à compléter")
        self.top.say(f"{found.client_name} · {period(found.arrival, found.departure)}", more=sent)
        self.list.border_title = _("Qui dort où : {n}/{total} personnes · {roomed} avec chambre").format(
            n=len(found.entries), total=total, roomed=found.roomed
        )
        holes = len(found.entries) - found.complete
        notes = [ngettext("{n} ligne incomplète", "{n} lignes incomplètes", holes).format(n=holes)] if holes else []
        notes += [] if found.responsible else [_("▲ personne n'est responsable")]
        self.list.annotate(" · ".join(notes))
        self.list.show(
            _rows(found), empty=_("Personne encore. n : ajouter, l : lien au responsable, f : fichier."), changed=fresh
        )

    @property
    def _entry(self) -> RoomingEntry | None:
        entries = self.found.entries if self.found else []
        return next((entry for entry in entries if str(entry.id) == self.list.key), None)

    # Writing down

    @work
    async def action_add(self) -> None:
        """Write people down, one after the other, until one goes back."""
        while self.found is not None:

            async def send(fields: RoomingEntryFields) -> RoomingList:
                return await self.session.client.add_person(self.stay_id, fields)

            saved = await self.app.push_screen_wait(ask_person(self.session, self.found, None, send))
            if saved is None:
                return
            self.post_message(self.Loaded(saved))
            self.found = saved

    @on(Rows.Opened)
    @work
    async def action_change(self) -> None:
        """Correct the person under the cursor."""
        entry = self._entry
        if entry is None or self.found is None:
            return

        async def send(fields: RoomingEntryFields) -> RoomingList:
            return await self.session.client.change_person(self.stay_id, entry.id, fields, version=entry.version)

        saved = await self.app.push_screen_wait(ask_person(self.session, self.found, entry, send))
        if saved is not None:
            self.post_message(self.Loaded(saved))

    def action_remove(self) -> None:
        """Take the person off the list."""
        entry = self._entry
        if entry is not None:
            self.confirm_then(
                Confirm(_("Retirer de la liste ?"), _name(entry), yes=_("retirer"), yes_first=False),
                lambda: self.session.client.remove_person(self.stay_id, entry.id),
                _("Retiré."),
            )

    @work
    async def action_propose(self) -> None:
        """Have rooms proposed to those who have none."""
        question = _(
            "Filles et garçons à part, accompagnateurs entre les deux, chambres PMR gardées à qui en a besoin."
        )
        question += "\n" + _("Qui a déjà une chambre la garde ; vous corrigez ensuite.")
        if await self.app.push_screen_wait(Confirm(_("Proposer les chambres"), question, yes=_("proposer"))):
            try:
                made = await self.session.client.propose_rooms(self.stay_id)
            except ApiProblem as problem:
                self.post_message(self.Refused(problem))
            else:
                said = ngettext("{n} personne a une chambre.", "{n} personnes ont une chambre.", made.people)
                self.post_message(self.Did(said.format(n=made.people)))

    # Files

    @work
    async def action_take_file(self) -> None:
        """Take a file: by its path on one's own machine, or pasted from a spreadsheet."""
        own = self.session.own_machine

        async def send(answers: Answers) -> RoomingImported:
            content, name = answers["pasted"].encode(), "liste.csv"
            if own and answers.get("path"):
                content, name = await to_thread(_file, answers["path"])
            return await self.session.client.import_people(self.stay_id, RoomingFile(name=name, content=content))

        fields = [Field("path", _("Fichier CSV ou XLSX"))] if own else []
        fields.append(Field("pasted", _("Ou collez ici les cellules") if own else _("Collez ici les cellules"), "long"))
        intro = _(
            "Une ligne par personne, les titres d'abord : nom, prénom, chambre, régime, allergies… Un fichier se reprend aussi par le lien du responsable (l)."
        )
        report = await self.app.push_screen_wait(
            Ask(_("Reprendre une liste"), fields, send, today=self.session.today, intro=intro)
        )
        if report is not None:
            self.post_message(self.Imported(report))

    @on(Imported)
    @work
    async def _say_imported(self, event: Imported) -> None:
        report = event.report
        self.read()
        said = _("{added} ajoutées, {changed} mises à jour, {same} inchangées.").format(
            added=report.added, changed=report.changed, same=report.unchanged
        )
        self.notify(said)
        if report.errors:
            columns = [Column(_("ligne"), 5, right=True), Column(_("valeur"), 24, grow=1), Column("", 34, grow=1)]
            rows = [
                Row(str(place), (str(error.row), error.value, label(ROW_ERROR, error.code)))
                for place, error in enumerate(report.errors)
            ]
            await self.app.push_screen_wait(Show(said, columns, rows, titled=True))

    @work
    async def action_print(self) -> None:
        """Print or export the list."""
        try:
            await give_document(self.app, self.session, OF_GROUP, stay_id=self.stay_id)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))

    # The leader's link, and sending off

    @work
    async def action_link(self) -> None:
        """Make the leader's link: copied, and mailed if wanted."""
        question = _("Qui a le lien remplit cette liste, et ne voit rien d'autre. Il s'éteint avec le séjour.")
        answer = await self.app.push_screen_wait(
            Confirm(_("Lien du responsable"), question, yes=_("envoyer et copier"), no=_("copier seulement"))
        )
        if answer is None:
            return
        try:
            link = await self.session.client.make_rooming_link(self.stay_id, mail=answer)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.Linked(link))

    @on(Linked)
    def _show_link(self, event: Linked) -> None:
        sent = event.link.mailed_to
        said = _("Envoyé à {address}. Copié :").format(address=sent) if sent else _("Copié :")
        self.app.push_screen(Address(_("Lien du responsable"), said, event.link.url))

    def action_submit(self) -> None:
        """Say that the list is complete, or open it again."""
        client = self.session.client
        if self.found is None:
            return
        if self.found.submitted_at:
            self.confirm_then(
                Confirm(
                    _("Rouvrir la liste ?"),
                    _("Le responsable peut de nouveau la changer."),
                    yes=_("rouvrir"),
                    yes_first=False,
                ),
                lambda: client.reopen_rooming(self.stay_id),
                _("La liste est rouverte."),
            )
        else:
            self.confirm_then(
                Confirm(
                    _("La liste est-elle complète ?"),
                    _("Elle ne change plus ensuite, sauf si vous la rouvrez."),
                    yes=_("complète"),
                ),
                lambda: client.submit_rooming(self.stay_id),
                _("La liste est close."),
            )

    def action_history(self) -> None:
        """Show who did what."""
        self.read_history(self.stay_id)


def _rows(found: RoomingList) -> list[Row]:
    """Return the people by room, those without one last."""
    rows: list[Row] = []
    for room in found.rooms:
        sign = " PMR" if room.accessible else ""
        rows.append(
            Row(
                str(room.id),
                ("", f"{room.name}{sign} · {room.sleepers}/{bed_count(room.beds)}", "", room.floor),
                heading=True,
            )
        )
        rows += [_row(entry) for entry in found.entries if entry.fields.room_id == room.id]
    nowhere = [entry for entry in found.entries if entry.fields.room_id is None]
    if nowhere:
        rows.append(Row("nowhere", ("", _("Sans chambre") + f" · {len(nowhere)}", "", ""), heading=True))
        rows += [_row(entry) for entry in nowhere]
    return rows if found.entries else []


def _row(entry: RoomingEntry) -> Row:
    fields = entry.fields
    sign = Cell("▲", "warn") if entry.lacks else Cell("★" if fields.responsible else "✓", "good")
    needs = " · ".join(filter(None, (fields.allergies, fields.access_needs)))
    age = " " + _("{n} ans").format(n=fields.age) if fields.age is not None else ""
    who = f"{_('acc.') if fields.role == 'leader' else ''}{age}".strip()
    return Row(
        str(entry.id),
        (
            sign,
            _name(entry),
            {"F": "F", "M": "M"}.get(fields.sex, ""),
            label(DIET, fields.diet) if fields.diet != "standard" else who,
            Cell(needs, "warn") if needs else "",
            fields.notes or fields.phone,
        ),
    )


def _name(entry: RoomingEntry) -> str:
    return f"{entry.fields.first_name} {entry.fields.last_name}".strip() or _("sans nom")


def _file(typed: str) -> tuple[bytes, str]:
    """Read a file of one's own; one that cannot be read is an empty list, which the server names."""
    path = Path(typed).expanduser()
    try:
        return path.read_bytes(), path.name
    except OSError:
        return b"", path.name
