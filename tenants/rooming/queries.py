"""Every read of rooming lists. The centre comes first."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from infra.database import Row, fetch, fetch_row
from infra.errors import NotFound
from tenants.rooming.rules import Completeness, Entry, EntryFields, GroupRoom, completeness
from tenants.stays.queries import Stay
from tenants.stays.queries import stay as stay_of


class EntryUnknown(NotFound):
    """There is no such person on this list."""

    code = "rooming_entry_unknown"


class RoomingList(msgspec.Struct, frozen=True, kw_only=True):
    """A group's list, whole."""

    stay: Stay
    rooms: tuple[GroupRoom, ...]
    entries: tuple[Entry, ...]
    opened_at: datetime | None
    submitted_at: datetime | None
    submitted_by: str

    @property
    def expected(self) -> int:
        """How many are to come, counted or else expected; 0 while nobody knows."""
        return self.stay.pax if self.stay.pax is not None else self.stay.fields.expected_pax or 0

    @property
    def completeness(self) -> Completeness:
        """How far the list is."""
        return completeness(self.entries, expected=self.expected)


_ENTRIES = """
    SELECT entry.id, entry.version, entry.position, entry.last_name, entry.first_name, entry.role, entry.sex, entry.age,
           entry.responsible, entry.phone, entry.room_id, entry.bed_id, entry.diet, entry.allergies, entry.access_needs,
           entry.notes, coalesce(room.name, '') AS room, coalesce(bed.label, '') AS bed
    FROM rooming_entries AS entry LEFT JOIN rooms AS room ON room.centre_id = $1 AND room.id = entry.room_id
        LEFT JOIN beds AS bed ON bed.centre_id = $1 AND bed.id = entry.bed_id AND bed.room_id = entry.room_id
    WHERE entry.centre_id = $1 AND {where} ORDER BY entry.position, entry.id
"""


async def rooming_list(centre_id: UUID, stay_id: UUID) -> RoomingList:
    """Return a stay's list, empty where nobody has begun it.

    Raises:
        StayUnknown: the centre has no such stay.
    """
    stay = await stay_of(centre_id, stay_id)
    row = await fetch_row(
        "SELECT opened_at, submitted_at, submitted_by FROM rooming_lists WHERE centre_id = $1 AND stay_id = $2",
        centre_id,
        stay_id,
    )
    rooms = tuple(await group_rooms(centre_id, stay))
    here = {room.id for room in rooms}
    return RoomingList(
        stay=stay,
        rooms=rooms,
        # Who had a room that the group lost sleeps nowhere yet.
        entries=tuple(
            found if found.fields.room_id in here else _without_room(found)
            for found in await entries(centre_id, stay_id)
        ),
        opened_at=row["opened_at"] if row else None,
        submitted_at=row["submitted_at"] if row else None,
        submitted_by=row["submitted_by"] if row else "",
    )


async def entries(centre_id: UUID, stay_id: UUID) -> list[Entry]:
    """Return a stay's people, in the order they were written down."""
    return [_entry(row) for row in await fetch(_ENTRIES.format(where="entry.stay_id = $2"), centre_id, stay_id)]


async def entries_of(centre_id: UUID, stay_ids: Sequence[UUID]) -> dict[UUID, list[Entry]]:
    """Return the people of several stays, by stay, in one query."""
    rows = await fetch(
        _ENTRIES.format(where="entry.stay_id = ANY($2::uuid[])").replace(
            "SELECT entry.id", "SELECT entry.stay_id, entry.id", 1
        ),
        centre_id,
        list(stay_ids),
    )
    found: dict[UUID, list[Entry]] = {stay_id: [] for stay_id in stay_ids}
    for row in rows:
        found[row["stay_id"]].append(_entry(row))
    return found


async def entry(centre_id: UUID, stay_id: UUID, entry_id: UUID) -> Entry:
    """Return one person of a stay's list.

    Raises:
        EntryUnknown: this stay has none of this id.
    """
    row = await fetch_row(_ENTRIES.format(where="entry.stay_id = $2 AND entry.id = $3"), centre_id, stay_id, entry_id)
    if row is None:
        raise EntryUnknown()
    return _entry(row)


async def group_rooms(centre_id: UUID, stay: Stay) -> list[GroupRoom]:
    """Return the rooms that a stay holds, each once, in the house's order."""
    beds: dict[UUID, int] = {}
    held_beds = {bed_id for held in stay.rooms for bed_id in held.bed_ids}
    for held in stay.rooms:
        beds[held.room_id] = max(beds.get(held.room_id, 0), len(held.bed_ids))
    rows = await fetch(
        """SELECT id, name, building, floor, accessible,
               (SELECT coalesce(array_agg(bed.id ORDER BY bed.position), '{}') FROM beds AS bed
                WHERE bed.centre_id = $1 AND bed.room_id = rooms.id AND bed.id = ANY($3::uuid[])) AS bed_ids,
               (SELECT coalesce(array_agg(bed.label ORDER BY bed.position), '{}') FROM beds AS bed
                WHERE bed.centre_id = $1 AND bed.room_id = rooms.id AND bed.id = ANY($3::uuid[])) AS labels
           FROM rooms WHERE centre_id = $1 AND id = ANY($2::uuid[]) ORDER BY sort_key, id""",
        centre_id,
        list(beds),
        list(held_beds),
    )
    return [
        GroupRoom(
            id=row["id"],
            name=row["name"],
            beds=beds[row["id"]],
            accessible=row["accessible"],
            floor=" ".join(filter(None, (row["building"], row["floor"]))),
            named=tuple(zip(row["bed_ids"], row["labels"], strict=True)),
        )
        for row in rows
    ]


def _without_room(found: Entry) -> Entry:
    fields = msgspec.structs.replace(found.fields, room_id=None, bed_id=None)
    return msgspec.structs.replace(found, room="", bed="", fields=fields)


def _entry(row: Row) -> Entry:
    fields = EntryFields(**{name: row[name] for name in EntryFields.__struct_fields__})
    return Entry(
        id=row["id"],
        version=row["version"],
        position=row["position"],
        fields=fields,
        room=row["room"],
        bed=row["bed"],
    )
