"""More people than beds: sold by who may, on purpose, and noted on the stay and in its trail."""

from uuid import UUID

from infra.actor import Actor, ActorKind
from infra.audit import audit
from infra.database import execute, fetch_row
from tenants.stays import beds
from tenants.stays.arrangements import TooFewBeds, arrangement, shortage
from tenants.stays.rows import StayUnknown


async def lacking_beds(centre_id: UUID, stay_id: UUID) -> int:
    """Return how many people would have no bed and are not yet allowed an extra one; none before any bed is held.

    Raises:
        StayUnknown: the centre has none of this id.
    """
    row = await fetch_row(
        """SELECT arrival, departure, coalesce(pax, expected_pax) AS people, coalesce(extra_beds, 0) AS extra_beds
           FROM stays WHERE centre_id = $1 AND id = $2""",
        centre_id,
        stay_id,
    )
    if row is None:
        raise StayUnknown()
    held = arrangement(row["arrival"], row["departure"], await beds.holds_of(centre_id, stay_id))
    lacking = shortage(held, row["people"])
    return lacking if lacking > row["extra_beds"] else 0


async def require_beds(centre_id: UUID, stay_id: UUID, *, overbook: bool, actor: Actor) -> None:
    """Sell a locked stay to no more people than it has beds, unless `overbook` says so and the actor may.

    A job brings what was sold elsewhere: it is not asked, and what lacks is noted all the same.

    Raises:
        TooFewBeds: says how many lack.
        RightMissing: the actor may not overbook.
    """
    lacking = await lacking_beds(centre_id, stay_id)
    if not lacking:
        return
    if not overbook and actor.kind is not ActorKind.JOB:
        raise TooFewBeds(f"{lacking} people would have no bed", lacking=lacking)
    actor.require("stay.overbook")
    await execute("UPDATE stays SET extra_beds = $3 WHERE centre_id = $1 AND id = $2", centre_id, stay_id, lacking)
    after: dict[str, object] = {"extra_beds": lacking}
    await audit("stay", stay_id, "overbook", actor=actor, after=after)
