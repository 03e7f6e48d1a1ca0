"""Rooming lists in the contract's structs."""

from uuid import UUID

import msgspec

from infra.database import tenant_transaction
from server.contract import groups as wire
from tenants.rooming import queries
from tenants.rooming.rules import EntryFields, lacks
from tenants.rooming.sheets import Imported


async def rooming_view(centre_id: UUID, stay_id: UUID) -> wire.RoomingList:
    """Return a group's list as the contract has it.

    Raises:
        StayUnknown: the centre has no such stay.
    """
    async with tenant_transaction(centre_id, read_only=True):
        return list_view(await queries.rooming_list(centre_id, stay_id))


def list_view(found: queries.RoomingList) -> wire.RoomingList:
    """Return a list as the contract has it; who has a room that the group lost has none."""
    rooms = {room.id: room for room in found.rooms}
    state = found.completeness
    return wire.RoomingList(
        stay_id=found.stay.id,
        client_name=found.stay.client_name,
        status=found.stay.status,
        arrival=found.stay.fields.arrival,
        departure=found.stay.fields.departure,
        expected=state.expected,
        complete=state.complete,
        roomed=state.roomed,
        responsible=state.responsible,
        ready=state.ready,
        opened_at=found.opened_at,
        submitted_at=found.submitted_at,
        submitted_by=found.submitted_by,
        rooms=[
            wire.GroupRoom(
                id=room.id,
                name=room.name,
                beds=room.beds,
                sleepers=sum(entry.fields.room_id == room.id for entry in found.entries),
                accessible=room.accessible,
                floor=room.floor,
                named=[wire.NamedBed(id=bed_id, label=label) for bed_id, label in room.named],
            )
            for room in rooms.values()
        ],
        entries=[
            wire.RoomingEntry(
                id=entry.id,
                version=entry.version,
                fields=wire.RoomingEntryFields(**msgspec.structs.asdict(entry.fields)),
                room=entry.room,
                bed=entry.bed,
                lacks=list(lacks(entry.fields)),
            )
            for entry in found.entries
        ],
    )


def entry_fields(fields: wire.RoomingEntryFields) -> EntryFields:
    """Return a person as typed, as the domain has them."""
    return EntryFields(**msgspec.structs.asdict(fields))


def imported_view(imported: Imported) -> wire.RoomingImported:
    """Return what came of a file as the contract has it."""
    return wire.RoomingImported(
        added=imported.added,
        changed=imported.changed,
        unchanged=imported.unchanged,
        errors=[wire.RoomingRowError(**msgspec.structs.asdict(error)) for error in imported.errors],
        ignored_columns=list(imported.ignored_columns),
    )
