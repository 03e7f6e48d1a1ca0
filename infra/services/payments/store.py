"""Keep everything in one SQLite file, so that the simulator comes back as it was after any death.

Objects are rows of JSON, found by account and id; webhooks to send and what became of them stand in `deliveries.py`.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from infra.services.payments.objects import StripeObject

Kind = TypeVar("Kind", bound=StripeObject)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    parent TEXT,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS objects_account_kind ON objects (account, kind, position);
CREATE INDEX IF NOT EXISTS objects_parent ON objects (parent, position);
CREATE TABLE IF NOT EXISTS answers (
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    request_id TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (account, key)
);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL,
    account TEXT NOT NULL,
    copy INTEGER NOT NULL,
    recorded_at REAL NOT NULL,
    due_at REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'pending'
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, due_at);
CREATE TABLE IF NOT EXISTS attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
    event_id TEXT NOT NULL,
    copy INTEGER NOT NULL,
    sent_at REAL NOT NULL,
    status INTEGER,
    error TEXT
);
CREATE INDEX IF NOT EXISTS attempts_event ON attempts (event_id, id);
CREATE TABLE IF NOT EXISTS platforms (account TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS controls (name TEXT PRIMARY KEY, body BLOB NOT NULL);
"""


class Store:
    """The file. Used from one thread; every change is inside `transaction()`."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all of it or nothing."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def save(self, account: str, thing: StripeObject, *, parent: str | None = None) -> None:
        """Write an object, new or changed. `parent` is the object that it is a part of."""
        self.connection.execute(
            "INSERT INTO objects (account, kind, id, parent, body) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (account, thing.object, thing.id, parent, msgspec.json.encode(thing).decode()),
        )

    def find(self, account: str, kind: type[Kind], object_id: str) -> Kind | None:
        """Return the account's object of that kind and id, if any."""
        row = self.connection.execute(
            "SELECT body FROM objects WHERE account = ? AND kind = ? AND id = ?", (account, kind_name(kind), object_id)
        ).fetchone()
        return msgspec.json.decode(row[0], type=kind) if row else None

    def owner(self, object_id: str) -> str | None:
        """Return the account that an id belongs to, if it exists."""
        row = self.connection.execute("SELECT account FROM objects WHERE id = ?", (object_id,)).fetchone()
        return str(row[0]) if row else None

    def add_platform(self, account: str) -> None:
        """Remember that an account is a key's own, so not a connected one."""
        self.connection.execute("INSERT OR IGNORE INTO platforms (account) VALUES (?)", (account,))

    def is_connected(self, account: str) -> bool:
        """Tell whether an account is only ever reached through `Stripe-Account`."""
        found = self.connection.execute("SELECT 1 FROM platforms WHERE account = ?", (account,)).fetchone()
        return found is None

    def parts(self, kind: type[Kind], parent: str) -> list[Kind]:
        """Return the parts of an object, in the order they were made."""
        rows = self.connection.execute(
            "SELECT body FROM objects WHERE parent = ? AND kind = ? ORDER BY position", (parent, kind_name(kind))
        )
        return [msgspec.json.decode(row[0], type=kind) for row in rows]

    def newest(self, kind: type[Kind], *, limit: int) -> list[Kind]:
        """Return the newest objects of a kind, of all accounts."""
        rows = self.connection.execute(
            "SELECT body FROM objects WHERE kind = ? ORDER BY position DESC LIMIT ?", (kind_name(kind), limit)
        )
        return [msgspec.json.decode(row[0], type=kind) for row in rows]

    def overdue(self, kind: type[Kind], *, status: str, now: int) -> list[tuple[str, Kind]]:
        """Return (account, object) for those of `status` whose `expires_at` has come."""
        rows = self.connection.execute(
            "SELECT account, body FROM objects WHERE kind = ? AND json_extract(body, '$.status') = ?"
            " AND json_extract(body, '$.expires_at') <= ? ORDER BY position",
            (kind_name(kind), status, now),
        )
        return [(str(account), msgspec.json.decode(body, type=kind)) for account, body in rows]


def kind_name(kind: type[StripeObject]) -> str:
    """Return what the kind writes under `object`, which is the default of that field."""
    for field in msgspec.structs.fields(kind):
        if field.name == "object":
            return str(field.default)
    raise TypeError(f"{kind.__name__} has no object name")
