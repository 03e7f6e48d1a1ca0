"""The desk's part of an arrival: keys out and back, and the check-in that hands them over."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch, fetch_row, tenant_transaction
from infra.errors import FieldError, Invalid
from infra.ids import new_id
from infra.outbox import record
from tenants.arrivals.events import KeysGiven, KeysReturned
from tenants.stays.presence import mark_present
from tenants.stays.queries import stay as stay_of
from tenants.stays.rules import StayRef
from tenants.stays.statuses import StayStatusRefuses

MOST_KEYS = 500


class KeysInvalid(Invalid):
    """So many keys cannot be given, or given back."""

    code = "keys_invalid"


class Keys(msgspec.Struct, frozen=True):
    """How many keys a stay has had, and brought back."""

    given: int = 0
    returned: int = 0

    @property
    def out(self) -> int:
        """How many are still with the guests."""
        return self.given - self.returned


async def keys_of(centre_id: UUID, stay_ids: Sequence[UUID]) -> dict[UUID, Keys]:
    """Return the keys of stays; who never had one is not in it."""
    rows = await fetch(
        "SELECT stay_id, given, returned FROM stay_keys WHERE centre_id = $1 AND stay_id = ANY($2::uuid[])",
        centre_id,
        list(stay_ids),
    )
    return {row["stay_id"]: Keys(row["given"], row["returned"]) for row in rows}


async def check_in(centre_id: UUID, stay_id: UUID, *, keys: int | None = None, actor: Actor) -> StayRef:
    """Say that the people are here and hand over their keys: one for each room unless said; twice changes nothing.

    Raises:
        StayUnknown, StayStatusRefuses: there is none, or it is not sold.
        KeysInvalid: fewer than none, or more than any house has.
    """
    _check(keys or 0)
    async with tenant_transaction(centre_id):
        made = await mark_present(centre_id, stay_id, actor=actor)
        if (await keys_of(centre_id, [stay_id])).get(stay_id) is None:
            stay = await stay_of(centre_id, stay_id)
            wanted = len({room.room_id for room in stay.rooms}) if keys is None else keys
            if wanted:
                await give_keys(centre_id, stay_id, wanted, actor=actor)
    return made


async def give_keys(centre_id: UUID, stay_id: UUID, count: int, *, actor: Actor) -> Keys:
    """Hand over so many keys more.

    Raises:
        StayUnknown, StayStatusRefuses: there is none, or it is not sold, or over.
        KeysInvalid: fewer than one, or more than any house has.
    """
    _check(count, least=1)
    async with tenant_transaction(centre_id):
        stay = await stay_of(centre_id, stay_id)
        if stay.status not in ("confirmed", "present"):
            raise StayStatusRefuses(f"the stay is {stay.status}", status=stay.status, gesture="keys")
        row = await fetch_row(
            """INSERT INTO stay_keys (id, centre_id, stay_id, given, returned, changed_at) VALUES ($1, $2, $3, $4, 0, $5)
               ON CONFLICT (centre_id, stay_id)
               DO UPDATE SET given = stay_keys.given + excluded.given, changed_at = excluded.changed_at
               RETURNING given, returned""",
            new_id(),
            centre_id,
            stay_id,
            count,
            now(),
        )
        keys = Keys(**dict(row or {}))
        await audit("stay", stay_id, "give_keys", actor=actor, after={"given": keys.given})
        await record(KeysGiven(subject_id=stay_id, version=stay.version), actor=actor)
    return keys


async def return_keys(centre_id: UUID, stay_id: UUID, count: int | None = None, *, actor: Actor) -> Keys:
    """Take so many keys back, all that are out unless said.

    Raises:
        StayUnknown: there is none.
        KeysInvalid: fewer than one, or more than are out.
    """
    async with tenant_transaction(centre_id):
        stay = await stay_of(centre_id, stay_id)
        row = await fetch_row(
            "SELECT given, returned FROM stay_keys WHERE centre_id = $1 AND stay_id = $2 FOR UPDATE", centre_id, stay_id
        )
        keys = Keys(**dict(row)) if row else Keys()
        back = keys.out if count is None else count
        if not 1 <= back <= keys.out:
            raise KeysInvalid(errors=(FieldError("/count", "out_of_range", f"from 1 to the {keys.out} that are out"),))
        await execute(
            "UPDATE stay_keys SET returned = returned + $3, changed_at = $4 WHERE centre_id = $1 AND stay_id = $2",
            centre_id,
            stay_id,
            back,
            now(),
        )
        keys = Keys(keys.given, keys.returned + back)
        await audit("stay", stay_id, "return_keys", actor=actor, after={"returned": keys.returned})
        await record(KeysReturned(subject_id=stay_id, version=stay.version), actor=actor)
    return keys


def _check(count: int, *, least: int = 0) -> None:
    if not least <= count <= MOST_KEYS:
        raise KeysInvalid(errors=(FieldError("/count", "out_of_range", f"from {least} to {MOST_KEYS}"),))
