"""Every read of rooms and of what is free. The centre comes first."""

from datetime import date, timedelta
from uuid import UUID

from infra.database import fetch, fetch_row
from infra.errors import NotFound
from tenants.rooms.rules import LONGEST_NIGHTS, Bed, FreeRoom, Room

_ROOMS = """
    SELECT room.id, room.version, room.name, room.building, room.floor, room.room_type, room.dormitory, room.accessible,
           coalesce(bed.ids, '{}') AS bed_ids, bed.labels, bed.kinds
    FROM rooms AS room
    LEFT JOIN (SELECT room_id, array_agg(id ORDER BY position) AS ids, array_agg(label ORDER BY position) AS labels,
                      array_agg(kind ORDER BY position) AS kinds
               FROM beds WHERE centre_id = $1 GROUP BY room_id) AS bed ON bed.room_id = room.id
    WHERE room.centre_id = $1
    ORDER BY room.sort_key, room.id
"""


class RoomUnknown(NotFound):
    """The centre has no such room."""

    code = "room_unknown"


async def rooms(centre_id: UUID) -> list[Room]:
    """Return the centre's rooms with their beds, in the house's order."""
    return [
        Room(
            id=row["id"],
            version=row["version"],
            name=row["name"],
            building=row["building"],
            floor=row["floor"],
            room_type=row["room_type"],
            dormitory=row["dormitory"],
            accessible=row["accessible"],
            beds=tuple(
                Bed(bed_id, label, kind)
                for bed_id, label, kind in zip(row["bed_ids"], row["labels"] or (), row["kinds"] or (), strict=True)
            ),
        )
        for row in await fetch(_ROOMS, centre_id)
    ]


async def room(centre_id: UUID, room_id: UUID) -> Room:
    """Return one room with its beds.

    Raises:
        RoomUnknown: the centre has none of this id.
    """
    for found in await rooms(centre_id):
        if found.id == room_id:
            return found
    raise RoomUnknown()


async def free_rooms(
    centre_id: UUID, arrival: date, departure: date, *, but_stay: UUID | None = None
) -> list[FreeRoom]:
    """Return what of each room is free for all the nights, in the house's order; a private room whole or not at all.

    What `but_stay` holds itself counts as free for it. Plain dates on a btree: no hold is longer than 400 nights, so both ends of the index are bounded.
    """
    rows = await fetch(
        """WITH held AS MATERIALIZED (
               SELECT DISTINCT bed_id FROM bed_holds
               WHERE centre_id = $1 AND departure > $2 AND departure < $4 AND arrival < $3
                 AND ($5::uuid IS NULL OR stay_id IS DISTINCT FROM $5))
           SELECT room.id, room.name, room.room_type, room.dormitory, room.accessible, count(*) AS whole,
                  trim(room.building || ' ' || room.floor) AS floor,
                  array_agg(bed.id ORDER BY bed.position) FILTER (WHERE held.bed_id IS NULL) AS free
           FROM rooms AS room
           JOIN beds AS bed ON bed.centre_id = $1 AND bed.room_id = room.id
           LEFT JOIN held ON held.bed_id = bed.id
           WHERE room.centre_id = $1
           GROUP BY room.id
           HAVING count(*) FILTER (WHERE held.bed_id IS NULL) = count(*)
               OR (room.dormitory AND count(*) FILTER (WHERE held.bed_id IS NULL) > 0)
           ORDER BY room.sort_key, room.id""",
        centre_id,
        arrival,
        departure,
        departure + timedelta(days=LONGEST_NIGHTS),
        but_stay,
    )
    return [
        FreeRoom(
            room_id=row["id"],
            room=row["name"],
            room_type=row["room_type"],
            dormitory=row["dormitory"],
            accessible=row["accessible"],
            free_bed_ids=tuple(row["free"]),
            whole=row["whole"],
            floor=row["floor"],
        )
        for row in rows
    ]


async def bed_count(centre_id: UUID) -> int:
    """Return how many beds the centre has, out of service or not."""
    row = await fetch_row("SELECT count(*) AS beds FROM beds WHERE centre_id = $1", centre_id)
    return 0 if row is None else int(row["beds"])
