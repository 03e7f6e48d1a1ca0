"""Idempotency keys: a POST repeated with its key gets the first answer, and never makes a second thing.

The row is marked done inside the transaction that makes the thing (`infra.database` runs `before_commit`), so that a process that dies between the commit and the answer leaves a key that says so.
"""

import hashlib
from contextvars import ContextVar
from datetime import datetime, timedelta

import msgspec

from infra.clock import now
from infra.database import before_commit, execute, fetch_row, scope, system_transaction
from infra.errors import Conflict, Invalid

KEPT_FOR = timedelta(hours=24)
ABANDONED_AFTER = timedelta(seconds=60)


class KeyReused(Invalid):
    """This Idempotency-Key came before with another body; a new request needs a new key."""

    code = "idempotency_key_reused"


class KeyInFlight(Conflict):
    """The first request with this Idempotency-Key is still under way; wait and ask again."""

    code = "idempotency_key_in_flight"


class OutcomeUnknown(Conflict):
    """The first request with this key was carried out, but its answer was lost: look at what is there now."""

    code = "idempotency_outcome_unknown"


class Key(msgspec.Struct, frozen=True):
    """Whose key it is (a digest of the token), on which route, as the client chose it."""

    holder: str
    route: str
    key: str


class KeptAnswer(msgspec.Struct, frozen=True):
    """The first answer, byte for byte."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


under_way: ContextVar[Key | None] = ContextVar("idempotency_key", default=None)


def digest(data: bytes) -> str:
    """Return the digest under which a body or a token is remembered."""
    return hashlib.sha256(data).hexdigest()


CLAIM = """INSERT INTO idempotency_keys (holder, route, key, body_digest, created_at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (holder, route, key) DO NOTHING"""
READ = """SELECT body_digest, status, headers, body, created_at, done_at FROM idempotency_keys
          WHERE holder = $1 AND route = $2 AND key = $3 FOR UPDATE"""
DONE = "UPDATE idempotency_keys SET done_at = $4 WHERE holder = $1 AND route = $2 AND key = $3"
ANSWER = (
    "UPDATE idempotency_keys SET status = $4, headers = $5, body = $6 WHERE holder = $1 AND route = $2 AND key = $3"
)
FORGET = "DELETE FROM idempotency_keys WHERE holder = $1 AND route = $2 AND key = $3 AND done_at IS NULL"
SWEEP = "DELETE FROM idempotency_keys WHERE created_at < $1"


def decide(
    *,
    same_body: bool,
    status: int | None,
    done_at: datetime | None,
    created_at: datetime,
    at: datetime,
) -> bool:
    """Decide what a repeated key gets: True to replay the kept answer, False to run (the first one was abandoned).

    Raises:
        KeyReused: another body under the same key.
        OutcomeUnknown: done, but the answer was lost.
        KeyInFlight: not done yet, and not long enough ago to be given up.
    """
    if not same_body:
        raise KeyReused()
    if status is not None:
        return True
    if done_at is not None:
        if at - done_at < timedelta(seconds=5):
            raise KeyInFlight()
        raise OutcomeUnknown()
    if at - created_at < ABANDONED_AFTER:
        raise KeyInFlight()
    return False


async def claim(key: Key, body: bytes) -> KeptAnswer | None:
    """Take a key for a request, or return the answer it already has.

    Raises:
        KeyReused, OutcomeUnknown, KeyInFlight: see `decide`.
    """
    async with system_transaction():
        if await execute(CLAIM, key.holder, key.route, key.key, digest(body), now()):
            return None
        row = await fetch_row(READ, key.holder, key.route, key.key)
        if row is None:
            raise KeyInFlight()
        replay = decide(
            same_body=row["body_digest"] == digest(body),
            status=row["status"],
            done_at=row["done_at"],
            created_at=row["created_at"],
            at=now(),
        )
        if replay:
            return KeptAnswer(
                row["status"], msgspec.json.decode(row["headers"], type=list[tuple[str, str]]), row["body"]
            )
        return None


async def keep(key: Key, answer: KeptAnswer) -> None:
    """Keep the answer of a request that was carried out, or forget the key of one that broke."""
    async with system_transaction():
        if answer.status >= 500:
            await execute(FORGET, key.holder, key.route, key.key)
        else:
            headers = msgspec.json.encode(answer.headers).decode()
            await execute(ANSWER, key.holder, key.route, key.key, answer.status, headers, answer.body)


@before_commit
async def mark_done() -> None:
    """Mark the key of the request under way as done, in the tenant transaction that did it."""
    key = under_way.get()
    if key is not None and scope().centre_id is not None:
        await execute(DONE, key.holder, key.route, key.key, now())


async def sweep() -> int:
    """Forget the keys older than a day; return how many."""
    async with system_transaction():
        return await execute(SWEEP, now() - KEPT_FOR)
