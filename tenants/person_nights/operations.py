"""Keeping the ledger of person-nights true to the stays: in their own transactions, by adding entries only."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from infra.clock import now
from infra.database import execute, fetch, tenant_transaction
from infra.ids import new_id
from tenants.person_nights import queries
from tenants.person_nights.rules import Key, Measures, corrections

BATCH: Final = 200


async def settle(centre_id: UUID, stay_ids: Sequence[UUID]) -> int:
    """Bring the ledger to what these stays say now, by one insert, and return how many entries that took.

    For whoever has just written the stays, in the transaction that holds their rows.
    """
    if not stay_ids:
        return 0
    facts = await queries.sleepers(centre_id, stay_ids)
    ledger = await queries.written(centre_id, stay_ids)
    entries = [
        (stay_id, key, measures)
        for stay_id, stay in facts.items()
        for key, measures in corrections(stay, ledger[stay_id])
    ]
    await _write(centre_id, entries)
    return len(entries)


async def settle_old_stays(centre_id: UUID) -> int:
    """Write the nights of sold stays of which the ledger says nothing, in batches; return how many stays. May run twice."""
    count = 0
    while True:
        async with tenant_transaction(centre_id):
            found = await queries.unwritten(centre_id, limit=BATCH)
            await _settle_locked(centre_id, found)
        count += len(found)
        if len(found) < BATCH:
            return count


async def mend(centre_id: UUID) -> list[queries.Stray]:
    """Compare every stay with the ledger, bring what differs to what the stay says, and return what was found."""
    return await _walk(centre_id, mending=True)


async def check(centre_id: UUID) -> list[queries.Stray]:
    """Compare every stay with the ledger and return what differs; nothing is written."""
    return await _walk(centre_id, mending=False)


async def _walk(centre_id: UUID, *, mending: bool) -> list[queries.Stray]:
    found: list[queries.Stray] = []
    last: UUID | None = None
    while True:
        async with tenant_transaction(centre_id, read_only=not mending):
            page = await queries.stays_after(centre_id, last, limit=BATCH)
            strays = await queries.strays(centre_id, page)
            if mending:
                await _settle_locked(centre_id, [stray.stay_id for stray in strays])
        found += strays
        if len(page) < BATCH:
            return found
        last = page[-1]


async def _settle_locked(centre_id: UUID, stay_ids: Sequence[UUID]) -> None:
    await fetch(
        "SELECT id FROM stays WHERE centre_id = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR UPDATE",
        centre_id,
        list(stay_ids),
    )
    await settle(centre_id, stay_ids)


async def _write(centre_id: UUID, entries: Sequence[tuple[UUID, Key, Measures]]) -> None:
    if not entries:
        return
    await execute(
        """INSERT INTO person_nights (id, centre_id, stay_id, night, arrival, band, nationality, residence, bed_ids,
               present, billed, recorded_at)
           SELECT id, $1, stay_id, night, arrival, band, nationality, residence, beds::uuid[], present, billed, $2
           FROM unnest($3::uuid[], $4::uuid[], $5::date[], $6::date[], $7::text[], $8::text[], $9::text[], $10::text[],
               $11::int[], $12::int[])
               AS entry (id, stay_id, night, arrival, band, nationality, residence, beds, present, billed)""",
        centre_id,
        now(),
        [new_id() for _ in entries],
        [stay_id for stay_id, _, _ in entries],
        [key.night for _, key, _ in entries],
        [key.arrival for _, key, _ in entries],
        [key.band for _, key, _ in entries],
        [key.nationality for _, key, _ in entries],
        [key.residence for _, key, _ in entries],
        # Lists of unlike lengths do not make an array of two dimensions: each goes as its own text.
        [f"{{{','.join(map(str, key.bed_ids))}}}" for _, key, _ in entries],
        [measures.present for _, _, measures in entries],
        [measures.billed for _, _, measures in entries],
    )
