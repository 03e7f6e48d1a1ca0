"""Keeping segments: saving, changing, deleting them, and keeping whom they found."""

from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch, tenant_transaction, violated
from infra.errors import Conflict, FieldError, StaleVersion
from infra.ids import new_id
from infra.outbox import record
from tenants.referential.cleaning.text import fold, tidy
from tenants.segments.criteria import registry
from tenants.segments.events import SegmentDeleted, SegmentSaved, SegmentSnapshotMade
from tenants.segments.expressions import Expression, SegmentInvalid, check
from tenants.segments.queries import Segment, asking, segment

LONGEST_NAME: Final = 80


class SegmentNameTaken(Conflict):
    """The centre keeps a segment under this name already."""

    code = "segment_name_taken"


class SegmentFields(msgspec.Struct, frozen=True, kw_only=True):
    """What one says of a segment."""

    name: str
    shared: bool
    expression: Expression


async def save_segment(centre_id: UUID, fields: SegmentFields, *, actor: Actor) -> UUID:
    """Keep a segment, the actor's own unless shared; return its id.

    Raises:
        RightMissing: the actor lacks `client.edit`.
        SegmentInvalid: it has no name, or cannot be asked.
        SegmentNameTaken: another has the name.
    """
    actor.require("client.edit")
    clean = _clean(fields)
    segment_id, at = new_id(), now()
    async with tenant_transaction(centre_id):
        await _write(
            """INSERT INTO segments (id, centre_id, name, name_key, shared, account_id, by_name, expression, version,
                   created_at, changed_at) VALUES ($2, $1, $3, $4, $5, $6, $7, $8, 1, $9, $9)""",
            *(centre_id, segment_id, clean.name, fold(clean.name), clean.shared),
            *(actor.account_id, actor.name, _json(clean.expression), at),
        )
        await audit("segment", segment_id, "save", actor=actor, after=clean)
        await record(SegmentSaved(subject_id=segment_id, version=1), actor=actor)
    return segment_id


async def change_segment(
    centre_id: UUID, segment_id: UUID, fields: SegmentFields, *, version: int, actor: Actor
) -> None:
    """Change a segment that is shared or the actor's own.

    Raises:
        SegmentUnknown: there is none.
        StaleVersion: somebody saved it since `version`.
        As `save_segment`.
    """
    actor.require("client.edit")
    clean = _clean(fields)
    async with tenant_transaction(centre_id):
        before = await _locked(centre_id, segment_id, version, actor)
        await _write(
            """UPDATE segments SET name = $3, name_key = $4, shared = $5, expression = $6, version = version + 1,
                   changed_at = $7 WHERE centre_id = $1 AND id = $2""",
            *(centre_id, segment_id, clean.name, fold(clean.name), clean.shared, _json(clean.expression), now()),
        )
        was = SegmentFields(name=before.name, shared=before.shared, expression=before.expression)
        await audit("segment", segment_id, "change", actor=actor, before=was, after=clean)
        await record(SegmentSaved(subject_id=segment_id, version=version + 1), actor=actor)


async def delete_segment(centre_id: UUID, segment_id: UUID, *, version: int, actor: Actor) -> None:
    """Delete a segment and its snapshots.

    Raises:
        RightMissing: the actor lacks `client.edit`.
        SegmentUnknown: there is none that is shared or the actor's own.
        StaleVersion: somebody saved it since `version`.
    """
    actor.require("client.edit")
    async with tenant_transaction(centre_id):
        before = await _locked(centre_id, segment_id, version, actor)
        await execute(
            """DELETE FROM segment_snapshot_clients WHERE centre_id = $1 AND snapshot_id IN
                   (SELECT id FROM segment_snapshots WHERE centre_id = $1 AND segment_id = $2)""",
            centre_id,
            segment_id,
        )
        await execute("DELETE FROM segment_snapshots WHERE centre_id = $1 AND segment_id = $2", centre_id, segment_id)
        await execute("DELETE FROM segments WHERE centre_id = $1 AND id = $2", centre_id, segment_id)
        was = SegmentFields(name=before.name, shared=before.shared, expression=before.expression)
        await audit("segment", segment_id, "delete", actor=actor, before=was)
        await record(SegmentDeleted(subject_id=segment_id, version=version), actor=actor)


async def take_snapshot(centre_id: UUID, segment_id: UUID, *, actor: Actor) -> UUID:
    """Keep whom a segment finds now; return the snapshot's id.

    Raises:
        RightMissing: the actor lacks `client.edit`.
        SegmentUnknown: there is none that is shared or the actor's own.
    """
    actor.require("client.edit")
    snapshot_id = new_id()
    async with tenant_transaction(centre_id):
        kept = await segment(centre_id, segment_id, actor.account_id, lock=True)
        arguments: list[object] = [centre_id]
        among = (await asking(centre_id, kept.expression))(arguments)
        found = await _found(among, arguments)
        await execute(
            """INSERT INTO segment_snapshots (id, centre_id, segment_id, taken_at, taken_by, expression, clients)
               VALUES ($2, $1, $3, $4, $5, $6, $7)""",
            *(centre_id, snapshot_id, segment_id, now(), actor.name, _json(kept.expression), len(found)),
        )
        await execute(
            """INSERT INTO segment_snapshot_clients (id, centre_id, snapshot_id, client_id)
               SELECT kept.id, $1, $2, kept.client_id FROM unnest($3::uuid[], $4::uuid[]) AS kept (id, client_id)""",
            centre_id,
            snapshot_id,
            [new_id() for _ in found],
            found,
        )
        await audit("segment", segment_id, "take_snapshot", actor=actor, after={"clients": len(found)})
        await record(SegmentSnapshotMade(subject_id=segment_id, version=kept.version), actor=actor)
    return snapshot_id


async def _found(among: str, arguments: list[object]) -> list[UUID]:
    rows = await fetch(f"SELECT c.id FROM clients c WHERE c.centre_id = $1 AND {among} ORDER BY c.id", *arguments)
    return [row["id"] for row in rows]


async def _locked(centre_id: UUID, segment_id: UUID, version: int, actor: Actor) -> Segment:
    before = await segment(centre_id, segment_id, actor.account_id, lock=True)
    if before.version != version:
        raise StaleVersion()
    return before


async def _write(sql: str, *arguments: object) -> None:
    try:
        await execute(sql, *arguments)
    except asyncpg.UniqueViolationError as error:
        if violated(error) == "segments_name_key_unique":
            raise SegmentNameTaken() from error
        raise


def _clean(fields: SegmentFields) -> SegmentFields:
    name = tidy(fields.name)
    if not name or not fold(name):
        raise SegmentInvalid(errors=(FieldError("/name", "required", "a name"),))
    if len(name) > LONGEST_NAME:
        raise SegmentInvalid(errors=(FieldError("/name", "too_long", f"at most {LONGEST_NAME} signs"),))
    check(fields.expression, registry())
    return msgspec.structs.replace(fields, name=name)


def _json(expression: Expression) -> str:
    return msgspec.json.encode(expression).decode()
