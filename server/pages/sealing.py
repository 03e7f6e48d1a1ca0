"""Answers that a tablet keeps while it has no network are sealed for us: nobody who holds the tablet can read them back.

The browser makes a key pair for each answer (ECDH on P-256), derives a key from it and ours (HKDF, SHA-256) and encrypts
(AES-256-GCM, the page's own path beside it); its private half is forgotten at once, so that not even the page reads its own
answer again. Our key comes from `HALTE_SECRET`: a tablet that waited for days is still understood.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from functools import cache
from typing import Final
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from infra.settings import settings
from server.pages.form_tokens import FormExpired

_OURS: Final = b"halte tablet: our key"
_THEIRS: Final = b"halte tablet: an answer"
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve's group (SEC 2, secp256r1)."""
_POINT_BYTES: Final = 65
_NONCE_BYTES: Final = 12


def sealing_key() -> str:
    """Return the public key that pages seal with, as base64url of an uncompressed point."""
    point = _private_key(settings().secret).public_key()
    raw = point.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(raw).decode()


def unsealed(sealed: str, *, path: str) -> dict[str, str]:
    """Return the fields of an answer that was sealed on the page of this path.

    Raises:
        FormExpired: it was sealed elsewhere, for another secret, or was changed on its way.
    """
    try:
        raw = urlsafe_b64decode(sealed.encode())
        point, nonce = raw[:_POINT_BYTES], raw[_POINT_BYTES : _POINT_BYTES + _NONCE_BYTES]
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        shared = _private_key(settings().secret).exchange(ec.ECDH(), theirs)
        key = _derived(shared, _THEIRS, length=32)
        said = AESGCM(key).decrypt(nonce, raw[_POINT_BYTES + _NONCE_BYTES :], path.encode()).decode()
    except (NotBase64, ValueError, InvalidTag) as error:
        raise FormExpired() from error
    return dict(parse_qsl(said, keep_blank_values=True))


@cache
def _private_key(secret: str) -> ec.EllipticCurvePrivateKey:
    # Sixteen bytes more than the order has: what is left over by the division favours no number.
    number = int.from_bytes(_derived(secret.encode(), _OURS, length=48)) % (_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def _derived(material: bytes, purpose: bytes, *, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=purpose).derive(material)
