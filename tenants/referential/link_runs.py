"""Passes over the whole network: each is kept with what it linked, one at a time, its links written in parts."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit_network
from infra.clock import now
from infra.database import Busy, Row, execute, fetch, fetch_row, fetch_value, held_alone, system_transaction
from infra.errors import Conflict, NotFound
from infra.ids import new_id
from tenants.referential.matching.entities import LINKS_FROM
from tenants.referential.matching.features import Features
from tenants.referential.matching.keys import locks, strong_keys
from tenants.referential.queries import LOCK_SPACE

RIGHT: Final = "referential.link"
RUN_LOCK: Final = (4203, 0)
"""The advisory lock of a pass under way, held for as long as its process lives; of taking one back, shared, part by part."""
AT_ONCE: Final = 100
"""Links written, or taken back, in one transaction: the desks wait for no more than that."""
ATTEMPTS: Final = 5
PROPOSED_AT_ONCE: Final = 500

Progress = Callable[[int, int], None]
"""Told how many links are done, and of how many."""


class LinkRunUnknown(NotFound):
    """There is no such pass."""

    code = "link_run_unknown"


class LinkRunGoing(Conflict):
    """A pass over the network is under way: wait until it ends."""

    code = "link_run_going"


class RunState(StrEnum):
    """How a pass stands: under way, broken off (what it wrote stands), done, taken back."""

    GOING = "going"
    STOPPED = "stopped"
    COMPLETE = "complete"
    UNDONE = "undone"


class LinkRun(msgspec.Struct, frozen=True, kw_only=True):
    """A pass over the network."""

    id: UUID
    started_at: datetime
    started_by: str
    model: str
    threshold: float
    """The bits from which it linked."""
    cards: int
    pairs: int
    """Pairs of cards that were compared."""
    planned: int
    """Links that it found."""
    links: int
    """Those that it wrote."""
    standing: int
    """Those of them that nobody ended since."""
    refused: int
    """Pairs that stewards keep apart."""
    proposed: int
    """Pairs that it asks stewards about."""
    state: RunState
    finished_at: datetime | None
    undone_at: datetime | None
    undone_by: str | None


class Join(msgspec.Struct, frozen=True, kw_only=True):
    """A link to write: two cards, and what spoke for it."""

    id: UUID
    card: UUID
    other: UUID
    bits: float
    fields: dict[str, float]
    agreed: list[str]
    model: str
    round: int = 1
    decided_by: str = "matcher"


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A pair to ask stewards about, and what speaks for it."""

    card: UUID
    other: UUID
    bits: float
    fields: dict[str, float]
    agreed: list[str]
    model: str


_SEEN: Final = """
    SELECT r.id, r.started_at, r.started_by, r.model, r.threshold, r.cards, r.pairs, r.planned, r.links, r.refused,
        r.proposed, r.finished_at, r.undone_at, r.undone_by,
        (SELECT count(*) FROM identity_links l WHERE l.run_id = r.id AND l.undone_at IS NULL) AS standing,
        CASE WHEN r.undone_at IS NOT NULL THEN 'undone' WHEN r.finished_at IS NOT NULL THEN 'complete'
            WHEN EXISTS (SELECT FROM pg_locks k JOIN pg_database d ON d.oid = k.database
                WHERE d.datname = current_database() AND k.locktype = 'advisory' AND k.mode = 'ExclusiveLock' AND k.granted
                    AND (k.classid, k.objid, k.objsubid) = (4203::oid, 0::oid, 2))
                AND r.id = (SELECT last.id FROM identity_link_runs last ORDER BY last.started_at DESC, last.id DESC LIMIT 1)
            THEN 'going' ELSE 'stopped' END AS state
    FROM identity_link_runs r"""


async def link_runs(*, limit: int = 50) -> list[LinkRun]:
    """Return the newest passes, newest first; in a network transaction."""
    rows = await fetch(f"{_SEEN} ORDER BY r.started_at DESC, r.id DESC LIMIT $1", limit)
    return [_run(row) for row in rows]


