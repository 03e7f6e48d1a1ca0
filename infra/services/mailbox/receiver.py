"""Take mails over SMTP."""

import asyncio
import ssl
from collections.abc import Callable

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from infra.services.mailbox import controls
from infra.services.mailbox.store import Store

HOST_NAME = "mailbox.halte.localhost"


class Receiver:
    """Takes any mail from anyone to anyone, unless the controls say otherwise."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        """Store a mail, then say so."""
        asked = self.store.controls()
        if asked.delay_ms:
            await asyncio.sleep(asked.delay_ms / 1000)
        refused_with = self.store.take_refusal()
        if refused_with is not None:
            return controls.refusal(refused_with)
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else bytes(content or b"")
        number = self.store.add(raw, recipients=[str(recipient) for recipient in envelope.rcpt_tos])
        return f"250 2.0.0 OK, stored as {number}"


def connections(store: Store, *, size_limit: int, certificate: ssl.SSLContext | None) -> Callable[[], SMTP]:
    """Return what answers each connection. Any user and password are right."""
    receiver = Receiver(store)

    def accept() -> SMTP:
        return SMTP(
            receiver,
            data_size_limit=size_limit,
            enable_SMTPUTF8=True,
            hostname=HOST_NAME,
            ident="Halte mailbox",
            tls_context=certificate,
            auth_require_tls=False,
            authenticator=lambda *_: AuthResult(success=True),
            loop=asyncio.get_running_loop(),
        )

    return accept
