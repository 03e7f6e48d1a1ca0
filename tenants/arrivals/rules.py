"""What the law asks of a guest, and what is still missing. Pure.

The police form is that of CESEDA R.814-1 to -3: for everyone without French nationality, signed on arrival, exactly
the fields below, no copy of a document, kept six months.
"""

import base64
import binascii
import re
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from infra.errors import FieldError, Invalid

SIGNATURE_BYTES: Final = 60_000
ADULT_FORM_UNDER: Final = 15
"""Younger guests may stand on an accompanying adult's form."""

_PATH: Final = re.compile(r"[MmLlQqCcZz0-9 .,\-]+")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_DATA_URL: Final = "data:image/png;base64,"
_TYPED: Final = "typed:"


class GuestInvalid(Invalid):
    """Something is missing or cannot be right."""

    code = "guest_invalid"


class SignatureInvalid(Invalid):
    """This is no signature: sign with a finger in the frame."""

    code = "signature_invalid"


class GuestFields(msgspec.Struct, frozen=True, kw_only=True):
    """What a guest gives; beyond names and nationality only who needs a police form is asked."""

    surname: str
    first_names: str
    country: str
    birth_date: date | None = None
    birth_place: str = ""
    home: str = ""
    """Usual home: street, town, country, on one or several lines."""
    mobile: str = ""
    email: str = ""
    adult_id: UUID | None = None
    """The accompanying adult of the same stay, for a child under fifteen."""


class PoliceFormFields(msgspec.Struct, frozen=True, kw_only=True):
    """The form: exactly what the law names, and nothing more."""

    surname: str
    first_names: str
    birth_date: date
    birth_place: str
    nationality: str
    home: str
    mobile: str
    email: str
    arrival: date
    departure: date


def needs_police_form(country: str) -> bool:
    """Say whether the law wants a form: everyone without French nationality, EU citizens and residents included."""
    return country not in ("", "FR")


def age_on(birth_date: date, day: date) -> int:
    """Return the age in whole years on a day."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def check_guest(guest: GuestFields, *, arrival: date) -> None:
    """Refuse a guest without a name or nationality, and a form with holes; mobile and e-mail: one of the two will do.

    Raises:
        GuestInvalid: with one error for each field.
    """
    errors = [
        FieldError(f"/{name}", "required", "needed")
        for name in ("surname", "first_names")
        if not getattr(guest, name).strip()
    ]
    if not re.fullmatch("[A-Z]{2}", guest.country):
        errors.append(FieldError("/country", "required", "the nationality, as a country's two letters"))
    if guest.birth_date is not None and not 0 <= age_on(guest.birth_date, arrival) <= 130:
        errors.append(FieldError("/birth_date", "out_of_range", "a date of birth"))
    if needs_police_form(guest.country):
        errors.extend(_form_errors(guest, arrival=arrival))
    for name, limit in (("surname", 200), ("first_names", 200), ("birth_place", 200), ("home", 500), ("email", 254)):
        if len(getattr(guest, name)) > limit:
            errors.append(FieldError(f"/{name}", "too_long", f"at most {limit} characters"))
    if len(guest.mobile) > 40:
        errors.append(FieldError("/mobile", "too_long", "at most 40 characters"))
    if errors:
        raise GuestInvalid(errors=tuple(errors))


def _form_errors(guest: GuestFields, *, arrival: date) -> list[FieldError]:
    errors = []
    if guest.birth_date is None:
        errors.append(FieldError("/birth_date", "required", "needed on the police form"))
    errors.extend(
        FieldError(f"/{name}", "required", "needed on the police form")
        for name in ("birth_place", "home")
        if not getattr(guest, name).strip()
    )
    child = guest.birth_date is not None and age_on(guest.birth_date, arrival) < ADULT_FORM_UNDER
    if guest.adult_id is not None and not child:
        errors.append(FieldError("/adult_id", "too_old", "from fifteen on, a form of one's own"))
    if guest.adult_id is None and not (guest.mobile.strip() or guest.email.strip()):
        errors.append(FieldError("/mobile", "required", "a mobile number or an e-mail address"))
    if guest.email.strip() and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", guest.email.strip()):
        errors.append(FieldError("/email", "unreadable", "an e-mail address"))
    if guest.mobile.strip() and sum(character.isdigit() for character in guest.mobile) < 6:
        errors.append(FieldError("/mobile", "unreadable", "a phone number"))
    return errors


def form_of(guest: GuestFields, *, arrival: date, departure: date) -> PoliceFormFields:
    """Make the form of a checked guest.

    Raises:
        GuestInvalid: the guest was not checked, and has no date of birth.
    """
    if guest.birth_date is None:
        raise GuestInvalid(errors=(FieldError("/birth_date", "required", "needed on the police form"),))
    return PoliceFormFields(
        surname=guest.surname.strip(),
        first_names=guest.first_names.strip(),
        birth_date=guest.birth_date,
        birth_place=guest.birth_place.strip(),
        nationality=guest.country,
        home=guest.home.strip(),
        mobile=guest.mobile.strip(),
        email=guest.email.strip(),
        arrival=arrival,
        departure=departure,
    )


def check_signature(drawn: str) -> bytes:
    """Return a signature's bytes: the path data of an SVG (`M10 20L…`), a PNG as a data URL, or `typed:` and a name.

    A name is typed where there is no touching: who does also ticks that it stands for their signature.

    Raises:
        SignatureInvalid: empty, too large, or neither.
    """
    if len(drawn) > SIGNATURE_BYTES * 4 // 3 + len(_DATA_URL):
        raise SignatureInvalid("the signature is too large")
    if drawn.startswith(_DATA_URL):
        try:
            image = base64.b64decode(drawn.removeprefix(_DATA_URL), validate=True)
        except binascii.Error as error:
            raise SignatureInvalid() from error
        if not image.startswith(_PNG) or len(image) > SIGNATURE_BYTES:
            raise SignatureInvalid()
        return image
    if drawn.startswith(_TYPED):
        name = " ".join(drawn.removeprefix(_TYPED).split())
        if not 2 <= len(name) <= 200:
            raise SignatureInvalid()
        return f"{_TYPED}{name}".encode()
    path = drawn.strip()
    # A tap is not a signature: it takes a stroke.
    if (
        len(path) > SIGNATURE_BYTES
        or not _PATH.fullmatch(path)
        or path[0] not in "Mm"
        or not re.search("[LlQqCc]", path)
    ):
        raise SignatureInvalid()
    return path.encode("ascii")


def destroy_after(arrival: date) -> date:
    """Return the last day a form may be kept: six months after the arrival, the month's last day where it is shorter."""
    month = arrival.month + 6
    year, month = (arrival.year + 1, month - 12) if month > 12 else (arrival.year, month)
    for day in range(arrival.day, 27, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return date(year, month, arrival.day)


def short_name(surname: str, first_names: str) -> str:
    """Return what a shared screen may show of somebody: a first name and an initial."""
    first = first_names.split(maxsplit=1)[0] if first_names.split() else ""
    return f"{first} {surname[:1].upper()}.".strip() if surname else first
