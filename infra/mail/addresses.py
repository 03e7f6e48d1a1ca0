"""Addresses and header texts: what may stand in a message's head."""

import re
from typing import Final

from infra.errors import FieldError, Invalid

_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class RecipientInvalid(Invalid):
    """This is not an e-mail address that a message can be sent to."""

    code = "recipient_invalid"


def checked_address(text: str, *, pointer: str = "/email") -> str:
    """Return the one bare address in `text`, its domain in ASCII and lower case.

    Args:
        text: as typed; no display name, no list.
        pointer: the field that is named when it is refused.

    Raises:
        RecipientInvalid: it is not exactly one address (RFC 5321's limits; quoted local parts are not taken).
    """
    local, at, domain = text.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode().lower() if domain else ""
    except UnicodeError:
        ascii_domain = ""
    labels = ascii_domain.split(".")
    good = (
        at
        and _LOCAL.fullmatch(local)
        and len(local) <= 64
        and len(labels) >= 2
        and all(_LABEL.fullmatch(label) for label in labels)
        and len(local) + 1 + len(ascii_domain) <= 254
    )
    if not good:
        message = "Cette adresse électronique n'est pas valable."
        raise RecipientInvalid(errors=(FieldError(pointer, "email_invalid", message),))
    return f"{local}@{ascii_domain}"


def header_text(text: str, *, limit: int = 200) -> str:
    """Reduce a text to one line without control characters, so that nothing in it can begin another header."""
    return " ".join(_CONTROL.sub(" ", text).split())[:limit]
