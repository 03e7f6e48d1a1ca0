"""Sealing what only the police may read: AES-256-GCM under a key of its own, derived from the secret.

The centre, the guest and what it is are bound in, so that a sealed value moved to another row opens for nobody.
"""

import os
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from infra.errors import Unavailable
from infra.settings import SettingInvalid, settings

_VERSION = b"\x01"
_NONCE_BYTES = 12


class SealBroken(Unavailable):
    """A sealed form cannot be opened: the secret is another than the one it was sealed with, or the row was changed."""

    code = "seal_broken"


def seal(what: str, centre_id: UUID, guest_id: UUID, content: bytes) -> bytes:
    """Seal `content`: a version byte, a random nonce, the ciphertext with its tag."""
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + _cipher(_secret()).encrypt(nonce, content, _bound(what, centre_id, guest_id))


def open_sealed(what: str, centre_id: UUID, guest_id: UUID, sealed: bytes) -> bytes:
    """Open what `seal` made of the same centre, guest and kind.

    Raises:
        SealBroken: it was made of others, under another secret, or changed.
    """
    if sealed[:1] != _VERSION:
        raise SealBroken()
    nonce = sealed[1 : 1 + _NONCE_BYTES]
    try:
        return _cipher(_secret()).decrypt(nonce, sealed[1 + _NONCE_BYTES :], _bound(what, centre_id, guest_id))
    except InvalidTag as error:
        raise SealBroken() from error


def _bound(what: str, centre_id: UUID, guest_id: UUID) -> bytes:
    return what.encode() + b"\0" + centre_id.bytes + guest_id.bytes


def _secret() -> str:
    secret = settings().secret
    if not secret:
        raise SettingInvalid("HALTE_SECRET is not set: it seals police forms")
    return secret


@lru_cache(maxsize=4)
def _cipher(secret: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, None, b"halte police forms").derive(secret.encode()))
