"""SSH public keys: which are accepted, and what they are known by."""

import base64
import hashlib
from typing import Final

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_ssh_public_key

from infra.errors import FieldError, Invalid

RSA_BITS: Final = 3072
_SECURITY_KEYS: Final = ("sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com")


class PublicKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key as it is kept: `line` without comment, `fingerprint` as `ssh-keygen -l` prints it."""

    line: str
    fingerprint: str
    comment: str


class KeyInvalid(Invalid):
    """This is not a public key that Halte accepts."""

    code = "key_invalid"


def parse(text: str) -> PublicKey:
    """Read an OpenSSH public key line: ed25519, ecdsa, or rsa of at least 3072 bits, on a token or not.

    Raises:
        KeyInvalid: it is no such line, is a private key, or is too weak.
    """
    if "PRIVATE KEY" in text:
        raise _refused("this is the PRIVATE key: never send it; the public one is in the file that ends in .pub")
    parts = text.strip().split(None, 2)
    if len(parts) < 2 or len(text) > 20_000 or "\n" in text.strip():
        raise _refused("one line, as in a .pub file: ssh-ed25519 AAAA… comment")
    kind, body = parts[0], parts[1]
    try:
        blob = base64.b64decode(body, validate=True)
    except ValueError as error:
        raise _refused("the key is cut or garbled") from error
    if int.from_bytes(blob[:4], "big") != len(kind) or blob[4 : 4 + len(kind)] != kind.encode():
        raise _refused("the key is cut or garbled")
    if kind not in _SECURITY_KEYS:
        _check_strength(f"{kind} {body}")
    return PublicKey(
        line=f"{kind} {body}",
        fingerprint="SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("="),
        comment=parts[2].strip() if len(parts) > 2 else "",
    )


def _check_strength(line: str) -> None:
    try:
        key = load_ssh_public_key(line.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _refused("not a public key that can be read; make one with: ssh-keygen -t ed25519") from error
    if isinstance(key, RSAPublicKey):
        if key.key_size < RSA_BITS:
            raise _refused(
                f"an RSA key needs {RSA_BITS} bits, this one has {key.key_size}; better: ssh-keygen -t ed25519"
            )
    elif not isinstance(key, Ed25519PublicKey | EllipticCurvePublicKey):
        raise _refused("ed25519, ecdsa or rsa; make one with: ssh-keygen -t ed25519")


def _refused(message: str) -> KeyInvalid:
    return KeyInvalid(message, errors=(FieldError("/public_key", "key_invalid", message),))
