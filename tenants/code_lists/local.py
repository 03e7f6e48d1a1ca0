"""The values that a centre makes for itself: segmentation, origin, further actions, marketing codes; colours by type.

Each stands for one of the network's values (but marketing codes, which nobody adds up across centres), so that the
network's figures add up whatever a centre calls its own.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.database import execute, fetch, fetch_row, fetch_value, tenant_transaction
from infra.errors import FieldError, StaleVersion
from infra.ids import new_id
from infra.outbox import record
from tenants.code_lists import queries
from tenants.code_lists.changing import ValueInvalid, ValueThere, ValueUnknown, checked_label, code_of
from tenants.code_lists.events import LocalListChanged

MAPPED: Final = frozenset({"segmentation", "origin", "follow_up_action"})
"""Lists whose values each stand for one of the network's."""

LOCAL: Final = MAPPED | {"marketing_code"}


class LocalValue(msgspec.Struct, frozen=True, kw_only=True):
    """A value of one centre; `network_code` is what it counts as across the network."""

    id: UUID
    list: str
    code: str
    label: str
    network_code: str
    retired_on: date | None
    version: int


_COLUMNS = "id, list, code, label, network_code, retired_on, version"


async def local_values(centre_id: UUID, name: str | None = None, *, offered_on: date | None = None) -> list[LocalValue]:
    """Return a centre's own values, in order; inside the caller's transaction.

    Args:
        centre_id: whose.
        name: one list; None for all.
        offered_on: only those that may be chosen on this day; None for the retired ones too.
    """
    rows = await fetch(
        f"""SELECT {_COLUMNS} FROM local_values WHERE centre_id = $1 AND ($2::text IS NULL OR list = $2)
            AND ($3::date IS NULL OR retired_on IS NULL OR retired_on > $3) ORDER BY list, position, code""",
        centre_id,
        name,
        offered_on,
    )
    return [LocalValue(**row) for row in rows]


async def add_local_value(centre_id: UUID, name: str, label: str, *, network_code: str, actor: Actor) -> LocalValue:
    """Add a value to a centre's own list.

    Raises:
        RightMissing: the actor lacks `code_list.edit`.
        ValueUnknown: centres make no values of this list.
        ValueInvalid: the label cannot be, or the network has no such value to count it under.
        ValueThere: the centre has it.
    """
    actor.require("code_list.edit")
    tidied = checked_label(label)
    async with tenant_transaction(centre_id):
        await _require_mapped(name, network_code)
        made = await fetch_row(
            f"""INSERT INTO local_values (id, centre_id, list, code, label, network_code, position, version)
                SELECT $1, $2, $3, $4, $5, $6,
                    coalesce((SELECT max(position) + 1 FROM local_values WHERE centre_id = $2 AND list = $3), 0), 1
                ON CONFLICT DO NOTHING RETURNING {_COLUMNS}""",
            new_id(),
            centre_id,
            name,
            code_of(tidied),
            tidied,
            network_code if name in MAPPED else "",
        )
        if made is None:
            raise ValueThere(errors=(FieldError("/label", "taken", "La liste a déjà cette valeur."),))
        value = LocalValue(**made)
        await audit("local_value", value.id, "add", actor=actor, after=value)
        await record(LocalListChanged(subject_id=value.id, version=1), actor=actor)
    return value


async def change_local_value(
    centre_id: UUID,
    value_id: UUID,
    *,
    label: str,
    network_code: str,
    retired_on: date | None,
    version: int | None,
    actor: Actor,
) -> LocalValue:
    """Call a value otherwise, count it under another, retire it from a day or offer it again; its code stays.

    Raises:
        RightMissing: the actor lacks `code_list.edit`.
        ValueUnknown, StaleVersion: there is none, or it was saved since `version`.
        ValueInvalid: as in `add_local_value`.
    """
    actor.require("code_list.edit")
    tidied = checked_label(label)
    async with tenant_transaction(centre_id):
        row = await fetch_row(
            f"SELECT {_COLUMNS} FROM local_values WHERE centre_id = $1 AND id = $2 FOR UPDATE", centre_id, value_id
        )
        if row is None:
            raise ValueUnknown()
        before = LocalValue(**row)
        if version not in (None, before.version):
            raise StaleVersion()
        await _require_mapped(before.list, network_code)
        after = msgspec.structs.replace(
            before,
            label=tidied,
            network_code=network_code if before.list in MAPPED else "",
            retired_on=retired_on,
            version=before.version + 1,
        )
        if msgspec.structs.replace(after, version=before.version) == before:
            return before
        await execute(
            """UPDATE local_values SET label = $3, network_code = $4, retired_on = $5, version = version + 1
               WHERE centre_id = $1 AND id = $2""",
            centre_id,
            value_id,
            after.label,
            after.network_code,
            after.retired_on,
        )
        await audit("local_value", value_id, "change", actor=actor, before=before, after=after)
        await record(LocalListChanged(subject_id=value_id, version=after.version), actor=actor)
    return after


async def _require_mapped(name: str, network_code: str) -> None:
    if name not in LOCAL:
        raise ValueUnknown()
    if name in MAPPED and network_code not in await queries.codes(name):
        raise ValueInvalid(
            errors=(
                FieldError("/network_code", "unknown", "Choisissez la valeur du réseau sous laquelle elle compte."),
            )
        )


async def colours_of_types(centre_id: UUID) -> Mapping[str, str]:
    """Return the centre's colour of each client type that has one; inside the caller's transaction."""
    rows = await fetch("SELECT client_type, colour FROM client_type_colours WHERE centre_id = $1", centre_id)
    return {row["client_type"]: row["colour"] for row in rows}


async def colour_type(centre_id: UUID, client_type: str, colour: str, *, actor: Actor) -> None:
    """Give a client type a colour in this centre, or none where `colour` is empty; a card's own colour goes before it.

    Raises:
        RightMissing: the actor lacks `code_list.edit`.
        ValueUnknown: the network has no such client type.
        ValueInvalid: it is no colour.
    """
    actor.require("code_list.edit")
    wanted = colour.strip().lower()
    if wanted and not _is_colour(wanted):
        raise ValueInvalid(errors=(FieldError("/colour", "invalid", "Une couleur s'écrit #RRVVBB."),))
    async with tenant_transaction(centre_id):
        if client_type not in await queries.codes("client_type"):
            raise ValueUnknown()
        before = await fetch_value(
            "SELECT colour FROM client_type_colours WHERE centre_id = $1 AND client_type = $2", centre_id, client_type
        )
        if wanted:
            await execute(
                """INSERT INTO client_type_colours (id, centre_id, client_type, colour) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (centre_id, client_type) DO UPDATE SET colour = EXCLUDED.colour""",
                new_id(),
                centre_id,
                client_type,
                wanted,
            )
        else:
            await execute(
                "DELETE FROM client_type_colours WHERE centre_id = $1 AND client_type = $2", centre_id, client_type
            )
        await audit(
            "centre",
            centre_id,
            "colour_type",
            actor=actor,
            before={client_type: before or ""},
            after={client_type: wanted},
        )
        await record(LocalListChanged(subject_id=centre_id), actor=actor)


def _is_colour(text: str) -> bool:
    return len(text) == 7 and text[0] == "#" and all(sign in "0123456789abcdef" for sign in text[1:])
