"""The connection to the mail server: opened for a handful of mails, one after the other, and made again when it is lost."""

import asyncio
from types import TracebackType
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

from infra.errors import Unavailable

TIMEOUT_SECONDS: Final = 20
CONNECT_SECONDS: Final = 10


class MailServerUnavailable(Unavailable):
    """The mail server does not answer, or does not take the message now."""

    code = "mail_server_unavailable"


class Connection:
    """An async context manager: the connection opens with the first message and closes with the block."""

    def __init__(self, url: str) -> None:
        """Take the address (`smtp://user:password@host:port`, `smtps://…`); nothing is connected yet."""
        self._url = url
        self._client: aiosmtplib.SMTP | None = None

    async def __aenter__(self) -> "Connection":
        """Begin."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say goodbye where somebody still listens."""
        if self._client is not None:
            await _close(self._client)

    async def hand_over(self, message: bytes, *, sender: str, recipient: str) -> None:
        """Give the server one message as it goes over the wire: returning means that it took it.

        Raises:
            MailServerUnavailable: no server is named, or it cannot be reached.
            aiosmtplib.SMTPException: it refused, or went away in the middle.
            TimeoutError: it took longer than `TIMEOUT_SECONDS`.
        """
        async with asyncio.timeout(TIMEOUT_SECONDS):
            reused = self._client is not None
            try:
                await self._hand_over(message, sender=sender, recipient=recipient)
            except aiosmtplib.SMTPException as error:
                if not (reused and _ended_the_conversation(error)):
                    raise
                # Many servers take only so many messages by one connection, or leave after a while.
                await self._hand_over(message, sender=sender, recipient=recipient)

    async def _hand_over(self, message: bytes, *, sender: str, recipient: str) -> None:
        client = await self._connected()
        try:
            await client.sendmail(sender, [recipient], message)
        except BaseException:
            # Whatever state the conversation is in, the next message begins another.
            self._client = None
            client.close()
            raise

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is not None:
            return self._client
        where = urlsplit(self._url)
        if not where.hostname:
            raise MailServerUnavailable("HALTE_SMTP_URL is not set: it names the mail server")
        client = aiosmtplib.SMTP(
            hostname=where.hostname,
            port=where.port,
            username=unquote(where.username) if where.username else None,
            password=unquote(where.password) if where.password else None,
            use_tls=where.scheme == "smtps",
            timeout=TIMEOUT_SECONDS,
        )
        try:
            await client.connect(timeout=CONNECT_SECONDS)
        except (
            aiosmtplib.SMTPConnectError,
            aiosmtplib.SMTPTimeoutError,
            aiosmtplib.SMTPServerDisconnected,
            OSError,
        ) as error:
            client.close()
            raise MailServerUnavailable(f"{type(error).__name__}: {error}") from error
        except BaseException:
            client.close()
            raise
        self._client = client
        return client


async def _close(client: aiosmtplib.SMTP) -> None:
    try:
        async with asyncio.timeout(2):
            await client.quit()
    except (aiosmtplib.SMTPException, OSError):
        client.close()


def _ended_the_conversation(error: aiosmtplib.SMTPException) -> bool:
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return error.code == aiosmtplib.SMTPStatus.domain_unavailable
    return isinstance(error, aiosmtplib.SMTPServerDisconnected)
