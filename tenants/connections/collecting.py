"""Bringing in what connections hand over: through the same import as a file at the desk."""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Final
from uuid import UUID

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch_value, tenant_transaction
from infra.errors import DomainError
from infra.outbox import record
from tenants.connections import queries
from tenants.connections.drops import DROPS, Drop
from tenants.connections.events import CardsCollected, CollectionAsked
from tenants.connections.rules import (
    Connection,
    ConnectionPaused,
    Kind,
    NothingToCollect,
    is_awaited,
    source_of,
)
from tenants.imports.clients import import_table
from tenants.imports.reading import Source, SourceRow, read_content
from tenants.imports.reports import ImportReport

_SEEN: Final = 200


async def ask_collection(centre_id: UUID, name: str, *, actor: Actor) -> None:
    """Have what lies at a connection's drop fetched now, by a worker; asked for twice it is fetched once.

    Raises:
        RightMissing: the actor lacks `import.run`.
        ConnectionUnknown: the centre has none of this name.
        ConnectionPaused: it is to be taken up again first.
        NothingToCollect: it is a webhook.
    """
    actor.require("import.run")
    async with tenant_transaction(centre_id):
        connection_id = await queries.connection_id(centre_id, name, lock=True)
        found, _secret, _seen = await queries.connection(centre_id, name)
        if found.paused_at is not None:
            raise ConnectionPaused()
        if found.kind not in DROPS:
            raise NothingToCollect()
        if is_awaited(found, at=now()):
            return
        await execute(
            "UPDATE connections SET asked_at = $3 WHERE centre_id = $1 AND id = $2", centre_id, connection_id, now()
        )
        await audit("connection", connection_id, "collect", actor=actor, after={"name": name})
        await record(CollectionAsked(subject_id=connection_id), actor=actor)


async def collect_asked(centre_id: UUID, connection_id: UUID, *, actor: Actor) -> None:
    """Fetch what somebody asked for; what goes wrong is remembered by the connection, and said there."""
    async with tenant_transaction(centre_id, read_only=True):
        name = await queries.name_of(centre_id, connection_id)
    if name is None:
        return
    try:
        await collect(centre_id, name, actor=actor)
    except DomainError:
        return


async def collect(
    centre_id: UUID, name: str, *, actor: Actor, drops: Mapping[Kind, Drop] = DROPS
) -> list[ImportReport]:
    """Fetch what lies at a connection's drop and bring in what is new; the same file twice is looked at once.

    Raises:
        RightMissing: the actor lacks `import.run`.
        ConnectionUnknown: the centre has none of this name.
        ConnectionPaused: nothing comes in by it now.
        DropUnavailable: it does not answer, which the connection remembers.
        FileUnreadable, MappingUnknown, ColumnUnknown: a file is no table of cards; those before it came in.
    """
    actor.require("import.run")
    async with tenant_transaction(centre_id, read_only=True):
        found, secret, seen = await queries.connection(centre_id, name)
    if found.paused_at is not None:
        raise ConnectionPaused()
    if found.kind not in drops:
        return []
    reports: list[ImportReport] = []
    try:
        for file in await drops[found.kind](found, secret):
            digest = blake2b(file.content, digest_size=16).hexdigest()
            if digest in seen:
                continue
            source = read_content(file.content, Path(file.name))
            reports.append(await _bring_in(centre_id, found, source, file_name=file.name, actor=actor))
            await _remember(centre_id, name, digest=digest, error="", new=reports[-1].new, actor=actor)
            seen |= {digest}
    except DomainError as error:
        await _remember(centre_id, name, digest="", error=error.detail, code=error.code, new=0, actor=actor)
        raise
    if not reports:
        await _remember(centre_id, name, digest="", error="", new=0, actor=actor)
    return reports


async def collect_all(centre_id: UUID, _today: date, *, actor: Actor) -> int:
    """Collect from every drop of a centre; one that fails keeps no other waiting, and remembers why. Return the new cards."""
    async with tenant_transaction(centre_id, read_only=True):
        names = [
            each.name for each in await queries.connections(centre_id) if each.kind in DROPS and each.paused_at is None
        ]
    new = 0
    for name in names:
        try:
            new += sum(report.new for report in await collect(centre_id, name, actor=actor))
        except DomainError:
            continue
    return new


async def take_cards(
    centre_id: UUID, name: str, cards: Sequence[Mapping[str, str]], *, call: str, actor: Actor
) -> ImportReport:
    """Bring in the cards of a signed call; twice changes nothing.

    Raises:
        RightMissing: the actor lacks `import.run`.
        ConnectionUnknown: the connection was ended meanwhile.
        MappingUnknown, ColumnUnknown: its mapping does not fit.
    """
    actor.require("import.run")
    async with tenant_transaction(centre_id, read_only=True):
        found, _secret, _seen = await queries.connection(centre_id, name)
    columns = tuple(dict.fromkeys(column for card in cards for column in card))
    rows = tuple(
        SourceRow(number, {column: card.get(column, "") for column in columns})
        for number, card in enumerate(cards, start=1)
    )
    report = await _bring_in(centre_id, found, Source(columns, rows), file_name=call, actor=actor)
    await _remember(centre_id, name, digest="", error="", new=report.new, actor=actor)
    return report


async def _bring_in(
    centre_id: UUID, found: Connection, source: Source, *, file_name: str, actor: Actor
) -> ImportReport:
    return await import_table(
        centre_id,
        source,
        file_name=f"{found.name}: {file_name}",
        mapping=found.mapping,
        known_as=source_of(found.name),
        actor=actor,
    )


async def _remember(
    centre_id: UUID, name: str, *, digest: str, error: str, new: int, actor: Actor, code: str | None = None
) -> None:
    async with tenant_transaction(centre_id):
        connection_id: UUID | None = await fetch_value(
            f"""UPDATE connections SET last_at = $3, last_error = $4, last_new = $5, last_code = $7, asked_at = NULL,
                   seen = CASE WHEN $6 = '' THEN seen ELSE (array_prepend($6, seen))[1:{_SEEN}] END
               WHERE centre_id = $1 AND name = $2 RETURNING id""",
            centre_id,
            name,
            now(),
            error[:500],
            new,
            digest,
            code,
        )
        if connection_id is not None:
            await record(CardsCollected(subject_id=connection_id), actor=actor)
