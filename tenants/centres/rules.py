"""What a centre is, and what its state allows."""

from datetime import date, datetime
from typing import Final, Literal, Protocol, cast, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from infra.errors import FieldError, Invalid, Refused

State = Literal["provisioned", "active", "suspended", "closed"]

MOVES: Final = frozenset(
    {
        ("provisioned", "active"),
        ("provisioned", "suspended"),
        ("provisioned", "closed"),
        ("active", "suspended"),
        ("suspended", "active"),
        ("suspended", "closed"),
    }
)
"""A centre is suspended before it is closed, so that nothing is sold while it is exported; closed is the end."""


class CentreRef(msgspec.Struct, frozen=True, kw_only=True):
    """As much of a centre as a door needs to know."""

    id: UUID
    slug: str
    name: str
    state: str
    time_zone: str


class Centre(msgspec.Struct, frozen=True, kw_only=True):
    """A centre, whole."""

    id: UUID
    slug: str
    name: str
    legal_name: str
    siret: str
    vat_number: str
    street: str
    postal_code: str
    town: str
    country: str
    phone: str
    email: str
    time_zone: str
    languages: list[str]
    colour: str
    sender_name: str
    acm_number: str
    safety_commission_day: date | None
    capacity_minors: int | None
    plan: str
    stripe_account: str | None
    iban: str
    bic: str
    deposit_basis_points: int
    deposit_nature: str
    option_days: int
    embed_origins: list[str]
    state: str
    version: int
    created_at: datetime


class CentreFields(msgspec.Struct, frozen=True, kw_only=True):
    """What a centre's particulars may be set to."""

    name: str
    town: str
    email: str
    legal_name: str = ""
    siret: str = ""
    vat_number: str = ""
    street: str = ""
    postal_code: str = ""
    country: str = "FR"
    phone: str = ""
    time_zone: str = "Europe/Paris"
    languages: list[str] = msgspec.field(default_factory=lambda: ["fr", "en"])
    colour: str = "#1f5f8b"
    sender_name: str = ""
    """Empty: the centre's name."""
    acm_number: str = ""
    safety_commission_day: date | None = None
    capacity_minors: int | None = None
    plan: str = "standard"
    stripe_account: str | None = None
    iban: str = ""
    """Where transfers go, without spaces; empty: the payment page sends payers to the desk."""
    bic: str = ""
    deposit_basis_points: int = 3000
    deposit_nature: str = "acompte"
    option_days: int = 14
    embed_origins: list[str] = []


class Administrator(msgspec.Struct, frozen=True, kw_only=True):
    """A centre's first user, in the role `direction`."""

    login: str
    name: str
    email: str = ""
    password: str | None = None
    public_key: str | None = None


class NewCentreFields(CentreFields, frozen=True, kw_only=True):
    """What provisioning is told. A centre opens at once unless `state` says `provisioned`."""

    slug: str
    state: Literal["provisioned", "active"] = "active"
    administrator: Administrator | None = None


class CentreInvalid(Invalid):
    """A centre's particulars cannot be right."""

    code = "centre_invalid"


class CentreSuspended(Refused):
    """This centre is suspended: its staff can read and export, nothing can be changed or sold."""

    code = "centre_suspended"


class CentreClosed(Refused):
    """This centre is closed."""

    code = "centre_closed"


class CentreNotOpened(Refused):
    """This centre is provisioned but not open yet."""

    code = "centre_not_opened"


class HasState(Protocol):
    """Whatever has a centre's state."""

    @property
    def state(self) -> str:
        """One of `State`."""


def require_open(centre: HasState) -> None:
    """Refuse every change and sale in a centre that is not open to it. Staff of a provisioned centre set it up.

    Raises:
        CentreSuspended: it may read and export only.
        CentreClosed: it is gone.
    """
    if centre.state == "suspended":
        raise CentreSuspended()
    if centre.state == "closed":
        raise CentreClosed()


def require_public(centre: HasState) -> None:
    """Refuse the public pages of a centre that does not sell.

    Raises:
        CentreNotOpened: it was never opened.
        CentreSuspended: it is suspended.
        CentreClosed: it is closed.
    """
    require_open(centre)
    if centre.state != "active":
        raise CentreNotOpened()


