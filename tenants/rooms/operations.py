"""Every change to rooms."""

from datetime import date, timedelta
from uuid import UUID

import asyncpg
import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, execute_many, fetch_row, tenant_transaction, violated
from infra.errors import Conflict, FieldError, NotFound
from infra.ids import new_id
from infra.outbox import record
from tenants.rooms import queries, rules, stock
from tenants.rooms.events import RoomAdded, RoomWithdrawn, WithdrawalLifted, WithdrawalRenewed
from tenants.rooms.rules import NewRoomFields, Room


class RoomNameTaken(Conflict):
    """The centre already has a room of this name."""

    code = "room_name_taken"


class WithdrawalUnknown(NotFound):
    """No room is out of service under this id."""

    code = "withdrawal_unknown"


class WithdrawalRef(msgspec.Struct, frozen=True):
    """A withdrawal, as made or changed."""

    id: UUID
    version: int


async def add_room(centre_id: UUID, new: NewRoomFields, *, actor: Actor) -> Room:
    """Make a room with its beds, labelled 1 to n.

    Raises:
        RoomInvalid: a field cannot be.
        RoomNameTaken: the name is on another door.
    """
    rules.check_room(new)
    name = new.name.strip()
    room_id = new_id()
    async with tenant_transaction(centre_id):
        try:
            await execute(
                """INSERT INTO rooms (id, centre_id, name, sort_key, building, floor, room_type, dormitory, accessible,
                       version, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10)""",
                room_id,
                centre_id,
                name,
                rules.sort_key(new.building, new.floor, name),
                new.building,
                new.floor,
                new.room_type,
                new.dormitory,
                new.accessible,
                now(),
            )
        except asyncpg.UniqueViolationError as error:
            if violated(error) != "rooms_centre_id_name_unique":
                raise
            raise RoomNameTaken(errors=(FieldError("/name", "taken", f"{name} exists already"),)) from error
        await execute_many(
            "INSERT INTO beds (id, centre_id, room_id, position, label, kind) VALUES ($1, $2, $3, $4, $5, $6)",
            [(new_id(), centre_id, room_id, place, str(place), new.bed_kind) for place in range(1, new.beds + 1)],
        )
        await audit("room", room_id, "add", actor=actor, after=new)
        await record(RoomAdded(subject_id=room_id, version=1), actor=actor)
        return await queries.room(centre_id, room_id)


async def withdraw_room(
    centre_id: UUID,
    room_id: UUID,
    *,
    first_day: date,
    last_day: date,
    reason: str,
    note: str = "",
    actor: Actor,
) -> WithdrawalRef:
    """Put a room out of service for the nights from `first_day` to `last_day`, both included.

    Raises:
        WithdrawalInvalid: the days or the reason cannot be.
        RoomUnknown: the centre has no such room.
        BedTaken: somebody sleeps there in one of these nights.
    """
    rules.check_withdrawal(first_day, last_day, reason)
    withdrawal_id = new_id()
    async with tenant_transaction(centre_id):
        await queries.room(centre_id, room_id)
        await execute(
            """INSERT INTO withdrawals (id, centre_id, room_id, first_day, last_day, reason, note, leaves_capacity,
                   version, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)""",
            withdrawal_id,
            centre_id,
            room_id,
            first_day,
            last_day,
            reason,
            note,
            rules.WITHDRAWAL_REASONS[reason],
            now(),
        )
        await _block(centre_id, room_id, withdrawal_id, first_day=first_day, last_day=last_day)
        days = {"first_day": first_day.isoformat(), "last_day": last_day.isoformat()}
        await audit("room", room_id, "withdraw", actor=actor, after={**days, "reason": reason, "note": note})
        await record(RoomWithdrawn(subject_id=withdrawal_id, version=1), actor=actor)
    return WithdrawalRef(withdrawal_id, 1)


async def lift_withdrawal(centre_id: UUID, withdrawal_id: UUID, *, actor: Actor) -> WithdrawalRef:
    """Put a room back on sale; lifting twice changes nothing.

    Raises:
        WithdrawalUnknown: there is none of this id.
    """
    async with tenant_transaction(centre_id):
        row = await fetch_row(
            "SELECT room_id, version, lifted_at FROM withdrawals WHERE centre_id = $1 AND id = $2 FOR UPDATE",
            centre_id,
            withdrawal_id,
        )
        if row is None:
            raise WithdrawalUnknown()
        if row["lifted_at"] is not None:
            return WithdrawalRef(withdrawal_id, row["version"])
        version = row["version"] + 1
        await stock.free_holder(centre_id, stock.Holder(withdrawal_id=withdrawal_id))
        await execute(
            "UPDATE withdrawals SET lifted_at = $3, version = $4 WHERE centre_id = $1 AND id = $2",
            centre_id,
            withdrawal_id,
            now(),
            version,
        )
        await audit("room", row["room_id"], "put_back", actor=actor, before={"withdrawal_id": str(withdrawal_id)})
        await record(WithdrawalLifted(subject_id=withdrawal_id, version=version), actor=actor)
    return WithdrawalRef(withdrawal_id, version)


async def renew_withdrawal(centre_id: UUID, withdrawal_id: UUID, *, actor: Actor) -> WithdrawalRef:
    """Put a room that was put back on sale out of service again, as it was; where it is so still, nothing changes.

    Raises:
        WithdrawalUnknown: there is none of this id.
        BedTaken: somebody has the room since.
    """
    async with tenant_transaction(centre_id):
        row = await fetch_row(
            """SELECT room_id, version, lifted_at, first_day, last_day FROM withdrawals
               WHERE centre_id = $1 AND id = $2 FOR UPDATE""",
            centre_id,
            withdrawal_id,
        )
        if row is None:
            raise WithdrawalUnknown()
        if row["lifted_at"] is None:
            return WithdrawalRef(withdrawal_id, row["version"])
        version = row["version"] + 1
        await _block(centre_id, row["room_id"], withdrawal_id, first_day=row["first_day"], last_day=row["last_day"])
        await execute(
            "UPDATE withdrawals SET lifted_at = NULL, version = $3 WHERE centre_id = $1 AND id = $2",
            centre_id,
            withdrawal_id,
            version,
        )
        await audit("room", row["room_id"], "withdraw_again", actor=actor, after={"withdrawal_id": str(withdrawal_id)})
        await record(WithdrawalRenewed(subject_id=withdrawal_id, version=version), actor=actor)
    return WithdrawalRef(withdrawal_id, version)


async def _block(centre_id: UUID, room_id: UUID, withdrawal_id: UUID, *, first_day: date, last_day: date) -> None:
    """Take all beds of a room for a withdrawal."""
    bed_ids = [bed.id for bed in (await queries.room(centre_id, room_id)).beds]
    await stock.lock_beds(centre_id, bed_ids)
    await stock.take_beds(
        centre_id,
        await stock.stock_beds(centre_id, bed_ids),
        arrival=first_day,
        departure=last_day + timedelta(days=1),
        holder=stock.Holder(withdrawal_id=withdrawal_id),
    )
