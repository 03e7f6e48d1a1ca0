"""What an enquiry may say, and how it moves. Pure: no clock, no database."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from infra.errors import Conflict, FieldError, Invalid, NotFound
from infra.mail import RecipientInvalid, checked_address

LONGEST_TEXT: Final = 20_000
LONGEST_LINE: Final = 200
LONGEST_STAY: Final = timedelta(days=365)
MOST_PEOPLE: Final = 10_000
LANGUAGES: Final = frozenset({"fr", "en", "de", "nl", "es", "it"})
ORIGINS: Final = frozenset({"form", "embed", "api", "mail", "desk", "phone", "fair"})
"""How enquiries come in; more may follow a colon (`embed:https://school.example`)."""

OUTSIDE: Final = ("form", "embed", "api", "mail")
"""Origins at which the sender is alone with us, and so is told by mail what happens next."""


class EnquiryUnknown(NotFound):
    """There is no such enquiry here."""

    code = "enquiry_unknown"


class EnquiryInvalid(Invalid):
    """The enquiry cannot be taken as it is."""

    code = "enquiry_invalid"


class EnquiryWithoutEmail(Invalid):
    """This enquiry has no e-mail address: telephone, and leave a note of what was said."""

    code = "enquiry_without_email"


class EnquiryIsDossier(Conflict):
    """This enquiry is a dossier: close the dossier instead."""

    code = "enquiry_is_dossier"


class State(StrEnum):
    """Where an enquiry stands."""

    NEW = "new"
    ANSWERED = "answered"
    DOSSIER = "dossier"
    CLOSED = "closed"


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """People by age band; None is unknown, 0 is nobody."""

    children: int | None = None
    teenagers: int | None = None
    young: int | None = None
    adults: int | None = None
    seniors: int | None = None

    def pax(self) -> int | None:
        """Return how many people that is; None while nothing is known."""
        known = [getattr(self, band) for band in self.__struct_fields__ if getattr(self, band) is not None]
        return sum(known) if known else None


class EnquiryFields(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: by a form, a program, or staff who listened."""

    name: str
    email: str = ""
    organisation: str = ""
    phone: str = ""
    arrival: date | None = None
    departure: date | None = None
    counts: Counts = Counts()
    kind: str = ""
    message: str = ""
    language: str = "fr"
    consent: bool = False
    client_id: UUID | None = None
    submission_key: str | None = None
    """The form's own token: the same form sent twice is one enquiry."""


def checked(fields: EnquiryFields, *, origin: str) -> EnquiryFields:
    """Return the fields trimmed, their address in its one form.

    Raises:
        EnquiryInvalid: with every field that is wrong, and why.
    """
    errors: list[FieldError] = []
    if origin.partition(":")[0] not in ORIGINS:
        errors.append(FieldError("/origin", "unknown", ", ".join(sorted(ORIGINS))))
    lines = {name: " ".join(getattr(fields, name).split()) for name in ("name", "organisation", "phone", "kind")}
    for name, text in lines.items():
        if len(text) > LONGEST_LINE:
            errors.append(FieldError(f"/{name}", "too_long", f"{LONGEST_LINE} caractères au plus."))
    message = fields.message.replace("\r\n", "\n").replace("\0", "").strip()
    if len(message) > LONGEST_TEXT:
        errors.append(FieldError("/message", "too_long", f"{LONGEST_TEXT} caractères au plus."))
    if not lines["name"] and not lines["organisation"]:
        errors.append(FieldError("/name", "missing", "Indiquez un nom."))
    email = fields.email.strip()
    if email:
        try:
            email = checked_address(email)
        except RecipientInvalid as error:
            errors.extend(error.errors)
    elif origin.startswith(("form", "embed")):
        errors.append(FieldError("/email", "missing", "Indiquez l'adresse à laquelle nous pouvons répondre."))
    errors.extend(_wrong_dates(fields.arrival, fields.departure))
    errors.extend(_wrong_counts(fields.counts))
    if errors:
        raise EnquiryInvalid(errors=tuple(errors))
    language = fields.language if fields.language in LANGUAGES else "fr"
    return msgspec.structs.replace(fields, **lines, email=email, message=message, language=language)


def checked_text(text: str) -> str:
    """Return a message trimmed.

    Raises:
        EnquiryInvalid: it is empty or too long.
    """
    trimmed = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not trimmed:
        raise EnquiryInvalid(errors=(FieldError("/text", "missing", "Écrivez un message."),))
    if len(trimmed) > LONGEST_TEXT:
        raise EnquiryInvalid(errors=(FieldError("/text", "too_long", f"{LONGEST_TEXT} caractères au plus."),))
    return trimmed


def after_answer(state: State) -> State:
    """Say where an answer takes an enquiry: what is a dossier stays one, what was closed opens again."""
    return State.DOSSIER if state is State.DOSSIER else State.ANSWERED


def after_client_wrote(state: State) -> State:
    """Say where a client's word takes it: a closed enquiry opens again, so that nobody overlooks it."""
    return State.ANSWERED if state is State.CLOSED else state


def is_from_outside(origin: str) -> bool:
    """Say whether the sender stood at none of our desks."""
    return origin.startswith(OUTSIDE)


def split_name(name: str) -> tuple[str, str]:
    """Guess first and last name from one field: what is in capitals is the last name, else all after the first word."""
    words = name.split()
    capitals = [word for word in words if len(word) > 1 and word.isupper()]
    if capitals and len(capitals) < len(words):
        return " ".join(word for word in words if word not in capitals), " ".join(capitals)
    return " ".join(words[:1]) if len(words) > 1 else "", " ".join(words[1:]) if len(words) > 1 else name.strip()


def _wrong_dates(arrival: date | None, departure: date | None) -> list[FieldError]:
    if arrival is None or departure is None:
        return []
    if departure <= arrival:
        return [FieldError("/departure", "not_after_arrival", "Le départ doit être après l'arrivée.")]
    if departure - arrival > LONGEST_STAY:
        return [FieldError("/departure", "too_late", "Un séjour dure un an au plus.")]
    return []


def _wrong_counts(counts: Counts) -> list[FieldError]:
    return [
        FieldError(f"/counts/{band}", "out_of_range", f"Un nombre de 0 à {MOST_PEOPLE}.")
        for band in counts.__struct_fields__
        if not 0 <= (getattr(counts, band) or 0) <= MOST_PEOPLE
    ]
