"""Recording facts."""

import msgspec

from infra.actor import Actor
from infra.clock import now
from infra.database import after_commit, execute, scope
from infra.ids import new_id
from infra.outbox.announcing import announce
from infra.outbox.events import Event, kind


async def record(event: Event, *, actor: Actor) -> None:
    """Write a fact into the transaction under way; the relay tells it after the commit, at least once.

    Raises:
        ScopeMissing: no transaction is open: a fact without the change that made it true is a rumour.
    """
    await execute(
        """INSERT INTO outbox (id, centre_id, kind, subject_id, version, payload, actor, request_id, recorded_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        new_id(),
        scope().centre_id,
        kind(event),
        event.subject_id,
        event.version,
        msgspec.json.encode(event).decode(),
        actor.name,
        actor.request_id,
        now(),
    )
    after_commit(announce, scope().role, scope().centre_id)
