"""Changing users, in a centre or for the whole network."""

from uuid import UUID

from infra.actor import Actor
from infra.database import execute, fetch_value, system_transaction, tenant_transaction
from infra.errors import StaleVersion
from infra.outbox import record
from tenants.accounts import queries, rules
from tenants.accounts.events import UserChanged
from tenants.accounts.queries import RoleLine, UserLine
from tenants.accounts.roles import leave_an_administrator, require_may_give, require_network
from tenants.accounts.rules import AccountShared, UserUnknown
from tenants.accounts.secrets import hash_password
from tenants.accounts.sessions import end_sessions, forget
from tenants.accounts.trail import write_trail


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
        # By itself: the application writes hashes and cannot read them, not even to keep one.
        await execute("UPDATE accounts SET password_hash = $2 WHERE id = $1", account_id, await hash_password(password))
    await execute(
        """UPDATE accounts SET name = coalesce($2, name), email = coalesce($3, email), state = coalesce($4, state),
               version = version + 1 WHERE id = $1""",
        account_id,
        name,
        email,
        state,
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
