"""Keep mails and controls in one SQLite file, so that they survive any death of the program."""

import sqlite3
from datetime import datetime
from pathlib import Path

import msgspec

from infra import clock
from infra.services.mailbox import messages
from infra.services.mailbox.controls import Controls
from infra.services.mailbox.messages import Message

_SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received TEXT NOT NULL,
    recipients BLOB NOT NULL,
    raw BLOB NOT NULL,
    shown BLOB
);
CREATE TABLE IF NOT EXISTS controls (name TEXT PRIMARY KEY, body BLOB NOT NULL);
"""


class Store:
    """The file. Used from one thread. `public_url` begins the address of each mail."""

    def __init__(self, path: Path, *, public_url: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.public_url = public_url
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def add(self, raw: bytes, *, recipients: list[str]) -> int:
        """Store a mail as it came and return its id."""
        now = clock.now()
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            inserted = self.connection.execute(
                "INSERT INTO messages (received, recipients, raw) VALUES (?, ?, ?)",
                (now.isoformat(), msgspec.json.encode(recipients), raw),
            )
            number = int(inserted.lastrowid or 0)
            shown = self._read(raw, number=number, recipients=recipients, received=now)
            self.connection.execute("UPDATE messages SET shown = ? WHERE id = ?", (msgspec.json.encode(shown), number))
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")
        return number

    def newest(self, *, limit: int = -1) -> list[Message]:
        """Return the mails, newest first; all of them without a limit."""
        rows = self.connection.execute("SELECT id, shown FROM messages ORDER BY id DESC LIMIT ?", (limit,))
        return [self._shown(int(number), shown) for number, shown in rows]

    def find(self, number: int) -> Message | None:
        """Return one mail."""
        row = self.connection.execute("SELECT shown FROM messages WHERE id = ?", (number,)).fetchone()
        return self._shown(number, row[0]) if row else None

    def raw(self, number: int) -> bytes | None:
        """Return one mail's bytes as they came."""
        row = self.connection.execute("SELECT raw FROM messages WHERE id = ?", (number,)).fetchone()
        return bytes(row[0]) if row else None

    def clear(self) -> None:
        """Forget every mail."""
        self.connection.execute("DELETE FROM messages")

    def controls(self) -> Controls:
        """Return the controls as they are."""
        row = self.connection.execute("SELECT body FROM controls WHERE name = 'controls'").fetchone()
        return msgspec.json.decode(row[0], type=Controls) if row else Controls()

    def set_controls(self, controls: Controls) -> None:
        """Write the controls."""
        self.connection.execute(
            "INSERT INTO controls (name, body) VALUES ('controls', ?)"
            " ON CONFLICT (name) DO UPDATE SET body = excluded.body",
            (msgspec.json.encode(controls),),
        )

    def take_refusal(self) -> int | None:
        """Count one refusal off and return its SMTP code; None when this mail is to be taken."""
        before = self.controls()
        if before.refuse_next == 0:
            return None
        self.set_controls(msgspec.structs.replace(before, refuse_next=before.refuse_next - 1))
        return before.refuse_code

    def _read(self, raw: bytes, *, number: int, recipients: list[str], received: datetime) -> Message:
        return messages.read(raw, message_id=number, url=self._url(number), recipients=recipients, received=received)

    def _shown(self, number: int, shown: bytes) -> Message:
        """The port may have changed since the mail came: its address is written anew."""
        message = msgspec.json.decode(shown, type=Message)
        return msgspec.structs.replace(message, url=self._url(number))

    def _url(self, number: int) -> str:
        return f"{self.public_url}/messages/{number}"
