"""What is compared of a card: its cleaned values."""

import re
from datetime import date
from typing import Final

import msgspec

from tenants.referential.cleaning.dates import is_possible_birth
from tenants.referential.cleaning.emails import EmailQuality, read_email
from tenants.referential.cleaning.given_names import GIVEN_NAMES
from tenants.referential.cleaning.names import read_name
from tenants.referential.cleaning.organisations import read_organisation
from tenants.referential.cleaning.phones import read_phone, split_numbers
from tenants.referential.cleaning.places import read_postal_code, read_street, read_town
from tenants.referential.cleaning.text import fold


class Features(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A cleaned card. Empty means unknown, which says nothing for or against."""

    organisation: str = ""
    """Set for an organisation's card, which is compared with other organisations' only."""
    first: str = ""
    last: str = ""
    other_last: str = ""
    email: str = ""
    """An address that leads to somebody: relays, placeholders and broken ones are left out; an organisation's may be
    generic, a person's may not."""
    relay: str = ""
    """An address that leads to a platform, or to a desk: the same on two cards it says something, never enough."""
    phones: tuple[str, ...] = ()
    birth: str = ""
    """ISO."""
    street: str = ""
    postal_code: str = ""
    town: str = ""
    walk_in: bool = False
    """Nobody's card: it never links."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """The values of a card that the matcher reads, as they are on the card."""

    organisation: str = ""
    """Empty on a person's card, even where it names their employer."""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phones: tuple[str, ...] = ()
    birth_date: date | None = None
    street: str = ""
    postal_code: str = ""
    town: str = ""
    country: str = "FR"


_NOT_LETTERS: Final = re.compile(r"[^a-z]+")
_DROPS_DOTS: Final = ("gmail.com", "googlemail.com")


def read_features(written: Written, *, today: date) -> Features:
    """Clean a card for comparison."""
    name = read_name(written.first_name, written.last_name)
    organisation = read_organisation(written.organisation) if written.organisation else ""
    if name.walk_in or not (name.last or name.first or organisation):
        return Features(walk_in=True)
    numbers = (
        read_phone(part, written.country or "FR").e164 for cell in written.phones for part in split_numbers(cell)
    )
    birth = written.birth_date
    email, relay = _addresses(written.email, organisation=bool(organisation)) if written.email else ("", "")
    return Features(
        organisation=organisation,
        first="" if organisation else _given_name(name.first, name.last, written.email),
        last="" if organisation else name.last,
        other_last="" if organisation else name.other_last,
        email=email,
        relay=relay,
        phones=tuple(dict.fromkeys(filter(None, numbers))) if written.phones else (),
        birth=birth.isoformat() if birth and is_possible_birth(birth, today=today) and not organisation else "",
        street=read_street(written.street) if written.street else "",
        postal_code=read_postal_code(written.postal_code, written.country) if written.postal_code else "",
        town=read_town(written.town) if written.town else "",
    )


def _addresses(written: str, *, organisation: bool) -> tuple[str, str]:
    """Return an address as its mailbox knows it, or else as a platform's or a desk's.

    What follows a plus, and Gmail's dots, make no difference.
    """
    email = read_email(written)
    generic = email.quality is EmailQuality.GENERIC
    if email.quality is EmailQuality.OTA_ALIAS or (generic and not organisation):
        return "", email.address
    if email.quality is not EmailQuality.VALID and not generic:
        return "", ""
    local, _, domain = (email.suggestion or email.address).partition("@")
    local = local.partition("+")[0]
    return f"{local.replace('.', '') if domain in _DROPS_DOTS else local}@{domain}", ""


def _given_name(first: str, last: str, email: str) -> str:
    """Return the given name, from the address where the card has only its initial or nothing: `claire.faure@…`.

    Platforms make their aliases of the initial and the beginning of the surname: those tell the initial.
    """
    if len(first) > 1 or len(last) < 3 or "@" not in email:
        return first
    parts = [part for part in _NOT_LETTERS.split(fold(email.partition("@")[0])) if part]
    for number, part in enumerate(parts):
        if part == last and len(parts) > 1:
            found = parts[1 - number] if number < 2 else ""
        elif part.startswith(last) or part.endswith(last):
            found = part.removeprefix(last) if part.startswith(last) else part.removesuffix(last)
        elif len(part) > 4 and last.startswith(part[1:]):
            found = part[0]
        else:
            continue
        if found and found.startswith(first) and (len(found) == 1 or found in GIVEN_NAMES):
            return found
    return first
