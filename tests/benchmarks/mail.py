"""The worker's mails against a plain smtplib loop, into the same sink: aiosmtpd, and one that costs next to nothing.

The loop does what a script would: a connection for each mail, no account of what was sent. The worker keeps the account,
and a connection for a handful.
"""

import asyncio
import logging
import os
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from urllib.parse import urlsplit
from uuid import UUID

from aiosmtpd.smtp import SMTP, Envelope, Session

from infra.checks.figures import Figure, at_least, at_most, ratio_of, side
from infra.services.ports import LOOPBACK
from infra.services.processes import wait_until
from tests.benchmarks.doors import prepared
from tests.servers import ROOT

MAILS, ROUNDS = 300, 3
TEXT = "Bonjour,\n\nNous avons bien reçu votre demande et vous répondons sous 48 heures.\n" * 4


class Bare(asyncio.Protocol):
    """The least that is a mail server: where the sink costs nothing, the rest is seen."""

    taken: list[float]
    """When each message was taken, by all connections."""

    def __init__(self, taken: list[float]) -> None:
        self.taken = taken
        self._buffer, self._in_message = b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer each line, and each message once it is whole."""
        self._buffer += data
        while self._buffer:
            end = self._buffer.find(b"\r\n.\r\n" if self._in_message else b"\r\n")
            if end < 0:
                return
            line, self._buffer = self._buffer[:end], self._buffer[end + (5 if self._in_message else 2) :]
            self._transport.write(self._answer(line))

    def _answer(self, line: bytes) -> bytes:
        if self._in_message:
            self._in_message = False
            self.taken.append(time.perf_counter())
            return b"250 kept\r\n"
        self._in_message = line[:4].upper() == b"DATA"
        if self._in_message:
            return b"354 go on\r\n"
        return b"221 bye\r\n" if line[:4].upper() == b"QUIT" else b"250 fine\r\n"


class Keeping:
    """aiosmtpd's handler: notes when each message was taken."""

    def __init__(self, taken: list[float]) -> None:
        self._taken = taken

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take it."""
        self._taken.append(time.perf_counter())
        return "250 kept"


@contextmanager
def sink(*, bare: bool) -> Iterator[tuple[str, list[float]]]:
    """Run the sink in a thread; give its address and what it took."""
    taken: list[float] = []
    loop = asyncio.new_event_loop()

    def conversation() -> asyncio.Protocol:
        return Bare(taken) if bare else SMTP(Keeping(taken), loop=loop)

    server = loop.run_until_complete(loop.create_server(conversation, LOOPBACK, 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield f"smtp://{LOOPBACK}:{server.sockets[0].getsockname()[1]}", taken
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.close()


def plain_loop(url: str) -> float:
    """Send by smtplib, one after the other; return how many a second."""
    at = urlsplit(url)
    began = time.perf_counter()
    for number in range(MAILS):
        message = EmailMessage()
        message["From"], message["To"] = "halte@example.org", "morel@college-ferry.example"
        message["Subject"], message["Message-ID"] = "Votre demande", f"<{number}@example.org>"
        message.set_content(TEXT)
        with smtplib.SMTP(at.hostname or "", at.port or 25) as server:
            server.send_message(message)
    return MAILS / (time.perf_counter() - began)


def by_a_loop(url: str) -> float:
    """Have a process of its own run the loop: here it would share its interpreter with the sink."""
    program = f"from tests.benchmarks.mail import plain_loop; print(plain_loop({url!r}))"
    return float(subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True).stdout)


async def queued(centre_id: UUID) -> None:
    """Queue the mails, each in a transaction of its own."""
    from infra.actor import job
    from infra.database import tenant_transaction
    from infra.ids import new_id
    from infra.mail import queue_mail

    for _ in range(MAILS):
        async with tenant_transaction(centre_id):
            await queue_mail(
                key=str(new_id()),
                subject_kind="enquiry",
                subject_id=new_id(),
                recipient="morel@college-ferry.example",
                subject="Votre demande",
                text=TEXT,
                sender_name="Centre de Kerfany",
                actor=job("bench"),
            )


async def sent(centre_id: UUID) -> int:
    """Count the mails marked as sent."""
    from infra.database import fetch_value, tenant_transaction

    async with tenant_transaction(centre_id, read_only=True):
        return int(await fetch_value("SELECT count(*) FROM mails WHERE centre_id = $1 AND state = 'sent'", centre_id))


def by_the_workers(centre_id: UUID, taken: list[float]) -> float:
    """Queue mails and let `halte work` send them all; return how many a second, from the first to the last."""
    taken.clear()
    prepared(lambda: queued(centre_id))
    process = subprocess.Popen(
        [sys.executable, "-m", "infra", "work"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        if not wait_until(lambda: len(taken) >= MAILS, timeout_seconds=120, pause_seconds=0.2):
            raise RuntimeError(f"halte work sent {len(taken)} of {MAILS} mails in two minutes")
        rate = (MAILS - 1) / (taken[MAILS - 1] - taken[0])
        time.sleep(1)
    finally:
        process.terminate()
        process.wait(40)
    return rate


def into(*, bare: bool) -> tuple[list[float], list[float], int]:
    """Measure both in turns; return our rates, the loop's, and how many mails the sink took that are not marked so."""
    from infra.ids import new_id

    ours, theirs, missing = [], [], 0
    with sink(bare=bare) as (url, taken):
        os.environ["HALTE_SMTP_URL"] = url
        for _ in range(ROUNDS):
            centre_id = new_id()
            ours.append(by_the_workers(centre_id, taken))
            missing += abs(MAILS - prepared(lambda centre_id=centre_id: sent(centre_id)))  # type: ignore[misc]
            theirs.append(by_a_loop(url))
    return ours, theirs, missing


def measure() -> list[Figure]:
    """Measure into both sinks."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    ours, theirs, missing = into(bare=False)
    ours_bare, theirs_bare, missing_bare = into(bare=True)
    return [
        at_least(
            "mails by halte work: rate of a plain smtplib loop, into aiosmtpd",
            ratio_of(ours, theirs),
            0.9,
            unit="×",
            sides=[side("halte work", ours, unit="/s"), side("smtplib loop", theirs, unit="/s")],
            note="ours: claimed, composed, sent, marked and told to the outbox, each committed",
        ),
        Figure(
            name="the same, into a sink that costs nothing",
            value=ratio_of(ours_bare, theirs_bare),
            unit="×",
            sides=(side("halte work", ours_bare, unit="/s"), side("smtplib loop", theirs_bare, unit="/s")),
        ),
        at_most("mails sent but not marked so", missing + missing_bare, 0, unit="", must=True),
    ]
