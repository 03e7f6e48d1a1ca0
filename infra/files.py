"""Files kept in the database beside what they belong to: attachments, quotes as PDF. Never changed, only replaced."""

import hashlib
from uuid import UUID

import msgspec

from infra.clock import now
from infra.database import current_centre, execute, fetch_row
from infra.errors import NotFound
from infra.ids import new_id


class FileUnknown(NotFound):
    """There is no such file here."""

    code = "file_unknown"


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file with its content."""

    id: UUID
    name: str
    media_type: str
    content: bytes


async def save_file(name: str, media_type: str, content: bytes) -> UUID:
    """Keep a file for the centre of the transaction under way and return its id."""
    file_id = new_id()
    await execute(
        """INSERT INTO files (id, centre_id, name, media_type, content, digest, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        file_id,
        current_centre(),
        name,
        media_type,
        content,
        hashlib.sha256(content).hexdigest(),
        now(),
    )
    return file_id


async def file(file_id: UUID) -> File:
    """Return a file of the centre.

    Raises:
        FileUnknown: the centre has none with this id.
    """
    row = await fetch_row(
        "SELECT id, name, media_type, content FROM files WHERE centre_id = $1 AND id = $2", current_centre(), file_id
    )
    if row is None:
        raise FileUnknown
    return File(**dict(row))
