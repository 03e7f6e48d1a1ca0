"""Deliveries: which consumer has had which fact. The table is the truth; Redis only says « now » sooner.

All of it runs in `relay_transaction`s. Leases are counted by the database's clock, which all processes share.
"""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec

from infra.database import execute, execute_many, fetch, fetch_row, relay_transaction

LEASE_SECONDS: Final = 30
"""After this time what was handed out and is not done is handed out again."""

LONGEST_PAUSE_SECONDS: Final = 3600


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One fact on its way to one consumer."""

    event_id: UUID
    consumer: str


class Planned(msgspec.Struct, frozen=True):
    """What one look at the outbox led to."""

    facts: int
    """How many were relayed, those that nobody wants included."""
    deliveries: list[Delivery]


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded fact as a consumer gets it."""

    id: UUID
    centre_id: UUID | None
    kind: str
    payload: bytes
    """The event as JSON."""
    request_id: str


async def plan_deliveries(consumers: Mapping[str, Sequence[str]], *, limit: int = 500) -> Planned:
    """Note for each fact not relayed yet who is to have it, oldest first, and return what to hand out now.

    Args:
        consumers: kind → names of its consumers; a kind that is not in it has none.
        limit: facts at a time; ask again while as many come back.
    """
    async with relay_transaction():
        facts = await fetch(
            """SELECT id, kind FROM outbox WHERE relayed_at IS NULL
               ORDER BY sequence LIMIT $1 FOR UPDATE SKIP LOCKED""",
            limit,
        )
        planned = [
            Delivery(event_id=fact["id"], consumer=consumer)
            for fact in facts
            for consumer in consumers.get(fact["kind"], ())
        ]
        await execute_many(
            f"""INSERT INTO outbox_deliveries (event_id, consumer, attempts, next_at)
                VALUES ($1, $2, 0, now() + interval '{LEASE_SECONDS} seconds') ON CONFLICT DO NOTHING""",
            [(delivery.event_id, delivery.consumer) for delivery in planned],
        )
        await execute("UPDATE outbox SET relayed_at = now() WHERE id = ANY($1)", [fact["id"] for fact in facts])
    return Planned(len(facts), planned)


async def overdue_deliveries(*, limit: int = 500) -> list[Delivery]:
    """Take what was handed out and is not done in its time, push its next time away, and return it to hand out again."""
    async with relay_transaction():
        rows = await fetch(
            f"""UPDATE outbox_deliveries SET next_at = now() + interval '{LEASE_SECONDS} seconds'
                WHERE (event_id, consumer) IN (
                    SELECT event_id, consumer FROM outbox_deliveries WHERE done_at IS NULL AND next_at <= now()
                    ORDER BY next_at LIMIT $1 FOR UPDATE SKIP LOCKED)
                RETURNING event_id, consumer""",
            limit,
        )
    return [Delivery(event_id=row["event_id"], consumer=row["consumer"]) for row in rows]


async def begin_delivery(delivery: Delivery) -> Fact | None:
    """Count an attempt, lease the delivery, and return its fact; None when it is done already or was never planned."""
    facts = await begin_deliveries([delivery.event_id], delivery.consumer)
    return facts[0] if facts else None


async def begin_deliveries(event_ids: Sequence[UUID], consumer: str) -> list[Fact]:
    """Do the same for several facts of one consumer; return those that are not done, oldest first."""
    async with relay_transaction():
        rows = await fetch(
            f"""UPDATE outbox_deliveries AS delivery
                SET attempts = attempts + 1, next_at = now() + interval '{LEASE_SECONDS} seconds'
                FROM outbox WHERE outbox.id = event_id AND consumer = $2 AND event_id IN (
                    SELECT event_id FROM outbox_deliveries
                    WHERE event_id = ANY($1) AND consumer = $2 AND done_at IS NULL ORDER BY event_id FOR UPDATE)
                RETURNING outbox.id, outbox.centre_id, outbox.kind, outbox.payload, outbox.request_id""",
            list(event_ids),
            consumer,
        )
    facts = (Fact(**{**dict(row), "payload": row["payload"].encode()}) for row in rows)
    return sorted(facts, key=lambda fact: fact.id)


async def end_delivery(delivery: Delivery) -> None:
    """Note that the consumer has had the fact."""
    await end_deliveries([delivery.event_id], delivery.consumer)


async def end_deliveries(event_ids: Sequence[UUID], consumer: str) -> None:
    """Note that the consumer has had the facts."""
    async with relay_transaction():
        await execute(
            """UPDATE outbox_deliveries SET done_at = now(), error = NULL
               WHERE consumer = $2 AND event_id IN (
                   SELECT event_id FROM outbox_deliveries
                   WHERE event_id = ANY($1) AND consumer = $2 AND done_at IS NULL ORDER BY event_id FOR UPDATE)""",
            list(event_ids),
            consumer,
        )


async def fail_delivery(delivery: Delivery, error: str) -> None:
    """Note why it failed; it is handed out again after a pause that doubles from 5 s up to an hour, without end."""
    async with relay_transaction():
        await execute(
            f"""UPDATE outbox_deliveries SET error = $3,
                    next_at = now() + least(5 * 2 ^ least(attempts - 1, 12), {LONGEST_PAUSE_SECONDS}) * interval '1 second'
                WHERE event_id = $1 AND consumer = $2 AND done_at IS NULL""",
            delivery.event_id,
            delivery.consumer,
            error[:500],
        )


async def forget_old_facts(*, days: int = 30) -> int:
    """Delete facts that everyone has had for `days`; return how many. Their changes stay in the audit trail."""
    async with relay_transaction():
        return await execute(
            """DELETE FROM outbox WHERE relayed_at < now() - make_interval(days => $1) AND NOT EXISTS (
                   SELECT FROM outbox_deliveries WHERE event_id = outbox.id AND done_at IS NULL)""",
            days,
        )


async def waiting() -> tuple[int, int, float]:
    """Count facts not relayed and deliveries not done, and say how old the oldest of these is, in seconds."""
    async with relay_transaction():
        row = await fetch_row(
            """SELECT (SELECT count(*) FROM outbox WHERE relayed_at IS NULL) AS facts,
                      count(*) AS deliveries,
                      coalesce(extract(epoch FROM now() - min(recorded_at)), 0)::float8 AS oldest
               FROM outbox_deliveries JOIN outbox ON outbox.id = event_id WHERE done_at IS NULL"""
        )
    return (row["facts"], row["deliveries"], row["oldest"]) if row else (0, 0, 0.0)
