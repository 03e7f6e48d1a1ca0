"""Runs of imports: what each made and changed, so that it can be looked at and undone. Inside the caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from infra.clock import now
from infra.database import execute, execute_many, fetch, fetch_row
from infra.errors import NotFound
from infra.ids import new_id
from tenants.clients.rules import ClientFields
from tenants.imports.reports import ImportReport


class ImportUnknown(NotFound):
    """The centre has no such import."""

    code = "import_unknown"


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A file brought in, or begun: where it was stopped, `finished_at` is empty and running it again goes on."""

    id: UUID
    mapping: str
    file_name: str
    row_count: int
    done: int
    new: int
    changed: int
    unchanged: int
    refused: int
    linked: int
    started_at: datetime
    started_by: str
    finished_at: datetime | None
    undone_at: datetime | None
    undone_by: str | None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A card that a run made, or changed from `before`."""

    card_id: UUID
    version: int
    before: ClientFields | None = None
    row_before: Mapping[str, str] | None = None


RUN_COLUMNS: Final = ", ".join(Run.__struct_fields__)
REFUSALS: Final = 200
"""As many refused rows are kept with a run."""


class RefusedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row that a run could not bring in: its line, what is wrong with which field; nothing of what stood there."""

    line: int
    field: str
    code: str


async def open_run(
    centre_id: UUID, *, mapping: str, file_name: str, rows: int, by: str, source: str | None = None
) -> UUID:
    """Begin a run and return its id; `source` is the connection that handed the file over."""
    run_id = new_id()
    await execute(
        """INSERT INTO import_runs (id, centre_id, mapping, file_name, row_count, done, new, changed, unchanged, refused,
               linked, started_at, started_by, source)
           VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 0, 0, 0, $6, $7, $8)""",
        run_id,
        centre_id,
        mapping,
        file_name,
        rows,
        now(),
        by,
        source,
    )
    return run_id


async def note_items(centre_id: UUID, run_id: UUID, items: Sequence[Item]) -> None:
    """Note down what a batch made and changed, in the batch's own transaction."""
    await execute_many(
        """INSERT INTO import_items (id, centre_id, run_id, card_id, version, before, row_before)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        [
            (new_id(), centre_id, run_id, item.card_id, item.version, _json(item.before), _json(item.row_before))
            for item in items
        ],
    )


async def note_progress(centre_id: UUID, run_id: UUID, so_far: ImportReport, *, finished: bool) -> None:
    """Write how far a run is, and the first rows that it refused."""
    refused = [RefusedRow(line=each.line, field=each.field, code=each.code) for each in so_far.refusals[:REFUSALS]]
    await execute(
        """UPDATE import_runs SET done = $3, new = $4, changed = $5, unchanged = $6, refused = $7, linked = $8,
               finished_at = $9, refusals = $10 WHERE centre_id = $1 AND id = $2""",
        centre_id,
        run_id,
        so_far.rows,
        so_far.new,
        so_far.changed,
        so_far.unchanged,
        so_far.refused,
        so_far.linked,
        now() if finished else None,
        msgspec.json.encode(refused).decode(),
    )


async def note_undone(centre_id: UUID, run_id: UUID, *, by: str) -> None:
    """Say that a run was taken back, but for what it had to leave; inside its last transaction."""
    await execute(
        "UPDATE import_runs SET undone_at = $3, undone_by = $4 WHERE centre_id = $1 AND id = $2",
        centre_id,
        run_id,
        now(),
        by,
    )


async def runs(centre_id: UUID, *, source: str | None = None, limit: int = 50) -> list[Run]:
    """Return the newest runs, newest first; of one `source` where it is named."""
    rows = await fetch(
        f"""SELECT {RUN_COLUMNS} FROM import_runs WHERE centre_id = $1 AND ($3::text IS NULL OR source = $3)
           ORDER BY started_at DESC, id DESC LIMIT $2""",
        centre_id,
        limit,
        source,
    )
    return [msgspec.convert(dict(row), Run) for row in rows]


async def run(centre_id: UUID, run_id: UUID, *, lock: bool = False) -> Run:
    """Return one run.

    Raises:
        ImportUnknown: the centre has none of this id.
    """
    row = await fetch_row(
        f"SELECT {RUN_COLUMNS} FROM import_runs WHERE centre_id = $1 AND id = $2 {'FOR UPDATE' if lock else ''}",
        centre_id,
        run_id,
    )
    if row is None:
        raise ImportUnknown()
    return msgspec.convert(dict(row), Run)


async def refused_rows(centre_id: UUID, run_id: UUID) -> list[RefusedRow]:
    """Return the first rows that a run refused, in the file's order.

    Raises:
        ImportUnknown: the centre has none of this id.
    """
    row = await fetch_row("SELECT refusals FROM import_runs WHERE centre_id = $1 AND id = $2", centre_id, run_id)
    if row is None:
        raise ImportUnknown()
    return msgspec.json.decode(row["refusals"] or "[]", type=list[RefusedRow])


async def items(centre_id: UUID, run_id: UUID, *, after: UUID | None, limit: int) -> list[tuple[UUID, Item]]:
    """Return what a run did that is not undone, a page at a time: each with the id of its note."""
    rows = await fetch(
        """SELECT id, card_id, version, before, row_before FROM import_items
           WHERE centre_id = $1 AND run_id = $2 AND ($3::uuid IS NULL OR id > $3) ORDER BY id LIMIT $4""",
        centre_id,
        run_id,
        after,
        limit,
    )
    return [(row["id"], _item(row)) for row in rows]


def _item(row: Mapping[str, object]) -> Item:
    before, row_before = row["before"], row["row_before"]
    return Item(
        card_id=msgspec.convert(row["card_id"], UUID),
        version=msgspec.convert(row["version"], int),
        before=msgspec.json.decode(str(before), type=ClientFields) if before else None,
        row_before=msgspec.json.decode(str(row_before), type=dict[str, str]) if row_before else None,
    )


def _json(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()
