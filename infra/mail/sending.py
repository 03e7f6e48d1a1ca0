"""Sending: a mail is claimed, given to the mail server outside any transaction, and marked.

Exactly once cannot be had from SMTP: a kill between the server's 250 and our commit sends the same message again, with
the same Message-ID. There is one row, and it is marked sent once.
"""

import asyncio
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Final
from uuid import UUID

import aiosmtplib
import msgspec

from infra.actor import Actor, job
from infra.clock import now
from infra.database import execute, fetch, fetch_value, tenant_transaction
from infra.errors import Conflict, NotFound
from infra.files import File, file
from infra.mail.connection import TIMEOUT_SECONDS, Connection, MailServerUnavailable
from infra.mail.events import MailFailed, MailQueued, MailRetried, MailSent
from infra.mail.message import Outgoing, compose
from infra.mail.operations import mail_domain
from infra.outbox import record
from infra.settings import settings

LEASE_SECONDS: Final = 30
BEGIN_SECONDS: Final = LEASE_SECONDS - TIMEOUT_SECONDS - 2
"""A mail is begun at most so long after its claim: the server's time, and ours to write it down, fit into the lease."""


class MailUnknown(NotFound):
    """There is no such mail here."""

    code = "mail_unknown"


class MailNotFailed(Conflict):
    """This mail did not fail: it was sent, or still will be."""

    code = "mail_not_failed"


async def send_mail(centre_id: UUID, mail_id: UUID) -> bool:
    """Send a mail that is due; return whether the server took it. What is sent, not due or claimed is left alone."""
    return await send_mails(centre_id, [mail_id]) == 1


async def send_mails(centre_id: UUID, mail_ids: Sequence[UUID]) -> int:
    """Send those of a centre's mails that are due, over one connection; return how many the server took.

    What is sent, not due or claimed is left alone. Each is marked as soon as it is taken, beside the next one's sending.
    """
    claimed = await _claim(centre_id, mail_ids)
    claimed_at = time.monotonic()
    taken = 0
    async with Connection(settings().smtp_url) as connection, _Marking(centre_id) as marking:
        for place, mail in enumerate(claimed):
            if time.monotonic() - claimed_at > BEGIN_SECONDS:
                await _claim_longer(centre_id, [one.id for one in claimed[place:]])
                claimed_at = time.monotonic()
            try:
                sender = f"halte@{mail_domain()}"
                message = compose(mail, sender=sender, files=await _files(centre_id, mail))
                await connection.hand_over(message, sender=sender, recipient=mail.recipient)
            except MailServerUnavailable as error:
                # Nor would it answer for the others: each would only wait as long.
                for one in claimed[place:]:
                    await _mark_failed(centre_id, one, _reason(error), final=False)
                break
            except (aiosmtplib.SMTPException, OSError, TimeoutError, NotFound, ValueError) as error:
                await _mark_failed(centre_id, mail, _reason(error), final=_is_final(error))
            else:
                marking.taken(mail.id)
                taken += 1
    return taken


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


async def _claim(centre_id: UUID, mail_ids: Sequence[UUID]) -> list[Outgoing]:
    """Claim those that are due, in their order: in the order of their ids, so that two claims never wait crosswise."""
    async with tenant_transaction(centre_id):
        rows = await fetch(
            f"""UPDATE mails SET attempts = attempts + 1, next_at = now() + interval '{LEASE_SECONDS} seconds'
                WHERE centre_id = $1 AND id IN (
                    SELECT id FROM mails WHERE centre_id = $1 AND id = ANY($2) AND state = 'queued' AND next_at <= now()
                    ORDER BY id FOR UPDATE)
                RETURNING id, sender_name, recipient, reply_to, subject, body_text, body_html, attachments, message_id,
                    attempts, created_at, thread_id""",
            centre_id,
            list(mail_ids),
        )
    claimed = (
        Outgoing(**{**dict(row), "attachments": msgspec.json.decode(row["attachments"], type=list[UUID])})
        for row in rows
    )
    return sorted(claimed, key=lambda mail: mail.id)


async def _claim_longer(centre_id: UUID, mail_ids: Sequence[UUID]) -> None:
    """Lengthen the lease of what is claimed and not begun, while it still holds."""
    async with tenant_transaction(centre_id):
        await execute(
            f"""UPDATE mails SET next_at = now() + interval '{LEASE_SECONDS} seconds'
                WHERE centre_id = $1 AND id = ANY($2) AND state = 'queued'""",
            centre_id,
            list(mail_ids),
        )


async def _files(centre_id: UUID, mail: Outgoing) -> list[File]:
    """Return what is attached; most mails have nothing, and ask nothing of the database."""
    if not mail.attachments:
        return []
    async with tenant_transaction(centre_id, read_only=True):
        return [await file(file_id) for file_id in mail.attachments]


class _Marking:
    """Marks as sent what the server took: at once, and what is taken meanwhile together by the next commit."""

    def __init__(self, centre_id: UUID) -> None:
        self._centre_id = centre_id
        self._waiting: list[UUID] = []
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "_Marking":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait until all is marked; what could not be raises here, once."""
        if self._task is not None:
            await self._task
        await self._mark()

    def taken(self, mail_id: UUID) -> None:
        """Have a mail marked."""
        self._waiting.append(mail_id)
        if self._task is None or self._task.done():
            if self._task is not None:
                self._task.result()
            self._task = asyncio.create_task(self._mark())

    async def _mark(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting, []
            await _mark_sent(self._centre_id, together)


async def _mark_sent(centre_id: UUID, mail_ids: Sequence[UUID]) -> None:
    async with tenant_transaction(centre_id):
        changed = await fetch(
            """UPDATE mails SET state = 'sent', sent_at = now(), error = NULL
               WHERE centre_id = $1 AND id = ANY($2) AND state <> 'sent' RETURNING id""",
            centre_id,
            list(mail_ids),
        )
        for row in changed:
            await record(MailSent(subject_id=row["id"]), actor=job("mail"))


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
