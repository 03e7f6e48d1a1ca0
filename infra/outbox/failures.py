"""What goes on failing: facts that a consumer does not take and webhooks that are not applied, to be seen and retried.

Nothing is ever given up: it is tried again every hour at most. After a few attempts in vain somebody should look.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit_network
from infra.database import Row, execute, fetch, relay_transaction, system_transaction
from infra.errors import NotFound

FAILED_ATTEMPTS: Final = 6
"""From so many attempts on a delivery counts as failed; with the pauses that is after some five minutes."""

INBOX: Final = "inbox:"
"""How a webhook's reader is named among the consumers: `inbox:stripe`."""


class DeliveryUnknown(NotFound):
    """There is no such delivery, or it is done."""

    code = "delivery_unknown"


class FailedDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """A fact or webhook that its consumer goes on failing at. Of the error only its kind: the log has the rest."""

    id: UUID
    """The fact's, or the inbox row's."""
    consumer: str
    kind: str
    centre_id: UUID | None
    attempts: int
    error: str
    recorded_at: datetime
    next_at: datetime
    request_id: str


_WAITING: Final = """
    SELECT outbox.id, delivery.consumer, outbox.kind, outbox.centre_id, delivery.attempts, delivery.error,
           outbox.recorded_at, delivery.next_at, outbox.request_id
    FROM outbox_deliveries AS delivery JOIN outbox ON outbox.id = delivery.event_id
    WHERE delivery.done_at IS NULL AND delivery.error IS NOT NULL
    UNION ALL
    SELECT id, 'inbox:' || source, coalesce(payload ->> 'type', ''), NULL, attempts, error, received_at, next_at, ''
    FROM inbox WHERE done_at IS NULL AND error IS NOT NULL
"""


async def failing(
    *, attempts: int = FAILED_ATTEMPTS, before: tuple[datetime, str] | None = None, limit: int = 50
) -> list[FailedDelivery]:
    """Return what failed so many times at least and is not done, newest first.

    Args:
        attempts: 1 for everything that is being tried again.
        before: the (`recorded_at`, `<id> <consumer>`) of the last one had.
        limit: at most so many.
    """
    async with relay_transaction():
        rows = await fetch(
            f"""SELECT * FROM ({_WAITING}) AS waiting
                WHERE attempts >= $1
                  AND ($2::timestamptz IS NULL OR (recorded_at, id || ' ' || consumer) < ($2, $3))
                ORDER BY recorded_at DESC, id || ' ' || consumer DESC LIMIT $4""",
            attempts,
            before[0] if before else None,
            before[1] if before else None,
            limit,
        )
    return [_failed(row) for row in rows]


async def retry_delivery(event_id: UUID, consumer: str, *, actor: Actor) -> None:
    """Have it tried now, with the short pauses of a first time; the sweep of the relay hands it out within seconds.

    Raises:
        RightMissing: the actor lacks `centre.provision`, which the network's administrators hold.
        DeliveryUnknown: there is none that waits.
    """
    actor.require("centre.provision")
    async with relay_transaction():
        if consumer.startswith(INBOX):
            found = await execute(
                """UPDATE inbox SET attempts = 0, next_at = now()
                   WHERE id = $1 AND source = $2 AND done_at IS NULL""",
                event_id,
                consumer.removeprefix(INBOX),
            )
        else:
            found = await execute(
                """UPDATE outbox_deliveries SET attempts = 0, next_at = now()
                   WHERE event_id = $1 AND consumer = $2 AND done_at IS NULL""",
                event_id,
                consumer,
            )
    if not found:
        raise DeliveryUnknown()
    async with system_transaction():
        await audit_network("delivery", event_id, "retry", actor=actor, after={"consumer": consumer})


def _failed(row: Row) -> FailedDelivery:
    # What follows the error's name may quote a client's data, which the network is not shown.
    return FailedDelivery(**{**dict(row), "error": row["error"].partition("(")[0].partition(":")[0][:100]})
