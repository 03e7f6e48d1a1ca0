"""What is written on a client card, made clean and checked. Pure: no clock, no database."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from infra.errors import FieldError, Invalid
from tenants.clients.profiles import Profile, clean_profiles, wrong_profiles
from tenants.referential.cleaning.emails import EmailQuality, read_email
from tenants.referential.cleaning.phones import looks_like_phone, read_phone
from tenants.referential.cleaning.text import fold, mend, tidy
from tenants.referential.matching.features import Written


class Kind(StrEnum):
    """Whose card it is."""

    PERSON = "person"
    ORGANISATION = "organisation"


class ClientInvalid(Invalid):
    """Something on the card cannot be right; the fields say what."""

    code = "client_invalid"


class Phone(msgspec.Struct, frozen=True, kw_only=True):
    """A phone: `number` as typed, `e164` where it could be read."""

    number: str
    e164: str = ""
    mobile: bool = False


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of an organisation; roles among booking, contract, invoice, on_site say which mails they get."""

    name: str
    email: str = ""
    phone: str = ""
    roles: list[str] = []


class ClientFields(msgspec.Struct, frozen=True, kw_only=True):
    """What one types on a card; the same words as the wire contract's."""

    kind: str = "person"
    title: str = ""
    first_name: str = ""
    last_name: str = ""
    organisation: str = ""
    contact_name: str = ""
    client_type: str = ""
    social_economy: bool = False
    email: str = ""
    email_consent: bool = False
    sms_consent: bool = False
    phones: list[Phone] = []
    street: str = ""
    postal_code: str = ""
    town: str = ""
    country: str = "FR"
    reference: str = ""
    birth_date: date | None = None
    language: str = "fr"
    languages: list[str] = []
    segmentation: str = ""
    origin: str = ""
    marketing_codes: list[str] = []
    colour: str = ""
    habits: str = ""
    special_requests: str = ""
    notes: str = ""
    first_contact: date | None = None
    discovery_channel: str = ""
    discovery_detail: str = ""
    stayed_elsewhere: bool | None = None
    further_information: str = ""
    contacts: list[Contact] = []
    profiles: list[Profile] = []


class Lists(msgspec.Struct, frozen=True, kw_only=True):
    """The codes that a card may hold: those offered today."""

    client_types: frozenset[str] = frozenset()
    channels: Mapping[str, str] = {}
    """Ways of knowing the centre, each with the label of the text it asks for; empty for none."""
    segmentations: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    marketing_codes: frozenset[str] = frozenset()


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """Where and to which words somebody agreed to receive campaigns; the day is the day it is recorded."""

    source: str
    """desk, contact_form, pre_check_in, import, …"""
    text: str = ""
    """The sentence they agreed to."""


class CleanCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card made clean: what is stored, what was mended, and what was written where the two differ."""

    fields: ClientFields
    email_quality: EmailQuality
    mended: list[str] = []
    """`field: before → after`, for a person to look through."""
    written: dict[str, str] = {}
    """The values as they came, of the fields that were changed."""
    as_written: list[str] = []
    """The values whose mending a person refused."""


PARTS: Final = ("phones", "contacts", "marketing_codes", "profiles")
"""What of a card's fields stands in rows of its own."""
ROLES: Final = ("booking", "contract", "invoice", "on_site")
_LONG: Final = frozenset({"habits", "special_requests", "notes", "further_information"})
_LINE_LIMIT: Final = 200
_TEXT_LIMIT: Final = 10_000
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_FIRST_YEAR: Final = 1900
_PHONES_LIMIT: Final = 10
_CONTACTS_LIMIT: Final = 50
_CODES_LIMIT: Final = 30


