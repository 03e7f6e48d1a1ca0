"""The gestures of the planning as they were made: what the last one was, and how things stood before it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.clock import now
from infra.database import execute, fetch_row
from infra.ids import new_id
from tenants.stays.arrangements import Arrangement

KEPT: Final = timedelta(days=1)
"""Much longer than anything may be taken back: what is older goes when its author makes another gesture."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a stay stood on the planning."""

    stay_id: UUID
    stands: Arrangement


class Gesture(msgspec.Struct, frozen=True, kw_only=True):
    """A gesture of the planning: the stays it touched, or the withdrawal it made or ended."""

    id: UUID
    kind: str
    made_at: datetime
    before: tuple[Standing, ...]
    after: tuple[Standing, ...]
    withdrawal_id: UUID | None = None


class _Written(msgspec.Struct, frozen=True):
    """One side of a gesture, as it is stored."""

    stays: tuple[Standing, ...]
    withdrawal_id: UUID | None


async def note(
    centre_id: UUID,
    kind: str,
    *,
    before: Sequence[Standing] = (),
    after: Sequence[Standing] = (),
    withdrawal_id: UUID | None = None,
    actor: Actor,
) -> Gesture:
    """Write a gesture down in the transaction that makes it."""
    gesture = Gesture(
        id=new_id(), kind=kind, made_at=now(), before=tuple(before), after=tuple(after), withdrawal_id=withdrawal_id
    )
    await execute(
        """DELETE FROM planning_gestures
           WHERE centre_id = $1 AND account_id IS NOT DISTINCT FROM $2 AND made_at < $3""",
        centre_id,
        actor.account_id,
        gesture.made_at - KEPT,
    )
    await execute(
        """INSERT INTO planning_gestures (id, centre_id, account_id, actor_name, kind, before, after, made_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        gesture.id,
        centre_id,
        actor.account_id,
        actor.name,
        kind,
        msgspec.json.encode(_Written(gesture.before, withdrawal_id)).decode(),
        msgspec.json.encode(_Written(gesture.after, withdrawal_id)).decode(),
        gesture.made_at,
    )
    return gesture


async def last_gesture(centre_id: UUID, *, actor: Actor) -> Gesture | None:
    """Return the actor's last gesture that was not taken back, and hold its row; None where there is none."""
    row = await fetch_row(
        """SELECT id, kind, before, after, made_at FROM planning_gestures
           WHERE centre_id = $1 AND account_id IS NOT DISTINCT FROM $2 AND actor_name = $3 AND undone_at IS NULL
           ORDER BY made_at DESC, id DESC LIMIT 1 FOR UPDATE""",
        centre_id,
        actor.account_id,
        actor.name,
    )
    if row is None:
        return None
    before, after = (msgspec.json.decode(row[side], type=_Written) for side in ("before", "after"))
    return Gesture(
        id=row["id"],
        kind=row["kind"],
        made_at=row["made_at"],
        before=before.stays,
        after=after.stays,
        withdrawal_id=before.withdrawal_id,
    )


async def mark_undone(centre_id: UUID, gesture_id: UUID) -> None:
    """Say that a gesture was taken back."""
    await execute(
        "UPDATE planning_gestures SET undone_at = $3 WHERE centre_id = $1 AND id = $2", centre_id, gesture_id, now()
    )
