"""What our own forms carry: a signed word that ends on the contact form, a word only its own browser knows elsewhere."""

import hashlib
import hmac
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec

from infra.clock import now
from infra.errors import Invalid
from infra.ids import new_id
from infra.signing import LinkExpired, LinkInvalid, read, sign

_PURPOSE: Final = "contact form"
LIFE: Final = timedelta(hours=12)


class FormExpired(Invalid):
    """This page was open for too long, or was not ours: check what is written and send it again."""

    code = "form_expired"


def visitor_token(centre_id: UUID) -> str:
    """Make the token of a form shown to anybody: signed, for this centre, and ending after half a day."""
    return sign(_PURPOSE, centre_id, new_id(), expires_at=now() + LIFE)


def read_visitor_token(centre_id: UUID, token: str) -> UUID:
    """Return the number of the form that was shown.

    Raises:
        FormExpired: it ended, is another centre's, or is not ours.
    """
    try:
        signed = read(_PURPOSE, token)
    except (LinkExpired, LinkInvalid) as error:
        raise FormExpired() from error
    if signed.centre_id != centre_id:
        raise FormExpired()
    return signed.subject_id


def submission_key(form_id: UUID, fields: msgspec.Struct) -> str:
    """Return under which key what was sent is taken once: the same form with other words is another sending."""
    return f"{form_id}:{hashlib.sha256(msgspec.json.encode(fields)).hexdigest()[:24]}"


def holder_token(secret: str, form: str) -> str:
    """Return what a form says that a page of another site cannot know: it is made from the browser's own cookie."""
    return hmac.new(secret.encode(), f"halte {form} form".encode(), hashlib.sha256).hexdigest()


def check_holder_token(secret: str, form: str, token: str) -> None:
    """Refuse a form that this browser was not shown.

    Raises:
        FormExpired: as it says.
    """
    # As bytes: text is compared only where it is ASCII, and what a hand-made form brings need not even be Unicode.
    if not hmac.compare_digest(holder_token(secret, form).encode(), token.encode(errors="surrogatepass")):
        raise FormExpired()