def clean(fields: ClientFields, *, as_written: Collection[str] = ()) -> CleanCard:
    """Mend, tidy and grade what was typed. Nothing is lost: what is changed is kept in `written`, mending is listed.

    Values that are among `as_written` are right as they are: a person refused to have them mended.
    """
    mended: list[str] = []
    kept: list[str] = []
    written: dict[str, str] = {}
    changes: dict[str, object] = {}
    for name in ClientFields.__struct_fields__:
        value = getattr(fields, name)
        if value == "":
            changes[name] = value
        elif isinstance(value, str):
            whole, refused = _mended(value, as_written)
            kept += refused
            tidied = tidy(whole, lines=name in _LONG)
            if whole != value:
                mended.append(f"{name}: {tidy(value, lines=name in _LONG)} → {tidied}")
                written[name] = tidy(value, lines=True)
            changes[name] = tidied
    country = str(changes["country"]).upper()
    email, numbers = str(changes["email"]), [tidy(phone.number) for phone in fields.phones]
    if looks_like_phone(email):
        written["email"] = email
        numbers.append(email)
        email = ""
    for number in [number for number in numbers if "@" in number]:
        numbers.remove(number)
        written["phones"] = number
        email = email or number
    address = read_email(email)
    if email and address.address != email:
        written["email"] = email
    marked = {tidy(phone.number) for phone in fields.phones if phone.mobile}
    phones = [
        _phone(number, country=country, marked=number in marked) for number in dict.fromkeys(filter(None, numbers))
    ]
    changes |= {"country": country, "email": address.address, "phones": phones, "language": fields.language.lower()}
    changes["languages"] = list(dict.fromkeys(code.strip().lower() for code in fields.languages if code.strip()))
    changes["marketing_codes"] = sorted({code.strip() for code in fields.marketing_codes if code.strip()})
    changes["colour"] = str(changes["colour"]).lower()
    changes["profiles"] = clean_profiles(fields.profiles)
    contacts = [contact for contact in fields.contacts if contact.name.strip()]
    names = [_mended(contact.name, as_written) for contact in contacts]
    changes["contacts"] = [_contact(contact, whole) for contact, (whole, _) in zip(contacts, names, strict=True)]
    kept += [each for _, refused in names for each in refused]
    mended += [
        f"contacts: {tidy(contact.name)} → {tidy(whole)}"
        for contact, (whole, _) in zip(contacts, names, strict=True)
        if whole != contact.name
    ]
    return CleanCard(
        fields=msgspec.structs.replace(fields, **changes),
        email_quality=address.quality,
        mended=mended,
        written=written,
        as_written=list(dict.fromkeys(kept)),
    )


def _mended(value: str, as_written: Collection[str]) -> tuple[str, list[str]]:
    """Return a value mended; or as it is, and itself once more, where that was refused."""
    if as_written and (tidied := tidy(value, lines=True)) in as_written:
        return value, [tidied]
    return mend(value), []


def _phone(number: str, *, country: str, marked: bool) -> Phone:
    read = read_phone(number, country)
    # The country's plan says which numbers are mobiles; where it cannot be asked, the desk's mark counts.
    return Phone(number=number, e164=read.e164, mobile=read.mobile if read.e164 else marked)


def _contact(contact: Contact, name: str) -> Contact:
    return Contact(
        name=tidy(name),
        email=read_email(tidy(contact.email)).address,
        phone=tidy(contact.phone),
        roles=list(dict.fromkeys(contact.roles)),
    )


def check(fields: ClientFields, *, lists: Lists, today: date, before: ClientFields | None = None) -> None:
    """Refuse a card that cannot be right, naming every field in error at once.

    Args:
        fields: a clean card's.
        lists: the codes that are offered.
        today: the centre's date.
        before: the card as it stands: a code that it holds already may stay, also when it is offered no more.

    Raises:
        ClientInvalid: with a `FieldError` for each field in error.
    """
    errors = [
        *_wrong_names(fields),
        *_wrong_lengths(fields),
        *_wrong_codes(fields, lists=lists, before=before or ClientFields()),
        *_wrong_forms(fields),
        *_wrong_days(fields, today=today),
        *_wrong_contacts(fields),
        *wrong_profiles(fields.profiles, today=today),
    ]
    if errors:
        raise ClientInvalid(errors=tuple(errors))


def _wrong_names(fields: ClientFields) -> Iterator[FieldError]:
    if fields.kind not in tuple(Kind):
        yield FieldError("/kind", "unknown", "person, organisation")
    elif fields.kind == Kind.PERSON and not (fields.last_name or fields.first_name):
        yield FieldError("/last_name", "required", "Indiquez au moins le nom.")
    elif fields.kind == Kind.ORGANISATION and not fields.organisation:
        yield FieldError("/organisation", "required", "Indiquez le nom de l'organisme.")


def _wrong_lengths(fields: ClientFields) -> Iterator[FieldError]:
    for name in ClientFields.__struct_fields__:
        value = getattr(fields, name)
        limit = _TEXT_LIMIT if name in _LONG else _LINE_LIMIT
        if isinstance(value, str) and len(value) > limit:
            yield FieldError(f"/{name}", "too_long", f"{limit} caractères au plus.")
    if len(fields.phones) > _PHONES_LIMIT or any(len(phone.number) > _LINE_LIMIT for phone in fields.phones):
        yield FieldError("/phones", "too_long", f"{_PHONES_LIMIT} téléphones au plus.")


