"""Marking rooms, and pairing the phones on which it is done."""

from uuid import UUID

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import fetch_row, fetch_value, tenant_transaction
from infra.ids import new_id
from infra.outbox import record
from tenants.housekeeping.events import RoomMarked
from tenants.housekeeping.rules import State
from tenants.rooms.queries import RoomUnknown


async def mark_room(centre_id: UUID, room_id: UUID, state: State, *, actor: Actor) -> None:
    """Say how a room stands; of two who say it at once, the later one is believed.

    Raises:
        RoomUnknown: the centre has no such room.
    """
    async with tenant_transaction(centre_id):
        known = await fetch_value("SELECT id FROM rooms WHERE centre_id = $1 AND id = $2", centre_id, room_id)
        if known is None:
            raise RoomUnknown()
        before = await fetch_row(
            "SELECT state FROM room_states WHERE centre_id = $1 AND room_id = $2", centre_id, room_id
        )
        version = await fetch_value(
            """INSERT INTO room_states (id, centre_id, room_id, state, marked_at, marked_by, version)
               VALUES ($1, $2, $3, $4, $5, $6, 1)
               ON CONFLICT (centre_id, room_id) DO UPDATE SET state = excluded.state, marked_at = excluded.marked_at,
                   marked_by = excluded.marked_by, version = room_states.version + 1
               RETURNING version""",
            new_id(),
            centre_id,
            room_id,
            state,
            now(),
            actor.name,
        )
        await audit(
            "room", room_id, "mark", actor=actor,
            before={"state": before["state"] if before else None}, after={"state": state},
        )  # fmt: skip
        await record(RoomMarked(subject_id=room_id, version=version), actor=actor)
