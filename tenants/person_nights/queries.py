"""Every read of the ledger of person-nights itself; what is counted from it is in `tenants.statistics`."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from infra.database import Row, fetch
from tenants.person_nights.rules import HeldBed, Key, Measures, Sleepers, corrections
from tenants.stays.rules import BANDS, CountryCount, HeadCounts
from tenants.stays.statuses import SOLD


class Stray(msgspec.Struct, frozen=True, kw_only=True):
    """A stay whose person-nights are not what it says; the figures are what is missing, negative for too much."""

    stay_id: UUID
    arrival: date
    present: int
    billed: int
    entries: int


async def sleepers(centre_id: UUID, stay_ids: Sequence[UUID]) -> dict[UUID, Sleepers]:
    """Return what the person-nights of these stays depend on."""
    rows = await fetch(
        """SELECT stay.id, stay.status, stay.arrival, stay.departure, stay.left_on, stay.children, stay.teenagers,
                  stay.young, stay.adults, stay.seniors, stay.frozen_pax, stay.free_one_in, stay.free_most, countries.nationalities, countries.residences,
                  held.beds, held.rooms, held.arrivals, held.departures, gone.rooms AS rooms_left, gone.days
           FROM stays AS stay
           LEFT JOIN LATERAL (
               SELECT array_agg(entry.country || entry.people) FILTER (WHERE entry.kind = 'nationality') AS nationalities,
                      array_agg(entry.country || entry.people) FILTER (WHERE entry.kind = 'residence') AS residences
               FROM stay_countries AS entry WHERE entry.centre_id = $1 AND entry.stay_id = stay.id) AS countries ON true
           LEFT JOIN LATERAL (
               SELECT array_agg(hold.bed_id ORDER BY room.sort_key, bed.position, hold.arrival) AS beds,
                      array_agg(hold.room_id ORDER BY room.sort_key, bed.position, hold.arrival) AS rooms,
                      array_agg(hold.arrival ORDER BY room.sort_key, bed.position, hold.arrival) AS arrivals,
                      array_agg(hold.departure ORDER BY room.sort_key, bed.position, hold.arrival) AS departures
               FROM bed_holds AS hold
               JOIN rooms AS room ON room.centre_id = $1 AND room.id = hold.room_id
               JOIN beds AS bed ON bed.centre_id = $1 AND bed.id = hold.bed_id
               WHERE hold.centre_id = $1 AND hold.stay_id = stay.id) AS held ON true
           LEFT JOIN LATERAL (
               SELECT array_agg(early.room_id) AS rooms, array_agg(early.day) AS days FROM early_departures AS early
               WHERE early.centre_id = $1 AND early.stay_id = stay.id AND early.undone_at IS NULL) AS gone ON true
           WHERE stay.centre_id = $1 AND stay.id = ANY($2::uuid[])""",
        centre_id,
        list(stay_ids),
    )
    return {row["id"]: _sleepers(row) for row in rows}


async def written(centre_id: UUID, stay_ids: Sequence[UUID]) -> dict[UUID, dict[Key, Measures]]:
    """Return what the ledger says of these stays, summed by key; keys that were taken back whole are not there."""
    rows = await fetch(
        """SELECT stay_id, night, arrival, band, nationality, residence, bed_ids,
                  sum(present)::int AS present, sum(billed)::int AS billed
           FROM person_nights WHERE centre_id = $1 AND stay_id = ANY($2::uuid[])
           GROUP BY stay_id, night, arrival, band, nationality, residence, bed_ids
           HAVING sum(present) <> 0 OR sum(billed) <> 0""",
        centre_id,
        list(stay_ids),
    )
    found: dict[UUID, dict[Key, Measures]] = {stay_id: {} for stay_id in stay_ids}
    for row in rows:
        key = Key(
            row["night"], row["arrival"], row["band"], row["nationality"], row["residence"], tuple(row["bed_ids"])
        )
        found[row["stay_id"]][key] = Measures(row["present"], row["billed"])
    return found


async def unwritten(centre_id: UUID, *, limit: int) -> list[UUID]:
    """Return sold stays with people of which the ledger says nothing: those from before there was one."""
    rows = await fetch(
        """SELECT id FROM stays WHERE centre_id = $1 AND status = ANY($2::text[]) AND pax > 0
             AND NOT EXISTS (SELECT FROM person_nights AS entry
                 WHERE entry.centre_id = $1 AND entry.stay_id = stays.id)
           ORDER BY id LIMIT $3""",
        centre_id,
        sorted(SOLD),
        limit,
    )
    return [row["id"] for row in rows]


async def strays(centre_id: UUID, stay_ids: Sequence[UUID]) -> list[Stray]:
    """Rebuild the person-nights of these stays from what the stays say, and return those that differ."""
    facts, ledger = await sleepers(centre_id, stay_ids), await written(centre_id, stay_ids)
    found = []
    for stay_id, stay in facts.items():
        missing = corrections(stay, ledger[stay_id])
        if missing:
            found.append(
                Stray(
                    stay_id=stay_id,
                    arrival=stay.arrival,
                    present=sum(measures.present for _, measures in missing),
                    billed=sum(measures.billed for _, measures in missing),
                    entries=len(missing),
                )
            )
    return found


async def stays_after(centre_id: UUID, last_id: UUID | None, *, limit: int) -> list[UUID]:
    """Return the ids of stays, a page at a time, whatever their status."""
    rows = await fetch(
        "SELECT id FROM stays WHERE centre_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3",
        centre_id,
        last_id,
        limit,
    )
    return [row["id"] for row in rows]


def _sleepers(row: Row) -> Sleepers:
    return Sleepers(
        status=row["status"],
        arrival=row["arrival"],
        departure=row["departure"],
        left_on=row["left_on"],
        counts=HeadCounts(**{band: row[band] for band in BANDS}),
        frozen_pax=row["frozen_pax"],
        free_one_in=row["free_one_in"],
        free_most=row["free_most"],
        nationalities=_countries(row["nationalities"]),
        residences=_countries(row["residences"]),
        beds=tuple(
            HeldBed(*held)
            for held in zip(
                row["beds"] or (), row["rooms"] or (), row["arrivals"] or (), row["departures"] or (), strict=True
            )
        ),
        rooms_left=dict(zip(row["rooms_left"] or (), row["days"] or (), strict=True)),
    )


def _countries(packed: Sequence[str] | None) -> tuple[CountryCount, ...]:
    """Unpack `FR48` as 48 people of France: two letters, then the count."""
    return tuple(CountryCount(entry[:2], int(entry[2:])) for entry in packed or ())
