"""What runs every night: who has not been heard of for three years is erased, and it is certified how many."""

from datetime import date
from typing import Final
from uuid import UUID

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch, tenant_transaction
from infra.ids import new_id
from tenants.clients.blacklisting import end_blacklistings
from tenants.retention.erasing import erase_client, last_contact_before

PROSPECT_YEARS: Final = 3
_AT_ONCE: Final = 200
"""In one night: the rest the next, so that no night takes the desk's morning."""


def years_before(day: date, years: int) -> date:
    """Return the same date some years before; the 28th for a 29 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


async def erase_old_prospects(centre_id: UUID, today: date, *, actor: Actor) -> int:
    """Erase the prospects whose last contact is three years old, and certify how many; may run twice."""
    until = years_before(today, PROSPECT_YEARS)
    async with tenant_transaction(centre_id):
        found = (await last_contact_before(centre_id, until))[:_AT_ONCE]
        for client_id in found:
            await erase_client(centre_id, client_id, actor=actor)
        await _certify(centre_id, "prospects", until, len(found), actor=actor)
    return len(found)


async def end_old_blacklistings(centre_id: UUID, today: date, *, actor: Actor) -> int:
    """End the padlocks whose last day has passed, and certify how many; may run twice."""
    async with tenant_transaction(centre_id):
        ended = await end_blacklistings(centre_id, today, actor=actor)
        await _certify(centre_id, "blacklistings", today, ended, actor=actor)
    return ended


async def _certify(centre_id: UUID, what: str, until_day: date, entries: int, *, actor: Actor) -> None:
    """Write how many there were; nothing where there were none."""
    if not entries:
        return
    certificate = new_id()
    await execute(
        """INSERT INTO retention_certificates (id, centre_id, what, until_day, entries, destroyed_at)
           VALUES ($1, $2, $3, $4, $5, $6)""",
        certificate,
        centre_id,
        what,
        until_day,
        entries,
        now(),
    )
    after: dict[str, object] = {"what": what, "until_day": until_day, "entries": entries}
    await audit("retention_certificate", certificate, "destroy", actor=actor, after=after)


async def certificates(centre_id: UUID) -> list[tuple[str, date, int]]:
    """Return (what, until day, how many) of every certificate, the latest first; inside the caller's transaction."""
    rows = await fetch(
        """SELECT what, until_day, entries FROM retention_certificates WHERE centre_id = $1
           ORDER BY destroyed_at DESC, id DESC""",
        centre_id,
    )
    return [(row["what"], row["until_day"], row["entries"]) for row in rows]


async def object_to_referential(centre_id: UUID, client_id: UUID, *, actor: Actor) -> bool:
    """Note that a client objects to being recognised elsewhere: no centre is told of them any more.

    Raises:
        RightMissing: the actor lacks `client.edit`.

    Returns:
        Whether the referential knows the card.
    """
    actor.require("client.edit")
    async with tenant_transaction(centre_id):
        rows = await fetch("SELECT referential_object($1, $2) AS done", client_id, now())
        done = bool(rows and rows[0]["done"])
        if done:
            await audit("client", client_id, "object", actor=actor, after={"referential": "objected"})
    return done
