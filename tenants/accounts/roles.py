"""Roles of a centre: the supplied ones, and those it makes of them."""

from collections.abc import Collection
from uuid import UUID

import asyncpg

from infra.actor import Actor, ActorKind
from infra.audit import audit
from infra.database import execute, execute_many, fetch, tenant_transaction
from infra.errors import Conflict, RightMissing, StaleVersion
from infra.ids import new_id
from infra.outbox import record
from tenants.accounts import queries, rules
from tenants.accounts.events import RoleChanged
from tenants.accounts.queries import RoleLine
from tenants.accounts.rights import NETWORK_ONLY, RIGHTS, SUPPLIED_ROLES
from tenants.accounts.rules import LastAdministrator, RightsBeyondOwn


class RoleThere(Conflict):
    """The centre has a role of that name already."""

    code = "role_there"


class RoleSupplied(Conflict):
    """A supplied role is copied, not changed."""

    code = "role_supplied"


async def add_supplied_roles(centre_id: UUID) -> None:
    """Give a new centre the roles that every centre has, in the transaction that makes it."""
    await execute_many(
        "INSERT INTO roles (id, centre_id, name, supplied, rights, version) VALUES ($1, $2, $3, true, '{}', 1)",
        [(new_id(), centre_id, name) for name in SUPPLIED_ROLES],
    )


async def add_role(centre_id: UUID, name: str, rights: Collection[str], *, actor: Actor) -> RoleLine:
    """Make a role of the centre's own.

    Raises:
        RightMissing: the actor lacks `user.manage`.
        RightsBeyondOwn: it would allow more than the actor may.
        AccountInvalid: a right does not exist, or is not a centre's to give.
        RoleThere: the name is taken.
    """
    actor.require("user.manage")
    role = RoleLine(id=new_id(), name=rules.check_name(name), supplied=False, rights=_known(rights), version=1)
    require_may_give(role, actor=actor)
    async with tenant_transaction(centre_id):
        try:
            await execute(
                "INSERT INTO roles (id, centre_id, name, supplied, rights, version) VALUES ($1, $2, $3, false, $4, 1)",
                role.id,
                centre_id,
                role.name,
                sorted(role.rights),
            )
        except asyncpg.UniqueViolationError as error:
            raise RoleThere() from error
        after: dict[str, object] = {"name": role.name, "rights": sorted(role.rights)}
        await audit("role", role.id, "add", actor=actor, after=after)
        await record(RoleChanged(subject_id=role.id, version=1), actor=actor)
    return role


async def change_role(
    centre_id: UUID, name: str, rights: Collection[str], *, version: int | None, actor: Actor
) -> RoleLine:
    """Set what a role of the centre's own allows; it holds for live sessions within two seconds.

    Raises:
        RightMissing, RightsBeyondOwn, AccountInvalid, RoleUnknown: as they say.
        RoleSupplied: it is one of ours.
        LastAdministrator: nobody would be left to manage users.
        StaleVersion: somebody saved it since.
    """
    actor.require("user.manage")
    kept = _known(rights)
    async with tenant_transaction(centre_id):
        before = await queries.role_named(centre_id, name)
        if before.supplied:
            raise RoleSupplied()
        after = RoleLine(id=before.id, name=name, supplied=False, rights=kept, version=before.version + 1)
        require_may_give(before, actor=actor)
        require_may_give(after, actor=actor)
        changed = await execute(
            "UPDATE roles SET rights = $3, version = version + 1 WHERE centre_id = $1 AND id = $2 AND version = $4",
            centre_id,
            before.id,
            sorted(kept),
            before.version if version is None else version,
        )
        if not changed:
            raise StaleVersion()
        if "user.manage" in before.rights:
            await leave_an_administrator(centre_id)
        old: dict[str, object] = {"rights": sorted(before.rights)}
        new: dict[str, object] = {"rights": sorted(kept)}
        await audit("role", before.id, "change", actor=actor, before=old, after=new)
        await record(RoleChanged(subject_id=before.id, version=after.version), actor=actor)
    return after


def require_may_give(role: RoleLine, *, actor: Actor) -> None:
    """Refuse who would give or take a role that allows more than their own: otherwise every right is one step away.

    Whoever manages users for the network gives any role of a centre.

    Raises:
        RightsBeyondOwn: as it says.
    """
    if actor.kind is ActorKind.STAFF and not role.rights <= actor.rights:
        beyond = ", ".join(sorted(role.rights - actor.rights))
        raise RightsBeyondOwn(f"the role {role.name} allows what you may not: {beyond}")


def require_network(actor: Actor) -> None:
    """Refuse who does not manage users for the network.

    Raises:
        RightMissing: the actor is a centre's, or lacks `user.manage`.
    """
    actor.require("user.manage")
    if actor.kind not in (ActorKind.NETWORK, ActorKind.JOB):
        raise RightMissing("user.manage")


async def leave_an_administrator(centre_id: UUID) -> None:
    """Refuse a change after which nobody of the centre could manage users; call it after the change.

    Raises:
        LastAdministrator: as it says.
    """
    # Two who disable each other at once would both see one left: the centre's memberships are locked first.
    rows = await fetch(
        """SELECT r.name, r.supplied, r.rights FROM memberships m
           JOIN roles r ON r.centre_id = m.centre_id AND r.id = m.role_id JOIN accounts a ON a.id = m.account_id
           WHERE m.centre_id = $1 AND m.state = 'active' AND a.state = 'active' ORDER BY m.id FOR UPDATE OF m""",
        centre_id,
    )
    held = (queries.rights_of(row["name"], supplied=row["supplied"], kept=row["rights"]) for row in rows)
    if not any("user.manage" in rights for rights in held):
        raise LastAdministrator()


def _known(rights: Collection[str]) -> frozenset[str]:
    kept = frozenset(rights)
    wrong = sorted((kept - RIGHTS.keys()) | (kept & NETWORK_ONLY))
    if wrong:
        raise rules.invalid("rights", "no such right in a centre: " + ", ".join(wrong))
    return kept
