"""Who somebody is once logged in, and what can be decided without asking the database."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal, get_args
from uuid import UUID

import msgspec

from infra.actor import Actor, ActorKind
from infra.errors import Conflict, FieldError, Invalid, NotFound, Refused

Method = Literal["password", "ssh", "device"]
Language = Literal["fr", "en"]

LANGUAGES: Final = get_args(Language)
ACCESS_LIFE: Final = timedelta(minutes=15)
SESSION_LIFE: Final[Mapping[Method, timedelta]] = {
    "password": timedelta(hours=12),
    "ssh": timedelta(hours=24),
    "device": timedelta(days=30),
}
"""After which one logs in again, however often the token was refreshed."""
DEVICE_CODE_LIFE: Final = timedelta(minutes=10)
DEVICE_INTERVAL_SECONDS: Final = 5

PASSWORD_LENGTH: Final = 12
FAILURES_FORGOTTEN_AFTER: Final = timedelta(hours=1)
LONGEST_WAIT_SECONDS: Final[Mapping[str, int]] = {"login": 60, "address": 900}
"""A login is slowed less than an address: otherwise a stranger could lock somebody out."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Somewhere an account has a role: a centre, or the network where `centre_id` is None."""

    centre_id: UUID | None
    slug: str | None
    centre_name: str | None
    centre_state: str | None
    time_zone: str | None
    role: str
    rights: frozenset[str]


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a token speaks for, and where that person may go."""

    id: UUID
    account_id: UUID
    login: str
    name: str
    language: str
    first_start_done: bool
    keymap: Mapping[str, str]
    theme: str
    method: str
    expires_at: datetime
    places: tuple[Place, ...]

    def place(self, slug: str) -> Place | None:
        """Return the account's place in a centre, or None."""
        return next((place for place in self.places if place.slug == slug), None)

    def rights_in_the_network(self) -> frozenset[str]:
        """Return what its network roles allow together; empty where it has none."""
        return frozenset().union(*(place.rights for place in self.places if place.centre_id is None))


class IssuedToken(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of opaque tokens, told once; `expires_in` seconds is the life of the first."""

    access_token: str
    refresh_token: str
    expires_in: int


class Unauthenticated(Refused):
    """Log in first."""

    code = "unauthenticated"


class CredentialsWrong(Unauthenticated):
    """The login, the password or the code is wrong."""

    code = "credentials_wrong"


class CodeNeeded(Unauthenticated):
    """This account also asks for the six digits of its authenticator."""

    code = "code_needed"


class LogInSlowed(Refused):
    """Too many log-ins failed: wait before the next one."""

    code = "log_in_slowed"

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(f"too many log-ins failed: try again in {wait_seconds} s", wait_seconds=wait_seconds)
        self.wait_seconds = wait_seconds


class TokenSpent(Unauthenticated):
    """This refresh token is unknown, has expired, or was used before; in the last case the session is ended."""

    code = "token_spent"


class LoginTaken(Conflict):
    """This login belongs to somebody else."""

    code = "login_taken"


class UserThere(Conflict):
    """This person has a role here already."""

    code = "user_there"


class UserUnknown(NotFound):
    """There is no such user here."""

    code = "user_unknown"


class RoleUnknown(Invalid):
    """There is no such role here."""

    code = "role_unknown"


class AccountShared(Refused):
    """This person also works elsewhere: only the person or the network changes the account itself."""

    code = "account_shared"


class LastAdministrator(Conflict):
    """Nobody would be left here to manage users."""

    code = "last_administrator"


class AccountInvalid(Invalid):
    """A user's particulars cannot be right."""

    code = "account_invalid"


class RightsBeyondOwn(Refused):
    """Nobody gives a role that allows more than their own."""

    code = "rights_beyond_own"


def actor_of(session: Session, place: Place) -> Actor:
    """Make the actor that a session is in one of its places."""
    return Actor(
        kind=ActorKind.STAFF if place.centre_id is not None else ActorKind.NETWORK,
        name=session.name,
        account_id=session.account_id,
        rights=place.rights,
    )


def wait_seconds(failures: int, *, allowed: int, kind: str) -> int:
    """Return how long after the last failure the next try may come: none, then doubling from one second.

    Args:
        failures: how many failed in a row.
        allowed: how many may before anything is slowed.
        kind: `login` or `address`.
    """
    if failures < allowed:
        return 0
    return int(min(2 ** min(failures - allowed, 20), LONGEST_WAIT_SECONDS[kind]))


def check_login(login: str) -> str:
    """Return a login as it is kept, in lower case.

    Raises:
        AccountInvalid: it has letters that an SSH client could not send.
    """
    kept = login.strip().lower()
    middle = kept.replace(".", "").replace("_", "").replace("-", "")
    sound = 0 < len(kept) <= 64 and kept.isascii() and middle.isalnum() and kept[0].isalnum() and kept[-1].isalnum()
    if not sound:
        raise invalid("login", "small letters, digits, dot, hyphen and underscore, 64 at most")
    return kept


def check_password(password: str, *, login: str) -> None:
    """Refuse a password that would soon be guessed (ASVS 5.0, 6.2).

    Raises:
        AccountInvalid: it is shorter than twelve characters, is of one letter, or holds the login.
    """
    if not PASSWORD_LENGTH <= len(password) <= 256:
        raise invalid("password", f"from {PASSWORD_LENGTH} to 256 characters")
    if len(set(password)) < 5 or (len(login) > 3 and login in password.lower()):
        raise invalid("password", "too easily guessed: not the login, not the same few letters")


def check_name(name: str) -> str:
    """Return a person's name without outer blanks.

    Raises:
        AccountInvalid: it is empty, or longer than 200 characters.
    """
    kept = name.strip()
    if not 0 < len(kept) <= 200 or not kept.isprintable():
        raise invalid("name", "a name, in one line")
    return kept


def check_email(email: str) -> str:
    """Return an e-mail address without outer blanks; empty is allowed.

    Raises:
        AccountInvalid: it is no address.
    """
    kept = email.strip()
    local, at, domain = kept.partition("@")
    if kept and not (local and at and "." in domain and kept.isprintable() and " " not in kept):
        raise invalid("email", "not an e-mail address")
    return kept


def invalid(field: str, message: str) -> AccountInvalid:
    """Make the refusal of one field."""
    return AccountInvalid(f"{field}: {message}", errors=(FieldError(f"/{field}", f"{field}_invalid", message),))
