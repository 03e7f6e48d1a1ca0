"""Fill in a card, new or not; the referential says while one types whether the person is known elsewhere."""

import asyncio
from datetime import date
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from server.contract.addresses import Places, Suggestions
from server.contract.clients import ClientCard, ClientFields, Signal, SignalQuestion
from tui.lists import DISCOVERY_DETAIL, Choices
from tui.screens.base import OpenClient
from tui.screens.client_fields import NAMED_FIRST, POINTERS, fields, read_fields, values_of
from tui.screens.form_screen import FormScreen
from tui.session import Session
from tui.signals import signal_words
from tui.transport import ApiProblem
from tui.widgets.choice import Choice
from tui.widgets.form import Form
from tui.widgets.suggestions import SuggestionList
from tui.words import _, language

IDENTIFYING = ("first_name", "last_name", "organisation", "email", "phone", "mobile", "postal_code", "birth_date")
ADDRESS = ("street", "postal_code", "town")
PAUSE_SECONDS = 0.25
STREET_PAUSE_SECONDS = 0.15
"""A street asks somebody on the network: not at each letter of a fast hand. Towns are asked at once."""


class ClientFormScreen(FormScreen):
    """A card being typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *FormScreen.BINDINGS,
        Binding("down", "suggestion(1)", show=False, priority=True),
        Binding("up", "suggestion(-1)", show=False, priority=True),
        Binding("enter", "take_suggestion", show=False, priority=True),
        Binding("escape", "no_suggestion", show=False, priority=True),
    ]

    class Saved(Message):
        """The card is saved."""

        def __init__(self, card: ClientCard) -> None:
            super().__init__()
            self.card = card

    class NotSaved(Message):
        """It is not; `theirs` is what stands there now where somebody saved before."""

        def __init__(self, problem: ApiProblem, theirs: ClientCard | None) -> None:
            super().__init__()
            self.problem = problem
            self.theirs = theirs

    class Signalled(Message):
        """The referential answered."""

        def __init__(self, signal: Signal | None) -> None:
            super().__init__()
            self.signal = signal

    class Placed(Message):
        """The names of countries and languages came."""

        def __init__(self, places: Places) -> None:
            super().__init__()
            self.places = places

    class Suggested(Message):
        """What may be meant by a field came."""

        def __init__(self, name: str, found: Suggestions) -> None:
            super().__init__()
            self.name = name
            self.found = found

    def __init__(self, session: Session, card: ClientCard | None, *, name: str = "") -> None:
        self.card = card
        self.version = card.version if card else 0
        self._countries: Choices = [("FR", "France")]
        self._languages: Choices = [(code, code) for code in NAMED_FIRST]
        if card:
            self._countries += [(card.fields.country, card.fields.country)] if card.fields.country != "FR" else []
            self._languages += [(card.fields.language, card.fields.language)]
        values = (
            values_of(card.fields) if card else {"kind": "person", "country": "FR", "language": "fr", "last_name": name}
        )
        title = _("Modifier · {name}").format(name=card.name) if card else _("Nouvelle fiche")
        self.suggested = SuggestionList()
        super().__init__(
            session,
            title,
            draft=f"client {card.id if card else 'new'}",
            fields=fields(lambda: self._countries, lambda: self._languages),
            values=values,
            first="last_name",
        )

    def body(self) -> ComposeResult:
        """The form, and under it what may be meant."""
        yield from super().body()
        yield self.suggested

    @property
    def opened_id(self) -> UUID | None:
        """The card, once there is one."""
        return self.card.id if self.card else None

    def on_mount(self) -> None:
        """Ask for the names of countries; the form does not wait for them."""
        self._ask_places()

    def typed(self, name: str) -> None:
        """Ask the referential when what identifies is typed, and what may be meant by an address."""
        if name in IDENTIFYING:
            self._ask_signal()
        if name in ADDRESS:
            self._ask_suggestions(name)
        elif name == "discovery_channel":
            asked = DISCOVERY_DETAIL.get(self.form.value("discovery_channel"), "")
            self.form.rows["discovery_detail"].note(_(asked) if asked else "")

    # Countries and languages by their names

    @work(exclusive=True, group="places")
    async def _ask_places(self) -> None:
        try:
            self.post_message(self.Placed(await self.session.client.places(language())))
        except ApiProblem:
            return  # codes will do

    @on(Placed)
    def _name_places(self, event: Placed) -> None:
        first = [each for each in event.places.languages if each.code in NAMED_FIRST]
        rest = [each for each in event.places.languages if each.code not in NAMED_FIRST]
        self._countries = [(each.code, each.name) for each in event.places.countries]
        self._languages = [(each.code, each.name) for each in [*first, *rest]]
        for name, choices in (("country", self._countries), ("language", self._languages)):
            editor = self.form.rows[name].editor
            if isinstance(editor, Choice):
                editor.offer(choices)
        spoken = self.form.rows["languages"]
        if self.card and isinstance(spoken.editor, Input) and spoken.typed == ", ".join(self.card.fields.languages):
            # Codes that stood for the names until these came: nothing was typed.
            named = values_of(self.card.fields, languages=self._languages)["languages"]
            spoken.untouched = named
            with spoken.editor.prevent(Input.Changed):
                spoken.editor.value = named

    # Addresses

    @work(exclusive=True, group="suggest")
    async def _ask_suggestions(self, name: str) -> None:
        value = self.form.value
        country, text = value("country") or "FR", value(name)
        client = self.session.client
        try:
            if name == "street":
                await asyncio.sleep(STREET_PAUSE_SECONDS)
                found = await client.streets(text, country=country, postal_code=value("postal_code"))
            elif country == "FR" and text:
                found = await client.towns(text)
            else:
                found = Suggestions(items=[])
        except ApiProblem:
            found = Suggestions(items=[])
        self.post_message(self.Suggested(name, found))

    @on(Suggested)
    def _suggest(self, event: Suggested) -> None:
        said = {
            "slow": _("Le service d'adresses est lent : tapez la rue, le code postal propose la ville."),
            "down": _("Le service d'adresses ne répond pas : tapez la rue, le code postal propose la ville."),
        }.get(event.found.missing, "")
        field = self.form.rows[event.name]
        if field.editor.has_focus:
            self.suggested.put(event.found.items, said=said)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Give the keys back to the form while nothing is offered, or nothing stood on."""
        if action in ("suggestion", "no_suggestion"):
            return self.suggested.offered
        if action == "take_suggestion":
            return self.suggested.taken is not None
        return super().check_action(action, parameters)

    def action_suggestion(self, by: int) -> None:
        """Move in what is offered."""
        self.suggested.move(by)

    def action_no_suggestion(self) -> None:
        """Offer nothing any more."""
        self.suggested.put([])

    def action_take_suggestion(self) -> None:
        """Fill street, postal code and town, and go on behind them."""
        taken = self.suggested.taken
        if taken is None:
            return
        for name, text in (("street", taken.street), ("postal_code", taken.postal_code), ("town", taken.town)):
            editor = self.form.rows[name].editor
            if text and isinstance(editor, Input):
                editor.value = text
        self.workers.cancel_group(self, "suggest")
        self.suggested.put([])
        self.form.focus_first("email" if taken.street else "street" if not self.form.value("street") else "email")

    def on_descendant_blur(self) -> None:
        """What was offered for a field goes with it."""
        self.suggested.put([])

    # The referential

    @work(exclusive=True, group="signal")
    async def _ask_signal(self) -> None:
        await asyncio.sleep(PAUSE_SECONDS)
        value = self.form.value
        born = value("birth_date")
        question = SignalQuestion(
            kind=value("kind"),
            first_name=value("first_name"),
            last_name=value("last_name"),
            organisation=value("organisation"),
            email=value("email"),
            phone=value("mobile") or value("phone"),
            street=value("street"),
            postal_code=value("postal_code"),
            town=value("town"),
            country=value("country"),
            birth_date=date.fromisoformat(born) if born else None,
        )
        try:
            signal = await self.session.client.signal(question)
        except ApiProblem:
            return  # a help that is not there is no trouble while typing
        self.post_message(self.Signalled(signal))

    @on(Signalled)
    def _say_signal(self, event: Signalled) -> None:
        self.tell(signal_words(event.signal))

    # Saving

    @on(Form.Submitted)
    def action_save(self) -> None:
        """Save."""
        answers = self.form.answers()
        if answers is not None:
            self._save(read_fields(answers, self.card.fields if self.card else None, languages=self._languages))

    @work(exclusive=True, group="save")
    async def _save(self, typed: ClientFields) -> None:
        client = self.session.client
        try:
            card = (
                await client.add_client(typed)
                if self.card is None
                else await client.change_client(self.card.id, typed, version=self.version)
            )
        except ApiProblem as problem:
            theirs = None
            if problem.status == 412 and self.card is not None:
                try:
                    theirs = await client.client(self.card.id)
                except ApiProblem:
                    theirs = None
            self.post_message(self.NotSaved(problem, theirs))
        else:
            self.post_message(self.Saved(card))

    @on(Saved)
    def _leave(self, event: Saved) -> None:
        new = self.card is None
        self.saved(_("{name} : enregistré.").format(name=event.card.name))
        if new:
            self.app.post_message(OpenClient(event.card.id))

    @on(NotSaved)
    def _stay(self, event: NotSaved) -> None:
        if event.theirs is None:
            self.refused(event.problem, pointers=POINTERS)
        else:
            self.card, self.version = event.theirs, event.theirs.version
            self.conflict(values_of(event.theirs.fields, languages=self._languages))
