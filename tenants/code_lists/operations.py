"""Loading the network's lists whole: a release's, or a file's."""

from infra.actor import Actor
from infra.audit import audit_network
from infra.database import execute, execute_many, fetch, system_transaction
from infra.ids import new_id
from tenants.code_lists import queries
from tenants.code_lists.rules import Value

Key = tuple[str, str, str]
"""List, category, code."""


async def load_lists(values: list[Value], *, actor: Actor) -> int:
    """Make the network's lists say `values`; return how many were added, changed or withdrawn.

    A value that is gone is withdrawn, not deleted: cards that hold it keep its label. What the network added, renamed,
    split or retired from a day stays as it decided. Loading the same again changes nothing.

    Raises:
        RightMissing: the actor lacks `code_list.edit`.
    """
    actor.require("code_list.edit")
    async with system_transaction():
        before = {_key(value): value for value in await queries.values()}
        after = {_key(value): value for value in values}
        decided = await _decided()
        changed = [value for key, value in after.items() if before.get(key) != value and key not in decided]
        withdrawn = [key for key in before if key not in after and key not in decided]
        await execute_many(UPSERT, [row(value) for value in changed])
        for key in withdrawn:
            await execute(
                "UPDATE code_list_values SET active = false WHERE list = $1 AND category = $2 AND code = $3", *key
            )
        if changed or withdrawn:
            after_words: dict[str, object] = {
                "changed": ["/".join(_key(value)) for value in changed],
                "withdrawn": ["/".join(key) for key in withdrawn],
            }
            await audit_network("code_list", new_id(), "load", actor=actor, after=after_words)
        return len(changed) + len(withdrawn)


async def add_to_lists(values: list[Value], *, actor: Actor) -> int:
    """Add the values that are not there yet, behind those that are; return how many. Nothing is changed or withdrawn.

    Categories in `values` only say where the others belong.

    Raises:
        RightMissing: the actor lacks `code_list.edit`.
    """
    actor.require("code_list.edit")
    async with system_transaction():
        there = {_key(each.value): each.value.position for each in await queries.dated_values()}
        new = [value for value in values if _key(value) not in there]
        for value in new:
            same = [position for key, position in there.items() if key[:2] == (value.list, value.category)]
            position = max(same, default=-1) + 1
            there[_key(value)] = position
            await execute(UPSERT, *row(value)[:4], position, *row(value)[5:])
            await execute(
                "UPDATE code_list_values SET by_network = true WHERE list = $1 AND category = $2 AND code = $3",
                *_key(value),
            )
        if new:
            added: dict[str, object] = {"added": ["/".join(_key(value)) for value in new]}
            await audit_network("code_list", new_id(), "add", actor=actor, after=added)
        return len(new)


async def _decided() -> set[Key]:
    """Return the values whose fate the network decided by date, or which it added."""
    rows = await fetch(
        """SELECT list, category, code FROM code_list_values v
           WHERE by_network OR first_day IS NOT NULL OR last_day IS NOT NULL OR EXISTS (SELECT FROM code_list_labels l
               WHERE l.list = v.list AND l.category = v.category AND l.code = v.code)"""
    )
    return {(row["list"], row["category"], row["code"]) for row in rows}


def _key(value: Value) -> Key:
    return value.list, value.category, value.code


UPSERT = """INSERT INTO code_list_values (list, category, code, label, position, detail, first_age, last_age, active)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, true)
    ON CONFLICT (list, category, code) DO UPDATE SET label = EXCLUDED.label, position = EXCLUDED.position,
        detail = EXCLUDED.detail, first_age = EXCLUDED.first_age, last_age = EXCLUDED.last_age, active = true"""


def row(value: Value) -> tuple[object, ...]:
    """Return a value's columns, in the order of `UPSERT`."""
    return (
        value.list, value.category, value.code, value.label, value.position, value.detail, value.first_age,
        value.last_age,
    )  # fmt: skip
