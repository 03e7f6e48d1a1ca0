"""Adding users: to a centre, to the network; with an account of their own unless they have one."""

from uuid import UUID

import asyncpg
import msgspec

from infra.actor import Actor, ActorKind
from infra.clock import now
from infra.database import execute, fetch_value, system_transaction, tenant_transaction
from infra.ids import new_id
from infra.outbox import record
from tenants.accounts import queries, rules
from tenants.accounts.events import UserAdded
from tenants.accounts.key_ring import insert_key
from tenants.accounts.keys import PublicKey, parse
from tenants.accounts.rights import NETWORK_ROLES
from tenants.accounts.roles import require_may_give, require_network
from tenants.accounts.rules import LANGUAGES, LoginTaken, RoleUnknown, UserThere
from tenants.accounts.secrets import hash_password
from tenants.accounts.sessions import forget
from tenants.accounts.trail import write_trail


class UserRef(msgspec.Struct, frozen=True, kw_only=True):
    """A user that was added; `existing` where the person had an account already."""

    id: UUID
    version: int
    existing: bool


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
        ref = UserRef(id=account_id, version=1, existing=existing)
        await _welcome(centre_id, person, ref, role=role, actor=actor)
    forget(account_id)
    return ref


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
        ref = UserRef(id=account_id, version=1, existing=existing)
        await _welcome(None, person, ref, role=role, actor=actor)
    forget(account_id)
    return ref


async def _welcome(centre_id: UUID | None, person: _Person, ref: UserRef, *, role: str, actor: Actor) -> None:
    """Keep the key of a new account, and tell the trail and the others of who joined the centre or the network."""
    if person.key is not None and not ref.existing:
        await insert_key(ref.id, person.key, label="")
    await write_trail(centre_id, ref.id, "add", actor=actor, after={"login": person.login, "role": role})
    await record(UserAdded(subject_id=ref.id, version=ref.version), actor=actor)


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
