"""A mail that comes in: what was written, without what it quotes, and what it carries, checked. Pure."""

import re
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import Final

import msgspec

from infra.errors import Invalid
from infra.mail.addresses import header_text
from infra.mail.attachments import sniff

LONGEST_TEXT: Final = 20_000
MOST_ATTACHMENTS: Final = 10
LARGEST_ATTACHMENT_BYTES: Final = 8 * 1024 * 1024

_WROTE: Final = re.compile(
    r"^\s*(Le|On|Am|Op|El|Il)\b.{5,300}(a écrit|wrote|schrieb|schreef|escribió|ha scritto)\s*:\s*$"
)
_ORIGINAL: Final = re.compile(
    r"^\s*-{2,}\s*(Message d.origine|Message transféré|Original Message|Forwarded message)\s*-{2,}"
)
_OUTLOOK: Final = re.compile(r"^\s*\*?(De|From|Von|Van|Da)\s*:\*?\s.+")
_OUTLOOK_NEXT: Final = re.compile(r"^\s*\*?(Envoyé|Date|Sent|Gesendet|Verzonden|Inviato|À|To)\s*:")
_SIGNATURE: Final = re.compile(r"^-- ?$")


class MailUnreadable(Invalid):
    """What came is no message that can be read."""

    code = "mail_unreadable"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """An attachment; `refused` says why its content is not to be kept (too_large, kind_refused, too_many)."""

    name: str
    media_type: str
    content: bytes
    refused: str


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """A mail, read."""

    message_id: str
    sender: str
    """The bare address it says it comes from; nothing proves it."""
    author: str
    """The name beside it, else the address."""
    subject: str
    text: str
    """Without what it quotes; empty where nothing was written."""
    parts: list[Part]
    automatic: bool
    """A program wrote it: an absence, a delivery report, a list."""


def read_mail(raw: bytes) -> Incoming:
    """Read a mail as it came over the wire.

    Raises:
        MailUnreadable: it cannot be parsed at all.
    """
    try:
        message = BytesParser(policy=policy.default).parsebytes(raw)
        assert isinstance(message, EmailMessage)
        name, address = parseaddr(_header(message, "From"))
        whole = _body(message)
        parts = _parts(message)
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, IndexError) as error:
        raise MailUnreadable from error
    text = without_quotes(whole).replace("\0", "")
    if len(text) > LONGEST_TEXT:
        parts.append(Part(name="message.txt", media_type="text/plain", content=whole.encode(), refused=""))
        text = text[: LONGEST_TEXT - 2] + " …"
    return Incoming(
        message_id=header_text(_header(message, "Message-ID")),
        sender=header_text(address),
        author=header_text(name, limit=100) or header_text(address, limit=100),
        subject=header_text(_header(message, "Subject")),
        text=text,
        parts=parts,
        automatic=_is_automatic(message),
    )


def without_quotes(text: str) -> str:
    """Return what was written anew: without the mail that is answered and without the signature.

    Where answers stand between quoted lines, or nothing would be left, the whole text is kept.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    for place in range(len(lines)):
        if _begins_quote(lines, place) and not _is_interleaved(lines[place + 1 :]):
            lines = lines[:place]
            break
        if _SIGNATURE.match(lines[place]):
            lines = lines[:place]
            break
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith(">")):
        lines.pop()
    return "\n".join(lines).strip() or text.strip()


def _begins_quote(lines: list[str], place: int) -> bool:
    line = lines[place]
    # Some programs break the sentence « Le … a écrit : » over two lines.
    both = f"{line} {lines[place + 1].strip()}" if place + 1 < len(lines) else line
    if _ORIGINAL.match(line) or _WROTE.match(line) or _WROTE.match(both):
        return True
    return bool(_OUTLOOK.match(line)) and any(_OUTLOOK_NEXT.match(after) for after in lines[place + 1 : place + 4])


def _is_interleaved(rest: list[str]) -> bool:
    quoted_before = False
    for line in rest:
        if line.lstrip().startswith(">"):
            quoted_before = True
        elif quoted_before and line.strip() and not _SIGNATURE.match(line):
            return True
        elif _SIGNATURE.match(line):
            return False
    return False


def _header(message: EmailMessage, name: str) -> str:
    return str(message.get(name, ""))


def _body(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    text = _decoded(part)
    return _text_of(text) if part.get_content_type() == "text/html" else text


def _decoded(part: MIMEPart) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    try:
        return content.decode(part.get_content_charset("utf-8"))
    except (LookupError, UnicodeDecodeError):
        return content.decode("latin-1")


def _parts(message: EmailMessage) -> list[Part]:
    found = []
    for number, part in enumerate(message.iter_attachments()):
        content = part.as_bytes() if part.get_content_type() == "message/rfc822" else part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        media_type = sniff(content)
        refused = ""
        if number >= MOST_ATTACHMENTS:
            refused = "too_many"
        elif len(content) > LARGEST_ATTACHMENT_BYTES:
            refused = "too_large"
        elif media_type is None:
            refused = "kind_refused"
        # A name is shown and offered for saving: no folders, nothing that hides.
        name = header_text(part.get_filename() or f"piece-{number + 1}", limit=120).replace("/", "_").replace("\\", "_")
        found.append(
            Part(name=name, media_type=media_type or "application/octet-stream", content=content, refused=refused)
        )
    return found


def _is_automatic(message: EmailMessage) -> bool:
    submitted = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    precedence = _header(message, "Precedence").strip().lower()
    return (
        submitted not in ("", "no")
        or precedence in ("bulk", "junk", "list", "auto_reply")
        or message.get("X-Autoreply") is not None
        or message.get_content_type() == "multipart/report"
    )


def _text_of(page: str) -> str:
    reader = _Words()
    reader.feed(page)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.words).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Words(HTMLParser):
    """Collects the words of a page; what stands in a quotation is left out."""

    _BLOCKS: Final = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "ul", "ol", "table"})
    _SILENT: Final = frozenset({"script", "style", "head", "title"})
    _VOID: Final = frozenset({"br", "img", "hr", "meta", "link", "input", "col", "area", "base", "wbr"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.silence = 0
        """How deep inside something that is not said."""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Enter an element."""
        if tag in self._BLOCKS:
            self.words.append("\n")
        if tag in self._VOID:
            return
        quoted = tag == "blockquote" or "gmail_quote" in (dict(attributes).get("class") or "")
        if self.silence or quoted or tag in self._SILENT:
            self.silence += 1

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag in self._BLOCKS and tag != "br":
            self.words.append("\n")
        if self.silence and tag not in self._VOID:
            self.silence -= 1

    def handle_data(self, data: str) -> None:
        """Take words."""
        if not self.silence:
            self.words.append(data.replace("\r", "").replace("\n", " "))
