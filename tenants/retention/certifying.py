"""Certificates: how much was destroyed, when, because its time was over or its person asked; they name nobody."""

from datetime import date
from uuid import UUID

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import execute, fetch
from infra.ids import new_id


async def certify(centre_id: UUID, what: str, until_day: date, entries: int, *, actor: Actor) -> UUID | None:
    """Write how many there were and return the certificate's id; nothing, None, where there were none."""
    if not entries:
        return None
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
    return certificate


async def certificates(centre_id: UUID) -> list[tuple[str, date, int]]:
    """Return (what, until day, how many) of every certificate, the latest first; inside the caller's transaction."""
    rows = await fetch(
        """SELECT what, until_day, entries FROM retention_certificates WHERE centre_id = $1
           ORDER BY destroyed_at DESC, id DESC""",
        centre_id,
    )
    return [(row["what"], row["until_day"], row["entries"]) for row in rows]
