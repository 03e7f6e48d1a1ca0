"""A form on a screen of its own: an unsaved mark, a draft on disk at each key, both versions shown when somebody saved before."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from tui.actions import bindings
from tui.dialogs.discard import discard
from tui.dialogs.show import Show
from tui.problems import in_words
from tui.screens.shared import Shared
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.form import Field, Form
from tui.widgets.rows import Cell, Column, Row
from tui.words import _


class FormScreen(Shared):
    """A form being filled in; a subclass says its fields and how it is saved."""

    SCOPE = "form"
    EDITS = True
    BINDINGS: ClassVar[list[BindingType]] = bindings("form")

    def __init__(
        self,
        session: Session,
        title: str,
        *,
        draft: str,
        fields: Sequence[Field],
        values: Mapping[str, str],
        first: str = "",
    ) -> None:
        super().__init__(session, title)
        kept = session.drafts.kept(draft)
        self.form = Form(fields, values, today=session.today, typed=kept, id="form")
        self._taken_up = kept is not None
        self.banner = Static("", id="banner", markup=False)
        self._draft = draft
        self._first = first
        self._meanwhile = ""

    def body(self) -> ComposeResult:
        """A line for what is worth knowing, and the form."""
        yield self.banner
        yield self.form

    def on_mount(self) -> None:
        """Stand in the first field; take up the draft where one was left."""
        self.banner.display = False
        self.form.focus_first(self._first)
        if self._taken_up:
            self.top.say(unsaved=True)
            self.notify(_("Votre brouillon est repris. F6 pour l'oublier."))

    @on(Form.Changed)
    def _keep_draft(self, event: Form.Changed) -> None:
        # Only what was typed: taken up another day, a draft leaves alone what others saved meanwhile.
        typed = {name: row.typed for name, row in self.form.rows.items() if row.touched}
        if typed:
            self.session.drafts.keep(self._draft, typed)
        else:
            self.session.drafts.drop(self._draft)
        self.top.say(unsaved=bool(typed))
        self.typed(event.name)

    def typed(self, name: str) -> None:
        """Hear that a field was typed in."""

    def tell(self, text: str) -> None:
        """Say something above the form, or nothing; under what somebody else saved meanwhile, which stays said."""
        words = "\n".join(filter(None, (self._meanwhile, text)))
        self.banner.update(words)
        self.banner.display = bool(words)

    def saved(self, said: str) -> None:
        """Leave: it is saved."""
        self.session.drafts.drop(self._draft)
        self.app.pop_screen()
        self.app.notify(said)

    def refused(self, problem: ApiProblem, *, pointers: Mapping[str, str] | None = None) -> None:
        """Say what is wrong beside the fields, and above; `pointers` as in `Form.show_problem`."""
        placed = self.form.show_problem(problem, pointers=pointers)
        if not placed or problem.code not in ("invalid", "validation"):
            self.tell(in_words(problem))

    def conflict(self, theirs: Mapping[str, str]) -> None:
        """Take up what somebody else saved; where both changed a field, show both versions: the next save is over theirs."""
        typed = self.form.typed()
        mine = {name: self.form.value(name) or text for name, text in typed.items()}
        written, both = self.form.catch_up(theirs)
        said = [_("Enregistré entre-temps par quelqu'un d'autre.")]
        if written:
            names = ", ".join(row.field.label for row in written)
            said.append(_("Ses changements sont repris ici : {fields}.").format(fields=names))
        if not both:
            self._meanwhile = " ".join([*said, _("Ctrl+S enregistre les vôtres avec.")])
            self.tell("")
            return
        rows = [
            Row(
                row.field.name,
                (
                    row.field.label,
                    Cell(row.in_words(theirs.get(row.field.name, ""), theirs), "strong"),
                    Cell(row.typed if row.field.kind == "day" else row.in_words(mine[row.field.name], mine), "accent"),
                ),
            )
            for row in both
        ]
        self._meanwhile = " ".join([*said, _("Comparez, corrigez, puis Ctrl+S enregistre votre version.")])
        self.tell("")
        columns = [Column(_("champ"), 20), Column(_("enregistré"), 20, grow=1), Column(_("le vôtre"), 20, grow=1)]
        self.app.push_screen(Show(_("Deux versions"), columns, rows, titled=True))

    def action_discard(self) -> None:
        """Throw away what was typed, after asking."""
        discard(self.app, self.session, self._draft, _("Ce que vous avez tapé ici sera perdu."))
