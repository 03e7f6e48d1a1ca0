"""Change the fiche séjour: dates as people say them, bands, booking type and purpose by cascades, who comes from where."""

from datetime import date
from uuid import UUID

from textual import on, work
from textual.message import Message

from server.contract.stays import Stay, StayChange, StayFields
from tui.screens.form_screen import FormScreen
from tui.screens.stay_fields import BANDS, asked, fields, read_fields, values_of
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.choice import Choice
from tui.widgets.form import Form
from tui.words import _, ngettext


class StayFormScreen(FormScreen):
    """A stay being changed."""

    class Saved(Message):
        """The stay is saved."""

        def __init__(self, stay: Stay) -> None:
            super().__init__()
            self.stay = stay

    class NotSaved(Message):
        """It is not; `theirs` is what stands there now where somebody saved before."""

        def __init__(self, problem: ApiProblem, theirs: Stay | None) -> None:
            super().__init__()
            self.problem = problem
            self.theirs = theirs

    def __init__(self, session: Session, stay: Stay) -> None:
        title = _("Modifier le séjour · {name}").format(name=stay.client_name)
        super().__init__(
            session, title, draft=f"stay {stay.id}", fields=fields(), values=values_of(stay.fields), first="arrival"
        )
        self.stay = stay
        self.version = stay.version

    @property
    def opened_id(self) -> UUID | None:
        """The stay."""
        return self.stay.id

    def on_mount(self) -> None:
        """Ask only what belongs."""
        self._ask_what_belongs()

    def _ask_what_belongs(self) -> None:
        """Show the region where some are French, the ceiling where places are free, the declaration for minors."""
        for field, wanted in asked(self.form.typed()).items():
            row = self.form.rows[field]
            if row.display and not wanted and isinstance(row.editor, Choice):
                row.editor.put("")
            row.display = wanted

    def typed(self, name: str) -> None:
        """Say the nights and the pax, which nobody types."""
        self._ask_what_belongs()
        arrival, departure = self.form.value("arrival"), self.form.value("departure")
        said: list[str] = []
        if arrival and departure:
            count = (date.fromisoformat(departure) - date.fromisoformat(arrival)).days
            said.append(
                ngettext("{n} nuit", "{n} nuits", count).format(n=count)
                if count > 0
                else _("le départ est avant l'arrivée")
            )
        bands = [self.form.value(band) for band in BANDS]
        if any(bands):
            said.append(_("{n} personnes").format(n=sum(int(band) for band in bands if band)))
        self.tell(" · ".join(said))

    @on(Form.Submitted)
    def action_save(self) -> None:
        """Save."""
        answers = self.form.answers()
        if answers is None:
            return
        try:
            typed = read_fields(answers, self.stay.fields)
        except ValueError:
            self.form.rows["nationalities"].note(_("FR 50, DE 2"), wrong=True)
            self.form.focus_first("nationalities")
            return
        self._save(typed)

    @work(exclusive=True, group="save")
    async def _save(self, typed: StayFields) -> None:
        try:
            stay = await self.session.client.change_stay(self.stay.id, StayChange(fields=typed), version=self.version)
        except ApiProblem as problem:
            theirs = None
            if problem.status == 412:
                try:
                    theirs = await self.session.client.stay(self.stay.id)
                except ApiProblem:
                    theirs = None
            self.post_message(self.NotSaved(problem, theirs))
        else:
            self.post_message(self.Saved(stay))

    @on(Saved)
    def _leave(self) -> None:
        self.saved(_("Séjour enregistré."))

    @on(NotSaved)
    def _stay(self, event: NotSaved) -> None:
        if event.theirs is None:
            self.refused(event.problem)
        else:
            self.version = event.theirs.version
            self.conflict(values_of(event.theirs.fields))
