"""A mail's row as the message that goes over the wire."""

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID

import msgspec

from infra.files import File
from infra.mail.addresses import header_text


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """All that is said of one mail."""

    id: UUID
    sender_name: str
    recipient: str
    reply_to: str
    subject: str
    body_text: str
    body_html: str
    attachments: list[UUID]
    message_id: str
    attempts: int
    created_at: datetime
    thread_id: str | None = None
    """What every mail of its conversation refers to."""


def compose(mail: Outgoing, *, sender: str, files: Sequence[File]) -> EmailMessage:
    """Make the message: text, its HTML twin, and the files. The same row always makes the same Message-ID and Date.

    Args:
        mail: the row.
        sender: our address.
        files: the attachments, in order.
    """
    message = EmailMessage(policy=SMTP)
    local, _, domain = sender.rpartition("@")
    message["From"] = Address(header_text(mail.sender_name), local, domain)
    message["To"] = Address(addr_spec=mail.recipient)
    if mail.reply_to:
        message["Reply-To"] = Address(header_text(mail.sender_name), addr_spec=mail.reply_to)
    message["Subject"] = header_text(mail.subject)
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    if mail.thread_id:
        # The conversation's first message is one that nobody sent: programs group by it all the same (RFC 5322, 3.6.4).
        message["In-Reply-To"] = mail.thread_id
        message["References"] = mail.thread_id
    message.set_content(mail.body_text)
    message.add_alternative(mail.body_html, subtype="html")
    for file in files:
        kind, _, subtype = file.media_type.partition("/")
        message.add_attachment(
            file.content, maintype=kind, subtype=subtype or "octet-stream", filename=header_text(file.name)
        )
    return message
