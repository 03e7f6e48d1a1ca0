"""What was done with a client: the follow-up's dated actions, by whom."""

from datetime import date
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch, fetch_row, tenant_transaction
from infra.errors import FieldError, Invalid, NotFound
from infra.ids import new_id
from infra.outbox import record
from tenants.clients import queries
from tenants.clients.events import ClientActionNoted, ClientActionRemoved
from tenants.code_lists.local import local_values
from tenants.code_lists.queries import codes

NOTE_LIMIT = 2000


class ActionInvalid(Invalid):
    """The action cannot be noted so; the fields say why."""

    code = "client_action_invalid"


class ActionUnknown(NotFound):
    """The card has no such action."""

    code = "client_action_unknown"


class ClientAction(msgspec.Struct, frozen=True, kw_only=True):
    """Something done with a client."""

    id: UUID
    action: str
    day: date
    note: str
    by_name: str


_COLUMNS = "id, action, day, note, by_name"


async def client_actions(centre_id: UUID, client_id: UUID, *, limit: int = 100) -> list[ClientAction]:
    """Return what was done with a client, the latest first; inside the caller's transaction."""
    rows = await fetch(
        f"""SELECT {_COLUMNS} FROM client_actions WHERE centre_id = $1 AND client_id = $2
            ORDER BY day DESC, id DESC LIMIT $3""",
        centre_id,
        client_id,
        limit,
    )
    return [ClientAction(**row) for row in rows]


async def note_action(
    centre_id: UUID, client_id: UUID, action: str, *, day: date, note: str, actor: Actor
) -> ClientAction:
    """Note what was done with a client on a day.

    Raises:
        RightMissing: the actor lacks `client.edit`.
        ClientUnknown: the centre has no such card.
        ActionInvalid: the action is of no list, the day is to come, or « autre » says nothing.
    """
    actor.require("client.edit")
    async with tenant_transaction(centre_id):
        await queries.client_name(centre_id, client_id)
        today = await queries.centre_today(centre_id)
        own = {value.code for value in await local_values(centre_id, "follow_up_action", offered_on=today)}
        errors = []
        if action not in own | await codes("follow_up_action"):
            errors.append(FieldError("/action", "unknown", "Choisissez une action de la liste."))
        if day > today:
            errors.append(FieldError("/day", "in_the_future", "Une action réalisée n'est pas à venir."))
        if len(note) > NOTE_LIMIT:
            errors.append(FieldError("/note", "too_long", f"{NOTE_LIMIT} caractères au plus."))
        if errors:
            raise ActionInvalid(errors=tuple(errors))
        made = ClientAction(id=new_id(), action=action, day=day, note=note.strip(), by_name=actor.name)
        await execute(
            f"""INSERT INTO client_actions ({_COLUMNS}, centre_id, client_id, noted_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
            *(getattr(made, name.strip()) for name in _COLUMNS.split(",")),
            centre_id,
            client_id,
            now(),
        )
        await audit("client", client_id, "note_action", actor=actor, after=made)
        await record(ClientActionNoted(subject_id=client_id), actor=actor)
    return made


async def remove_action(centre_id: UUID, client_id: UUID, action_id: UUID, *, actor: Actor) -> None:
    """Take away an action that was noted by mistake; the history keeps what it said.

    Raises:
        RightMissing: the actor lacks `client.edit`.
        ActionUnknown: the card has none of this id.
    """
    actor.require("client.edit")
    async with tenant_transaction(centre_id):
        row = await fetch_row(
            f"""DELETE FROM client_actions WHERE centre_id = $1 AND client_id = $2 AND id = $3
                RETURNING {_COLUMNS}""",
            centre_id,
            client_id,
            action_id,
        )
        if row is None:
            raise ActionUnknown()
        await audit("client", client_id, "remove_action", actor=actor, before=ClientAction(**row))
        await record(ClientActionRemoved(subject_id=client_id), actor=actor)
