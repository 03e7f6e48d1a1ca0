"""Two cards of one client become one: everything that names the second names the first, and can be given back.

What names a card is read off the database's own references, so that no table that comes later is forgotten.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch, fetch_row, fetch_value, tenant_transaction
from infra.errors import Conflict, NotFound, Refused, StaleVersion
from infra.ids import new_id
from infra.outbox import record
from tenants.clients import queries, storing
from tenants.clients.events import ClientsMerged, MergeUndone
from tenants.clients.profiles import clean_profiles
from tenants.clients.queries import Client
from tenants.clients.rules import CleanCard, ClientFields, clean, compared
from tenants.referential.operations import on_clients_saved

_REWRITTEN: Final = frozenset(storing.BESIDE)
"""Made again from the fields of the card."""
_GOES_WITH_CARD: Final = frozenset({"identity_cards"})
_ONE_EACH: Final = frozenset({"client_defaults"})
"""A card has one row at most: the first card's stays."""
_ISSUED: Final = frozenset({"invoices"})
"""What names a client to others for good."""


class MergeInvalid(Conflict):
    """A card is not merged with itself, nor a person with an organisation."""

    code = "merge_invalid"


class MergeLocked(Refused):
    """Une des deux fiches est verrouillée : rouvrez d'abord le cadenas."""

    code = "merge_locked"


class MergeInvoiced(Refused):
    """Des factures émises portent l'identité de la seconde fiche : gardez celle-là."""

    code = "merge_invoiced"


