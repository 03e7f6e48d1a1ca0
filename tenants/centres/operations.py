"""Every change to a centre."""

from typing import cast
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit, audit_network
from infra.clock import now
from infra.database import Busy, execute, fetch_value, tenant_transaction
from infra.errors import Conflict, StaleVersion
from infra.ids import new_id
from infra.outbox import record
from tenants.accounts.operations import add_supplied_roles, put_user
from tenants.accounts.rights import DIRECTION
from tenants.centres import queries, rules
from tenants.centres.events import CentreChanged, CentreProvisioned, CentreStateMoved
from tenants.centres.rules import Centre, CentreFields, NewCentreFields, State

_SETTABLE = CentreFields.__struct_fields__


class Provisioned(msgspec.Struct, frozen=True, kw_only=True):
    """What provisioning made, or found: `created` is False where the slug was there already."""

    centre_id: UUID
    slug: str
    created: bool


class StateMoveRefused(Conflict):
    """A centre's state does not go that way."""

    code = "state_move_refused"


async def provision(new: NewCentreFields, *, actor: Actor) -> Provisioned:
    """Make a centre with its supplied roles and first administrator, in one act.

    A second run with the same slug changes nothing, whatever else it says.

    Raises:
        RightMissing: the actor lacks `centre.provision`.
        CentreInvalid: the particulars cannot be right.
        LoginTaken: the administrator's login is somebody else's.
        AccountInvalid, KeyInvalid: the administrator's particulars cannot be right.
    """
    actor.require("centre.provision")
    rules.check_slug(new.slug)
    rules.check_fields(new)
    centre_id = new_id()
    async with tenant_transaction(centre_id):
        if not await _insert(centre_id, new):
            there = await queries.found(new.slug)
            if there is None:
                raise Busy()
            return Provisioned(centre_id=there.id, slug=there.slug, created=False)
        await add_supplied_roles(centre_id)
        await audit("centre", centre_id, "provision", actor=actor, after={"slug": new.slug, "name": new.name})
        await audit_network("centre", centre_id, "provision", actor=actor, after={"slug": new.slug, "name": new.name})
        await record(CentreProvisioned(subject_id=centre_id, version=1), actor=actor)
        if (first := new.administrator) is not None:
            await put_user(
                centre_id,
                first.login,
                name=first.name,
                email=first.email or new.email,
                role=DIRECTION,
                password=first.password,
                public_key=first.public_key,
                actor=actor,
            )
        return Provisioned(centre_id=centre_id, slug=new.slug, created=True)


async def change_centre(centre_id: UUID, fields: CentreFields, *, version: int | None, actor: Actor) -> Centre:
    """Set a centre's particulars.

    Raises:
        RightMissing: the actor lacks `centre.edit`.
        CentreInvalid: the particulars cannot be right.
        StaleVersion: somebody saved it since.
    """
    actor.require("centre.edit")
    rules.check_fields(fields)
    async with tenant_transaction(centre_id):
        before = await queries.locked_centre(centre_id)
        rules.require_open(before)
        if version is not None and version != before.version:
            raise StaleVersion()
        changed = {name: getattr(fields, name) for name in _SETTABLE if getattr(fields, name) != getattr(before, name)}
        if not changed:
            return before
        assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(changed, start=2))
        await execute(
            f"UPDATE centres SET {assignments}, version = version + 1 WHERE id = $1", centre_id, *changed.values()
        )
        old: dict[str, object] = {name: getattr(before, name) for name in changed}
        await audit("centre", centre_id, "change", actor=actor, before=old, after=cast("dict[str, object]", changed))
        await record(CentreChanged(subject_id=centre_id, version=before.version + 1), actor=actor)
        return await queries.centre(centre_id)


async def change_state(centre_id: UUID, state: State, *, reason: str, actor: Actor) -> Centre:
    """Open, suspend or close a centre. Asking for the state it has changes nothing.

    Raises:
        RightMissing: the actor lacks `centre.provision`.
        CentreUnknown: there is no such centre.
        StateMoveRefused: its state does not go that way.
    """
    actor.require("centre.provision")
    async with tenant_transaction(centre_id):
        before = await queries.locked_centre(centre_id)
        if before.state == state:
            return before
        if not rules.may_move(before.state, state):
            raise StateMoveRefused(f"a centre that is {before.state} cannot become {state}")
        await execute("UPDATE centres SET state = $2, version = version + 1 WHERE id = $1", centre_id, state)
        old: dict[str, object] = {"state": before.state}
        new: dict[str, object] = {"state": state, "reason": reason}
        await audit("centre", centre_id, "change_state", actor=actor, before=old, after=new)
        await audit_network("centre", centre_id, "change_state", actor=actor, before=old, after=new)
        await record(CentreStateMoved(subject_id=centre_id, version=before.version + 1, state=state), actor=actor)
        return await queries.centre(centre_id)


async def _insert(centre_id: UUID, new: NewCentreFields) -> bool:
    values: dict[str, object] = {name: getattr(new, name) for name in _SETTABLE}
    values |= {"sender_name": new.sender_name or new.name, "legal_name": new.legal_name or new.name}
    values |= {"id": centre_id, "slug": new.slug, "state": new.state, "version": 1, "created_at": now()}
    places = ", ".join(f"${place}" for place in range(1, len(values) + 1))
    made = await fetch_value(
        f"INSERT INTO centres ({', '.join(values)}) VALUES ({places}) ON CONFLICT (slug) DO NOTHING RETURNING id",
        *values.values(),
    )
    return made is not None
