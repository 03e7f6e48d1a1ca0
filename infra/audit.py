"""The audit trail: who changed what, when, from where, and what stood there before. Append-only."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.clock import now
from infra.database import Row, current_centre, execute, execute_many, fetch
from infra.ids import new_id

_INSERT = """INSERT INTO {table} (id, {centre} at, actor_kind, actor_name, account_id, address, request_id,
    subject_kind, subject_id, action, before, after) VALUES ($1, {value} $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"""

_COLUMNS = "id, at, actor_kind, actor_name, address, subject_kind, subject_id, action, before, after"
_LOOKED = "(subject_kind = 'client' AND action = 'open')"
"""Who opened a card changed nothing, and is noted each time: it would hide what was done."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a history; `before` and `after` hold only the fields that changed, as JSON objects."""

    id: UUID
    at: datetime
    actor_kind: str
    actor_name: str
    address: str
    subject_kind: str
    subject_id: UUID
    action: str
    before: msgspec.Raw
    after: msgspec.Raw


Change = msgspec.Struct | dict[str, object] | None


async def audit(
    subject_kind: str,
    subject_id: UUID,
    action: str,
    *,
    actor: Actor,
    before: Change = None,
    after: Change = None,
) -> None:
    """Write an entry into the centre's trail, in the transaction that makes the change.

    Args:
        subject_kind: the glossary's word (`client`, `stay`, `dossier`, …).
        subject_id: the thing's id.
        action: what was done, a verb (`blacklist`, `move`, `pay`).
        actor: who did it.
        before: the changed fields as they were.
        after: the same fields as they are now.
    """
    centre = str(current_centre())
    sql = _INSERT.format(table="audit_entries", centre="centre_id,", value=f"'{centre}',")
    await execute(sql, *_values(subject_kind, subject_id, action, actor, before=before, after=after))


async def audit_many(subject_kind: str, afters: Mapping[UUID, dict[str, object]], action: str, *, actor: Actor) -> None:
    """Write an entry for each of many things that one batch did the same to; `afters` are their fields now, by id."""
    centre = str(current_centre())
    sql = _INSERT.format(table="audit_entries", centre="centre_id,", value=f"'{centre}',")
    rows = [
        _values(subject_kind, subject_id, action, actor, before=None, after=after)
        for subject_id, after in afters.items()
    ]
    await execute_many(sql, rows)


async def audit_network(
    subject_kind: str,
    subject_id: UUID,
    action: str,
    *,
    actor: Actor,
    before: Change = None,
    after: Change = None,
) -> None:
    """Write an entry into the network's trail; the arguments are those of `audit`."""
    sql = _INSERT.format(table="network_audit_entries", centre="", value="")
    await execute(sql, *_values(subject_kind, subject_id, action, actor, before=before, after=after))


def _values(
    subject_kind: str,
    subject_id: UUID,
    action: str,
    actor: Actor,
    *,
    before: Change,
    after: Change,
) -> tuple[object, ...]:
    return (
        new_id(),
        now(),
        actor.kind,
        actor.name,
        actor.account_id,
        actor.address,
        actor.request_id,
        subject_kind,
        subject_id,
        action,
        None if before is None else msgspec.json.encode(before).decode(),
        None if after is None else msgspec.json.encode(after).decode(),
    )


async def history(subject_id: UUID, *, limit: int = 200, openings: bool = True) -> list[Entry]:
    """Return the newest entries about one thing of the centre, newest first; without `openings`, not who only looked."""
    rows = await fetch(
        f"""SELECT {_COLUMNS} FROM audit_entries
           WHERE centre_id = $1 AND subject_id = $2 AND ($4 OR NOT {_LOOKED}) ORDER BY at DESC, id DESC LIMIT $3""",
        current_centre(),
        subject_id,
        limit,
        openings,
    )
    return [_entry(row) for row in rows]


async def trail(*, before: UUID | None = None, limit: int = 50, openings: bool = False) -> list[Entry]:
    """Return the newest entries about anything of the centre, newest first.

    Args:
        before: the id of the last entry seen, after which the page begins; None for the first page.
        limit: how many at most.
        openings: with who only looked at a card, which is most of them.
    """
    rows = await fetch(
        f"""SELECT {_COLUMNS} FROM audit_entries
           WHERE centre_id = $1 AND ($2::uuid IS NULL OR id < $2) AND ($4 OR NOT {_LOOKED}) ORDER BY id DESC LIMIT $3""",
        current_centre(),
        before,
        limit,
        openings,
    )
    return [_entry(row) for row in rows]


def _entry(row: Row) -> Entry:
    return Entry(
        **{
            **dict(row),
            "before": msgspec.Raw((row["before"] or "{}").encode()),
            "after": msgspec.Raw((row["after"] or "{}").encode()),
        }
    )
