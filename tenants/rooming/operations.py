"""Every change to a rooming list: one transaction, the list locked, decided by the rules, said in the trail."""

from uuid import UUID

import asyncpg
import msgspec

from infra.actor import Actor, ActorKind
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch_value, tenant_transaction
from infra.errors import StaleVersion
from infra.ids import new_id
from infra.outbox import record
from tenants.clients.blacklisting import require_not_blacklisted
from tenants.rooming import events, queries, rules
from tenants.rooming.rules import Entry, EntryFields, GroupRoom
from tenants.stays.queries import Stay
from tenants.stays.queries import stay as stay_of
from tenants.stays.statuses import StayStatusRefuses

OPEN: tuple[str, ...] = ("tentative", "option", "confirmed", "present")
"""Where people may still be written down: the list, and the link to it, die with the stay."""


class EntryRef(msgspec.Struct, frozen=True):
    """A person just written down."""

    id: UUID
    version: int


async def save_entry(
    centre_id: UUID,
    stay_id: UUID,
    fields: EntryFields,
    *,
    entry_id: UUID | None = None,
    version: int | None = None,
    actor: Actor,
) -> EntryRef:
    """Write a person down, or correct one; holes are allowed until the list is sent off.

    Args:
        centre_id: whose stay it is.
        stay_id: the group's.
        fields: the person, whole.
        entry_id: whom to correct; None for somebody new.
        version: the one that was read; None does not check.
        actor: staff, or the leader.

    Raises:
        StayUnknown, StayStatusRefuses, ClientBlacklisted, ListSubmitted, ListFull: the list takes nobody.
        EntryInvalid, RoomFull, BedOccupied: the person cannot be written down like that.
        EntryUnknown, StaleVersion: whom to correct.
    """
    fields = rules.tidy(fields)
    async with tenant_transaction(centre_id):
        stay = await lock_list(centre_id, stay_id)
        rooms = {room.id: room for room in await queries.group_rooms(centre_id, stay)}
        rules.check(fields, rooms=rooms)
        before = None
        if entry_id is not None:
            before = await queries.entry(centre_id, stay_id, entry_id)
            if version is not None and version != before.version:
                raise StaleVersion(f"the row is at version {before.version}", version=before.version)
            if actor.kind is ActorKind.CLIENT and before.fields.room_id == fields.room_id:
                # The leader says rooms, the desk beds: what the page does not ask it does not take away.
                fields = msgspec.structs.replace(fields, bed_id=before.fields.bed_id)
        if fields.room_id is not None and (before is None or before.fields.room_id != fields.room_id):
            await _require_bed(centre_id, stay_id, rooms[fields.room_id])
        try:
            saved = await write_entry(centre_id, stay_id, fields, before=before)
        except asyncpg.UniqueViolationError as error:
            raise rules.BedOccupied() from error
        changed = [
            name
            for name in EntryFields.__struct_fields__
            if before is None or getattr(before.fields, name) != getattr(fields, name)
        ]
        await _note(centre_id, stay, "save_rooming_entry", {"entry_id": saved.id, "fields": changed}, actor=actor)
    return saved


async def remove_entry(centre_id: UUID, stay_id: UUID, entry_id: UUID, *, actor: Actor) -> None:
    """Take a person off the list.

    Raises:
        StayUnknown, StayStatusRefuses, ListSubmitted, EntryUnknown: there is nobody to take off.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_list(centre_id, stay_id)
        await queries.entry(centre_id, stay_id, entry_id)
        await execute("DELETE FROM rooming_entries WHERE centre_id = $1 AND id = $2", centre_id, entry_id)
        await _note(centre_id, stay, "remove_rooming_entry", {"entry_id": entry_id}, actor=actor)


async def propose_rooms(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> int:
    """Give a room to each person who has none, girls and boys apart, leaders near; return how many got one.

    Raises:
        StayUnknown, StayStatusRefuses, ListSubmitted: as they say.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_list(centre_id, stay_id)
        found = await queries.rooming_list(centre_id, stay_id)
        given = rules.propose(found.entries, found.rooms)
        for entry_id, room_id in given.items():
            await execute(
                """UPDATE rooming_entries SET room_id = $3, bed_id = NULL, version = version + 1 WHERE centre_id = $1 AND id = $2""",
                centre_id,
                entry_id,
                room_id,
            )
        if given:
            await _note(centre_id, stay, "propose_rooms", {"people": len(given)}, actor=actor)
    return len(given)


