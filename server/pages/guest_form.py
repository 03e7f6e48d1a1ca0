"""What an arriving guest sends, from the page by link and from the tablet alike."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Final
from uuid import UUID

import msgspec
from babel import Locale

from infra.errors import FieldError
from tenants.arrivals.rules import GuestFields, needs_police_form

NEAR: Final = ("FR", "DE", "BE", "NL", "GB", "ES", "IT", "CH")
"""Nationalities shown first: they are most of the arrivals."""
GUEST_CONTROLS: Final = (
    "surname",
    "first_names",
    "country",
    "birth_date",
    "birth_place",
    "home",
    "mobile",
    "email",
    "adult_id",
    "typed_name",
    "typed_agreed",
)
_NOT_COUNTRIES: Final = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "DG", "EA", "IC", "TA"})


class GuestReading(msgspec.Struct, frozen=True):
    """A guest's form: its values for showing it again, what they mean, what could not be read."""

    values: dict[str, str]
    guest: GuestFields
    signature: str
    """Drawn or typed; empty where there is none."""
    errors: list[FieldError]

    @property
    def needs_form(self) -> bool:
        """Say whether the law wants a police form of this guest."""
        return needs_police_form(self.guest.country)


def read_guest(sent: Mapping[str, object]) -> GuestReading:
    """Read the form; the law's own demands are checked where the guest is saved."""
    values = {name: _text(sent.get(name)) for name in GUEST_CONTROLS}
    errors: list[FieldError] = []
    birth_date = _birth_date(values["birth_date"], errors)
    adult_id = None
    if values["adult_id"]:
        try:
            adult_id = UUID(values["adult_id"])
        except ValueError:
            errors.append(FieldError("/adult_id", "unreadable", ""))
    typed = f"typed:{values['typed_name']}" if values["typed_name"].strip() and values["typed_agreed"] else ""
    guest = GuestFields(
        surname=values["surname"],
        first_names=values["first_names"],
        country=values["country"],
        birth_date=birth_date,
        birth_place=values["birth_place"],
        home=values["home"],
        mobile=values["mobile"],
        email=values["email"],
        adult_id=adult_id,
    )
    if not needs_police_form(guest.country):
        # Nobody of French nationality is asked more than the name: what a browser filled in by itself is not taken.
        guest = GuestFields(surname=guest.surname, first_names=guest.first_names, country=guest.country)
        errors = []
    return GuestReading(values, guest, _text(sent.get("signature")) or typed, errors)


@cache
def countries(language: str) -> list[tuple[str, str]]:
    """Return every country as (code, name in a language): the near ones first, then by name."""
    names = {
        code: name
        for code, name in Locale.parse(language).territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    }
    others = sorted((code for code in names if code not in NEAR), key=lambda code: _folded(names[code]))
    return [(code, names[code]) for code in (*NEAR, *others)]


def _folded(name: str) -> str:
    return name.translate(str.maketrans("ÅÄÉÈÎÖØÇÍ", "AAEEIOOCI"))


def _text(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return value.replace("\0", "") if isinstance(value, str) else ""


def _birth_date(text: str, errors: list[FieldError]) -> date | None:
    """Read a date as a keypad without separators types it, too."""
    written = text.strip()
    for form in ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d%m%Y", "%Y-%m-%d", "%d %m %Y"):
        try:
            return datetime.strptime(written, form).date()  # noqa: DTZ007 - a calendar date
        except ValueError:
            continue
    if written:
        errors.append(FieldError("/birth_date", "unreadable", ""))
    return None
