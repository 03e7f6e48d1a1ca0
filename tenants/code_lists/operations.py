"""Every change of the code lists."""

from infra.actor import Actor
from infra.audit import audit_network
from infra.database import execute, execute_many, system_transaction
from infra.ids import new_id
from tenants.code_lists import queries
from tenants.code_lists.rules import Value


async def load_lists(values: list[Value], *, actor: Actor) -> int:
    """Make the network's lists say `values`; return how many were added, changed or withdrawn.

    A value that is gone is withdrawn, not deleted: cards that hold it keep its label. Loading the same again
    changes nothing.

    Raises:
        RightMissing: the actor lacks `code_list.edit`.
    """
    actor.require("code_list.edit")
    async with system_transaction():
        before = {(value.list, value.category, value.code): value for value in await queries.values()}
        after = {(value.list, value.category, value.code): value for value in values}
        changed = [value for key, value in after.items() if before.get(key) != value]
        withdrawn = [key for key in before if key not in after]
        await execute_many(UPSERT, [row(value) for value in changed])
        for key in withdrawn:
            await execute(
                "UPDATE code_list_values SET active = false WHERE list = $1 AND category = $2 AND code = $3", *key
            )
        if changed or withdrawn:
            await audit_network(
                "code_list",
                new_id(),
                "load",
                actor=actor,
                after={
                    "changed": [f"{value.list}/{value.category}/{value.code}" for value in changed],
                    "withdrawn": ["/".join(key) for key in withdrawn],
                },
            )
        return len(changed) + len(withdrawn)


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
