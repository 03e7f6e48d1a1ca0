"""Users of a centre or of the network: added, changed, disabled; their passwords and authenticators."""

from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from infra.actor import Actor, ActorKind
from infra.clock import now
from infra.database import execute, fetch_row, fetch_value, system_transaction, tenant_transaction
from infra.errors import RightMissing, StaleVersion
from infra.ids import new_id
from infra.outbox import record
from tenants.accounts import queries, rules
from tenants.accounts.events import UserAdded, UserChanged
from tenants.accounts.keys import PublicKey, parse
from tenants.accounts.queries import RoleLine, UserLine
from tenants.accounts.rights import NETWORK_ROLES
from tenants.accounts.roles import leave_an_administrator, require_may_give
from tenants.accounts.rules import AccountShared, LoginTaken, RoleUnknown, UserThere, UserUnknown
from tenants.accounts.secrets import hash_password, new_totp_secret, seal, totp_uri
from tenants.accounts.sessions import end_sessions, forget
from tenants.accounts.trail import write_trail

LANGUAGES: Final = ("fr", "en")


class UserRef(msgspec.Struct, frozen=True, kw_only=True):
    """A user that was added; `existing` where the person had an account already."""

    id: UUID
    version: int
    existing: bool


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """What a person chose for themselves."""

    language: str
    first_start_done: bool
    keymap: dict[str, str]
    theme: str


class _Person(msgspec.Struct, frozen=True, kw_only=True):
    login: str
    name: str
    email: str
    language: str
    first_start_done: bool
    password_hash: str | None
    key: PublicKey | None


async def add_user(
    centre_id: UUID,
    login: str,
    *,
    name: str,
    email: str,
    role: str,
    password: str | None = None,
    public_key: str | None = None,
    language: str = "fr",
    first_start_done: bool = False,
    actor: Actor,
) -> UserRef:
    """Give a person a role in the centre, and an account unless the login has one.

    An existing account keeps its name, password and keys, and is given a role only to who knows its e-mail address:
    a login alone would open the network's directory to every centre.

    Raises:
        RightMissing: the actor lacks `user.manage`.
        RightsBeyondOwn: the role allows more than the actor may.
        RoleUnknown: the centre has no such role.
        LoginTaken: the login is somebody else's.
        UserThere: this person has a role here already.
        AccountInvalid, KeyInvalid: the particulars cannot be right.
    """
    actor.require("user.manage")
    async with tenant_transaction(centre_id):
        require_may_give(await queries.role_named(centre_id, role), actor=actor)
        return await put_user(
            centre_id,
            login,
            name=name,
            email=email,
            role=role,
            password=password,
            public_key=public_key,
            language=language,
            first_start_done=first_start_done,
            actor=actor,
        )


async def put_user(
    centre_id: UUID,
    login: str,
    *,
    name: str,
    email: str,
    role: str,
    password: str | None = None,
    public_key: str | None = None,
    language: str = "fr",
    first_start_done: bool = False,
    actor: Actor,
) -> UserRef:
    """Do what `add_user` does for whom another right allows it (provisioning); the refusals are the same."""
    person = await _person(
        login,
        name=name,
        email=email,
        password=password,
        public_key=public_key,
        language=language,
        first_start_done=first_start_done,
    )
    async with tenant_transaction(centre_id):
        given = await queries.role_named(centre_id, role)
        account_id, existing = await _account(person, actor=actor)
        membership_id = new_id()
        there = await fetch_value(
            """INSERT INTO memberships (id, centre_id, account_id, role_id, state, version, created_at)
               VALUES ($1, $2, $3, $4, 'active', 1, $5)
               ON CONFLICT (centre_id, account_id) DO NOTHING RETURNING id""",
            membership_id,
            centre_id,
            account_id,
            given.id,
            now(),
        )
        if there is None:
            raise UserThere()
        if person.key is not None and not existing:
            await insert_key(account_id, person.key, label="")
        await write_trail(centre_id, account_id, "add", actor=actor, after={"login": person.login, "role": role})
        await record(UserAdded(subject_id=account_id, version=1), actor=actor)
    forget(account_id)
    return UserRef(id=account_id, version=1, existing=existing)


