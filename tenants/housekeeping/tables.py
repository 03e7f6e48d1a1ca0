"""How a room was last marked, and the phones on which it is done."""

from piccolo.columns import UUID, BigInt, Bytea, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class RoomState(
    Table, db=DB, tablename="room_states", help_text="The last mark on a room; a departure since makes it dirty."
):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    room_id = UUID(default=None)
    state = Text(default=None, help_text="dirty, clean or inspected.")
    marked_at = Timestamptz(default=None)
    marked_by = Text(default=None)
    version = BigInt(default=None)


class HousekeepingPhone(
    Table,
    db=DB,
    tablename="housekeeping_phones",
    help_text="A phone that shows the rooms, known by a token kept hashed.",
):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    name = Text(default=None)
    token_hash = Bytea(default=None, help_text="SHA-256.")
    paired_at = Timestamptz(default=None)
    unpaired_at = Timestamptz(null=True, default=None)
