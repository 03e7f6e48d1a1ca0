"""Connections to other programs that hand client cards over."""

from datetime import datetime
from typing import Literal

from server.contract.basics import Wire
from server.contract.imports import ImportRun


class ConnectionChange(Wire, frozen=True):
    """A connection as it is to be; without a `secret` the one it has stays, as long as its place does.

    `https` fetches the file at `url`, `sftp` the tables in that folder of a server with that `host_key`; a `webhook` calls.
    """

    kind: Literal["https", "sftp", "webhook"]
    mapping: str = "standard"
    url: str = ""
    login: str = ""
    host_key: str = ""
    secret: str | None = None


class NewConnection(ConnectionChange, frozen=True, kw_only=True):
    """A connection to set up, under a name that none has yet: its cards are known by it."""

    name: str


class Connection(Wire, frozen=True):
    """A connection, and how it went last. `webhook_url` is where a webhook calls.

    While `asked_at` is set, a collection is awaited; of a `paused_at`, nothing comes in. `last_code` says what went wrong.
    """

    name: str
    kind: str
    mapping: str
    url: str
    login: str
    host_key: str
    has_secret: bool
    last_at: datetime | None
    last_error: str
    last_new: int
    webhook_url: str = ""
    last_code: str | None = None
    paused_at: datetime | None = None
    asked_at: datetime | None = None
    last_run: ImportRun | None = None


class ConnectionKept(Wire, frozen=True):
    """A connection was kept; of a new webhook, where it calls and the `key` that it signs with, shown this once."""

    key: str | None = None
    webhook_url: str = ""
