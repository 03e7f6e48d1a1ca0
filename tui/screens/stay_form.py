"""Change the fiche séjour: dates as people say them, bands, booking type and purpose by cascades, who comes from where."""

from contextlib import suppress
from datetime import date
from uuid import UUID

from textual import on, work
from textual.message import Message
from textual.widgets import Input

from server.contract.addresses import Places
from server.contract.stays import Stay, StayChange, StayFields
from tui.country_text import Names, Unreadable, in_letters, in_names, read_countries
from tui.screens.form_screen import FormScreen
from tui.screens.stay_fields import BANDS, COUNTRIES, asked, fields, read_fields, values_of
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.choice import Choice
from tui.widgets.form import Form
from tui.words import _, language, ngettext


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

    class Named(Message):
        """The names of countries came."""

        def __init__(self, places: Places) -> None:
            super().__init__()
            self.places = places

    def __init__(self, session: Session, stay: Stay) -> None:
        title = _("Modifier le séjour · {name}").format(name=stay.client_name)
        super().__init__(
            session, title, draft=f"stay {stay.id}", fields=fields(), values=values_of(stay.fields), first="arrival"
        )
        self.stay = stay
        self._names: Names = {}
        self.version = stay.version

    @property
    def opened_id(self) -> UUID | None:
        """The stay."""
        return self.stay.id

    def on_mount(self) -> None:
        """Ask only what belongs, and for the names of countries; the form does not wait for them."""
        self._ask_what_belongs()
        self._ask_names()

    @work(exclusive=True, group="names")
    async def _ask_names(self) -> None:
        try:
            self.post_message(self.Named(await self.session.client.places(language())))
        except ApiProblem:
            return  # two letters will do

    @on(Named)
    def _read_names(self, event: Named) -> None:
        self._names = {place.code: place.name for place in event.places.countries}
        for name in COUNTRIES:
            self._say_countries(name)
        self._ask_what_belongs()

    def _say_countries(self, name: str) -> None:
        """Say beside the field which countries are read as it is typed."""
        row = self.form.rows[name]
        with suppress(Unreadable):
            read = read_countries(row.typed, self._names)
            row.note(f"→ {in_names(read, self._names)}" if read else "")

    def on_descendant_blur(self) -> None:
        """Say at once what cannot be read in the field that was left."""
        for name in COUNTRIES:
            try:
                read_countries(self.form.rows[name].typed, self._names)
            except Unreadable as error:
                self.form.rows[name].note(str(error), wrong=True)

    def _ask_what_belongs(self) -> None:
        """Show the region where some are French, the ceiling where places are free, the declaration for minors."""
        for field, wanted in asked(self.form.typed(), self._names).items():
            row = self.form.rows[field]
            if row.display and not wanted and isinstance(row.editor, Choice):
                row.editor.put("")
            row.display = wanted

    def typed(self, name: str) -> None:
        """Say the nights and the pax, which nobody types."""
        self._ask_what_belongs()
        if name in COUNTRIES:
            self._say_countries(name)
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
        countries = {}
        for name in COUNTRIES:
            row = self.form.rows[name]
            try:
                countries[name] = read_countries(answers[name], self._names)
            except Unreadable as error:
                row.note(str(error), wrong=True)
                self.form.focus_first(name)
                return
            if isinstance(row.editor, Input):
                # As they are kept: two versions are compared by their letters.
                row.editor.value = in_letters(countries[name])
        self._save(read_fields(answers, self.stay.fields, countries))

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
            self.stay, self.version = event.theirs, event.theirs.version
            self.conflict(values_of(event.theirs.fields))
