"""Keys of accounts: registered, revoked."""

from uuid import UUID

import asyncpg

from infra.actor import Actor
from infra.clock import now
from infra.database import execute, fetch_value, system_transaction, tenant_transaction
from infra.errors import Conflict, NotFound
from infra.ids import new_id
from infra.outbox import record
from tenants.accounts import queries
from tenants.accounts.events import UserChanged
from tenants.accounts.keys import PublicKey, parse
from tenants.accounts.queries import KeyLine
from tenants.accounts.roles import require_may_give, require_network
from tenants.accounts.rules import AccountShared, UserUnknown
from tenants.accounts.sessions import end_sessions, forget
from tenants.accounts.trail import write_trail


class KeyThere(Conflict):
    """This account has this key already."""

    code = "key_there"


class NoSuchKey(NotFound):
    """This account has no such key."""

    code = "no_such_key"


async def add_key(
    centre_id: UUID | None, account_id: UUID, public_key: str, *, label: str = "", actor: Actor
) -> KeyLine:
    """Register a public key; with no centre, for the network, or for oneself.

    Raises:
        RightMissing: the actor lacks `user.manage`, or is a centre's and names none.
        UserUnknown: nobody of that id has a role here.
        AccountShared: the person also works elsewhere.
        RightsBeyondOwn: the user's role allows more than the actor may.
        KeyInvalid: it is no key that Halte accepts.
        KeyThere: the account has it already.
    """
    key = parse(public_key)
    async with system_transaction() if centre_id is None else tenant_transaction(centre_id):
        await _require_hand_on(centre_id, account_id, actor=actor)
        try:
            key_id = await insert_key(account_id, key, label=label)
        except asyncpg.UniqueViolationError as error:
            raise KeyThere() from error
        added = {"key": key.fingerprint, "key_id": str(key_id)}
        await write_trail(centre_id, account_id, "add_key", actor=actor, after={**added})
        await record(UserChanged(subject_id=account_id), actor=actor)
    return KeyLine(
        id=key_id,
        label=label.strip()[:120] or key.comment[:120],
        fingerprint=key.fingerprint,
        created_at=now(),
        last_used_at=None,
    )


async def revoke_key(centre_id: UUID | None, account_id: UUID, key_id: UUID, *, actor: Actor) -> None:
    """Revoke a key and end the sessions it opened; with no centre, for the network, or for oneself.

    Raises:
        RightMissing, UserUnknown, AccountShared, RightsBeyondOwn: as `add_key`.
        NoSuchKey: the account has no such key, or it was revoked before.
    """
    async with system_transaction() if centre_id is None else tenant_transaction(centre_id):
        await _require_hand_on(centre_id, account_id, actor=actor)
        fingerprint = await fetch_value(
            """UPDATE ssh_keys SET revoked_at = $3 WHERE id = $1 AND account_id = $2 AND revoked_at IS NULL
               RETURNING fingerprint""",
            key_id,
            account_id,
            now(),
        )
        if fingerprint is None:
            raise NoSuchKey()
        await end_sessions(account_id, key_id=key_id, reason="key_revoked", actor=actor)
        await write_trail(centre_id, account_id, "revoke_key", actor=actor, before={"key": fingerprint})
        await record(UserChanged(subject_id=account_id), actor=actor)
    forget(account_id)


async def insert_key(account_id: UUID, key: PublicKey, *, label: str) -> UUID:
    """Write a key for an account, in the transaction of whoever decided it."""
    key_id = new_id()
    await execute(
        """INSERT INTO ssh_keys (id, account_id, label, fingerprint, public_key, created_at)
           VALUES ($1, $2, $3, $4, $5, $6)""",
        key_id,
        account_id,
        label.strip()[:120] or key.comment[:120],
        key.fingerprint,
        key.line,
        now(),
    )
    return key_id


async def _require_hand_on(centre_id: UUID | None, account_id: UUID, *, actor: Actor) -> None:
    if centre_id is None:
        if actor.account_id != account_id:
            require_network(actor)
        if not await execute("SELECT FROM accounts WHERE id = $1", account_id):
            raise UserUnknown()
        return
    actor.require("user.manage")
    user = await queries.user(centre_id, account_id)
    require_may_give(await queries.role_named(centre_id, user.role), actor=actor)
    if not await queries.is_own(account_id):
        raise AccountShared()
