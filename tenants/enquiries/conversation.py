"""The words exchanged about an enquiry: staff answer by mail or leave a note, the client writes back."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from infra.actor import Actor, ActorKind
from infra.audit import audit
from infra.clock import now
from infra.database import execute, tenant_transaction, violated
from infra.files import save_file
from infra.ids import new_id
from infra.outbox import record
from tenants.enquiries import queries
from tenants.enquiries.correspondence import queue_answer
from tenants.enquiries.events import ClientWrote, EnquiryAnswered, EnquiryNoted
from tenants.enquiries.rules import EnquiryWithoutEmail, after_answer, after_client_wrote, checked_text

STAFF: Final = frozenset({ActorKind.STAFF, ActorKind.NETWORK, ActorKind.API})
"""Who needs the right; clients have their signed link, jobs what a right allowed before."""


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """What a client's mail carried: its content, or why that was `refused`."""

    name: str
    media_type: str
    content: bytes
    size_bytes: int
    refused: str = ""


async def answer(centre_id: UUID, enquiry_id: UUID, text: str, *, actor: Actor) -> UUID:
    """Write to the client: into the thread, and out by mail with an address that brings the answer back.

    Returns:
        The message's id.

    Raises:
        RightMissing: the actor lacks `enquiry.answer`.
        EnquiryUnknown: the centre has no such enquiry.
        EnquiryInvalid: there is no text, or too much.
        EnquiryWithoutEmail: there is nowhere to send it.
    """
    actor.require("enquiry.answer")
    words, message_id = checked_text(text), new_id()
    async with tenant_transaction(centre_id):
        facts = await queries.enquiry(centre_id, enquiry_id, lock=True)
        if not facts.email:
            raise EnquiryWithoutEmail()
        mail_id = await queue_answer(centre_id, facts, message_id, words, actor=actor)
        await add_message(centre_id, enquiry_id, message_id, "out", author=actor.name, text=words, mail_id=mail_id)
        await execute(
            """UPDATE enquiries SET state = $3, unread = false, awaiting_since = NULL, version = version + 1
               WHERE centre_id = $1 AND id = $2""",
            centre_id,
            enquiry_id,
            after_answer(facts.state),
        )
        await audit("enquiry", enquiry_id, "answer", actor=actor, after={"message_id": message_id})
        await record(EnquiryAnswered(subject_id=enquiry_id, version=facts.version + 1), actor=actor)
    return message_id


async def leave_note(centre_id: UUID, enquiry_id: UUID, text: str, *, actor: Actor) -> UUID:
    """Write into the thread what only staff see.

    Raises:
        RightMissing: the actor lacks `enquiry.answer`.
        EnquiryUnknown: the centre has no such enquiry.
        EnquiryInvalid: there is no text, or too much.
    """
    if actor.kind in STAFF:
        actor.require("enquiry.answer")
    words, message_id = checked_text(text), new_id()
    async with tenant_transaction(centre_id):
        facts = await queries.enquiry(centre_id, enquiry_id, lock=True)
        await add_message(centre_id, enquiry_id, message_id, "note", author=actor.name, text=words)
        await _next_version(centre_id, enquiry_id)
        await audit("enquiry", enquiry_id, "note", actor=actor, after={"message_id": message_id})
        await record(EnquiryNoted(subject_id=enquiry_id, version=facts.version + 1), actor=actor)
    return message_id


async def client_wrote(
    centre_id: UUID,
    enquiry_id: UUID,
    text: str,
    *,
    external_id: str | None = None,
    attachments: Sequence[Attached] = (),
    actor: Actor,
) -> UUID | None:
    """Take the client's word into the thread, by mail or from its page; a closed enquiry opens again.

    Args:
        centre_id: whose enquiry it is.
        enquiry_id: the enquiry.
        text: what was written; may be empty only where something is attached.
        external_id: the Message-ID, or the form's token: the same one again is not taken twice.
        attachments: what came with it, kept where it is not refused.
        actor: the client.

    Returns:
        The message's id; None where it was here already.

    Raises:
        EnquiryUnknown: the centre has no such enquiry.
        EnquiryInvalid: there is no text, or too much.
    """
    words = checked_text(text) if text.strip() or not attachments else ""
    message_id = new_id()
    try:
        async with tenant_transaction(centre_id):
            facts = await queries.enquiry(centre_id, enquiry_id, lock=True)
            await add_message(
                centre_id, enquiry_id, message_id, "in", author=actor.name, text=words, external_id=external_id
            )
            for attached in attachments:
                await _attach(centre_id, message_id, attached)
            await execute(
                """UPDATE enquiries SET state = $3, unread = true, version = version + 1,
                       awaiting_since = coalesce(awaiting_since, $4) WHERE centre_id = $1 AND id = $2""",
                centre_id,
                enquiry_id,
                after_client_wrote(facts.state),
                now(),
            )
            await audit("enquiry", enquiry_id, "client_wrote", actor=actor, after={"message_id": message_id})
            await record(ClientWrote(subject_id=enquiry_id, version=facts.version + 1), actor=actor)
    except asyncpg.UniqueViolationError as error:
        if violated(error) != "enquiry_messages_enquiry_id_external_id_unique":
            raise
        return None
    return message_id


async def add_message(
    centre_id: UUID,
    enquiry_id: UUID,
    message_id: UUID,
    direction: str,
    *,
    author: str,
    text: str,
    mail_id: UUID | None = None,
    external_id: str | None = None,
) -> None:
    """Write one message, in the transaction under way."""
    await execute(
        """INSERT INTO enquiry_messages (id, centre_id, enquiry_id, at, direction, author, body, mail_id, external_id)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        message_id,
        centre_id,
        enquiry_id,
        now(),
        direction,
        author,
        text,
        mail_id,
        external_id,
    )


async def _attach(centre_id: UUID, message_id: UUID, attached: Attached) -> None:
    kept = None if attached.refused else await save_file(attached.name, attached.media_type, attached.content)
    await execute(
        """INSERT INTO enquiry_attachments (id, centre_id, message_id, file_id, name, media_type, size_bytes, refused)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        new_id(),
        centre_id,
        message_id,
        kept,
        attached.name,
        attached.media_type,
        attached.size_bytes,
        attached.refused,
    )


async def _next_version(centre_id: UUID, enquiry_id: UUID) -> None:
    await execute("UPDATE enquiries SET version = version + 1 WHERE centre_id = $1 AND id = $2", centre_id, enquiry_id)
