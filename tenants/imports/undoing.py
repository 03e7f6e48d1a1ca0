"""Undoing an import: what nobody touched since goes as if it had never come; the rest stays and is listed."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit_many
from infra.database import execute, fetch, tenant_transaction
from infra.ids import new_id
from infra.outbox import record
from tenants.clients import bulk, queries
from tenants.clients.bulk import ImportUndone
from tenants.clients.merging import rows_that_name
from tenants.clients.operations import change_client
from tenants.imports import runs
from tenants.imports.runs import Item
from tenants.imports.stay_runs import OF_STAYS
from tenants.imports.undoing_stays import undo_stays
from tenants.imports.undone import Kept, Undone

BATCH: Final = 200


async def undo_import(centre_id: UUID, run_id: UUID, *, actor: Actor) -> Undone:
    """Take an import back, in batches, each whole; again, it tries again what it had to leave.

    Raises:
        RightMissing: the actor lacks `import.run`.
        ImportUnknown: the centre has no such import.
    """
    actor.require("import.run")
    async with tenant_transaction(centre_id, read_only=True):
        found = await runs.run(centre_id, run_id)
    if found.mapping.startswith(OF_STAYS):
        return await undo_stays(centre_id, run_id, actor=actor)
    removed = restored = 0
    kept: list[Kept] = []
    last: UUID | None = None
    while True:
        async with tenant_transaction(centre_id):
            await runs.run(centre_id, run_id, lock=True)
            page = await runs.items(centre_id, run_id, after=last, limit=BATCH)
            if not page:
                await runs.note_undone(centre_id, run_id, by=actor.name)
                return Undone(removed=removed, restored=restored, kept=kept)
            last = page[-1][0]
            left = await _touched(centre_id, [item for _, item in page])
            free = [(note, item) for note, item in page if item.card_id not in left]
            made = [item.card_id for _, item in free if item.before is None]
            changed = [item for _, item in free if item.before is not None]
            await _remove(centre_id, made, actor=actor)
            for item in changed:
                await _restore(centre_id, item, actor=actor)
            await execute(
                "DELETE FROM import_items WHERE centre_id = $1 AND id = ANY ($2)", centre_id, [note for note, _ in free]
            )
            removed, restored, kept = removed + len(made), restored + len(changed), [*kept, *left.values()]


async def _touched(centre_id: UUID, items: Sequence[Item]) -> dict[UUID, Kept]:
    """Return the cards that stay as they are, locked until the end."""
    ids = sorted(item.card_id for item in items)
    rows = await fetch(
        """SELECT id, version, name, reference FROM clients WHERE centre_id = $1 AND id = ANY ($2)
           ORDER BY id FOR UPDATE""",
        centre_id,
        ids,
    )
    there = {row["id"]: row for row in rows}
    used = await rows_that_name(centre_id, [item.card_id for item in items if item.before is None])
    found: dict[UUID, Kept] = {}
    for item in items:
        row = there.get(item.card_id)
        if row is None:
            why = "gone"
        elif row["version"] != item.version:
            why = "changed"
        else:
            why = "used" if item.card_id in used else ""
        if why:
            name, reference = (row["name"], row["reference"]) if row else ("", "")
            found[item.card_id] = Kept(card_id=item.card_id, name=name, reference=reference, why=why)
    return found


async def _remove(centre_id: UUID, card_ids: Sequence[UUID], *, actor: Actor) -> None:
    if not card_ids:
        return
    for card_id in sorted(card_ids):
        await execute("SELECT referential_forget($1)", card_id)
    await bulk.remove_cards(centre_id, card_ids)
    gone: dict[UUID, dict[str, object]] = {card_id: {"import": "undone"} for card_id in card_ids}
    await audit_many("client", gone, "undo_import", actor=actor)
    await record(ImportUndone(subject_id=new_id(), cards=len(card_ids)), actor=actor)


async def _restore(centre_id: UUID, item: Item, *, actor: Actor) -> None:
    assert item.before is not None
    # A card whose import changed it back to what it was keeps its consents: they are no field of a file.
    current = (await queries.client(centre_id, item.card_id)).fields
    fields = msgspec.structs.replace(item.before, email_consent=current.email_consent, sms_consent=current.sms_consent)
    await change_client(centre_id, item.card_id, fields, version=item.version, actor=actor)
    await bulk.remember_row(centre_id, item.card_id, item.row_before or {})
