"""Setting connections up, and bringing in what they hand over: through the same import as a file at the desk."""

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
from infra.ids import new_id
from tenants.arrivals.sealing import seal
from tenants.connections import queries
from tenants.connections.drops import DROPS, Drop
from tenants.connections.queries import SEALED
from tenants.connections.rules import Connection, ConnectionUnknown, Kind, check
from tenants.imports.clients import import_table
from tenants.imports.reading import Source, SourceRow, read_content
from tenants.imports.reports import ImportReport

_SEEN: Final = 200


async def keep_connection(centre_id: UUID, wanted: Connection, *, secret: str | None, actor: Actor) -> None:
    """Set a connection up, or change it; without a `secret` the one it has stays.

    Raises:
        RightMissing: the actor lacks `centre.edit`.
        ConnectionInvalid: it cannot be right.
    """
    actor.require("centre.edit")
    async with tenant_transaction(centre_id):
        try:
            before, kept, _ = await queries.connection(centre_id, wanted.name)
        except ConnectionUnknown:
            before, kept = None, ""
        # A key goes where it was given for and nowhere else.
        same_place = before is not None and (before.kind, before.url) == (wanted.kind, wanted.url)
        key = secret if secret is not None else kept if same_place else ""
        check(wanted, has_secret=bool(key))
        known = await fetch_value(
            "SELECT id FROM connections WHERE centre_id = $1 AND name = $2", centre_id, wanted.name
        )
        connection_id: UUID = known or new_id()
        await execute(
            """INSERT INTO connections (id, centre_id, name, kind, mapping, url, login, host_key, secret, seen, last_error,
                   last_new)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '{}', '', 0) ON CONFLICT (centre_id, name)
               DO UPDATE SET kind = EXCLUDED.kind, mapping = EXCLUDED.mapping, url = EXCLUDED.url, login = EXCLUDED.login,
                   host_key = EXCLUDED.host_key, secret = EXCLUDED.secret, last_error = ''""",
            connection_id,
            centre_id,
            wanted.name,
            wanted.kind,
            wanted.mapping,
            wanted.url,
            wanted.login,
            wanted.host_key,
            seal(SEALED, centre_id, connection_id, key.encode()) if key else None,
        )
        after: dict[str, object] = {
            "name": wanted.name,
            "kind": wanted.kind,
            "url": wanted.url,
            "mapping": wanted.mapping,
        }
        await audit("connection", connection_id, "keep", actor=actor, after=after)


async def drop_connection(centre_id: UUID, name: str, *, actor: Actor) -> None:
    """End a connection; the cards that it brought stay.

    Raises:
        RightMissing: the actor lacks `centre.edit`.
        ConnectionUnknown: the centre has none of this name.
    """
    actor.require("centre.edit")
    async with tenant_transaction(centre_id):
        gone: UUID | None = await fetch_value(
            "DELETE FROM connections WHERE centre_id = $1 AND name = $2 RETURNING id", centre_id, name
        )
        if gone is None:
            raise ConnectionUnknown()
        await audit("connection", gone, "end", actor=actor, after={"name": name})


async def collect(
    centre_id: UUID, name: str, *, actor: Actor, drops: Mapping[Kind, Drop] = DROPS
) -> list[ImportReport]:
    """Fetch what lies at a connection's drop and bring in what is new; the same file twice is looked at once.

    Raises:
        RightMissing: the actor lacks `import.run`.
        ConnectionUnknown: the centre has none of this name.
        DropUnavailable: it does not answer, which the connection remembers.
        FileUnreadable, MappingUnknown, ColumnUnknown: a file is no table of cards; those before it came in.
    """
    actor.require("import.run")
    async with tenant_transaction(centre_id, read_only=True):
        found, secret, seen = await queries.connection(centre_id, name)
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
            await _remember(centre_id, name, digest=digest, error="", new=reports[-1].new)
            seen |= {digest}
    except DomainError as error:
        await _remember(centre_id, name, digest="", error=error.detail or error.code, new=0)
        raise
    if not reports:
        await _remember(centre_id, name, digest="", error="", new=0)
    return reports


async def collect_all(centre_id: UUID, _today: date, *, actor: Actor) -> int:
    """Collect from every drop of a centre; one that fails keeps no other waiting, and remembers why. Return the new cards."""
    async with tenant_transaction(centre_id, read_only=True):
        names = [each.name for each in await queries.connections(centre_id) if each.kind in DROPS]
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
    await _remember(centre_id, name, digest="", error="", new=report.new)
    return report


async def _bring_in(
    centre_id: UUID, found: Connection, source: Source, *, file_name: str, actor: Actor
) -> ImportReport:
    return await import_table(
        centre_id,
        source,
        file_name=f"{found.name}: {file_name}",
        mapping=found.mapping,
        known_as=f"connection:{found.name}",
        actor=actor,
    )


async def _remember(centre_id: UUID, name: str, *, digest: str, error: str, new: int) -> None:
    async with tenant_transaction(centre_id):
        await execute(
            f"""UPDATE connections SET last_at = $3, last_error = $4, last_new = $5,
                   seen = CASE WHEN $6 = '' THEN seen ELSE (array_prepend($6, seen))[1:{_SEEN}] END
               WHERE centre_id = $1 AND name = $2""",
            centre_id,
            name,
            now(),
            error[:500],
            new,
            digest,
        )
