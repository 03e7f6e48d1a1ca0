"""Taking imported stays back: those that nobody touched are cancelled, free their beds and may come in again; the rest is told.

A stay is cancelled and not removed: its nights are in a ledger that only grows, where counter-entries strike them.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from infra.actor import Actor
from infra.database import Row, execute, fetch, tenant_transaction
from tenants.imports import runs
from tenants.imports.undone import Kept, Undone
from tenants.stays.bulk import take_back_stays

BATCH: Final = 200
_ITS_OWN: Final = frozenset({"stay_countries", "bed_holds", "person_nights", "import_stays"})
"""What an import writes with a stay, or the ledger after it."""


async def undo_stays(centre_id: UUID, run_id: UUID, *, actor: Actor) -> Undone:
    """Take a run of stays back, in batches, each whole; again, it tries again what it had to leave."""
    removed = 0
    kept: list[Kept] = []
    last: UUID | None = None
    while True:
        async with tenant_transaction(centre_id):
            await runs.run(centre_id, run_id, lock=True)
            page = await _locked(centre_id, run_id, after=last)
            if not page:
                await runs.note_undone(centre_id, run_id, by=actor.name)
                return Undone(removed=removed, restored=0, kept=kept)
            last = page[-1]["id"]
            used = await _named(centre_id, [row["stay_id"] for row in page])
            left = {row["id"]: why for row in page if (why := _why(row, used))}
            free = [row for row in page if row["id"] not in left]
            await _forget_cards_of_nobody(centre_id, [row["stay_id"] for row in free])
            await take_back_stays(centre_id, [row["stay_id"] for row in free], actor=actor)
            await execute(
                "DELETE FROM import_stays WHERE centre_id = $1 AND id = ANY ($2)",
                centre_id,
                [row["id"] for row in free],
            )
            removed += len(free)
            kept += [_told(row, left[row["id"]]) for row in page if row["id"] in left]


async def _locked(centre_id: UUID, run_id: UUID, *, after: UUID | None) -> list[Row]:
    notes = await fetch(
        """SELECT id, stay_id FROM import_stays WHERE centre_id = $1 AND run_id = $2 AND ($3::uuid IS NULL OR id > $3)
           ORDER BY id LIMIT $4""",
        centre_id,
        run_id,
        after,
        BATCH,
    )
    await fetch(
        "SELECT id FROM stays WHERE centre_id = $1 AND id = ANY ($2) ORDER BY id FOR UPDATE",
        centre_id,
        [note["stay_id"] for note in notes],
    )
    return await fetch(
        """SELECT note.id, note.stay_id, note.version AS version_then, stay.version, stay.arrival, stay.departure,
               stay.client_id, coalesce(client.name, '') AS name
           FROM import_stays AS note JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = note.stay_id
           LEFT JOIN clients AS client ON client.centre_id = $1 AND client.id = stay.client_id
           WHERE note.centre_id = $1 AND note.id = ANY ($2) ORDER BY note.id""",
        centre_id,
        [note["id"] for note in notes],
    )


async def _forget_cards_of_nobody(centre_id: UUID, stay_ids: Sequence[UUID]) -> None:
    """Let the cards that came with these stays, under the same ids, come with them again."""
    await execute(
        """UPDATE clients AS card SET foreign_id = NULL FROM stays AS stay
           WHERE stay.centre_id = $1 AND stay.id = ANY ($2) AND card.centre_id = $1 AND card.id = stay.client_id
             AND card.source = stay.source AND card.foreign_id = stay.foreign_id""",
        centre_id,
        list(stay_ids),
    )


def _why(row: Row, used: set[UUID]) -> str:
    if row["version"] != row["version_then"]:
        return "changed"
    return "used" if row["stay_id"] in used else ""


def _told(row: Row, why: str) -> Kept:
    days = f"{row['arrival']:%d/%m/%y}-{row['departure']:%d/%m/%y}"
    return Kept(card_id=row["client_id"] or row["stay_id"], name=row["name"], reference=days, why=why)


async def _named(centre_id: UUID, stay_ids: Sequence[UUID]) -> set[UUID]:
    """Return the stays that something names which no import wrote: a dossier, a guest, a key, a survey."""
    references = await fetch(
        """SELECT c.conrelid::regclass::text AS name, a.attname::text AS part FROM pg_constraint c
           JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[2]
           WHERE c.contype = 'f' AND c.confrelid = 'stays'::regclass AND cardinality(c.conkey) = 2 ORDER BY 1, 2"""
    )
    named: set[UUID] = set()
    for each in references:
        if each["name"] not in _ITS_OWN:
            rows = await fetch(
                f"SELECT DISTINCT {each['part']} AS stay FROM {each['name']} WHERE centre_id = $1 AND {each['part']} = ANY ($2)",
                centre_id,
                list(stay_ids),
            )
            named |= {row["stay"] for row in rows}
    return named