def _wrong_codes(fields: ClientFields, *, lists: Lists, before: ClientFields) -> Iterator[FieldError]:
    words = {
        "client_type": (lists.client_types, "Ce type de client n'est pas dans la liste du réseau."),
        "discovery_channel": (lists.channels, "Ce moyen de connaissance n'est pas dans la liste du réseau."),
        "segmentation": (lists.segmentations, "Cette segmentation n'est pas dans la liste du centre."),
        "origin": (lists.origins, "Cette origine n'est pas dans la liste du centre."),
    }
    for name, (codes, sentence) in words.items():
        code = getattr(fields, name)
        if code and code not in codes and code != getattr(before, name):
            yield FieldError(f"/{name}", "unknown", sentence)
    for place, code in enumerate(fields.marketing_codes):
        if code not in lists.marketing_codes and code not in before.marketing_codes:
            yield FieldError(f"/marketing_codes/{place}", "unknown", f"{code} n'est pas un code du centre.")
    if len(fields.marketing_codes) > _CODES_LIMIT:
        yield FieldError("/marketing_codes", "too_long", f"{_CODES_LIMIT} codes au plus.")
    asked = lists.channels.get(fields.discovery_channel, "")
    if asked and not fields.discovery_detail and fields.discovery_channel != before.discovery_channel:
        yield FieldError("/discovery_detail", "required", asked)


def _wrong_forms(fields: ClientFields) -> Iterator[FieldError]:
    if not re.fullmatch(r"[A-Z]{2}|", fields.country):
        yield FieldError("/country", "unknown", "Deux lettres : FR, DE, BE…")
    if not re.fullmatch(r"[a-z]{2}", fields.language):
        yield FieldError("/language", "unknown", "Deux lettres : fr, en, de…")
    for place, language in enumerate(fields.languages):
        if not re.fullmatch(r"[a-z]{2,3}", language):
            yield FieldError(f"/languages/{place}", "unknown", "Deux lettres : fr, en, de…")
    if len(fields.languages) > _CODES_LIMIT:
        yield FieldError("/languages", "too_long", f"{_CODES_LIMIT} langues au plus.")
    if fields.colour and not _COLOUR.fullmatch(fields.colour):
        yield FieldError("/colour", "invalid", "Une couleur s'écrit #RRVVBB.")


def _wrong_days(fields: ClientFields, *, today: date) -> Iterator[FieldError]:
    if fields.birth_date and not date(_FIRST_YEAR, 1, 1) <= fields.birth_date <= today:
        yield FieldError("/birth_date", "impossible", "Cette date de naissance n'est pas possible.")
    if fields.first_contact and fields.first_contact > today:
        yield FieldError("/first_contact", "in_the_future", "Le premier contact ne peut pas être à venir.")


def _wrong_contacts(fields: ClientFields) -> Iterator[FieldError]:
    if len(fields.contacts) > _CONTACTS_LIMIT:
        yield FieldError("/contacts", "too_long", f"{_CONTACTS_LIMIT} contacts au plus.")
    for index, contact in enumerate(fields.contacts):
        if len(contact.name + contact.email + contact.phone) > _LINE_LIMIT:
            yield FieldError(f"/contacts/{index}", "too_long", f"{_LINE_LIMIT} caractères au plus.")
        if not set(contact.roles) <= set(ROLES):
            yield FieldError(f"/contacts/{index}/roles", "unknown", ", ".join(ROLES))


def display_name(fields: ClientFields) -> str:
    """Return the name that lists, planning and mails show: the organisation's, or the person's as one says it."""
    if fields.kind == Kind.ORGANISATION:
        return fields.organisation
    return " ".join(filter(None, (fields.first_name, fields.last_name)))


def sort_key(fields: ClientFields) -> str:
    """Return the key of French order: accents and case do not count, the last name comes first."""
    parts = (fields.organisation,) if fields.kind == Kind.ORGANISATION else (fields.last_name, fields.first_name)
    return re.sub(r"[^a-z0-9]+", " ", fold(" ".join(filter(None, parts)))).strip()[:_LINE_LIMIT]


def compared(fields: ClientFields) -> Written:
    """Return what the referential compares of a card; an employer's name on a person's card is not the person's."""
    organisation = fields.kind == Kind.ORGANISATION
    return Written(
        organisation=fields.organisation if organisation else "",
        first_name=fields.first_name,
        last_name=fields.last_name,
        email=fields.email,
        phones=tuple(phone.e164 or phone.number for phone in fields.phones),
        birth_date=fields.birth_date,
        street=fields.street,
        postal_code=fields.postal_code,
        town=fields.town,
        country=fields.country,
    )