def check_fields(fields: CentreFields) -> None:
    """Refuse particulars that cannot be right, all at once.

    Raises:
        CentreInvalid: each field in error is named.
    """
    tests = (
        ("name", bool(fields.name.strip()), "the name is missing"),
        ("town", bool(fields.town.strip()), "the town is missing"),
        ("email", _is_email(fields.email), "not an e-mail address"),
        ("time_zone", _is_time_zone(fields.time_zone), "not an IANA time zone, such as Europe/Paris"),
        ("siret", not fields.siret or _is_siret(fields.siret), "a SIRET has 14 digits and a check digit"),
        ("colour", _is_colour(fields.colour), "a colour is written #rrggbb"),
        ("country", len(fields.country) == 2 and fields.country.isupper(), "two capitals, as in FR"),
        ("languages", bool(fields.languages), "at least one language"),
        ("deposit_nature", fields.deposit_nature in ("acompte", "arrhes"), "acompte or arrhes"),
        ("deposit_basis_points", 0 <= fields.deposit_basis_points <= 10_000, "from 0 to 10000 basis points"),
        (
            "iban",
            not fields.iban or _is_iban(fields.iban),
            "an IBAN has its country, two check digits and its number, without spaces",
        ),
        ("bic", len(fields.bic) in (0, 8, 11) and fields.bic == fields.bic.upper(), "8 or 11 capitals and digits"),
        ("option_days", 1 <= fields.option_days <= 365, "from 1 to 365 days"),
        ("capacity_minors", (fields.capacity_minors or 0) >= 0, "not below zero"),
        ("embed_origins", all(map(_is_origin, fields.embed_origins)), "https://host, without path"),
    )
    errors = tuple(FieldError(f"/{name}", f"{name}_invalid", message) for name, right, message in tests if not right)
    if errors:
        raise CentreInvalid("; ".join(f"{each.pointer[1:]}: {each.message}" for each in errors), errors=errors)


def check_slug(slug: str) -> None:
    """Refuse a slug that cannot stand in an address.

    Raises:
        CentreInvalid: as it says.
    """
    sound = slug and len(slug) <= 50 and slug.isascii() and slug == slug.lower() and slug.replace("-", "").isalnum()
    if not sound or slug.startswith("-") or slug.endswith("-"):
        message = "small letters, digits and hyphens, 50 at most"
        raise CentreInvalid(f"slug: {message}", errors=(FieldError("/slug", "slug_invalid", message),))


def state_named(name: str) -> State:
    """Return the state of a name.

    Raises:
        CentreInvalid: there is no such state.
    """
    for state in get_args(State):
        if state == name:
            return cast("State", state)
    message = "provisioned, active, suspended or closed"
    raise CentreInvalid(f"state: {message}", errors=(FieldError("/state", "state_invalid", message),))


def may_move(before: str, after: str) -> bool:
    """Say whether a centre's state may go from one to the other."""
    return (before, after) in MOVES


def _is_email(text: str) -> bool:
    local, at, domain = text.partition("@")
    return bool(local and at and "." in domain) and not any(letter.isspace() for letter in text)


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return False
    return True


def _is_siret(text: str) -> bool:
    if len(text) != 14 or not text.isdigit():
        return False
    # Luhn's sum; La Poste's own establishments (356 000 000) sum to a multiple of five instead.
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(text)]
    luhn = sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
    return luhn or (text.startswith("356000000") and sum(map(int, text)) % 5 == 0)


def _is_colour(text: str) -> bool:
    return len(text) == 7 and text[0] == "#" and all(letter in "0123456789abcdefABCDEF" for letter in text[1:])


def _is_iban(text: str) -> bool:
    # ISO 13616: the first four characters go to the end, letters count from 10, the whole leaves 1 divided by 97.
    if not (15 <= len(text) <= 34 and text.isascii() and text.isalnum() and text == text.upper()):
        return False
    return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1


def _is_origin(text: str) -> bool:
    scheme, separator, host = text.partition("://")
    return bool(separator and host) and scheme in ("https", "http") and not set(host) & set("/ ;,'\"*")
