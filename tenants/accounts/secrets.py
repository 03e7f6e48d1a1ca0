"""Passwords, tokens and authenticator secrets: made, hashed, checked."""

import asyncio
import hashlib
import secrets
from datetime import datetime
from functools import lru_cache
from typing import Final

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from infra.settings import SettingInvalid, settings

_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""argon2id with OWASP's first choice of parameters."""
_AT_ONCE: Final = 2
"""Hashes computed at the same time: each holds 19 MB and a core."""
TOTP_STEP_SECONDS: Final = 30
USER_CODE_LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so no words; RFC 8628, 6.1."""

_gates: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}


async def hash_password(password: str) -> str:
    """Hash a password with argon2id, off the event loop."""
    async with _gate():
        return await asyncio.to_thread(_HASHER.hash, password)


async def password_matches(password: str, hashed: str | None) -> bool:
    """Check a password, off the event loop; with no hash, take as long and say no."""
    async with _gate():
        return await asyncio.to_thread(_matches, password, hashed)


def new_token() -> str:
    """Make an opaque token: 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """Return what is kept of a token. It is random, so a plain hash hides it."""
    return hashlib.sha256(token.encode()).digest()


def new_user_code() -> str:
    """Make the short code that a person copies: eight letters, 34 bits, `WDJB-MJHT`."""
    letters = "".join(secrets.choice(USER_CODE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def new_totp_secret() -> str:
    """Make the secret of an authenticator, in base 32."""
    return str(pyotp.random_base32())


def totp_uri(secret: str, *, login: str) -> str:
    """Return what the QR code of an authenticator says."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Halte"))


def totp_step(secret: str, code: str, *, at: datetime) -> int | None:
    """Return the step whose code it is, among the present one and its neighbours; None where it is none of theirs."""
    bare = code.replace(" ", "")
    if len(bare) != 6 or not bare.isascii() or not bare.isdigit():
        return None
    present = int(at.timestamp()) // TOTP_STEP_SECONDS
    for step in (present - 1, present, present + 1):
        expected = str(pyotp.TOTP(secret).generate_otp(step))
        if secrets.compare_digest(expected, bare):
            return step
    return None


def seal(secret: str) -> bytes:
    """Encrypt an authenticator's secret for the database (AES-GCM, a key derived from `HALTE_SECRET`)."""
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(_key(settings().secret)).encrypt(nonce, secret.encode(), None)


def unseal(sealed: bytes) -> str:
    """Decrypt what `seal` made.

    Raises:
        SettingInvalid: `HALTE_SECRET` is not the one it was sealed with.
    """
    try:
        return AESGCM(_key(settings().secret)).decrypt(sealed[:12], sealed[12:], None).decode()
    except InvalidTag as error:
        raise SettingInvalid("HALTE_SECRET is not the one that authenticators were registered under") from error


def _matches(password: str, hashed: str | None) -> bool:
    try:
        _HASHER.verify(hashed or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


def _gate() -> asyncio.Semaphore:
    loop = asyncio.get_running_loop()
    for other in [each for each in _gates if each.is_closed()]:
        del _gates[other]
    return _gates.setdefault(loop, asyncio.Semaphore(_AT_ONCE))


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_urlsafe(32))


@lru_cache(maxsize=2)
def _key(secret: str) -> bytes:
    if not secret:
        raise SettingInvalid("HALTE_SECRET is not set: authenticators need it")
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"halte totp").derive(secret.encode())
