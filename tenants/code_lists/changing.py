"""The network's values from a day on: added, renamed, split, retired. What holds an old value keeps it."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from infra.actor import Actor
from infra.audit import audit_network
from infra.clock import today
from infra.database import execute, fetch_row, fetch_value, system_transaction
from infra.errors import Conflict, FieldError, Invalid, NotFound
from infra.ids import new_id
from tenants.code_lists.queries import NETWORK_ZONE
from tenants.code_lists.rules import CATEGORY
from tenants.referential.cleaning.text import fold

LABEL_LIMIT = 120


class ValueUnknown(NotFound):
    """The list has no such value."""

    code = "value_unknown"


class ValueInvalid(Invalid):
    """The value cannot be written so; the fields say why."""

    code = "value_invalid"


class ValueThere(Conflict):
    """The list already has this value."""

    code = "value_there"


class ValueRetired(Conflict):
    """The value is retired already."""

    code = "value_retired"


class NewValue(msgspec.Struct, frozen=True, kw_only=True):
    """A value to add; its code is made from its label."""

    label: str
    detail: str = ""
    """Label of the text it asks for."""


class ValueKey(msgspec.Struct, frozen=True, kw_only=True):
    """Which value: `category` is empty in a plain list."""

    list: str
    category: str
    code: str


def code_of(label: str) -> str:
    """Make a code from a label: « Char à voile » is `char_a_voile`."""
    return re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")[:60]


def checked_label(label: str, *, pointer: str = "/label") -> str:
    """Return a label tidied.

    Raises:
        ValueInvalid: it is empty, too long, or has no letter or digit to make a code of.
    """
    tidied = " ".join(label.split())
    if not code_of(tidied):
        raise ValueInvalid(errors=(FieldError(pointer, "required", "Donnez un libellé."),))
    if len(tidied) > LABEL_LIMIT:
        raise ValueInvalid(errors=(FieldError(pointer, "too_long", f"{LABEL_LIMIT} caractères au plus."),))
    return tidied


async def add_value(name: str, category: str, new: NewValue, *, from_day: date, actor: Actor) -> ValueKey:
    """Add a value to a list, offered from a day.

    Raises:
        RightMissing: the actor lacks `code_list.edit`.
        ValueUnknown: there is no such list or category.
        ValueInvalid, ValueThere: the label cannot be, or is there.
    """
    actor.require("code_list.edit")
    label = checked_label(new.label)
    key = ValueKey(list=name, category=category, code=code_of(label))
    async with system_transaction():
        await _require_place(name, category)
        await _insert(key, label, new.detail, from_day=from_day, split_from=None)
        await _tell("add", key, actor=actor, after={"label": label, "from_day": from_day})
    return key


async def rename_value(key: ValueKey, label: str, *, from_day: date, actor: Actor) -> None:
    """Call a value otherwise from a day on; before that day it keeps its old name, and its code stays.

    Raises:
        RightMissing: the actor lacks `code_list.edit`.
        ValueUnknown, ValueInvalid: there is none, or the label cannot be.
    """
    actor.require("code_list.edit")
    tidied = checked_label(label)
    async with system_transaction():
        await _lock(key)
        await execute(
            """INSERT INTO code_list_labels (list, category, code, from_day, label) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (list, category, code, from_day) DO UPDATE SET label = EXCLUDED.label""",
            key.list,
            key.category,
            key.code,
            from_day,
            tidied,
        )
        await _tell("rename", key, actor=actor, after={"label": tidied, "from_day": from_day})


async def retire_value(key: ValueKey, *, from_day: date, actor: Actor) -> None:
    """Offer a value no more from a day on; cards and stays that hold it keep it, and old years count it.

    Raises:
        RightMissing: the actor lacks `code_list.edit`.
        ValueUnknown, ValueRetired: there is none, or it is retired.
    """
    actor.require("code_list.edit")
    async with system_transaction():
        await _retire(key, from_day=from_day)
        await _tell("retire", key, actor=actor, after={"from_day": from_day})


async def split_value(key: ValueKey, into: Sequence[NewValue], *, from_day: date, actor: Actor) -> list[ValueKey]:
    """Put two or more values in the place of one from a day on; years are compared under the one they come from.

    Raises:
        RightMissing: the actor lacks `code_list.edit`.
        ValueUnknown, ValueRetired, ValueThere: there is none, it is retired, or a new one is there already.
        ValueInvalid: fewer than two, or a label cannot be.
    """
    actor.require("code_list.edit")
    if len(into) < 2:
        raise ValueInvalid(errors=(FieldError("/into", "required", "Deux valeurs au moins."),))
    labels = [checked_label(new.label, pointer=f"/into/{index}/label") for index, new in enumerate(into)]
    keys = [ValueKey(list=key.list, category=key.category, code=code_of(label)) for label in labels]
    async with system_transaction():
        await _retire(key, from_day=from_day)
        for new, label, made in zip(into, labels, keys, strict=True):
            await _insert(made, label, new.detail, from_day=from_day, split_from=key.code)
        await _tell("split", key, actor=actor, after={"into": [made.code for made in keys], "from_day": from_day})
    return keys


async def _require_place(name: str, category: str) -> None:
    """Refuse a list or a category that does not exist; a cascade's values stand in a category."""
    cascade: bool | None = await fetch_value(
        "SELECT bool_or(category <> '') FROM code_list_values WHERE list = $1", name
    )
    if cascade is None or cascade != bool(category):
        raise ValueUnknown()
    if cascade and category != CATEGORY:
        await _lock(ValueKey(list=name, category=CATEGORY, code=category))


async def _lock(key: ValueKey) -> date | None:
    """Hold a value's row, and return its last day."""
    found = await fetch_row(
        """SELECT last_day FROM code_list_values WHERE list = $1 AND category = $2 AND code = $3 AND active FOR UPDATE""",
        key.list,
        key.category,
        key.code,
    )
    if found is None:
        raise ValueUnknown()
    last_day: date | None = found["last_day"]
    return last_day


async def _retire(key: ValueKey, *, from_day: date) -> None:
    last_day = await _lock(key)
    if last_day is not None and last_day < today(NETWORK_ZONE):
        raise ValueRetired()
    # Retired before it was ever offered: its first day goes with it.
    await execute(
        """UPDATE code_list_values SET last_day = $4, first_day = least(first_day, $4)
           WHERE list = $1 AND category = $2 AND code = $3""",
        key.list,
        key.category,
        key.code,
        from_day - timedelta(days=1),
    )


async def _insert(key: ValueKey, label: str, detail: str, *, from_day: date, split_from: str | None) -> None:
    made = await fetch_value(
        """INSERT INTO code_list_values
               (list, category, code, label, position, detail, active, by_network, first_day, split_from)
           SELECT $1, $2, $3, $4,
               coalesce((SELECT max(position) + 1 FROM code_list_values WHERE list = $1 AND category = $2), 0),
               $5, true, true, $6, $7
           ON CONFLICT DO NOTHING RETURNING code""",
        key.list,
        key.category,
        key.code,
        label,
        detail.strip(),
        from_day,
        split_from,
    )
    if made is None:
        raise ValueThere(errors=(FieldError("/label", "taken", "La liste a déjà cette valeur."),))


async def _tell(action: str, key: ValueKey, *, actor: Actor, after: dict[str, object]) -> None:
    named: dict[str, object] = {"value": "/".join(filter(None, (key.list, key.category, key.code)))}
    await audit_network("code_list", new_id(), action, actor=actor, after=named | after)
