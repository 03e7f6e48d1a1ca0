"""Where other programs drop files: each kind gives back the files that lie there, and changes nothing."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

import asyncssh
import httpx
import msgspec

from tenants.connections.rules import Connection, DropUnavailable, Kind

SECONDS: Final = 60.0
LARGEST_BYTES: Final = 50_000_000
MOST_FILES: Final = 50
ENDINGS: Final = (".csv", ".csv.gz", ".xlsx")


class DroppedFile(msgspec.Struct, frozen=True):
    """A file that lies there."""

    name: str
    content: bytes


Drop = Callable[[Connection, str], Awaitable[list[DroppedFile]]]
"""Told the connection and its secret, it fetches the files, the oldest first.

Raises:
    DropUnavailable: nobody answers, or lets nobody in; the message says so without the secret.
"""


async def from_https(connection: Connection, secret: str) -> list[DroppedFile]:
    """Fetch the one file at an address, with the key as a bearer's where there is one."""
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    try:
        async with (
            httpx.AsyncClient(timeout=SECONDS, headers=headers, follow_redirects=False) as client,
            client.stream("GET", connection.url) as answer,
        ):
            if answer.status_code != 200:
                raise DropUnavailable(f"{connection.name}: HTTP {answer.status_code}")
            content = bytearray()
            async for part in answer.aiter_bytes():
                content += part
                if len(content) > LARGEST_BYTES:
                    raise DropUnavailable(f"{connection.name}: more than {LARGEST_BYTES:,} bytes")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DropUnavailable(f"{connection.name}: {type(error).__name__}") from error
    name = PurePosixPath(unquote(urlsplit(connection.url).path)).name
    return [DroppedFile(name or connection.name, bytes(content))]


async def from_sftp(connection: Connection, secret: str) -> list[DroppedFile]:
    """Fetch the tables in a folder of a server that proves its key; the oldest first."""
    place = urlsplit(connection.url)
    folder = unquote(place.path) or "."
    try:
        known = asyncssh.import_known_hosts(f"* {connection.host_key}\n")
        async with (
            asyncssh.connect(
                place.hostname or "",
                place.port or 22,
                username=connection.login,
                password=secret,
                client_keys=None,
                known_hosts=known,
                config=None,
                agent_path=None,
                login_timeout=SECONDS,
            ) as line,
            line.start_sftp_client() as client,
        ):
            lying = [
                entry
                for entry in await client.readdir(folder)
                if str(entry.filename).lower().endswith(ENDINGS) and (entry.attrs.size or 0) <= LARGEST_BYTES
            ]
            lying.sort(key=lambda entry: (entry.attrs.mtime or 0, str(entry.filename)))
            found = []
            for entry in lying[-MOST_FILES:]:
                path = str(PurePosixPath(folder, str(entry.filename)))
                async with client.open(path, "rb", encoding=None) as file:
                    content = await file.read()
                found.append(DroppedFile(str(entry.filename), _raw(content)))
            return found
    except (OSError, ValueError, asyncssh.Error, TimeoutError) as error:
        raise DropUnavailable(f"{connection.name}: {type(error).__name__}") from error


def _raw(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content


DROPS: Final[Mapping[Kind, Drop]] = {Kind.HTTPS: from_https, Kind.SFTP: from_sftp}
"""The one interface and its kinds; a webhook is no drop: it calls."""
