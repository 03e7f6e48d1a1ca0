"""Taking back one's last gesture of the planning, as long as nothing moved on since; rooms withdrawn from it likewise."""

from datetime import date
from uuid import UUID

from infra.actor import Actor
from infra.clock import now
from infra.database import fetch_value, tenant_transaction
from infra.errors import Conflict
from tenants.rooms import operations as rooms
from tenants.rooms import stock
from tenants.rooms.operations import WithdrawalRef
from tenants.stays import arrangements, beds, statuses
from tenants.stays.arrangements import Arrangement
from tenants.stays.gesture_log import Gesture, last_gesture, mark_undone, note
from tenants.stays.gestures import save_arrangement
from tenants.stays.presence import NothingToUndo
from tenants.stays.rows import StayRow, lock_stay


class MovedOn(Conflict):
    """It was changed since: what you did cannot be taken back any more."""

    code = "moved_on"


async def undo(centre_id: UUID, *, actor: Actor) -> Gesture:
    """Take back the actor's last gesture, within fifteen minutes, where what it left still stands as it left it.

    Raises:
        NothingToUndo, TooLateToUndo: there is none, or it was too long ago.
        MovedOn: a stay of it stands otherwise now, or the withdrawal ended.
        BedTaken: somebody has the beds that would come back; says who.
    """
    async with tenant_transaction(centre_id):
        gesture = await last_gesture(centre_id, actor=actor)
        if gesture is None:
            raise NothingToUndo()
        statuses.check_undo(gesture.made_at, now=now())
        if gesture.withdrawal_id is not None:
            await _undo_withdrawal(centre_id, gesture, withdrawal_id=gesture.withdrawal_id, actor=actor)
        else:
            await _undo_arrangements(centre_id, gesture, actor=actor)
        await mark_undone(centre_id, gesture.id)
    return gesture


async def withdraw(
    centre_id: UUID, room_id: UUID, *, first_day: date, last_day: date, reason: str, note_text: str = "", actor: Actor
) -> WithdrawalRef:
    """Put a room out of service from the planning: as `withdraw_room`, and it may be taken back.

    Raises:
        As `tenants.rooms.operations.withdraw_room`.
    """
    async with tenant_transaction(centre_id):
        made = await rooms.withdraw_room(
            centre_id, room_id, first_day=first_day, last_day=last_day, reason=reason, note=note_text, actor=actor
        )
        await note(centre_id, "withdraw", withdrawal_id=made.id, actor=actor)
    return made


async def give_back(centre_id: UUID, withdrawal_id: UUID, *, actor: Actor) -> WithdrawalRef:
    """Put a room back on sale from the planning: as `lift_withdrawal`, and it may be taken back.

    Raises:
        WithdrawalUnknown: there is none of this id.
    """
    async with tenant_transaction(centre_id):
        lifted = await rooms.lift_withdrawal(centre_id, withdrawal_id, actor=actor)
        await note(centre_id, "return", withdrawal_id=withdrawal_id, actor=actor)
    return lifted


async def _undo_arrangements(centre_id: UUID, gesture: Gesture, *, actor: Actor) -> None:
    before = {standing.stay_id: standing.stands for standing in gesture.before}
    rows: list[StayRow] = [await lock_stay(centre_id, stay_id) for stay_id in sorted(before)]
    left_as = {standing.stay_id: standing.stands for standing in gesture.after}
    stands: dict[UUID, Arrangement] = {}
    for row in rows:
        statuses.check_way(row.status, "beds")
        now_stands = arrangements.arrangement(row.arrival, row.departure, await beds.holds_of(centre_id, row.id))
        if now_stands != left_as[row.id]:
            raise MovedOn()
        stands[row.id] = now_stands
    every = [*stands.values(), *before.values()]
    await stock.lock_beds(centre_id, {hold.bed_id for one in every for hold in one.holds})
    for row in rows:
        await stock.free_holder(centre_id, stock.Holder(stay_id=row.id))
    for row in rows:
        await beds.take_holds(centre_id, row.id, before[row.id].holds)
        await save_arrangement(centre_id, row, stands[row.id], before[row.id], f"undo_{gesture.kind}", actor=actor)


async def _undo_withdrawal(centre_id: UUID, gesture: Gesture, *, withdrawal_id: UUID, actor: Actor) -> None:
    lifted = await fetch_value(
        "SELECT lifted_at IS NOT NULL FROM withdrawals WHERE centre_id = $1 AND id = $2 FOR UPDATE",
        centre_id,
        withdrawal_id,
    )
    if lifted is None or lifted == (gesture.kind == "withdraw"):
        raise MovedOn()
    if gesture.kind == "withdraw":
        await rooms.lift_withdrawal(centre_id, withdrawal_id, actor=actor)
    else:
        await rooms.renew_withdrawal(centre_id, withdrawal_id, actor=actor)
