"""Setting connections up, pausing and ending them."""

import secrets
from uuid import UUID

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch_value, tenant_transaction
from infra.errors import FieldError
from infra.ids import new_id
from infra.outbox import record
from tenants.arrivals.sealing import seal
from tenants.centres.queries import locked_centre
from tenants.connections import queries
from tenants.connections.events import ConnectionChanged
from tenants.connections.queries import SEALED
from tenants.connections.rules import (
    KEY_BYTES,
    Connection,
    ConnectionThere,
    ConnectionUnknown,
    Kind,
    NoKeyToMake,
    check,
)


async def keep_connection(centre_id: UUID, wanted: Connection, *, secret: str | None, actor: Actor) -> str | None:
    """Set a connection up, or change it; without a `secret` the one it has stays.

    A webhook that has none gets a key of the house's, which is returned this once.

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
        made = secrets.token_urlsafe(KEY_BYTES) if wanted.kind is Kind.WEBHOOK and not key else None
        key = key or made or ""
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
                   host_key = EXCLUDED.host_key, secret = EXCLUDED.secret, last_error = '', last_code = NULL""",
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
        await record(ConnectionChanged(subject_id=connection_id), actor=actor)
    return made


async def add_connection(centre_id: UUID, wanted: Connection, *, secret: str | None, actor: Actor) -> str | None:
    """Set a connection up under a name that none has yet; otherwise as `keep_connection`.

    Raises:
        RightMissing: the actor lacks `centre.edit`.
        ConnectionThere: one has this name.
        ConnectionInvalid: it cannot be right.
    """
    actor.require("centre.edit")
    async with tenant_transaction(centre_id):
        # Two who add at once wait for one another here: the second finds the first's.
        await locked_centre(centre_id)
        if wanted.name in {each.name for each in await queries.connections(centre_id)}:
            raise ConnectionThere(errors=(FieldError("/name", "taken", wanted.name),))
        return await keep_connection(centre_id, wanted, secret=secret, actor=actor)


async def renew_key(centre_id: UUID, name: str, *, actor: Actor) -> str:
    """Give a webhook another key, which is returned this once; calls signed by the one before are refused from now on.

    Raises:
        RightMissing: the actor lacks `centre.edit`.
        ConnectionUnknown: the centre has none of this name.
        NoKeyToMake: it is no webhook.
    """
    actor.require("centre.edit")
    made = secrets.token_urlsafe(KEY_BYTES)
    async with tenant_transaction(centre_id):
        connection_id = await queries.connection_id(centre_id, name, lock=True)
        found, _secret, _seen = await queries.connection(centre_id, name)
        if found.kind is not Kind.WEBHOOK:
            raise NoKeyToMake()
        await execute(
            "UPDATE connections SET secret = $3 WHERE centre_id = $1 AND id = $2",
            centre_id,
            connection_id,
            seal(SEALED, centre_id, connection_id, made.encode()),
        )
        await audit("connection", connection_id, "renew_key", actor=actor, after={"name": name})
        await record(ConnectionChanged(subject_id=connection_id), actor=actor)
    return made


async def pause_connection(centre_id: UUID, name: str, *, actor: Actor) -> None:
    """Let nothing in by a connection until it is taken up again; twice is once.

    Raises:
        RightMissing: the actor lacks `centre.edit`.
        ConnectionUnknown: the centre has none of this name.
    """
    await _turn(centre_id, name, paused=True, actor=actor)


async def resume_connection(centre_id: UUID, name: str, *, actor: Actor) -> None:
    """Take a paused connection up again; twice is once.

    Raises:
        RightMissing: the actor lacks `centre.edit`.
        ConnectionUnknown: the centre has none of this name.
    """
    await _turn(centre_id, name, paused=False, actor=actor)


async def _turn(centre_id: UUID, name: str, *, paused: bool, actor: Actor) -> None:
    actor.require("centre.edit")
    async with tenant_transaction(centre_id):
        connection_id = await queries.connection_id(centre_id, name, lock=True)
        turned = await fetch_value(
            """UPDATE connections SET paused_at = $3, asked_at = NULL
               WHERE centre_id = $1 AND id = $2 AND (paused_at IS NULL) = ($3::timestamptz IS NOT NULL) RETURNING id""",
            centre_id,
            connection_id,
            now() if paused else None,
        )
        if turned is None:
            return
        await audit("connection", connection_id, "pause" if paused else "resume", actor=actor, after={"name": name})
        await record(ConnectionChanged(subject_id=connection_id), actor=actor)


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
        await record(ConnectionChanged(subject_id=gone), actor=actor)
