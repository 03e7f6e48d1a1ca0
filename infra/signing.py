"""Signed links: a token that says what it is for, names one thing of one centre, ends, and cannot be made by hand.

The key is derived from `HALTE_SECRET` for each purpose, so that a token made for one purpose is noise to every other.
Tokens are public in the sense that who holds one may use it; what they open checks the thing itself again.
"""

import base64
import binascii
import hmac
import struct
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec

from infra.clock import now
from infra.errors import NotFound
from infra.settings import SettingInvalid, settings

_HEAD: Final = struct.Struct(">16s16sII")
_MAC_BYTES: Final = 16
_ADDRESS_MAC_BYTES: Final = 12
_LONGEST: Final = 1_200
"""Of a token with the longest word that we sign, far below what browsers and proxies take."""


class LinkInvalid(NotFound):
    """This link is not one of ours, or was cut on its way: open it again from the message."""

    code = "link_invalid"


class LinkExpired(NotFound):
    """This link has ended: ask for a new one."""

    code = "link_expired"


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """What a token says."""

    centre_id: UUID
    subject_id: UUID
    expires_at: datetime | None
    version: int = 0
    """The version of the subject it was made for (a quote's), 0 where it is for any."""
    word: str = ""
    """A further plain word (`deposit`), where the purpose has one."""


def sign(
    purpose: str,
    centre_id: UUID,
    subject_id: UUID,
    *,
    expires_at: datetime | None = None,
    version: int = 0,
    word: str = "",
) -> str:
    """Make a token of 75 URL-safe characters (more with a `word`), which never ends in punctuation.

    Args:
        purpose: what it opens (`thread`, `quote`, …); only `read` with the same purpose takes it.
        centre_id: whose thing it is.
        subject_id: the thing.
        expires_at: from when it is refused; None where the thing itself says when it ends.
        version: bound into the token, 0 to 4,294,967,295.
        word: bound into the token, ASCII.
    """
    ends = 0 if expires_at is None else int(expires_at.timestamp())
    body = _HEAD.pack(centre_id.bytes, subject_id.bytes, ends, version) + word.encode("ascii")
    if (len(body) + _MAC_BYTES) % 3 == 0:
        # Whole groups of three bytes may end in `-` or `_`, which mail programs leave out of the link.
        body += b"\0"
    return base64.urlsafe_b64encode(body + _mac(purpose, body)[:_MAC_BYTES]).rstrip(b"=").decode()


def read(purpose: str, token: str) -> Signed:
    """Return what a token says, after its signature and its end were checked.

    Raises:
        LinkInvalid: it was not made by `sign` for this purpose with our secret.
        LinkExpired: it was, and has ended.
    """
    raw = _decoded(token)
    body, given = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if len(body) < _HEAD.size or not hmac.compare_digest(_mac(purpose, body)[:_MAC_BYTES], given):
        raise LinkInvalid
    centre, subject, ends, version = _HEAD.unpack_from(body)
    expires_at = datetime.fromtimestamp(ends, UTC) if ends else None
    if expires_at is not None and expires_at <= now():
        raise LinkExpired
    return Signed(
        centre_id=UUID(bytes=centre),
        subject_id=UUID(bytes=subject),
        expires_at=expires_at,
        version=version,
        word=body[_HEAD.size :].rstrip(b"\0").decode("ascii"),
    )


def sign_address(purpose: str, subject_id: UUID) -> str:
    """Make the signed part of a mail address: 45 lower-case letters and digits, since addresses lose their case.

    A local part has at most 64 characters, so the centre is not in it: who reads it looks the subject up.
    """
    raw = subject_id.bytes + _mac(f"address {purpose}", subject_id.bytes)[:_ADDRESS_MAC_BYTES]
    return base64.b32encode(raw).rstrip(b"=").decode().lower()


def read_address(purpose: str, part: str) -> UUID:
    """Return the subject of an address's signed part, whatever its case.

    Raises:
        LinkInvalid: it was not made by `sign_address` for this purpose with our secret.
    """
    try:
        raw = base64.b32decode(part.upper().encode("ascii") + b"=" * (-len(part) % 8))
    except (binascii.Error, UnicodeEncodeError) as error:
        raise LinkInvalid from error
    subject, given = raw[:16], raw[16:]
    if len(subject) != 16 or not hmac.compare_digest(_mac(f"address {purpose}", subject)[:_ADDRESS_MAC_BYTES], given):
        raise LinkInvalid
    return UUID(bytes=subject)


def _decoded(token: str) -> bytes:
    if len(token) > _LONGEST:
        raise LinkInvalid
    try:
        encoded = token.encode("ascii")
        raw = base64.b64decode(encoded + b"=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise LinkInvalid from error
    # One token has one spelling: unused bits of the last character must be zero.
    if base64.urlsafe_b64encode(raw).rstrip(b"=") != encoded:
        raise LinkInvalid
    return raw


def _mac(purpose: str, body: bytes) -> bytes:
    secret = settings().secret
    if not secret:
        raise SettingInvalid("HALTE_SECRET is not set: it signs links")
    key = hmac.digest(secret.encode(), f"halte link {purpose}".encode(), "sha256")
    return hmac.digest(key, body, "sha256")