async def link_run(run_id: UUID) -> LinkRun:
    """Return one pass; in a network transaction.

    Raises:
        LinkRunUnknown: there is none.
    """
    row = await fetch_row(f"{_SEEN} WHERE r.id = $1", run_id)
    if row is None:
        raise LinkRunUnknown()
    return _run(row)


def _run(row: Row) -> LinkRun:
    return msgspec.convert({**row, "threshold": round(row["threshold"], 2)}, LinkRun)


@asynccontextmanager
async def only_run() -> AsyncIterator[None]:
    """Be the one pass over the network.

    Raises:
        LinkRunGoing: another is under way.
    """
    async with held_alone(*RUN_LOCK) as free:
        if not free:
            raise LinkRunGoing("a pass over the network is under way: halte referential runs shows how far it is")
        yield


async def begin_run(*, model: str, actor: Actor) -> UUID:
    """Note that a pass begins, by whom and by which weights, and return its id."""
    run_id = new_id()
    async with system_transaction():
        await execute("SELECT referential_begin_run($1, $2, $3, $4, $5)", run_id, model, LINKS_FROM, actor.name, now())
        await audit_network("identity_link_run", run_id, "link_network", actor=actor, after={"model": model})
    return run_id


async def note_found(run_id: UUID, *, cards: int, pairs: int, planned: int, refused: int) -> None:
    """Note what a pass found, before it writes."""
    async with system_transaction():
        await execute("SELECT referential_note_run($1, $2, $3, $4, $5)", run_id, cards, pairs, planned, refused)


async def write_links(
    run_id: UUID, joins: Sequence[Join], features: Mapping[UUID, Features], *, progress: Progress | None = None
) -> int:
    """Write a pass's links in parts, each whole, and return how many.

    Cards that became one meanwhile get no link, nor do cards that a steward parted meanwhile.

    Args:
        run_id: the pass.
        joins: the likest first.
        features: of the cards that they name: whoever saves cards like these is waited for.
        progress: told after each part.

    Raises:
        Busy: who saves cards like these did not finish, several times.
    """
    written = 0
    for first in range(0, len(joins), AT_ONCE):
        part = joins[first : first + AT_ONCE]
        ends = [features[end] for join in part for end in (join.card, join.other)]
        packed = msgspec.json.encode(part).decode()
        written += await patiently("SELECT referential_write_run($1, $2, $3, $4, $5)", run_id, packed, ends=ends) or 0
        if progress is not None:
            progress(first + len(part), len(joins))
    return written


async def propose(run_id: UUID, proposals: Sequence[Proposal]) -> int:
    """Ask stewards about a pass's pairs that are neither one nor refused nor waiting, and return how many those were."""
    asked = 0
    for first in range(0, len(proposals), PROPOSED_AT_ONCE):
        packed = msgspec.json.encode(proposals[first : first + PROPOSED_AT_ONCE]).decode()
        async with system_transaction():
            asked += int(await fetch_value("SELECT referential_propose_run($1, $2, $3)", run_id, packed, now()))
    return asked


async def patiently(sql: str, *arguments: object, ends: Iterable[Features]) -> int | None:
    """Ask for a part in a transaction of its own, its locks and the time added; again where somebody was in the way.

    Raises:
        Busy: somebody was in the way each time.
    """
    numbers = locks(frozenset().union(*map(strong_keys, ends)))
    for _attempt in range(ATTEMPTS - 1):
        with suppress(Busy):
            return await _part(sql, *arguments, LOCK_SPACE, numbers)
    return await _part(sql, *arguments, LOCK_SPACE, numbers)


async def _part(sql: str, *arguments: object) -> int | None:
    async with system_transaction():
        await execute("SET LOCAL statement_timeout = 0")
        done: int | None = await fetch_value(sql, *arguments, now())
    return done


async def end_run(run_id: UUID) -> None:
    """Note that a pass is done."""
    async with system_transaction():
        await execute("SELECT referential_end_run($1, $2)", run_id, now())
