"""Every read of segments: who they find, those that are kept, their snapshots. Called inside a transaction."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from infra.clock import today
from infra.database import Row, fetch, fetch_row, fetch_value
from infra.errors import NotFound
from tenants.clients.filtering import Belonging, Narrowing
from tenants.segments import compiling, offered
from tenants.segments.criteria import registry
from tenants.segments.expressions import Expression, check
from tenants.segments.records import Day

OFFERED: Final = offered.MODULES
_COLUMNS: Final = "s.id, s.name, s.shared, s.by_name, s.account_id, s.expression, s.version, s.changed_at"


class SegmentUnknown(NotFound):
    """The centre keeps no such segment, or it is somebody else's own."""

    code = "segment_unknown"


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A segment that is kept."""

    id: UUID
    name: str
    shared: bool
    by_name: str
    account_id: UUID | None
    expression: Expression
    version: int
    changed_at: datetime


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Who a segment found at a moment: so many then, so many whose cards are still there."""

    id: UUID
    taken_at: datetime
    taken_by: str
    clients: int
    clients_left: int


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A client that a segment found."""

    id: UUID
    name: str
    reference: str
    town: str
    sort_key: str


async def day_of_centre(centre_id: UUID) -> Day:
    """Return the centre's date and calendar."""
    zone = await fetch_value("SELECT time_zone FROM centres WHERE id = $1", centre_id) or "Europe/Paris"
    return Day(today=today(zone), time_zone=zone)


async def asking(centre_id: UUID, expression: Expression) -> Narrowing:
    """Return what narrows a query to the clients that an expression finds today.

    Raises:
        SegmentInvalid: it cannot be asked.
    """
    check(expression, registry())
    day = await day_of_centre(centre_id)
    return lambda arguments: compiling.condition(expression, arguments, day=day)


async def belonging(centre_id: UUID, segment_id: UUID, account_id: UUID | None) -> Belonging:
    """Return what narrows any list to the clients that a segment finds today, if it is shared or the account's own.

    Raises:
        SegmentUnknown: there is none.
        SegmentInvalid: it cannot be asked any more.
    """
    kept = await segment(centre_id, segment_id, account_id)
    check(kept.expression, registry())
    day = await day_of_centre(centre_id)
    return lambda arguments, card: compiling.belonging(kept.expression, arguments, day=day, card=card)


def kept_in(snapshot_id: UUID) -> Narrowing:
    """Return what narrows a query to the clients that a snapshot keeps."""

    def narrowed(arguments: list[object]) -> str:
        arguments.append(snapshot_id)
        return f"""c.id IN (SELECT kept.client_id FROM segment_snapshot_clients AS kept
            WHERE kept.centre_id = $1 AND kept.snapshot_id = ${len(arguments)})"""

    return narrowed


async def count_of(centre_id: UUID, among: Narrowing) -> int:
    """Count the clients of a narrowing."""
    arguments: list[object] = [centre_id]
    count = await fetch_value(
        f"SELECT count(*) FROM clients c WHERE c.centre_id = $1 AND {among(arguments)}", *arguments
    )
    return int(count)


async def clients_of(
    centre_id: UUID, among: Narrowing, *, after: tuple[str, UUID] | None = None, limit: int
) -> list[Found]:
    """Return some of the clients of a narrowing, in French order.

    Args:
        centre_id: whose.
        among: which.
        after: the sort key and id after which they begin.
        limit: at most so many.
    """
    sort_key, last = after or ("", UUID(int=0))
    arguments: list[object] = [centre_id, sort_key, last, limit]
    rows = await fetch(
        f"""SELECT c.id, c.name, c.reference, c.town, c.sort_key FROM clients c
            WHERE c.centre_id = $1 AND (c.sort_key, c.id) > ($2, $3) AND {among(arguments)}
            ORDER BY c.sort_key, c.id LIMIT $4""",
        *arguments,
    )
    return [Found(**row) for row in rows]


async def segments_kept(centre_id: UUID, account_id: UUID | None) -> list[Segment]:
    """Return the segments that are shared or the account's own, by name."""
    rows = await fetch(
        f"""SELECT {_COLUMNS} FROM segments AS s WHERE s.centre_id = $1 AND (s.shared OR s.account_id = $2)
            ORDER BY s.name_key, s.id""",
        centre_id,
        account_id,
    )
    return [_segment(row) for row in rows]


async def segment(centre_id: UUID, segment_id: UUID, account_id: UUID | None, *, lock: bool = False) -> Segment:
    """Return a segment that is shared or the account's own; `lock` holds its row.

    Raises:
        SegmentUnknown: there is none.
    """
    row = await fetch_row(
        f"""SELECT {_COLUMNS} FROM segments AS s WHERE s.centre_id = $1 AND s.id = $2 AND (s.shared OR s.account_id = $3)
            {"FOR UPDATE" if lock else ""}""",
        centre_id,
        segment_id,
        account_id,
    )
    if row is None:
        raise SegmentUnknown()
    return _segment(row)


async def segment_named(centre_id: UUID, name_key: str) -> Segment:
    """Return a shared segment by its folded name.

    Raises:
        SegmentUnknown: none is shared under it.
    """
    row = await fetch_row(
        f"SELECT {_COLUMNS} FROM segments AS s WHERE s.centre_id = $1 AND s.name_key = $2 AND s.shared",
        centre_id,
        name_key,
    )
    if row is None:
        raise SegmentUnknown()
    return _segment(row)


async def snapshots_of(centre_id: UUID, segment_id: UUID) -> list[Snapshot]:
    """Return a segment's snapshots, the newest first."""
    rows = await fetch(
        """SELECT t.id, t.taken_at, t.taken_by, t.clients,
               (SELECT count(DISTINCT kept.client_id) FROM segment_snapshot_clients AS kept
                WHERE kept.centre_id = $1 AND kept.snapshot_id = t.id) AS clients_left
           FROM segment_snapshots AS t WHERE t.centre_id = $1 AND t.segment_id = $2 ORDER BY t.taken_at DESC, t.id DESC""",
        centre_id,
        segment_id,
    )
    return [Snapshot(**row) for row in rows]


async def snapshot(centre_id: UUID, segment_id: UUID, snapshot_id: UUID) -> Snapshot:
    """Return one snapshot of a segment.

    Raises:
        SegmentUnknown: the segment has no such one.
    """
    for each in await snapshots_of(centre_id, segment_id):
        if each.id == snapshot_id:
            return each
    raise SegmentUnknown()


def _segment(row: Row) -> Segment:
    asked = msgspec.json.decode(row["expression"], type=Expression)
    return Segment(**{**dict(row), "expression": asked})