class MergeUnknown(NotFound):
    """There is no such merge, or it was undone."""

    code = "merge_unknown"


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of one table that named the second card."""

    table: str
    column: str
    ids: list[UUID]


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """Both cards, the one they become, and how much moves, by table."""

    kept: Client
    merged: Client
    result: ClientFields
    moves: dict[str, int]


def merged_fields(kept: ClientFields, merged: ClientFields) -> ClientFields:
    """Return what the one card says: the first card's word where it has one, the second's where it has none.

    Consents stay the first card's: nobody agreed for both. Notes stand under each other.
    """
    changes: dict[str, object] = {}
    for name in ClientFields.__struct_fields__:
        mine, theirs = getattr(kept, name), getattr(merged, name)
        if name in ("email_consent", "sms_consent", "kind", "reference", "country", "language"):
            continue
        if (
            name in ("habits", "special_requests", "notes", "further_information")
            and mine
            and theirs
            and mine != theirs
        ):
            changes[name] = f"{mine}\n{theirs}"
        elif isinstance(mine, list):
            changes[name] = [*mine, *(each for each in theirs if each not in mine)]
        elif mine in ("", None, False):
            changes[name] = theirs
    if kept.first_contact and merged.first_contact:
        changes["first_contact"] = min(kept.first_contact, merged.first_contact)
    changes["profiles"] = clean_profiles([*kept.profiles, *merged.profiles])
    known = {phone.e164 for phone in kept.phones if phone.e164}
    changes["phones"] = [*kept.phones, *(p for p in merged.phones if p not in kept.phones and p.e164 not in known)]
    return msgspec.structs.replace(kept, **changes)


async def preview_merge(centre_id: UUID, kept_id: UUID, merged_id: UUID) -> Preview:
    """Return both cards side by side, and what would move; inside the caller's transaction.

    Raises:
        ClientUnknown: the centre lacks one of them.
        MergeInvalid, MergeLocked, MergeInvoiced: they cannot be merged.
    """
    kept, merged = await queries.client(centre_id, kept_id), await queries.client(centre_id, merged_id)
    if kept_id == merged_id or kept.fields.kind != merged.fields.kind or kept.anonymised or merged.anonymised:
        raise MergeInvalid()
    if kept.blacklisting or merged.blacklisting:
        raise MergeLocked()
    moves: dict[str, int] = {}
    for table, column in await _references():
        count = await fetch_value(
            f"SELECT count(*) FROM {table} WHERE centre_id = $1 AND {column} = $2", centre_id, merged_id
        )
        if count and table in _ISSUED:
            raise MergeInvoiced()
        if count and table not in _REWRITTEN | _GOES_WITH_CARD:
            moves[table] = moves.get(table, 0) + count
    return Preview(kept=kept, merged=merged, result=merged_fields(kept.fields, merged.fields), moves=moves)


async def merge_clients(centre_id: UUID, kept_id: UUID, merged_id: UUID, *, version: int | None, actor: Actor) -> UUID:
    """Make two cards one, in one transaction; return the merge's id, which undoes it.

    Args:
        centre_id: whose.
        kept_id: the card that stays, with its reference.
        merged_id: the card that goes into it.
        version: the kept card's, as it was read; None does not check.
        actor: holds `client.merge`.

    Raises:
        RightMissing: the actor lacks `client.merge`.
        StaleVersion: somebody saved the kept card since `version`.
        As `preview_merge`.
    """
    actor.require("client.merge")
    async with tenant_transaction(centre_id):
        for client_id in sorted((kept_id, merged_id)):
            await queries.client(centre_id, client_id, lock=True)
        plan = await preview_merge(centre_id, kept_id, merged_id)
        if version not in (None, plan.kept.version):
            raise StaleVersion()
        row = await fetch_value(
            "SELECT to_jsonb(c) FROM clients c WHERE centre_id = $1 AND id = $2", centre_id, merged_id
        )
        moved, removed = await _move(centre_id, kept_id, merged_id)
        for table in sorted(_REWRITTEN):
            await execute(f"DELETE FROM {table} WHERE centre_id = $1 AND client_id = $2", centre_id, merged_id)
        await execute("DELETE FROM clients WHERE centre_id = $1 AND id = $2", centre_id, merged_id)
        card = clean(plan.result, as_written={*plan.kept.as_written, *plan.merged.as_written})
        await storing.update_card(centre_id, kept_id, card, consents={})
        if plan.merged.status == "client":
            await execute("UPDATE clients SET status = 'client' WHERE centre_id = $1 AND id = $2", centre_id, kept_id)
        await on_clients_saved(centre_id, {kept_id: compared(card.fields)})
        merge_id = new_id()
        await execute(
            """INSERT INTO client_merges (id, centre_id, kept_id, merged_id, merged_row, merged_fields, kept_fields,
                   kept_status, kept_version, moved, removed, merged_at, merged_by)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)""",
            merge_id,
            centre_id,
            kept_id,
            merged_id,
            row,
            _json(plan.merged.fields),
            _json(plan.kept.fields),
            plan.kept.status,
            plan.kept.version + 1,
            _json(moved),
            _json(removed),
            now(),
            actor.name,
        )
        before: dict[str, object] = {"kept": plan.kept.fields, "merged": plan.merged.fields}
        after: dict[str, object] = {"merge": merge_id, "into": kept_id, "card": plan.result}
        await audit("client", kept_id, "merge", actor=actor, before=before, after=after)
        await audit("client", merged_id, "merge", actor=actor, after={"merge": merge_id, "into": kept_id})
        await record(ClientsMerged(subject_id=kept_id, version=plan.kept.version + 1, merged_id=merged_id), actor=actor)
    return merge_id


async def undo_merge(centre_id: UUID, merge_id: UUID, *, actor: Actor) -> UUID:
    """Give the second card back with all that named it; what came since stays the first's. Return its id.

    Raises:
        RightMissing: the actor lacks `client.merge`.
        MergeUnknown: there is none, or it was undone.
    """
    actor.require("client.merge")
    async with tenant_transaction(centre_id):
        row = await fetch_row(
            """SELECT * FROM client_merges WHERE centre_id = $1 AND id = $2 AND undone_at IS NULL AND merged_row <> '{}'
               FOR UPDATE""",
            centre_id,
            merge_id,
        )
        if row is None:
            raise MergeUnknown()
        kept_id: UUID = row["kept_id"]
        merged_id: UUID = row["merged_id"]
        kept = await queries.client(centre_id, kept_id, lock=True)
        await execute(
            "INSERT INTO clients SELECT (jsonb_populate_record(NULL::clients, $1::jsonb)).*", row["merged_row"]
        )
        second = clean(msgspec.json.decode(row["merged_fields"], type=ClientFields), as_written=kept.as_written)
        await storing.update_card(centre_id, merged_id, second, consents={})
        first: CleanCard | None = None
        if kept.version == row["kept_version"]:
            first = clean(msgspec.json.decode(row["kept_fields"], type=ClientFields), as_written=kept.as_written)
            await storing.update_card(centre_id, kept_id, first, consents={})
            await execute(
                "UPDATE clients SET status = $3 WHERE centre_id = $1 AND id = $2",
                centre_id,
                kept_id,
                row["kept_status"],
            )
        for part in msgspec.json.decode(row["moved"], type=list[Moved]):
            await execute(
                f"UPDATE {part.table} SET {part.column} = $3 WHERE centre_id = $1 AND {part.column} = $2 AND id = ANY($4)",
                centre_id,
                kept_id,
                merged_id,
                part.ids,
            )
        for table, rows in msgspec.json.decode(row["removed"], type=dict[str, list[msgspec.Raw]]).items():
            for each in rows:
                sql = f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, $1::jsonb)).*"
                await execute(sql, bytes(each).decode())
        written = {merged_id: compared(second.fields)} | ({kept_id: compared(first.fields)} if first else {})
        await on_clients_saved(centre_id, written)
        await execute(
            "UPDATE client_merges SET undone_at = $3, undone_by = $4 WHERE centre_id = $1 AND id = $2",
            centre_id,
            merge_id,
            now(),
            actor.name,
        )
        for client_id in (kept_id, merged_id):
            await audit("client", client_id, "undo_merge", actor=actor, after={"merge": merge_id})
        await record(MergeUndone(subject_id=kept_id, version=kept.version + 1, merged_id=merged_id), actor=actor)
    return merged_id


async def _references() -> list[tuple[str, str]]:
    """Return (table, column) of everything that names a card, in order."""
    rows = await fetch(
        """SELECT c.conrelid::regclass::text AS name, a.attname::text AS part FROM pg_constraint c
           JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[2]
           WHERE c.contype = 'f' AND c.confrelid = 'clients'::regclass AND cardinality(c.conkey) = 2
           ORDER BY 1, 2"""
    )
    return [(row["name"], row["part"]) for row in rows if row["name"] not in _GOES_WITH_CARD]


async def rows_that_name(centre_id: UUID, card_ids: Sequence[UUID]) -> set[UUID]:
    """Return those of these cards that something of the centre names, besides their own parts; in a transaction."""
    named: set[UUID] = set()
    for table, column in await _references():
        if table not in _REWRITTEN:
            rows = await fetch(
                f"SELECT DISTINCT {column} AS card FROM {table} WHERE centre_id = $1 AND {column} = ANY ($2)",
                centre_id,
                list(card_ids),
            )
            named |= {row["card"] for row in rows}
    return named


async def _move(centre_id: UUID, kept_id: UUID, merged_id: UUID) -> tuple[list[Moved], dict[str, list[msgspec.Raw]]]:
    moved: list[Moved] = []
    removed: dict[str, list[msgspec.Raw]] = {}
    for table, column in await _references():
        if table in _REWRITTEN:
            continue
        if (
            table in _ONE_EACH
            and column == "client_id"
            and await fetch_value(
                f"SELECT EXISTS (SELECT FROM {table} WHERE centre_id = $1 AND client_id = $2)", centre_id, kept_id
            )
        ):
            rows = await fetch(
                f"DELETE FROM {table} AS t WHERE centre_id = $1 AND client_id = $2 RETURNING to_jsonb(t) AS row",
                centre_id,
                merged_id,
            )
            if rows:
                removed[table] = [msgspec.Raw(row["row"].encode()) for row in rows]
            continue
        rows = await fetch(
            f"UPDATE {table} SET {column} = $3 WHERE centre_id = $1 AND {column} = $2 RETURNING id",
            centre_id,
            merged_id,
            kept_id,
        )
        if rows:
            moved.append(Moved(table=table, column=column, ids=[row["id"] for row in rows]))
    return moved, removed


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
