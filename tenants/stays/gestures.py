"""What one does by hand on the planning: move, stretch, split, swap, give a room, take it off. Each may be taken back.

All of them lock the stays they touch in the order of their ids, then every bed that may change hands in the one order of
the stock, and only then look: two people at two plannings never have one bed, and neither waits for the other in a circle.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import asyncpg
import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.database import execute, tenant_transaction, violated
from infra.errors import FieldError
from infra.outbox import record
from tenants.clients.blacklisting import require_not_blacklisted
from tenants.person_nights.operations import settle
from tenants.rooms import stock
from tenants.stays import arrangements, beds, events, statuses
from tenants.stays.allotments import require_not_allotted
from tenants.stays.arrangements import Arrangement, GestureInvalid, Grip, Hold, TooFewBeds, gripped
from tenants.stays.gesture_log import Gesture, Standing, note
from tenants.stays.hands import Touched, beds_in, beds_wanted, in_hand
from tenants.stays.rows import StayRow, lock_stay


async def move(
    centre_id: UUID,
    grip: Grip,
    *,
    to_room_id: UUID | None = None,
    days: int = 0,
    overbook: bool = False,
    actor: Actor,
) -> Gesture:
    """Carry a bar to another room, or its whole stay so many days later, or both; all of it or nothing.

    Args:
        centre_id: whose planning.
        grip: the bar.
        to_room_id: the room it goes to; None leaves it on its own.
        days: how many days later the stay comes, earlier where negative.
        overbook: whether people may be more than the beds, by the right `stay.overbook`.
        actor: who; only they may take it back.

    Raises:
        StayUnknown, StayStatusRefuses, BarMoved, GestureInvalid: it does not stand so, or cannot go there.
        RoomUnknown, BedTaken, TooFewBeds: the room cannot be had.
        RightMissing: more people than beds without the right.
    """
    async with tenant_transaction(centre_id):
        touched = (await in_hand(centre_id, [grip], to_rooms=[to_room_id] if to_room_id else []))[grip.stay_id]
        if days:
            _require_not_begun(touched.row)
        after = arrangements.shifted(touched.now, days)
        if to_room_id is not None and to_room_id != grip.room_id:
            by = after.arrival - touched.now.arrival
            held = msgspec.structs.replace(grip, arrival=grip.arrival + by, departure=grip.departure + by)
            count = beds_wanted(touched, grip)
            room = await beds_in(
                centre_id,
                to_room_id,
                held,
                since=touched.since,
                count=count,
                given_up={touched.row.id: touched.now.holds},
            )
            after = arrangements.rehoused(after, held, room, since=touched.since, until=held.departure)
        elif days == 0:
            raise GestureInvalid(errors=(FieldError("/to_room_id", "required", "another room, or other days"),))
        changes = [(touched, after)]
        return await _arrange(centre_id, "move", changes, overbook=overbook, actor=actor)


async def stretch(centre_id: UUID, grip: Grip, *, arrival: date, departure: date, whole: bool, actor: Actor) -> Gesture:
    """Give a bar other dates, inside its stay's; with `whole` the stay, whose other rooms follow where they kept its edges.

    Raises:
        StayUnknown, StayStatusRefuses, BarMoved, GestureInvalid: it does not stand so, or no night is left.
        BedTaken: somebody has a bed in the new nights.
    """
    async with tenant_transaction(centre_id):
        touched = (await in_hand(centre_id, [grip]))[grip.stay_id]
        gripped(touched.now, grip)
        begun = touched.row.status == "present"
        if begun and (arrival != grip.arrival or departure < touched.since):
            pointer = "/arrival" if arrival != grip.arrival else "/departure"
            raise GestureInvalid(errors=(FieldError(pointer, "past", "nights slept do not change"),))
        if whole:
            after = arrangements.redated(touched.now, arrival=arrival, departure=departure, left=touched.left)
        else:
            after = arrangements.stretched(touched.now, grip, arrival=arrival, departure=departure)
        return await _arrange(centre_id, "stretch", [(touched, after)], actor=actor)


async def split(
    centre_id: UUID, grip: Grip, *, day: date, to_room_id: UUID, overbook: bool = False, actor: Actor
) -> Gesture:
    """Cut a bar at a day: the nights from it on are slept in another room.

    Raises:
        As `move`.
    """
    async with tenant_transaction(centre_id):
        touched = (await in_hand(centre_id, [grip], to_rooms=[to_room_id]))[grip.stay_id]
        if not max(grip.arrival, touched.since) <= day < grip.departure or day == grip.arrival:
            raise GestureInvalid(errors=(FieldError("/day", "outside_stay", "a day inside the bar"),))
        if to_room_id == grip.room_id:
            raise GestureInvalid(errors=(FieldError("/to_room_id", "required", "another room"),))
        room = await beds_in(
            centre_id,
            to_room_id,
            grip,
            since=day,
            count=beds_wanted(touched, grip),
            given_up={touched.row.id: touched.now.holds},
        )
        after = arrangements.rehoused(touched.now, grip, room, since=day, until=grip.departure)
        return await _arrange(centre_id, "split", [(touched, after)], overbook=overbook, actor=actor)


async def swap(centre_id: UUID, one: Grip, other: Grip, *, overbook: bool = False, actor: Actor) -> Gesture:
    """Let two bars change rooms, each with its own nights.

    Raises:
        As `move`.
    """
    async with tenant_transaction(centre_id):
        stays = await in_hand(centre_id, [one, other], to_rooms=[one.room_id, other.room_id])
        if one.stay_id == other.stay_id:
            raise GestureInvalid(errors=(FieldError("/other/stay_id", "required", "two stays"),))
        if one.room_id == other.room_id:
            raise GestureInvalid(errors=(FieldError("/other/room_id", "required", "two rooms"),))
        # The beds of both bars are given up before either takes its new ones.
        given_up: dict[UUID, list[Hold]] = {}
        for grip in (one, other):
            given_up.setdefault(grip.stay_id, []).extend(gripped(stays[grip.stay_id].now, grip))
        after = {stay_id: touched.now for stay_id, touched in stays.items()}
        for grip, goal in ((one, other.room_id), (other, one.room_id)):
            touched = stays[grip.stay_id]
            room = await beds_in(
                centre_id, goal, grip, since=touched.since, count=beds_wanted(touched, grip), given_up=given_up
            )
            after[grip.stay_id] = arrangements.rehoused(
                after[grip.stay_id], grip, room, since=touched.since, until=grip.departure
            )
        changes = [(stays[stay_id], changed) for stay_id, changed in after.items()]
        return await _arrange(centre_id, "swap", changes, overbook=overbook, actor=actor)


async def assign(centre_id: UUID, stay_id: UUID, room_ids: Sequence[UUID], *, actor: Actor) -> Gesture:
    """Give a stay more rooms: private ones whole, of a dormitory as many free beds as people still have none.

    Raises:
        StayUnknown, StayStatusRefuses, ClientBlacklisted, RoomUnknown, BedTaken: it cannot have them.
        GestureInvalid: no room is named, or the stay has it already.
    """
    if not room_ids:
        raise GestureInvalid(errors=(FieldError("/room_ids", "required", "a room at least"),))
    async with tenant_transaction(centre_id):
        row = await lock_stay(centre_id, stay_id)
        touched = (await in_hand(centre_id, (), rows=[row], to_rooms=room_ids))[stay_id]
        if row.client_id is not None and row.status != "present":
            await require_not_blacklisted(centre_id, row.client_id)
        after = touched.now
        nights = Grip(stay_id=stay_id, room_id=stay_id, arrival=row.arrival, departure=row.departure)
        for room_id in dict.fromkeys(room_ids):
            missing = arrangements.shortage(after, touched.people) if after.holds else touched.people or 1
            room = await beds_in(
                centre_id, room_id, nights, since=touched.since, count=max(1, missing), given_up={}, most=True
            )
            after = arrangements.with_beds(after, room, since=touched.since)
        return await _arrange(centre_id, "assign", [(touched, after)], actor=actor)


async def unassign(centre_id: UUID, grip: Grip, *, actor: Actor) -> Gesture:
    """Take a bar off its room, from today on where the people are here; the stay itself stands.

    Raises:
        StayUnknown, StayStatusRefuses, BarMoved, GestureInvalid: it does not stand so.
    """
    async with tenant_transaction(centre_id):
        touched = (await in_hand(centre_id, [grip]))[grip.stay_id]
        after = arrangements.taken_off(touched.now, grip, since=touched.since)
        return await _arrange(centre_id, "unassign", [(touched, after)], actor=actor)


def _require_not_begun(row: StayRow) -> None:
    if row.status not in statuses.OPEN:
        raise statuses.StayStatusRefuses(f"the stay is {row.status}", status=row.status, gesture="move")


async def _arrange(
    centre_id: UUID,
    kind: str,
    changes: Sequence[tuple[Touched, Arrangement]],
    *,
    overbook: bool = False,
    actor: Actor,
) -> Gesture:
    """Write the arrangements that a gesture leads to: beds, dates, versions, trail, facts, and how to take it back."""
    for touched, after in changes:
        arrangements.check_no_bed_twice(after)
        await stock.free_holder(centre_id, stock.Holder(stay_id=touched.row.id))
    for touched, after in changes:
        await beds.take_holds(centre_id, touched.row.id, after.holds)
        await require_not_allotted(centre_id, touched.row.id, after.arrival, after.departure)
        extra = _extra_beds(touched, after, overbook=overbook, actor=actor) if kind in {"move", "split", "swap"} else 0
        await save_arrangement(centre_id, touched.row, touched.now, after, kind, extra_beds=extra, actor=actor)
    return await note(
        centre_id,
        kind,
        before=[Standing(stay_id=touched.row.id, stands=touched.now) for touched, _ in changes],
        after=[Standing(stay_id=touched.row.id, stands=after) for touched, after in changes],
        actor=actor,
    )


def _extra_beds(touched: Touched, after: Arrangement, *, overbook: bool, actor: Actor) -> int:
    lacking = arrangements.shortage(after, touched.people)
    if lacking <= arrangements.shortage(touched.now, touched.people):
        return 0
    if not overbook:
        raise TooFewBeds(f"{lacking} people would have no bed", lacking=lacking)
    actor.require("stay.overbook")
    return lacking


async def save_arrangement(
    centre_id: UUID,
    row: StayRow,
    now: Arrangement,
    after: Arrangement,
    action: str,
    *,
    extra_beds: int = 0,
    actor: Actor,
) -> None:
    """Write a locked stay's dates, one version up, with its trail and its fact; its beds are the caller's."""
    try:
        await execute(
            """UPDATE stays SET version = $3, arrival = $4, departure = $5, extra_beds = coalesce($6, extra_beds)
               WHERE centre_id = $1 AND id = $2""",
            centre_id,
            row.id,
            row.version + 1,
            after.arrival,
            after.departure,
            extra_beds or None,
        )
    except asyncpg.CheckViolationError as error:
        if violated(error) not in {"stays_booked_day_check", "stays_contacted_day_check"}:
            raise
        wrong = FieldError("/days", "before_booking", "a stay is booked before it begins")
        raise GestureInvalid(errors=(wrong,)) from error
    if row.status in statuses.SOLD:
        await settle(centre_id, [row.id])
    if extra_beds:
        await audit("stay", row.id, "overbook", actor=actor, after={"extra_beds": extra_beds})
    await audit("stay", row.id, action, actor=actor, before=now, after=after)
    await record(events.StayChanged(subject_id=row.id, version=row.version + 1), actor=actor)
