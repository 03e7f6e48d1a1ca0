"""What a connection is, and when it can be right. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

import msgspec

from infra.errors import Conflict, FieldError, Invalid, NotFound, Refused, Unavailable


class ConnectionUnknown(NotFound):
    """The centre has no such connection."""

    code = "connection_unknown"


class ConnectionInvalid(Invalid):
    """The connection cannot be right."""

    code = "connection_invalid"


class ConnectionThere(Conflict):
    """The centre has a connection of this name already: change that one, or give this one another name."""

    code = "connection_there"


class DropUnavailable(Unavailable):
    """The place where files are dropped does not answer, or lets nobody in."""

    code = "drop_unavailable"


class ConnectionPaused(Unavailable):
    """The connection is paused: nothing comes in by it until it is taken up again; what called may call again later."""

    code = "connection_paused"


class NothingToCollect(Conflict):
    """A webhook calls by itself: there is no place to look."""

    code = "nothing_to_collect"


class NoKeyToMake(Conflict):
    """Only a webhook's key is made here; the others are given by who runs the place."""

    code = "no_key_to_make"


class SignatureWrong(Refused):
    """The call is not signed by the connection's key, or too long ago."""

    code = "call_signature_wrong"


class Kind(StrEnum):
    """How cards are handed over."""

    HTTPS = "https"
    SFTP = "sftp"
    WEBHOOK = "webhook"


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """A connection; its secret is apart."""

    name: str
    kind: Kind
    mapping: str = "standard"
    url: str = ""
    login: str = ""
    host_key: str = ""
    has_secret: bool = False
    last_at: datetime | None = None
    last_error: str = ""
    last_code: str | None = None
    last_new: int = 0
    paused_at: datetime | None = None
    asked_at: datetime | None = None


LONGEST: Final = 300
KEY_BYTES: Final = 32
ASKED_FOR: Final = timedelta(minutes=10)
"""A collection that was asked for and not heard of since may be asked for again."""
_SCHEMES: Final = {Kind.HTTPS: "https", Kind.SFTP: "sftp"}


def source_of(name: str) -> str:
    """Name the source that a connection's cards and runs are known by."""
    return f"connection:{name}"


def is_awaited(found: Connection, *, at: datetime) -> bool:
    """Say whether a collection that somebody asked for has still to come."""
    return found.asked_at is not None and at - found.asked_at < ASKED_FOR


def check(wanted: Connection, *, has_secret: bool) -> None:
    """Refuse what cannot be right.

    Raises:
        ConnectionInvalid: with one error for each field.
    """
    if errors := tuple(_wrong(wanted, has_secret=has_secret)):
        raise ConnectionInvalid(errors=errors)


def _wrong(wanted: Connection, *, has_secret: bool) -> Iterator[FieldError]:
    if not wanted.name.strip() or len(wanted.name) > LONGEST or "/" in wanted.name:
        yield FieldError("/name", "required", "the source's name")
    if wanted.kind in _SCHEMES:
        try:
            place = urlsplit(wanted.url)
            host = place.hostname
        except ValueError:
            yield FieldError("/url", "invalid", "an address")
            return
        on_loopback = wanted.url.startswith("http://127.0.0.1")
        if (place.scheme != _SCHEMES[wanted.kind] and not on_loopback) or not host or place.username:
            yield FieldError("/url", "invalid", f"an address that begins with {_SCHEMES[wanted.kind]}://")
    if wanted.kind is Kind.SFTP and not wanted.login:
        yield FieldError("/login", "required", "who logs in")
    if wanted.kind is Kind.SFTP and len(wanted.host_key.split()) < 2:
        yield FieldError("/host_key", "required", "the server's public key, without which anybody could pose as it")
    if wanted.kind is Kind.SFTP and not has_secret:
        yield FieldError("/secret", "required", "a password")
