"""A segment being built: criteria added by typing, counted at each change, kept under a name."""

import asyncio
from typing import ClassVar
from uuid import UUID

import msgspec
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from server.contract.segments import SegmentCard, SegmentExpression, SegmentFields
from tui.actions import bindings
from tui.dialogs.ask import Ask
from tui.dialogs.criterion import ask_value, pick_criterion
from tui.dialogs.discard import discard
from tui.dialogs.show import Show
from tui.problems import in_words
from tui.screens.base import DeskScreen
from tui.screens.shared import Shared
from tui.segment_tree import Branch, Leaf, Place, added, changed, denied, grouped, part_at, read_tree, turned, written
from tui.segment_words import SegmentWords, key_of, place_of
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Cell, Column, Row, Rows
from tui.words import _, language, ngettext

PAUSE_SECONDS = 0.15
"""Changes that follow one another are counted once."""
MINE, EVERYBODYS = "mine", "everybodys"


class SegmentFormScreen(Shared):
    """The criteria, under « all of » and « one of »; how many clients answer is said at each change."""

    SCOPE = "segment_form"
    PAGE = True
    EDITS = True
    BINDINGS: ClassVar[list[BindingType]] = bindings("segment_form")

    class Known(Message):
        """The criteria that there are came."""

        def __init__(self, words: SegmentWords) -> None:
            super().__init__()
            self.words = words

    class Counted(Message):
        """Whom it finds is counted; the refusal where it cannot be."""

        def __init__(self, clients: int, problem: ApiProblem | None = None) -> None:
            super().__init__()
            self.clients = clients
            self.problem = problem

    def __init__(
        self,
        session: Session,
        *,
        card: SegmentCard | None = None,
        expression: SegmentExpression | None = None,
        name: str = "",
    ) -> None:
        """`card`: the one to change; else a new one, which may begin with an `expression` and a `name`."""
        super().__init__(session, _("Segment · {name}").format(name=card.name) if card else _("Nouveau segment"))
        self._card = card
        self._called = card.name if card else name
        begun = card.expression if card else expression
        self._before = read_tree(begun) if begun else Branch()
        self.root = self._before
        self._draft = f"segment {card.id if card else name or 'new'}"
        self._words: SegmentWords | None = None
        self._theirs: SegmentCard | None = None
        """What somebody else saved since it was read."""
        self.criteria = Rows([Column(grow=1)], id="criteria", title=_("Les clients qui répondent à…"), classes="panel")

    @property
    def opened_id(self) -> UUID | None:
        """The segment; none while it is new."""
        return self._card.id if self._card else None

    def body(self) -> ComposeResult:
        """Lay out the criteria."""
        yield self.criteria

    def on_mount(self) -> None:
        """Stand in them, take up the draft where one was left."""
        kept = self.session.drafts.kept(self._draft)
        if kept is not None:
            self.root = self._read_draft(kept)
            self.top.say(unsaved=self.root != self._before)
            self.notify(_("Votre brouillon est repris. F6 pour l'oublier."))
        self.criteria.focus()

    def _read_draft(self, kept: dict[str, str]) -> Branch:
        try:
            return read_tree(msgspec.json.decode(kept.get("expression", ""), type=SegmentExpression))
        except msgspec.DecodeError:
            return self._before

    def read(self) -> None:
        """Ask for the criteria, and count."""
        self._learn()
        self._count_again()

    @work(exclusive=True, group="read")
    async def _learn(self) -> None:
        client = self.session.client
        try:
            words = SegmentWords(await client.segment_criteria(), await client.places(language()))
        except ApiProblem as problem:
            self.post_message(self.Failed(problem))
        else:
            self.post_message(self.Known(words))

    @on(Known)
    def _show(self, event: Known) -> None:
        self._words = event.words
        self._draw()

    @on(DeskScreen.Failed)
    def _say_failed(self, event: DeskScreen.Failed) -> None:
        self.criteria.show_failed(in_words(event.problem))
        self.trouble(event.problem, said=self.criteria.state == "failed")

    def _draw(self, stand_on: Place | None = None) -> None:
        if self._words is None:
            return
        rows = self._words.rows(self.root)
        if not self.root.parts:
            first_run = _("Aucun critère encore. n : en ajouter un (type de client, séjours…).")
            rows.append(Row("none", (Cell(f"   {first_run}", "muted"),), heading=True))
        self.criteria.show(rows)
        if stand_on is not None:
            self.criteria.stand_on(key_of(stand_on))

    # Building

    @property
    def _place(self) -> Place:
        return place_of(self.criteria.key)

    def _build(self, root: Branch, stand_on: Place) -> None:
        """Take a changed tree: drawn, kept as a draft, counted."""
        self.root = root
        unsaved = root != self._before
        said = written(root)
        if unsaved:
            self.session.drafts.keep(
                self._draft, {"expression": msgspec.json.encode(said).decode() if said is not None else ""}
            )
        else:
            self.session.drafts.drop(self._draft)
        self.top.say(unsaved=unsaved)
        self._draw(stand_on)
        self._count_again()

    @work
    async def action_add(self) -> None:
        """Add a criterion after the one under the cursor, or into the group under it."""
        if self._words is None or (criterion := await pick_criterion(self.app, self._words)) is None:
            return
        asked = await ask_value(self.app, self.session, self._words, criterion)
        if asked is not None:
            self._build(*added(self.root, self._place, Leaf(asked)))

    @work
    async def action_change(self) -> None:
        """Change what is asked of the criterion under the cursor; of a group, whether all of it or one of it."""
        place = self._place
        part = part_at(self.root, place)
        if isinstance(part, Branch):
            self.action_turn()
            return
        criterion = self._words.criteria.get(part.asked.criterion) if self._words else None
        if self._words is None or criterion is None:
            self.notify(_("Ce critère n'existe plus : retirez-le (Suppr)."), severity="warning")
            return
        asked = await ask_value(self.app, self.session, self._words, criterion, part.asked)
        if asked is not None:
            self._build(changed(self.root, place, Leaf(asked, part.denied)), place)

    def action_deny(self) -> None:
        """Ask for all but those who answer what is under the cursor, or again for those."""
        if self._place:
            self._build(denied(self.root, self._place), self._place)
        else:
            self.notify(_("« Sauf » se dit d'un critère ou d'un groupe, pas du tout."))

    def action_turn(self) -> None:
        """Ask one of instead of all of, or again all of."""
        self._build(turned(self.root, self._place), self._place)

    def action_group(self) -> None:
        """Put the criterion into a group of its own, or take the group apart."""
        place = self._place
        if place:
            self._build(grouped(self.root, place), place)

    def action_remove(self) -> None:
        """Take away what is under the cursor: a criterion, or a group with all in it."""
        place = self._place
        if place:
            self._build(changed(self.root, place), (*place[:-1], place[-1] - 1) if place[-1] else place[:-1])

    # Counting

    def _count_again(self) -> None:
        said = written(self.root)
        if said is None:
            self.workers.cancel_group(self, "count")
            self.criteria.annotate("")
        else:
            self.criteria.annotate(_("on compte…"))
            self._count(said)

    @work(exclusive=True, group="count")
    async def _count(self, expression: SegmentExpression) -> None:
        await asyncio.sleep(PAUSE_SECONDS)
        try:
            clients = await self.session.client.count_asked(expression)
        except ApiProblem as problem:
            self.post_message(self.Counted(0, problem))
        else:
            self.post_message(self.Counted(clients))

    @on(Counted)
    def _show_count(self, event: Counted) -> None:
        if event.problem is None:
            self.criteria.annotate(ngettext("{n} fiche", "{n} fiches", event.clients).format(n=event.clients))
        else:
            self.criteria.annotate(_("compte impossible"))
            self.trouble(event.problem)

    # Keeping

    @work
    async def action_save(self) -> None:
        """Ask under which name and for whom, and save."""
        said = written(self.root)
        if said is None:
            self.notify(_("Ajoutez d'abord un critère : n."), severity="warning")
            return

        async def send(answers: Answers) -> SegmentCard | None:
            fields = SegmentFields(name=answers["name"], expression=said, shared=answers["whose"] == EVERYBODYS)
            self._called = answers["name"]
            return await self._send(fields)

        whose = [(MINE, _("moi seul")), (EVERYBODYS, _("tout le centre"))]
        if self._card is not None and not self._card.own:
            whose = whose[1:]
        fields = [
            Field("name", _("Nom"), required=True),
            Field("whose", _("Pour"), "choice", choices=lambda _answers: whose, required=True),
        ]
        values = {"name": self._called, "whose": EVERYBODYS if self._card and self._card.shared else whose[0][0]}
        question = Ask(_("Enregistrer le segment"), fields, send, today=self.session.today, values=values)
        if await self.app.push_screen_wait(question) is not None:
            self.session.drafts.drop(self._draft)
            self.app.pop_screen()
            self.app.notify(_("Segment enregistré."))
        elif self._theirs is not None and self._words is not None:
            self._show_both(self._theirs, self._words)

    async def _send(self, fields: SegmentFields) -> SegmentCard | None:
        """Save; None where somebody saved before: theirs is kept to be shown.

        Raises:
            ApiProblem: it is refused otherwise.
        """
        client = self.session.client
        if self._card is None:
            return await client.add_segment(fields)
        try:
            return await client.change_segment(self._card.id, fields, version=self._card.version)
        except ApiProblem as problem:
            if problem.status != 412:
                raise
            self._theirs = await client.segment(self._card.id)
            return None

    def _show_both(self, card: SegmentCard, words: SegmentWords) -> None:
        """Show both versions; the next save is over theirs."""
        self._card, self._theirs = card, None
        theirs, mine = words.rows(read_tree(card.expression)), words.rows(self.root)
        rows = [Row("theirs", (Cell(_("Enregistré : {name}").format(name=card.name), "strong"),), heading=True)]
        rows += [Row(f"theirs {row.key}", row.cells) for row in theirs]
        rows += [Row("mine", (Cell(_("Le vôtre"), "strong"),), heading=True)]
        rows += [Row(f"mine {row.key}", row.cells) for row in mine]
        self.notify(
            _("Enregistré entre-temps par quelqu'un d'autre. Comparez ; Ctrl+S enregistre votre version."),
            severity="warning",
            timeout=8,
        )
        self.app.push_screen(Show(_("Deux versions"), [Column(grow=1)], rows))

    def action_discard(self) -> None:
        """Throw away what was built, after asking."""
        discard(self.app, self.session, self._draft, _("Ce que vous avez changé ici sera perdu."))
