"""The door through which clients' answers come back: a mail server for our reply addresses, and nothing else.

The public mail server in front (which does TLS, SPF, spam) hands over by SMTP or LMTP on loopback. An address is taken
only if its signature is ours; a message is answered with 250 after it stands in the thread, 451 where it could not be
written now, so that the server in front tries again: nothing is lost and nothing is kept twice.
"""

import asyncio
from typing import Final
from uuid import UUID

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from infra.actor import Actor, ActorKind
from infra.errors import Invalid, NotFound
from infra.mail.incoming import Incoming, read_mail
from infra.mail.operations import mail_domain
from infra.pools import Role, close_pools, open_pools
from infra.settings import settings
from infra.signing import LinkInvalid, read_address
from tenants.enquiries.conversation import Attached, client_wrote, leave_note
from tenants.enquiries.correspondence import ADDRESS_PURPOSE
from tenants.enquiries.queries import centre_of
from workers.lifetime import ending
from workers.metrics import JOBS, show_metrics

LARGEST_MAIL_BYTES: Final = 25 * 1024 * 1024
PREFIX: Final = "fil+"
NO_SUCH_ADDRESS: Final = "550 5.1.1 No such address"

_log = structlog.get_logger("workers.inbound")


class Listener(SMTP):
    """SMTP that also answers LMTP's greeting; one recipient a message, so that one reply is enough for both."""

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, hostname: str) -> None:  # noqa: N802 - the protocol's name
        """Greet as LMTP does."""
        await self.smtp_EHLO(hostname)


class ReplyAddresses:
    """Takes mails to `fil+TOKEN@` our domain."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take one recipient whose signature is ours."""
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient at a time"
        if thread_of(address) is None:
            return NO_SUCH_ADDRESS
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Write the message into its thread, then say so."""
        assert isinstance(envelope.content, bytes)
        enquiry_id = thread_of(envelope.rcpt_tos[0])
        if enquiry_id is None:
            return NO_SUCH_ADDRESS
        answer = await take(enquiry_id, envelope.content, from_nobody=not envelope.mail_from)
        JOBS.labels("inbound", answer[:3]).inc()
        return answer


def thread_of(address: str) -> UUID | None:
    """Return the enquiry that an address of ours is signed for, None for any other address."""
    local, _, domain = address.rpartition("@")
    if domain.lower() != mail_domain().lower() or not local.lower().startswith(PREFIX):
        return None
    try:
        return read_address(ADDRESS_PURPOSE, local[len(PREFIX) :])
    except LinkInvalid:
        return None


async def take(enquiry_id: UUID, raw: bytes, *, from_nobody: bool = False) -> str:
    """Put a mail into a thread and return the SMTP reply.

    Args:
        enquiry_id: whose signature was checked.
        raw: the message.
        from_nobody: its return path is empty, as a delivery report's is.
    """
    try:
        mail = read_mail(raw)
        centre_id = await centre_of(enquiry_id)
        if centre_id is None:
            return NO_SUCH_ADDRESS
        await _write(centre_id, enquiry_id, mail, automatic=mail.automatic or from_nobody)
    except NotFound:
        return NO_SUCH_ADDRESS
    except Invalid:
        return "554 5.6.0 This message is empty or cannot be read"
    except Exception as error:  # noqa: BLE001 - whatever it was, a mail is put off rather than lost
        _log.error("inbound_put_off", error=repr(error), exc_info=error)
        return "451 4.3.0 Try again later"
    return "250 2.0.0 Taken"


async def _write(centre_id: UUID, enquiry_id: UUID, mail: Incoming, *, automatic: bool) -> None:
    if automatic:
        # An absence or a delivery report is seen by staff, and neither rings nor waits for an answer.
        text = f"{mail.subject}\n\n{mail.text}".strip()[:5_000]
        robot = Actor(kind=ActorKind.JOB, name=f"Réponse automatique ({mail.author})", address="mail")
        await leave_note(centre_id, enquiry_id, text or "(vide)", actor=robot)
        return
    attached = [
        Attached(
            name=part.name,
            media_type=part.media_type,
            content=b"" if part.refused else part.content,
            size_bytes=len(part.content),
            refused=part.refused,
        )
        for part in mail.parts
    ]
    await client_wrote(
        centre_id,
        enquiry_id,
        mail.text or mail.subject,
        external_id=mail.message_id or None,
        attachments=attached,
        actor=Actor(kind=ActorKind.CLIENT, name=mail.author or mail.sender or "?", address="mail"),
    )


async def listen(stopped: asyncio.Event, *, host: str, port: int) -> None:
    """Take mails until `stopped`."""
    await open_pools(Role.APP, Role.NETWORK, size=4)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Listener(
            ReplyAddresses(),
            data_size_limit=LARGEST_MAIL_BYTES,
            hostname=mail_domain(),
            ident="Halte",
            timeout=60,
            loop=loop,
        ),
        host,
        port,
    )
    _log.info("listening", host=host, port=port)
    try:
        await stopped.wait()
    finally:
        server.close()
        await close_pools()


async def run() -> None:
    """Listen on `HALTE_INBOUND_PORT` until this process is told to end."""
    await listen(ending(), host=settings().inbound_host, port=settings().inbound_port)


def main(metrics_port: int) -> None:
    """Be this process of `halte work`, showing its metrics on a port; 0 shows none."""
    show_metrics(metrics_port)
    asyncio.run(run())
