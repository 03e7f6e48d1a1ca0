"""Every change to a mail: queued, claimed, sent, failed, retried."""

from collections.abc import Sequence
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.clock import now
from infra.database import current_centre, fetch_value
from infra.ids import new_id
from infra.mail.addresses import checked_address, header_text
from infra.mail.events import MailQueued
from infra.mail.layout import Action, html_part, text_part
from infra.outbox import record
from infra.settings import settings


def mail_domain() -> str:
    """Return the domain our mails come from and are answered to: `HALTE_MAIL_DOMAIN`, else the public address's."""
    return settings().mail_domain or urlsplit(settings().public_url).hostname or "localhost"


async def queue_mail(
    *,
    key: str,
    subject_kind: str,
    subject_id: UUID,
    recipient: str,
    subject: str,
    text: str,
    sender_name: str,
    actor: Actor,
    html: str = "",
    action: Action | None = None,
    attachments: Sequence[UUID] = (),
    reply_to: str = "",
    footer: str = "",
    colour: str = "",
    language: str = "fr",
    thread: UUID | None = None,
) -> UUID:
    """Write a mail into the transaction under way; a worker sends it after the commit. Once per `key`.

    Args:
        key: what makes it one (`quote-sent:<quote id>`): a second one with the same key in the centre is not made.
        subject_kind: the glossary's word for what it is about (`enquiry`, `dossier`), for the history of that thing.
        subject_id: the thing's id.
        recipient: one bare address.
        subject: one line.
        text: the whole message as plain text, without the action and the footer.
        sender_name: the centre's name as the recipient sees it.
        actor: who causes it.
        html: a whole page instead of the generic layout made from `text`.
        action: the one thing asked for, with its link.
        attachments: ids from `files`, in order.
        reply_to: where an answer goes; empty for the centre's own address of sending.
        footer: who writes: name, address, phone, one per line.
        colour: the centre's, `#rrggbb`.
        language: of the text.
        thread: the thing whose mails are one conversation (the enquiry), so that mail programs group them.

    Returns:
        The mail's id: the earlier one's where the key was known.

    Raises:
        RecipientInvalid: `recipient` or `reply_to` is not an address.
    """
    centre_id, mail_id = current_centre(), new_id()
    title, name = header_text(subject), header_text(sender_name, limit=80)
    page = html or html_part(
        text, title=title, sender_name=name, action=action, footer=footer, colour=colour, language=language
    )
    made = await fetch_value(
        """INSERT INTO mails (id, centre_id, key, subject_kind, subject_id, recipient, reply_to, sender_name, subject,
                body_text, body_html, attachments, message_id, state, attempts, next_at, created_at,
                thread_id)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'queued', 0, now(), $14, $15)
           ON CONFLICT (centre_id, key) DO NOTHING RETURNING id""",
        mail_id,
        centre_id,
        key,
        subject_kind,
        subject_id,
        checked_address(recipient),
        checked_address(reply_to, pointer="/reply_to") if reply_to else "",
        name,
        title,
        text_part(text, action=action, footer=footer),
        page,
        msgspec.json.encode(attachments).decode(),
        f"<{mail_id}@{mail_domain()}>",
        now(),
        f"<thread.{thread}@{mail_domain()}>" if thread is not None else None,
    )
    if made is None:
        earlier: UUID = await fetch_value("SELECT id FROM mails WHERE centre_id = $1 AND key = $2", centre_id, key)
        return earlier
    await record(MailQueued(subject_id=mail_id), actor=actor)
    return mail_id
