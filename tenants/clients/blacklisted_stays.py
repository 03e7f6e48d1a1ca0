"""The stays to come of a locked card: listed when the padlock closes, decided one by one, never touched by themselves."""

from datetime import date
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch, fetch_value, tenant_transaction
from infra.errors import NotFound
from infra.ids import new_id


class StayNotWaiting(NotFound):
    """No decision about this stay is waited for."""

    code = "stay_not_waiting"


class StayToDecide(msgspec.Struct, frozen=True, kw_only=True):
    """A stay to come that a lock leaves to somebody; `decision` is empty while it waits, `kept` or `cancelled`."""

    stay_id: UUID
    arrival: date
    departure: date
    status: str
    decision: str


async def list_stays_to_come(centre_id: UUID, client_id: UUID, blacklisting_id: UUID) -> None:
    """Write down, as the padlock closes, the stays that it leaves to be decided; inside its transaction."""
    rows = await fetch(
        """SELECT s.id FROM stays s JOIN centres c ON c.id = $1
           WHERE s.centre_id = $1 AND (s.client_id = $2 OR s.payer_id = $2)
               AND s.status IN ('tentative', 'option', 'confirmed')
               AND s.departure > (now() AT TIME ZONE c.time_zone)::date""",
        centre_id,
        client_id,
    )
    for row in rows:
        await execute(
            """INSERT INTO client_blacklisting_stays (id, centre_id, blacklisting_id, stay_id)
               VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING""",
            new_id(),
            centre_id,
            blacklisting_id,
            row["id"],
        )


async def stays_to_decide(centre_id: UUID, client_id: UUID) -> list[StayToDecide]:
    """Return the stays that the card's present lock found to come, with what was decided; a cancelled one is decided."""
    rows = await fetch(
        """SELECT w.stay_id, s.arrival, s.departure, s.status,
               CASE WHEN s.status IN ('cancelled', 'no_show') THEN 'cancelled' WHEN w.kept_at IS NOT NULL THEN 'kept'
                    ELSE '' END AS decision
           FROM client_blacklistings b
           JOIN client_blacklisting_stays w ON w.centre_id = b.centre_id AND w.blacklisting_id = b.id
           JOIN stays s ON s.centre_id = w.centre_id AND s.id = w.stay_id
           WHERE b.centre_id = $1 AND b.client_id = $2 AND b.lifted_at IS NULL ORDER BY s.arrival, s.id""",
        centre_id,
        client_id,
    )
    return [StayToDecide(**row) for row in rows]


async def keep_stay(centre_id: UUID, client_id: UUID, stay_id: UUID, *, actor: Actor) -> None:
    """Decide that a stay stands although its client is locked. Cancelling it, as any stay, is the other decision.

    Raises:
        RightMissing: the actor lacks `client.blacklist`.
        StayNotWaiting: no decision about it is waited for.
    """
    actor.require("client.blacklist")
    async with tenant_transaction(centre_id):
        kept = await fetch_value(
            """UPDATE client_blacklisting_stays w SET kept_at = $4, kept_by = $5
               FROM client_blacklistings b, stays s
               WHERE w.centre_id = $1 AND b.centre_id = $1 AND b.id = w.blacklisting_id AND b.client_id = $2
                   AND b.lifted_at IS NULL AND s.centre_id = $1 AND s.id = w.stay_id
                   AND s.status NOT IN ('cancelled', 'no_show') AND w.stay_id = $3 AND w.kept_at IS NULL
               RETURNING w.id""",
            centre_id,
            client_id,
            stay_id,
            now(),
            actor.name,
        )
        if kept is None:
            raise StayNotWaiting()
        after: dict[str, object] = {"stay_id": stay_id, "decision": "kept"}
        await audit("client", client_id, "keep_stay", actor=actor, after=after)