async def add_network_user(
    login: str,
    *,
    name: str,
    email: str,
    role: str,
    password: str | None = None,
    public_key: str | None = None,
    language: str = "fr",
    first_start_done: bool = False,
    actor: Actor,
) -> UserRef:
    """Give a person a role in the network, and an account unless the login has one.

    Raises:
        RightMissing: the actor is not of the network, or lacks `user.manage`.
        RoleUnknown: the network has no such role.
        AccountInvalid, KeyInvalid: the particulars cannot be right.
    """
    require_network(actor)
    if role not in NETWORK_ROLES:
        raise RoleUnknown(f"there is no role « {role} » in the network: " + ", ".join(NETWORK_ROLES))
    person = await _person(
        login,
        name=name,
        email=email,
        password=password,
        public_key=public_key,
        language=language,
        first_start_done=first_start_done,
    )
    async with system_transaction():
        account_id, existing = await _account(person, actor=actor)
        added = await execute(
            "INSERT INTO network_memberships (account_id, role, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            account_id,
            role,
            now(),
        )
        if not added:
            raise UserThere()
        if person.key is not None and not existing:
            await insert_key(account_id, person.key, label="")
        await write_trail(None, account_id, "add", actor=actor, after={"login": person.login, "role": role})
        await record(UserAdded(subject_id=account_id, version=1), actor=actor)
    forget(account_id)
    return UserRef(id=account_id, version=1, existing=existing)


async def change_user(
    centre_id: UUID,
    account_id: UUID,
    *,
    name: str | None = None,
    email: str | None = None,
    role: str | None = None,
    state: str | None = None,
    password: str | None = None,
    version: int | None = None,
    actor: Actor,
) -> UserLine:
    """Change a user of the centre; None leaves what it is. `disabled` takes the role here and ends every session.

    Raises:
        RightMissing: the actor lacks `user.manage`.
        RightsBeyondOwn: the user's role, now or after, allows more than the actor may.
        UserUnknown: nobody of that id has a role here.
        AccountShared: name, e-mail and password of a person who also works elsewhere are not this centre's.
        LastAdministrator: nobody would be left to manage users.
        StaleVersion: somebody saved it since.
    """
    actor.require("user.manage")
    new_name = None if name is None else rules.check_name(name)
    new_email = None if email is None else rules.check_email(email)
    if state not in (None, "active", "disabled"):
        raise rules.invalid("state", "active or disabled")
    async with tenant_transaction(centre_id):
        await execute(
            "SELECT FROM memberships WHERE centre_id = $1 AND account_id = $2 FOR UPDATE", centre_id, account_id
        )
        before = await queries.user(centre_id, account_id)
        if version is not None and version != before.version:
            raise StaleVersion()
        held = await queries.role_named(centre_id, before.role)
        require_may_give(held, actor=actor)
        touches_account = any(
            (new_name not in (None, before.name), new_email not in (None, before.email), password is not None)
        )
        if touches_account and not await queries.is_own(account_id):
            raise AccountShared()
        if touches_account:
            await _change_account(account_id, login=before.login, name=new_name, email=new_email, password=password)
        given = await queries.role_named(centre_id, role or before.role)
        require_may_give(given, actor=actor)
        await _change_membership(centre_id, account_id, role=given, state=state)
        if "user.manage" in held.rights:
            await leave_an_administrator(centre_id)
        if state == "disabled" or password is not None:
            await end_sessions(account_id, reason="disabled" if state == "disabled" else "password", actor=actor)
        after = await queries.user(centre_id, account_id)
        await write_trail(
            centre_id, account_id, "change", actor=actor, before=_shown(before), after=_shown(after, password=password)
        )
        await record(UserChanged(subject_id=account_id, version=after.version), actor=actor)
    forget(account_id)
    return after


async def change_account(
    account_id: UUID,
    *,
    name: str | None = None,
    email: str | None = None,
    state: str | None = None,
    password: str | None = None,
    actor: Actor,
) -> None:
    """Change an account for the whole network; None leaves what it is. `disabled` ends every session.

    Raises:
        RightMissing: the actor is not of the network, or lacks `user.manage`.
        UserUnknown: there is no such account.
        AccountInvalid: the particulars cannot be right.
    """
    require_network(actor)
    if state not in (None, "active", "disabled"):
        raise rules.invalid("state", "active or disabled")
    new_name = None if name is None else rules.check_name(name)
    new_email = None if email is None else rules.check_email(email)
    async with system_transaction():
        login = await fetch_value("SELECT login FROM accounts WHERE id = $1 FOR UPDATE", account_id)
        if login is None:
            raise UserUnknown()
        await _change_account(account_id, login=login, name=new_name, email=new_email, password=password, state=state)
        if state == "disabled" or password is not None:
            await end_sessions(account_id, reason="disabled" if state == "disabled" else "password", actor=actor)
        values = {"name": new_name, "email": new_email, "state": state, "password": password and "changed"}
        changed: dict[str, object] = {field: value for field, value in values.items() if value is not None}
        await write_trail(None, account_id, "change", actor=actor, after=changed)
        await record(UserChanged(subject_id=account_id), actor=actor)
    forget(account_id)


