"""What a centre holds of one client, found by the database's own references: no table that comes later is forgotten."""

from typing import Final
from uuid import UUID

import msgspec

from infra.database import fetch
from tenants.clients.queries import client_name

_OWNERS: Final = ("stays", "dossiers", "enquiries")
"""What belongs to a client and has rows of its own below it."""
_TECHNICAL: Final = frozenset({"client_words", "bed_holds", "identity_cards"})
"""Indexes and stock: they say nothing that the other rows do not."""


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of one table that are about a client, each as JSON."""

    table: str
    rows: list[dict[str, msgspec.Raw]]

    def ids(self) -> list[UUID]:
        """Return the ids of the rows that have one."""
        return [msgspec.json.decode(row["id"], type=UUID) for row in self.rows if "id" in row]


async def holdings(centre_id: UUID, client_id: UUID) -> list[Holding]:
    """Return the card and everything below it, by table; then its mails and the trail. Inside the caller's transaction.

    Raises:
        ClientUnknown: the centre has no such card.
    """
    await client_name(centre_id, client_id)
    found = [await _rows("clients", "id", centre_id, [client_id])]
    for table, column in await _references("clients"):
        found.append(await _rows(table, column, centre_id, [client_id]))
    owners = {each.table: each.ids() for each in found if each.table in _OWNERS}
    for owner, ids in owners.items():
        for table, column in await _references(owner):
            if table not in _OWNERS:
                found.append(await _rows(table, column, centre_id, ids))
    subjects = [client_id, *(one for ids in owners.values() for one in ids)]
    found += [
        await _rows("mails", "subject_id", centre_id, subjects),
        await _rows("audit_entries", "subject_id", centre_id, [client_id]),
    ]
    together: dict[str, dict[bytes, dict[str, msgspec.Raw]]] = {}
    for each in found:
        rows = together.setdefault(each.table, {})
        rows |= {msgspec.json.encode(row): row for row in each.rows}
    return [Holding(table=table, rows=list(rows.values())) for table, rows in together.items() if rows]


async def _references(target: str) -> list[tuple[str, str]]:
    rows = await fetch(
        """SELECT c.conrelid::regclass::text AS name, a.attname::text AS part FROM pg_constraint c
           JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[2]
           WHERE c.contype = 'f' AND c.confrelid = $1::text::regclass AND cardinality(c.conkey) = 2
               AND has_table_privilege(c.conrelid, 'SELECT')
           ORDER BY 1, 2""",
        target,
    )
    return [(row["name"], row["part"]) for row in rows if row["name"] not in _TECHNICAL]


async def _rows(table: str, column: str, centre_id: UUID, ids: list[UUID]) -> Holding:
    rows = await fetch(
        f"SELECT to_jsonb(t) - 'centre_id' AS row FROM {table} AS t WHERE centre_id = $1 AND {column} = ANY ($2)",
        centre_id,
        ids,
    )
    return Holding(table=table, rows=[msgspec.json.decode(row["row"], type=dict[str, msgspec.Raw]) for row in rows])
