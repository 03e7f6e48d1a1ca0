"""The stock: taking beds and giving them back, so that no bed is ever had twice in a night.

Two layers, each of which holds alone: advisory locks per bed, taken in one order so that groups never wait for each
other in a circle, with a look before the write; and the exclusion constraint, whatever the code did.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NoReturn
from uuid import UUID

import asyncpg
import msgspec

from infra.database import execute, fetch, fetch_row, violated
from infra.errors import Conflict, NotFound
from infra.ids import new_id
from tenants.rooms.rules import StockBed


class BedTaken(Conflict):
    """A bed is already held in these nights."""

    code = "bed_taken"


class BedUnknown(NotFound):
    """The centre has no such bed."""

    code = "bed_unknown"


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """What takes beds: a stay, or a withdrawal."""

    stay_id: UUID | None = None
    withdrawal_id: UUID | None = None


def lock_key(centre_id: UUID, bed_id: UUID) -> int:
    """Return the bed's advisory lock: 64 bits, the same in every process."""
    return int.from_bytes(hashlib.blake2b(centre_id.bytes + bed_id.bytes, digest_size=8).digest(), "big", signed=True)


async def lock_beds(centre_id: UUID, bed_ids: Iterable[UUID]) -> None:
    """Hold the beds' locks until the transaction ends, in the one order that all follow.

    Raises:
        Busy: from the transaction, when another held one for three seconds.
    """
    keys = sorted({lock_key(centre_id, bed_id) for bed_id in bed_ids})
    if keys:
        await execute("SELECT count(pg_advisory_xact_lock(key)) FROM unnest($1::bigint[]) AS key", keys)


async def lock_type(centre_id: UUID, room_type: str) -> None:
    """Hold a type's lock until the transaction ends: after the locks of beds, where beds of one type are counted.

    Raises:
        Busy: from the transaction, when another held it for three seconds.
    """
    digest = hashlib.blake2b(centre_id.bytes + room_type.encode(), digest_size=8).digest()
    await execute("SELECT pg_advisory_xact_lock($1)", int.from_bytes(digest, "big", signed=True))


async def stock_beds(centre_id: UUID, bed_ids: Sequence[UUID]) -> list[StockBed]:
    """Return the beds asked for, each once, with how their rooms are sold.

    Raises:
        BedUnknown: one is not a bed of this centre.
    """
    rows = await fetch(
        """SELECT bed.id, bed.room_id, room.name, room.dormitory,
                  (SELECT count(*) FROM beds AS other WHERE other.centre_id = $1 AND other.room_id = bed.room_id) AS whole
           FROM beds AS bed JOIN rooms AS room ON room.centre_id = $1 AND room.id = bed.room_id
           WHERE bed.centre_id = $1 AND bed.id = ANY($2::uuid[])""",
        centre_id,
        list(bed_ids),
    )
    if len(rows) != len(set(bed_ids)):
        raise BedUnknown()
    return [StockBed(row["id"], row["room_id"], row["name"], row["dormitory"], row["whole"]) for row in rows]


async def take_beds(
    centre_id: UUID, beds: Sequence[StockBed], *, arrival: date, departure: date, holder: Holder
) -> None:
    """Give the beds to their holder from arrival to departure, all or none; the caller holds their locks.

    Raises:
        BedTaken: one is held in one of these nights; says by whom.
    """
    try:
        taken = await execute(
            """INSERT INTO bed_holds (id, centre_id, bed_id, room_id, stay_id, withdrawal_id, arrival, departure)
               SELECT wanted.id, $1, wanted.bed_id, wanted.room_id, $2, $3, $4, $5
               FROM unnest($6::uuid[], $7::uuid[], $8::uuid[]) AS wanted (id, bed_id, room_id)
               WHERE NOT EXISTS (SELECT FROM bed_holds AS held WHERE held.centre_id = $1
                   AND held.bed_id = wanted.bed_id AND held.departure > $4 AND held.arrival < $5)""",
            centre_id,
            holder.stay_id,
            holder.withdrawal_id,
            arrival,
            departure,
            [new_id() for _ in beds],
            [bed.id for bed in beds],
            [bed.room_id for bed in beds],
        )
    except asyncpg.ExclusionViolationError as error:
        if violated(error) != "bed_holds_no_overlap":
            raise
        raise BedTaken() from error
    if taken != len(beds):
        await refuse_taken(
            centre_id, [bed.id for bed in beds], arrival=arrival, departure=departure, but_stay=holder.stay_id
        )