async def change_preferences(
    account_id: UUID,
    *,
    language: str | None = None,
    first_start_done: bool | None = None,
    keymap: dict[str, str] | None = None,
    theme: str | None = None,
) -> Preferences:
    """Set what a person chooses for themselves, and return it all; None leaves what it is.

    Raises:
        AccountInvalid: a language Halte does not speak, or too long a keymap or theme.
    """
    if language is not None and language not in LANGUAGES:
        raise rules.invalid("language", "fr or en")
    packed = None if keymap is None else msgspec.json.encode(keymap).decode()
    if packed is not None and len(packed) > 20_000:
        raise rules.invalid("keymap", "too long")
    if theme is not None and len(theme) > 60:
        raise rules.invalid("theme", "too long")
    async with system_transaction():
        row = await fetch_row(
            """UPDATE accounts SET language = coalesce($2, language), first_start_done = coalesce($3, first_start_done),
                   keymap = coalesce($4::jsonb, keymap), theme = coalesce($5, theme) WHERE id = $1
               RETURNING language, first_start_done, keymap, theme""",
            account_id,
            language,
            first_start_done,
            packed,
            theme,
        )
    if row is None:
        raise UserUnknown()
    forget(account_id)
    return Preferences(**{**row, "keymap": msgspec.json.decode(row["keymap"], type=dict[str, str])})


async def require_code(account_id: UUID, *, wanted: bool, actor: Actor) -> str | None:
    """Ask an account for an authenticator's code from now on, or no more; return what its QR code says, once.

    Raises:
        RightMissing: the actor is neither the person, nor of the network with `user.manage`.
        UserUnknown: there is no such account.
    """
    if actor.account_id != account_id:
        require_network(actor)
    secret = new_totp_secret() if wanted else None
    async with system_transaction():
        login = await fetch_value("SELECT login FROM accounts WHERE id = $1 FOR UPDATE", account_id)
        if login is None:
            raise UserUnknown()
        await execute(
            "UPDATE accounts SET totp_secret = $2, totp_last_step = NULL, version = version + 1 WHERE id = $1",
            account_id,
            None if secret is None else seal(secret),
        )
        await write_trail(None, account_id, "require_code", actor=actor, after={"wanted": wanted})
    return None if secret is None else totp_uri(secret, login=login)


def require_network(actor: Actor) -> None:
    """Refuse who does not manage users for the network.

    Raises:
        RightMissing: the actor is a centre's, or lacks `user.manage`.
    """
    actor.require("user.manage")
    if actor.kind not in (ActorKind.NETWORK, ActorKind.JOB):
        raise RightMissing("user.manage")


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


async def _person(
    login: str,
    *,
    name: str,
    email: str,
    password: str | None,
    public_key: str | None,
    language: str,
    first_start_done: bool,
) -> _Person:
    kept = rules.check_login(login)
    if language not in LANGUAGES:
        raise rules.invalid("language", "fr or en")
    if password is not None:
        rules.check_password(password, login=kept)
    return _Person(
        login=kept,
        name=rules.check_name(name),
        email=rules.check_email(email),
        language=language,
        first_start_done=first_start_done,
        password_hash=None if password is None else await hash_password(password),
        key=None if public_key is None else parse(public_key),
    )


async def _account(person: _Person, *, actor: Actor) -> tuple[UUID, bool]:
    known = await queries.known(person.login)
    if known is not None:
        knows = actor.kind is ActorKind.JOB or (known.email and known.email.lower() == person.email.lower())
        if not knows or known.state != "active":
            raise LoginTaken()
        return known.id, True
    account_id = new_id()
    try:
        await execute(
            """INSERT INTO accounts (id, login, name, email, language, first_start_done, keymap, theme, password_hash,
                   state, version, created_at) VALUES ($1, $2, $3, $4, $5, $6, '{}', '', $7, 'active', 1, $8)""",
            account_id,
            person.login,
            person.name,
            person.email,
            person.language,
            person.first_start_done,
            person.password_hash,
            now(),
        )
    except asyncpg.UniqueViolationError as error:
        raise LoginTaken() from error
    return account_id, False


async def _change_account(
    account_id: UUID,
    *,
    login: str,
    name: str | None,
    email: str | None,
    password: str | None,
    state: str | None = None,
) -> None:
    if password is not None:
        rules.check_password(password, login=login)
    await execute(
        """UPDATE accounts SET name = coalesce($2, name), email = coalesce($3, email), state = coalesce($4, state),
               password_hash = coalesce($5, password_hash), version = version + 1 WHERE id = $1""",
        account_id,
        name,
        email,
        state,
        None if password is None else await hash_password(password),
    )


async def _change_membership(centre_id: UUID, account_id: UUID, *, role: RoleLine, state: str | None) -> None:
    await execute(
        """UPDATE memberships SET role_id = $3, state = coalesce($4, state), version = version + 1
           WHERE centre_id = $1 AND account_id = $2""",
        centre_id,
        account_id,
        role.id,
        state,
    )


def _shown(user: UserLine, *, password: str | None = None) -> dict[str, object]:
    shown: dict[str, object] = {"name": user.name, "email": user.email, "role": user.role, "state": user.state}
    return shown if password is None else {**shown, "password": "changed"}
