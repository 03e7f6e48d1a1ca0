"""Marking rooms, and pairing the phones on which it is done."""

import secrets
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch_row, fetch_value, tenant_transaction
from infra.errors import FieldError, Invalid, NotFound
from infra.ids import new_id
from infra.outbox import record
from infra.settings import settings
from tenants.housekeeping.events import PhonePaired, PhoneUnpaired, RoomMarked
from tenants.housekeeping.queries import token_digest
from tenants.housekeeping.rules import State
from tenants.rooms.queries import RoomUnknown


class PhoneInvalid(Invalid):
    """A phone has a name, to tell phones apart."""

    code = "phone_invalid"


class PhoneNotPaired(NotFound):
    """The centre has no paired phone of this id."""

    code = "phone_not_paired"


class Paired(msgspec.Struct, frozen=True, kw_only=True):
    """A phone just paired; its token is shown now and never again."""

    id: UUID
    token: str


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


async def pair_phone(centre_id: UUID, name: str, *, actor: Actor) -> Paired:
    """Pair a phone: who opens the page of rooms with this token works for the centre.

    Raises:
        PhoneInvalid: it has no name.
    """
    name = " ".join(name.split())[:100]
    if not name:
        raise PhoneInvalid(errors=(FieldError("/name", "required", "a name to tell phones apart"),))
    paired = Paired(id=new_id(), token=secrets.token_urlsafe(32))
    async with tenant_transaction(centre_id):
        await execute(
            "INSERT INTO housekeeping_phones (id, centre_id, name, token_hash, paired_at) VALUES ($1, $2, $3, $4, $5)",
            paired.id,
            centre_id,
            name,
            token_digest(paired.token),
            now(),
        )
        await audit("housekeeping_phone", paired.id, "pair", actor=actor, after={"name": name})
        await record(PhonePaired(subject_id=paired.id), actor=actor)
    return paired


def phone_address(slug: str, token: str) -> str:
    """Return what a phone opens once to be housekeeping's."""
    return f"{settings().public_url.rstrip('/')}/h/{slug}/{token}"


async def unpair_phone(centre_id: UUID, phone_id: UUID, *, actor: Actor) -> None:
    """End a phone's pairing at once.

    Raises:
        PhoneNotPaired: none of this id is paired.
    """
    async with tenant_transaction(centre_id):
        ended = await execute(
            "UPDATE housekeeping_phones SET unpaired_at = $3 WHERE centre_id = $1 AND id = $2 AND unpaired_at IS NULL",
            centre_id,
            phone_id,
            now(),
        )
        if not ended:
            raise PhoneNotPaired()
        await audit("housekeeping_phone", phone_id, "unpair", actor=actor)
        await record(PhoneUnpaired(subject_id=phone_id), actor=actor)
