"""Finding a room by a part of its name. Called inside a transaction."""

from uuid import UUID

import msgspec

from infra.database import fetch


class FoundRoom(msgspec.Struct, frozen=True, kw_only=True):
    """A room in a list of answers."""

    id: UUID
    name: str
    building: str
    floor: str
    room_type: str


async def rooms_named(centre_id: UUID, text: str, *, limit: int) -> list[FoundRoom]:
    """Return the rooms whose name holds a text, capitals or not: the one called so first, then in the house's order."""
    rows = await fetch(
        """SELECT id, name, building, floor, room_type FROM rooms
           WHERE centre_id = $1 AND strpos(lower(name), lower($2)) > 0
           ORDER BY lower(name) <> lower($2), strpos(lower(name), lower($2)) > 1, sort_key, id LIMIT $3""",
        centre_id,
        text.strip(),
        limit,
    )
    return [FoundRoom(**row) for row in rows]
