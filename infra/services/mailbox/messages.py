"""Read a mail as it came over the wire into what a person reads, whatever its charset and however it is encoded."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import msgspec


class Attachment(msgspec.Struct, frozen=True):
    """A file in a mail; `size` in bytes once decoded."""

    name: str
    type: str
    size: int


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One mail.

    `to` are the bare addresses that it was delivered to, `from` the header as read by a person, `date` RFC 3339 in UTC
    (the moment it came, where the header has none that can be read), `message_id` with its angle brackets; `text` and
    `html` are empty where the mail has no such part.
    """

    id: int
    url: str
    to: list[str]
    sender: str = msgspec.field(name="from")
    subject: str
    date: str
    message_id: str
    text: str
    html: str
    attachments: list[Attachment]


def read(raw: bytes, *, message_id: int, url: str, recipients: list[str], received: datetime) -> Message:
    """Return the mail that these bytes are. Never fails: what cannot be decoded is shown as well as it can be."""
    mail = parse(raw)
    return Message(
        id=message_id,
        url=url,
        to=recipients,
        sender=_header(mail, "From"),
        subject=_header(mail, "Subject"),
        date=_date(mail, received).astimezone(UTC).isoformat().replace("+00:00", "Z"),
        message_id=_header(mail, "Message-ID"),
        text=_body(mail, "plain"),
        html=_body(mail, "html"),
        attachments=[
            Attachment(name=attachment_name(part, place), type=part.get_content_type(), size=len(content(part)))
            for place, part in enumerate(attachments(mail))
        ],
    )


def parse(raw: bytes) -> EmailMessage:
    """Return the parsed mail."""
    return message_from_bytes(raw, policy=policy.default)


def attachments(mail: EmailMessage) -> list[EmailMessage]:
    """Return the parts of a mail that are files, images inside its HTML included, in their order."""
    bodies = [_body_part(mail, kind) for kind in ("plain", "html")]
    return [part for part in mail.walk() if not part.is_multipart() and not any(part is body for body in bodies)]


def attachment_name(part: EmailMessage, place: int) -> str:
    """Return a file's own name, or one made from its place (from 0) and type."""
    try:
        given = part.get_filename()
    except (LookupError, ValueError, AttributeError):
        given = None
    extension = part.get_content_subtype().split("+")[0]
    return _printable(given) if given else f"fichier-{place + 1}.{extension}"


def content(part: EmailMessage) -> bytes:
    """Return a part's bytes, decoded from their transfer encoding."""
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def _body_part(mail: EmailMessage, kind: str) -> EmailMessage | None:
    found = mail.get_body(preferencelist=(kind,))
    return found if isinstance(found, EmailMessage) else None


def _body(mail: EmailMessage, kind: str) -> str:
    part = _body_part(mail, kind)
    if part is None:
        return ""
    return _decoded(content(part), part.get_content_charset()).replace("\r\n", "\n")


def _decoded(octets: bytes, charset: str | None) -> str:
    """Decode by the declared charset, then as UTF-8, then as Windows wrote Western Europe, which never fails."""
    for candidate in (charset, "utf-8"):
        try:
            if candidate:
                return octets.decode(candidate)
        except (LookupError, UnicodeDecodeError):
            continue
    return octets.decode("cp1252", "replace")


def _header(mail: EmailMessage, name: str) -> str:
    """Return a header as a person reads it: encoded words decoded, raw UTF-8 or Windows letters taken as such."""
    written = _printable(next((str(value) for key, value in mail.raw_items() if key.lower() == name.lower()), ""))
    try:
        return _printable(str(make_header(decode_header(written))))
    except (LookupError, ValueError):
        return written


def _printable(text: str) -> str:
    """Fold white space and turn bytes that slipped through undecoded (surrogates) into letters."""
    octets = text.encode("utf-8", "surrogateescape")
    return re.sub(r"\s+", " ", _decoded(octets, None)).strip()


def _date(mail: EmailMessage, received: datetime) -> datetime:
    try:
        written = parsedate_to_datetime(str(mail.get("Date", "")))
    except (ValueError, TypeError, IndexError):
        return received
    return written if written.tzinfo else written.replace(tzinfo=UTC)
