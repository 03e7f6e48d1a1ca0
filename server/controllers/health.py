"""Is it up, can it work, how is it doing: for whoever watches the machine."""

import asyncpg
from litestar import Controller, Response, get
from redis.asyncio import Redis
from redis.exceptions import RedisError

from infra.database import fetch_value, system_transaction
from infra.errors import DomainError
from infra.settings import settings
from server.contract.basics import Wire


class Ready(Wire, frozen=True):
    """What the server needs, each `ok` or why not."""

    database: str
    redis: str
    release: str


class HealthController(Controller):
    """Liveness says the process answers; readiness that what it needs answers too."""

    path = "/health"
    tags = ("health",)
    opt = {"public": True, "unlimited": True}

    @get("/live", media_type="text/plain")
    async def live(self) -> str:
        """Say that the process answers."""
        return "ok"

    @get("/ready")
    async def ready(self) -> Response[Ready]:
        """Say whether requests can be served: 503 while the database does not answer.

        Redis is disposable (facts wait in the outbox), so its absence is said and does not refuse.
        """
        database, redis = await _database(), await _redis()
        body = Ready(database=database, redis=redis, release=settings().release)
        return Response(body, status_code=200 if database == "ok" else 503)


async def _database() -> str:
    try:
        async with system_transaction(read_only=True):
            await fetch_value("SELECT 1")
    except (DomainError, asyncpg.PostgresError) as error:
        return type(error).__name__
    return "ok"


async def _redis() -> str:
    client = Redis.from_url(settings().redis_url, socket_timeout=1, socket_connect_timeout=1)
    try:
        await client.ping()
    except (RedisError, OSError) as error:
        return type(error).__name__
    finally:
        await client.aclose()
    return "ok"
