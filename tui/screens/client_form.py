"""Fill in a card, new or not; the referential says while one types whether the person is known elsewhere."""

import asyncio
from datetime import date

import msgspec
from textual import on, work
from textual.message import Message

from server.contract.clients import ClientCard, ClientFields, Phone, Signal, SignalQuestion
from tui.lists import client_types, discovery_channels
from tui.screens.base import OpenClient
from tui.screens.form_screen import FormScreen
from tui.session import Session
from tui.signals import signal_words
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field, Form
from tui.words import _

IDENTIFYING = ("first_name", "last_name", "organisation", "email", "phone", "mobile", "postal_code", "birth_date")
PAUSE_SECONDS = 0.25


class ClientFormScreen(FormScreen):
    """A card being typed."""

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

    def __init__(self, session: Session, card: ClientCard | None, *, name: str = "") -> None:
        values = (
            values_of(card.fields) if card else {"kind": "person", "country": "FR", "language": "fr", "last_name": name}
        )
        title = _("Modifier · {name}").format(name=card.name) if card else _("Nouvelle fiche")
        super().__init__(
            session,
            title,
            draft=f"client {card.id if card else 'new'}",
            fields=fields(),
            values=values,
            first="last_name",
        )
        self.card = card
        self.version = card.version if card else 0

    def typed(self, name: str) -> None:
        """Ask the referential when what identifies is typed."""
        if name in IDENTIFYING:
            self._ask_signal()

    @work(exclusive=True, group="signal")
    async def _ask_signal(self) -> None:
        await asyncio.sleep(PAUSE_SECONDS)
        value = self.form.value
        born = value("birth_date")
        question = SignalQuestion(
            first_name=value("first_name"),
            last_name=value("last_name"),
            organisation=value("organisation"),
            email=value("email"),
            phone=value("mobile") or value("phone"),
            postal_code=value("postal_code"),
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

    @on(Form.Submitted)
    def action_save(self) -> None:
        """Save."""
        answers = self.form.answers()
        if answers is not None:
            self._save(read_fields(answers, self.card.fields if self.card else None))

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
            self.refused(event.problem)
        else:
            self.version = event.theirs.version
            self.conflict(values_of(event.theirs.fields))


def fields() -> list[Field]:
    """What a card asks, in the order of the eye."""
    who, where, more = _("Qui"), _("Coordonnées"), _("Suivi")
    kinds = [("person", _("personne")), ("organisation", _("organisme"))]
    titles = [("mr", _("M.")), ("mrs", _("Mme"))]
    return [
        Field("kind", _("Nature"), "choice", choices=lambda _answers: kinds, required=True, section=who),
        Field("title", _("Civilité"), "choice", choices=lambda _answers: titles, section=who),
        Field("last_name", _("Nom"), section=who),
        Field("first_name", _("Prénom"), section=who),
        Field("organisation", _("Organisme"), section=who),
        Field("contact_name", _("Personne à joindre"), section=who),
        Field("client_type", _("Type de client"), "choice", choices=lambda _answers: client_types(), section=who),
        Field("birth_date", _("Né le"), "day", section=who),
        Field("email", _("Courriel"), section=where),
        Field("phone", _("Téléphone"), section=where),
        Field("mobile", _("Mobile"), section=where),
        Field("country", _("Pays (FR, IT…)"), section=where),
        Field("street", _("Adresse"), section=where),
        Field("postal_code", _("Code postal"), section=where),
        Field("town", _("Ville"), section=where),
        Field("email_consent", _("Accepte nos courriels"), "flag", section=more),
        Field("sms_consent", _("Accepte nos SMS"), "flag", section=more),
        Field("social_economy", _("Économie sociale"), "flag", section=more),
        Field("first_contact", _("1er contact"), "day", section=more),
        Field(
            "discovery_channel",
            _("Nous connaît par"),
            "choice",
            choices=lambda _answers: discovery_channels(),
            section=more,
        ),
        Field("discovery_detail", _("préciser"), section=more),
        Field("stayed_elsewhere", _("Déjà venu ailleurs ?"), "flag", section=more, hint=_("ce que le client dit")),
        Field("language", _("Langue (fr, en, de…)"), section=more),
        Field("colour", _("Couleur"), section=more),
        Field("reference", _("Référence"), section=more, hint=_("vide : donnée seule")),
        Field("habits", _("Habitudes"), "long", section=more),
        Field("special_requests", _("Demandes particulières"), "long", section=more),
        Field("notes", _("Notes"), "long", section=more),
    ]


def values_of(card: ClientFields) -> dict[str, str]:
    """Return a card's fields as the form holds them."""

    def flag(value: bool | None) -> str:
        return {True: "yes", False: "no", None: ""}[value]

    phones = [phone for phone in card.phones if not phone.mobile]
    mobiles = [phone for phone in card.phones if phone.mobile]
    return {
        "kind": card.kind, "title": card.title, "last_name": card.last_name, "first_name": card.first_name, "organisation": card.organisation,
        "contact_name": card.contact_name, "client_type": card.client_type, "birth_date": card.birth_date.isoformat() if card.birth_date else "",
        "email": card.email, "phone": phones[0].number if phones else "", "mobile": mobiles[0].number if mobiles else "", "country": card.country,
        "street": card.street, "postal_code": card.postal_code, "town": card.town, "email_consent": flag(card.email_consent),
        "sms_consent": flag(card.sms_consent), "social_economy": flag(card.social_economy),
        "first_contact": card.first_contact.isoformat() if card.first_contact else "", "discovery_channel": card.discovery_channel,
        "discovery_detail": card.discovery_detail, "stayed_elsewhere": flag(card.stayed_elsewhere), "language": card.language, "colour": card.colour,
        "reference": card.reference, "habits": card.habits, "special_requests": card.special_requests, "notes": card.notes,
    }  # fmt: skip


def read_fields(answers: Answers, before: ClientFields | None) -> ClientFields:
    """Read a card from the form; what the form does not ask (contacts, third phones) stays as it was."""
    before = before or ClientFields()
    phones: list[Phone] = []
    for name, mobile in (("phone", False), ("mobile", True)):
        kept = [phone for phone in before.phones if phone.mobile == mobile]
        typed = answers[name]
        if kept and kept[0].number == typed:
            phones.append(kept[0])
        elif typed:
            phones.append(Phone(number=typed, mobile=mobile))
        phones += kept[1:]

    def day(name: str) -> date | None:
        return date.fromisoformat(answers[name]) if answers[name] else None

    plain = (
        "kind", "title", "last_name", "first_name", "organisation", "contact_name", "client_type", "email", "street", "postal_code",
        "town", "discovery_channel", "discovery_detail", "colour", "reference", "habits", "special_requests", "notes",
    )  # fmt: skip
    changed = msgspec.structs.asdict(before) | {name: answers[name] for name in plain}
    return msgspec.convert(
        changed
        | {
            "phones": phones,
            "country": answers["country"].upper() or "FR",
            "language": answers["language"].lower() or "fr",
            "birth_date": day("birth_date"),
            "first_contact": day("first_contact"),
            "email_consent": answers["email_consent"] == "yes",
            "sms_consent": answers["sms_consent"] == "yes",
            "social_economy": answers["social_economy"] == "yes",
            "stayed_elsewhere": {"yes": True, "no": False}.get(answers["stayed_elsewhere"]),
        },
        ClientFields,
    )