async def free_holder(centre_id: UUID, holder: Holder) -> list[UUID]:
    """Give back every bed of a stay or a withdrawal; return those beds."""
    rows = await fetch(
        """DELETE FROM bed_holds WHERE centre_id = $1 AND (stay_id = $2 OR withdrawal_id = $3) RETURNING bed_id""",
        centre_id,
        holder.stay_id,
        holder.withdrawal_id,
    )
    return sorted({row["bed_id"] for row in rows})


class BlockedBed(msgspec.Struct, frozen=True, kw_only=True):
    """A room of which a bed is wanted, and who has it from when to when."""

    room: str
    holder: str
    """A client's name; empty for a stay without a client, or a room out of service."""
    stay_id: UUID | None
    arrival: date
    departure: date


async def blocking(
    centre_id: UUID, bed_ids: Sequence[UUID], *, arrival: date, departure: date, but_stay: UUID
) -> list[BlockedBed]:
    """Return who has one of these beds in these nights, `but_stay` aside; by room, each once."""
    rows = await fetch(
        """SELECT DISTINCT room.name AS room, room.sort_key, held.stay_id, held.arrival, held.departure,
                  coalesce(client.name, '') AS holder
           FROM bed_holds AS held
           JOIN rooms AS room ON room.centre_id = $1 AND room.id = held.room_id
           LEFT JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = held.stay_id
           LEFT JOIN clients AS client ON client.centre_id = $1 AND client.id = stay.client_id
           WHERE held.centre_id = $1 AND held.bed_id = ANY($2::uuid[]) AND held.departure > $3 AND held.arrival < $4
             AND held.stay_id IS DISTINCT FROM $5
           ORDER BY room.sort_key, held.arrival""",
        centre_id,
        list(bed_ids),
        arrival,
        departure,
        but_stay,
    )
    return [
        BlockedBed(
            room=row["room"],
            holder=row["holder"],
            stay_id=row["stay_id"],
            arrival=row["arrival"],
            departure=row["departure"],
        )
        for row in rows
    ]


async def refuse_taken(
    centre_id: UUID, bed_ids: list[UUID], *, arrival: date, departure: date, but_stay: UUID | None = None
) -> NoReturn:
    """Raise BedTaken with the first who is in the way: somebody of this centre, so their name may be said.

    Raises:
        BedTaken: always.
    """
    row = await fetch_row(
        """SELECT room.name AS room, held.stay_id, held.arrival, held.departure, client.name AS client, withdrawal.reason
           FROM bed_holds AS held
           JOIN rooms AS room ON room.centre_id = $1 AND room.id = held.room_id
           LEFT JOIN stays AS stay ON stay.centre_id = $1 AND stay.id = held.stay_id
           LEFT JOIN clients AS client ON client.centre_id = $1 AND client.id = stay.client_id
           LEFT JOIN withdrawals AS withdrawal ON withdrawal.centre_id = $1 AND withdrawal.id = held.withdrawal_id
           WHERE held.centre_id = $1 AND held.bed_id = ANY($2::uuid[]) AND held.departure > $3 AND held.arrival < $4
             AND ($5::uuid IS NULL OR held.stay_id IS DISTINCT FROM $5)
           ORDER BY room.sort_key, held.arrival LIMIT 1""",
        centre_id,
        bed_ids,
        arrival,
        departure,
        but_stay,
    )
    if row is None:
        raise BedTaken()
    by = row["client"] or ("out of service" if row["stay_id"] is None else "a stay without a client")
    raise BedTaken(
        f"{row['room']} is held by {by} from {row['arrival']} to {row['departure']}",
        room=row["room"],
        holder=by,
        stay_id=str(row["stay_id"] or ""),
        arrival=row["arrival"].isoformat(),
        departure=row["departure"].isoformat(),
    )
