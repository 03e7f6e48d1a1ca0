"""What a card asks, and how its values go from the wire into the form and back."""

import unicodedata
from collections.abc import Callable, Sequence
from datetime import date

import msgspec

from server.contract.clients import ClientFields, Phone
from tui.colours import colour_name, read_colour
from tui.lists import Choices, client_types, discovery_channels, local_choices
from tui.widgets.form import Answers, Field
from tui.words import _

NAMED_FIRST = ("fr", "en", "de", "nl", "es", "it")
SEVERAL = ("other_phones", "languages", "marketing_codes")
"""Fields of several values, separated by commas."""
POINTERS = {"phones": "phone"}


def fields(countries: Callable[[], Choices], languages: Callable[[], Choices]) -> list[Field]:
    """What a card asks, in the order of the eye; the country before what depends on it."""
    who, where, more, own = _("Qui"), _("Coordonnées"), _("Suivi"), _("Pour le centre")
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
        Field("social_economy", _("Économie sociale"), "flag", section=who),
        Field("birth_date", _("Né le"), "day", section=who),
        Field("country", _("Pays"), "choice", choices=lambda _answers: countries(), section=where),
        Field("street", _("Adresse"), section=where),
        Field("postal_code", _("Code postal"), section=where),
        Field("town", _("Ville"), section=where),
        Field("email", _("Courriel"), section=where),
        Field("email_consent", _("Accepte nos courriels"), "flag", section=where),
        Field("mobile", _("Mobile"), section=where),
        Field("sms_consent", _("Accepte nos SMS"), "flag", section=where),
        Field("phone", _("Téléphone"), section=where),
        Field("other_phones", _("Autres téléphones"), section=where, hint=_("séparés par des virgules")),
        Field("language", _("Langue des courriels"), "choice", choices=lambda _answers: languages(), section=where),
        Field("languages", _("Langues parlées"), section=where, hint=_("allemand, breton…")),
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
        Field("further_information", _("Autres informations"), "long", section=more),
        Field(
            "segmentation", _("Segmentation"), "choice", choices=lambda _a: local_choices("segmentation"), section=own
        ),
        Field("origin", _("Origine"), "choice", choices=lambda _a: local_choices("origin"), section=own),
        Field("marketing_codes", _("Codes marketing"), section=own, hint=_codes_hint()),
        Field("colour", _("Couleur"), section=own, hint=_("bleu, ocre… ; vide : du type")),
        Field("reference", _("Référence"), section=own, hint=_("vide : donnée seule")),
        Field("habits", _("Habitudes"), "long", section=own),
        Field("special_requests", _("Demandes particulières"), "long", section=own),
        Field("notes", _("Notes"), "long", section=own),
    ]


def _codes_hint() -> str:
    labels = [label for _code, label in local_choices("marketing_code")]
    return ", ".join(labels[:4]) + ("…" if len(labels) > 4 else "")


def values_of(card: ClientFields, *, languages: Sequence[tuple[str, str]] = ()) -> dict[str, str]:
    """Return a card's fields as the form holds them."""
    landlines = [phone.number for phone in card.phones if not phone.mobile]
    mobiles = [phone.number for phone in card.phones if phone.mobile]
    plain = {name: value for name in ClientFields.__struct_fields__ if isinstance(value := getattr(card, name), str)}
    return plain | {
        "colour": colour_name(card.colour),
        "birth_date": card.birth_date.isoformat() if card.birth_date else "",
        "first_contact": card.first_contact.isoformat() if card.first_contact else "",
        "phone": landlines[0] if landlines else "",
        "mobile": mobiles[0] if mobiles else "",
        "other_phones": ", ".join(landlines[1:] + mobiles[1:]),
        "languages": ", ".join(_labels(card.languages, languages)),
        "marketing_codes": ", ".join(_labels(card.marketing_codes, local_choices("marketing_code"))),
        "email_consent": _flag(card.email_consent),
        "sms_consent": _flag(card.sms_consent),
        "social_economy": _flag(card.social_economy),
        "stayed_elsewhere": _flag(card.stayed_elsewhere),
    }


def read_fields(
    answers: Answers, before: ClientFields | None, *, languages: Sequence[tuple[str, str]] = ()
) -> ClientFields:
    """Read a card from the form; what the form does not ask (the contacts) stays as it was."""
    before = before or ClientFields()
    known = {phone.number: phone for phone in before.phones}
    typed = [(answers["phone"], False), (answers["mobile"], True)]
    typed += [(number, False) for number in _parts(answers["other_phones"])]
    plain = {
        name: answers[name]
        for name in ClientFields.__struct_fields__
        if isinstance(getattr(before, name), str) and name in answers
    }
    return msgspec.convert(
        msgspec.structs.asdict(before)
        | plain
        | {
            "phones": [known.get(number) or Phone(number=number, mobile=mobile) for number, mobile in typed if number],
            "colour": read_colour(answers["colour"]),
            "country": answers["country"] or "FR",
            "language": answers["language"] or "fr",
            "languages": _codes(answers["languages"], languages),
            "marketing_codes": _codes(answers["marketing_codes"], local_choices("marketing_code")),
            "birth_date": _day(answers["birth_date"]),
            "first_contact": _day(answers["first_contact"]),
            "email_consent": answers["email_consent"] == "yes",
            "sms_consent": answers["sms_consent"] == "yes",
            "social_economy": answers["social_economy"] == "yes",
            "stayed_elsewhere": {"yes": True, "no": False}.get(answers["stayed_elsewhere"]),
        },
        ClientFields,
    )


def _flag(value: bool | None) -> str:
    return {True: "yes", False: "no", None: ""}[value]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]


def _labels(codes: Sequence[str], known: Sequence[tuple[str, str]]) -> list[str]:
    names = dict(known)
    return [names.get(code, code) for code in codes]


def _codes(text: str, known: Sequence[tuple[str, str]]) -> list[str]:
    """Read labels or codes, case and accents aside; what is neither goes as it is, and the server names it."""
    by_name = {_plain(name): code for pair in known for name, code in ((pair[0], pair[0]), (pair[1], pair[0]))}
    return [by_name.get(_plain(part), part) for part in _parts(text)]


def _plain(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(sign))
