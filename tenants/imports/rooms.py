"""Importing rooms and their beds; a room is known by its name."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from infra.actor import Actor
from infra.database import tenant_transaction
from infra.errors import DomainError, FieldError
from tenants.imports.columns import chosen_columns, whole_number, yes_or_no
from tenants.imports.reading import read_file
from tenants.imports.reports import ImportReport, Refusal
from tenants.imports.running import KeyedRow, Outcome, Progress, RowResult, run_import
from tenants.rooms import queries
from tenants.rooms.operations import add_room
from tenants.rooms.rules import NewRoomFields, Room, check_room

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("nom", "chambre"),
    "beds": ("lits", "nombre de lits"),
    "building": ("batiment",),
    "floor": ("etage",),
    "room_type": ("type", "type de chambre"),
    "dormitory": ("dortoir",),
    "accessible": ("pmr",),
}


async def import_rooms(
    centre_id: UUID,
    path: Path,
    *,
    mapping: str = "standard",
    where: Mapping[str, str] | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    actor: Actor,
) -> ImportReport:
    """Bring a file of rooms in; a room that is there already, and the same, is left alone.

    A room whose file now says something else is refused: rooms that may hold stays are changed at the desk.

    Raises:
        RightMissing: the actor lacks `import.run`.
        FileUnreadable: the file is no table.
        ColumnUnknown: no column holds the name.
    """
    actor.require("import.run")
    source = read_file(path)
    columns = chosen_columns(source.columns, COLUMNS, needed="name")
    importer = _Rooms(centre_id, columns, actor=actor)
    return await run_import(source, importer, id_column=None, where=where, dry_run=dry_run, progress=progress)


class _Rooms:
    """Brings batches of rooms in."""

    def __init__(self, centre_id: UUID, columns: Mapping[str, str], *, actor: Actor) -> None:
        self._centre_id, self._columns, self._actor = centre_id, columns, actor
        self._planned: dict[str, NewRoomFields] = {}

    async def bring_in(self, rows: Sequence[KeyedRow], *, dry_run: bool) -> list[RowResult]:
        """Bring in one batch."""
        async with tenant_transaction(self._centre_id):
            known = {room.name: _fields(room) for room in await queries.rooms(self._centre_id)} | self._planned
            results = []
            for row in rows:
                try:
                    new = self._read(row)
                    check_room(new)
                except DomainError as error:
                    results.append(refused(row, error))
                    continue
                before = known.get(new.name)
                if before == new:
                    results.append(RowResult(outcome=Outcome.UNCHANGED))
                elif before is not None:
                    results.append(refused(row, _differs(new.name)))
                else:
                    if not dry_run:
                        await add_room(self._centre_id, new, actor=self._actor)
                    known[new.name] = self._planned[new.name] = new
                    results.append(RowResult(outcome=Outcome.NEW))
            return results

    def _read(self, row: KeyedRow) -> NewRoomFields:
        cells = {field: row.row.values[column].strip() for field, column in self._columns.items()}
        return NewRoomFields(
            name=cells["name"],
            beds=whole_number(cells.get("beds", ""), field="beds"),
            building=cells.get("building", ""),
            floor=cells.get("floor", ""),
            room_type=cells.get("room_type", ""),
            dormitory=yes_or_no(cells.get("dormitory", ""), field="dormitory"),
            accessible=yes_or_no(cells.get("accessible", ""), field="accessible"),
        )


def _fields(room: Room) -> NewRoomFields:
    return NewRoomFields(
        name=room.name,
        beds=len(room.beds),
        building=room.building,
        floor=room.floor,
        room_type=room.room_type,
        dormitory=room.dormitory,
        accessible=room.accessible,
    )


class RoomDiffers(DomainError):
    """A room of this name is there and is not like this: change it at the desk."""

    code = "room_differs"


def _differs(name: str) -> RoomDiffers:
    return RoomDiffers(errors=(FieldError("/name", "room_differs", f"{name} is there, and not like this"),))


def refused(row: KeyedRow, error: DomainError) -> RowResult:
    """Say why a row was refused: each field in error, or the error itself."""
    wrong = error.errors or (FieldError("", error.code, error.detail),)
    return RowResult(
        outcome=Outcome.REFUSED,
        refusals=tuple(
            Refusal(
                line=row.row.number,
                foreign_id=row.foreign_id,
                field=each.pointer.removeprefix("/"),
                code=each.code,
                message=each.message,
            )
            for each in wrong
        ),
    )
