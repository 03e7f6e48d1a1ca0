"""A mail server that keeps what it is given, and can be told to be slow or to refuse."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from infra.services.ports import free_port


class MailServer:
    """What came in, oldest first; `answers` are given to the next messages instead of taking them, then all are taken."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.answers: list[str] = []
        self.delay_seconds = 0.0
        self.begun = 0
        """How many messages were handed over, kept or not."""
        self.peers: set[object] = set()
        """Who handed them over: one for each connection."""
        self.one_each = False
        """Whether a second message by one connection is told 421."""
        self.url = ""

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Begin a message, unless this connection has had its share."""
        if self.one_each and session.peer in self.peers:
            return "421 4.7.0 Enough by this connection"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a message, or give the next answer."""
        self.begun += 1
        self.peers.add(session.peer)
        await asyncio.sleep(self.delay_seconds)
        if self.answers:
            return self.answers.pop(0)
        assert isinstance(envelope.content, bytes)
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 kept"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a mail server on loopback."""
    server = MailServer()
    port = free_port()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    server.url = f"smtp://127.0.0.1:{port}"
    try:
        yield server
    finally:
        controller.stop()
