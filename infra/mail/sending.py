"""Sending: a mail is claimed, given to the mail server outside any transaction, and marked.

Exactly once cannot be had from SMTP: a kill between the server's 250 and our commit sends the same message again, with
the same Message-ID. There is one row, and it is marked sent once.
"""

import asyncio
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit
from uuid import UUID

import aiosmtplib
import msgspec

from infra.actor import Actor, job
from infra.clock import now
from infra.database import execute, fetch_row, fetch_value, tenant_transaction
from infra.errors import Conflict, NotFound, Unavailable
from infra.files import File, file
from infra.mail.events import MailFailed, MailQueued, MailRetried, MailSent
from infra.mail.message import Outgoing, compose
from infra.mail.operations import mail_domain
from infra.outbox import record
from infra.settings import settings

LEASE_SECONDS: Final = 30
TIMEOUT_SECONDS: Final = 20


class MailServerUnavailable(Unavailable):
    """The mail server does not answer, or does not take the message now."""

    code = "mail_server_unavailable"


class MailUnknown(NotFound):
    """There is no such mail here."""

    code = "mail_unknown"


class MailNotFailed(Conflict):
    """This mail did not fail: it was sent, or still will be."""

    code = "mail_not_failed"


async def send_mail(centre_id: UUID, mail_id: UUID) -> bool:
    """Send a mail that is due; return whether the server took it. What is sent, not due or claimed is left alone."""
    mail = await _claim(centre_id, mail_id)
    if mail is None:
        return False
    try:
        message = compose(mail, sender=f"halte@{mail_domain()}", files=await _files(centre_id, mail))
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await _hand_over(message)
    except (MailServerUnavailable, aiosmtplib.SMTPException, OSError, TimeoutError, NotFound, ValueError) as error:
        await _mark_failed(centre_id, mail, _reason(error), final=_is_final(error))
        return False
    await _mark_sent(centre_id, mail_id)
    return True


async def retry_mail(centre_id: UUID, mail_id: UUID, *, actor: Actor) -> None:
    """Queue a failed mail again, with all its attempts.

    Raises:
        MailUnknown: the centre has none with this id.
        MailNotFailed: it has not failed.
    """
    async with tenant_transaction(centre_id):
        state = await fetch_value(
            "SELECT state FROM mails WHERE centre_id = $1 AND id = $2 FOR UPDATE", centre_id, mail_id
        )
        if state is None:
            raise MailUnknown
        if state != "failed":
            raise MailNotFailed
        await execute(
            """UPDATE mails SET state = 'queued', attempts = 0, next_at = now(), error = NULL
               WHERE centre_id = $1 AND id = $2""",
            centre_id,
            mail_id,
        )
        await record(MailQueued(subject_id=mail_id), actor=actor)
        await record(MailRetried(subject_id=mail_id), actor=actor)


async def _claim(centre_id: UUID, mail_id: UUID) -> Outgoing | None:
    async with tenant_transaction(centre_id):
        row = await fetch_row(
            f"""UPDATE mails SET attempts = attempts + 1, next_at = now() + interval '{LEASE_SECONDS} seconds'
                WHERE centre_id = $1 AND id = $2 AND state = 'queued' AND next_at <= now()
                RETURNING id, sender_name, recipient, reply_to, subject, body_text, body_html, attachments, message_id,
                    attempts, created_at, thread_id""",
            centre_id,
            mail_id,
        )
    if row is None:
        return None
    return Outgoing(**{**dict(row), "attachments": msgspec.json.decode(row["attachments"], type=list[UUID])})


async def _files(centre_id: UUID, mail: Outgoing) -> list[File]:
    """Return what is attached; most mails have nothing, and ask nothing of the database."""
    if not mail.attachments:
        return []
    async with tenant_transaction(centre_id, read_only=True):
        return [await file(file_id) for file_id in mail.attachments]


async def _hand_over(message: EmailMessage) -> None:
    where = urlsplit(settings().smtp_url)
    if not where.hostname:
        raise MailServerUnavailable("HALTE_SMTP_URL is not set: it names the mail server")
    await aiosmtplib.send(
        message,
        hostname=where.hostname,
        port=where.port,
        username=unquote(where.username) if where.username else None,
        password=unquote(where.password) if where.password else None,
        use_tls=where.scheme == "smtps",
        timeout=TIMEOUT_SECONDS,
    )


async def _mark_sent(centre_id: UUID, mail_id: UUID) -> None:
    async with tenant_transaction(centre_id):
        changed = await execute(
            """UPDATE mails SET state = 'sent', sent_at = now(), error = NULL
               WHERE centre_id = $1 AND id = $2 AND state <> 'sent'""",
            centre_id,
            mail_id,
        )
        if changed:
            await record(MailSent(subject_id=mail_id), actor=job("mail"))


async def _mark_failed(centre_id: UUID, mail: Outgoing, reason: str, *, final: bool) -> None:
    delays = [float(delay) for delay in settings().mail_delays.split(",") if delay.strip()]
    over = final or mail.attempts > len(delays)
    async with tenant_transaction(centre_id):
        changed = await execute(
            """UPDATE mails SET state = $3, error = $4, next_at = now() + make_interval(secs => $5)
               WHERE centre_id = $1 AND id = $2 AND state = 'queued'""",
            centre_id,
            mail.id,
            "failed" if over else "queued",
            reason[:500],
            0.0 if over else delays[mail.attempts - 1],
        )
        if changed and over:
            await record(MailFailed(subject_id=mail.id, at=now()), actor=job("mail"))


def _is_final(error: Exception) -> bool:
    """Say whether trying again cannot help: the server refused for good (5xx), or our own row cannot be composed."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(500 <= refused.code < 600 for refused in error.recipients)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return False
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return 500 <= error.code < 600
    return isinstance(error, NotFound | ValueError) and not isinstance(error, OSError)


def _reason(error: Exception) -> str:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return "; ".join(f"{refused.code} {refused.message}" for refused in error.recipients)
    return f"{type(error).__name__}: {error}"