async def submit_list(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> None:
    """Send the list off: complete, and with somebody who answers for the group; twice changes nothing.

    Raises:
        StayUnknown, StayStatusRefuses, ClientBlacklisted: the list is closed.
        ListIncomplete: with each hole.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_list(centre_id, stay_id, submitted=True)
        found = await queries.rooming_list(centre_id, stay_id)
        if found.submitted_at is not None:
            return
        rules.check_complete(found.entries)
        await execute(
            """UPDATE rooming_lists SET submitted_at = $3, submitted_by = $4, version = version + 1
               WHERE centre_id = $1 AND stay_id = $2""",
            centre_id,
            stay_id,
            now(),
            actor.name,
        )
        await audit("stay", stay_id, "submit_rooming_list", actor=actor, after={"people": len(found.entries)})
        await record(events.RoomingListSubmitted(subject_id=stay_id, version=stay.version), actor=actor)


async def reopen_list(centre_id: UUID, stay_id: UUID, *, actor: Actor) -> None:
    """Let a list that was sent off be filled in again.

    Raises:
        StayUnknown, StayStatusRefuses: as they say.
    """
    async with tenant_transaction(centre_id):
        stay = await lock_list(centre_id, stay_id, submitted=True)
        reopened = await execute(
            """UPDATE rooming_lists SET submitted_at = NULL, submitted_by = '', version = version + 1
               WHERE centre_id = $1 AND stay_id = $2 AND submitted_at IS NOT NULL""",
            centre_id,
            stay_id,
        )
        if reopened:
            await audit("stay", stay_id, "reopen_rooming_list", actor=actor)
            await record(events.RoomingListReopened(subject_id=stay_id, version=stay.version), actor=actor)


async def lock_list(centre_id: UUID, stay_id: UUID, *, submitted: bool = False) -> Stay:
    """Take the list of a stay for this transaction, made where there is none; return the stay.

    Args:
        centre_id: whose stay.
        stay_id: the group's.
        submitted: whether a list that was sent off will do.

    Raises:
        StayUnknown, StayStatusRefuses, ClientBlacklisted, ListSubmitted: it may not be changed.
    """
    stay = await stay_of(centre_id, stay_id)
    if stay.status not in OPEN:
        raise StayStatusRefuses(f"the stay is {stay.status}", status=stay.status, gesture="rooming")
    if stay.fields.client_id is not None:
        await require_not_blacklisted(centre_id, stay.fields.client_id)
    await execute(
        """INSERT INTO rooming_lists (id, centre_id, stay_id, submitted_by, version, created_at)
           VALUES ($1, $2, $3, '', 1, $4) ON CONFLICT (centre_id, stay_id) DO NOTHING""",
        new_id(),
        centre_id,
        stay_id,
        now(),
    )
    sent = await fetch_value(
        "SELECT submitted_at FROM rooming_lists WHERE centre_id = $1 AND stay_id = $2 FOR UPDATE", centre_id, stay_id
    )
    if sent is not None and not submitted:
        raise rules.ListSubmitted()
    return stay


async def write_entry(centre_id: UUID, stay_id: UUID, fields: EntryFields, *, before: Entry | None) -> EntryRef:
    """Write a checked person, inside the transaction that locked the list.

    Raises:
        ListFull: the list is longer than any group.
    """
    values = [getattr(fields, name) for name in EntryFields.__struct_fields__]
    names = ", ".join(EntryFields.__struct_fields__)
    if before is not None:
        places = ", ".join(f"${place}" for place in range(3, 3 + len(values)))
        version: int = await fetch_value(
            f"""UPDATE rooming_entries SET ({names}, version) = ({places}, version + 1)
                WHERE centre_id = $1 AND id = $2 RETURNING version""",
            centre_id,
            before.id,
            *values,
        )
        return EntryRef(before.id, version)
    place: int = await fetch_value(
        "SELECT coalesce(max(position), 0) + 1 FROM rooming_entries WHERE centre_id = $1 AND stay_id = $2",
        centre_id,
        stay_id,
    )
    people: int = await fetch_value(
        "SELECT count(*) FROM rooming_entries WHERE centre_id = $1 AND stay_id = $2", centre_id, stay_id
    )
    if people >= rules.LONGEST_LIST:
        raise rules.ListFull()
    made = EntryRef(new_id(), 1)
    places = ", ".join(f"${place}" for place in range(6, 6 + len(values)))
    await execute(
        f"""INSERT INTO rooming_entries (id, centre_id, stay_id, position, version, created_at, {names})
            VALUES ($1, $2, $3, $4, 1, $5, {places})""",
        made.id,
        centre_id,
        stay_id,
        place,
        now(),
        *values,
    )
    return made


async def _require_bed(centre_id: UUID, stay_id: UUID, room: GroupRoom) -> None:
    """Refuse one person more than the group has beds in a room."""
    taken: int = await fetch_value(
        "SELECT count(*) FROM rooming_entries WHERE centre_id = $1 AND stay_id = $2 AND room_id = $3",
        centre_id,
        stay_id,
        room.id,
    )
    if taken >= room.beds:
        raise rules.RoomFull(f"{room.name} has {room.beds} beds for this group", room=room.name, beds=room.beds)


async def _note(centre_id: UUID, stay: Stay, action: str, after: dict[str, object], *, actor: Actor) -> None:
    # Who eats what is nobody's business in the trail: it says which fields, not what stands in them.
    await audit("stay", stay.id, action, actor=actor, after=after)
    await record(events.RoomingListChanged(subject_id=stay.id, version=stay.version), actor=actor)
