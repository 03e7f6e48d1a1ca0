"""The other side of a ratio: a bare Litestar route that runs the same SQL by raw asyncpg, and nothing else.

No log-in, no right, no scope, no version, no idempotency, no metrics. `python -m tests.benchmarks.bare --port PORT`;
what it runs is named by HALTE_BENCH_STATEMENTS, a file that `recording` made.
"""

import argparse
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from litestar import Litestar, Request, Response, get, post

from infra.ids import new_id
from tests.benchmarks.recording import Day, Fresh, Many, Same, Single, Statement

_READ: dict[str, Callable[[str], object]] = {
    "UUID": UUID,
    "int": int,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "bool": lambda text: text == "True",
}


class Body(msgspec.Struct):
    """As much of the body as changes."""

    fields: dict[str, Any]
    bed_ids: list[UUID] = []


def _value(item: Single, made: dict[int, UUID], day: date | None) -> object:
    if isinstance(item, Fresh):
        return new_id()
    if isinstance(item, Same):
        return made.setdefault(item.number, new_id())
    if isinstance(item, Day):
        assert day is not None
        return day + timedelta(days=item.after)
    return None if item.text is None else _READ.get(item.kind, str)(item.text)


Plan = list[tuple[str, list[object], list[tuple[int, Single | Many]]]]


def plan_of(statements: list[Statement]) -> Plan:
    """Read each statement's fixed arguments once, as a handler written by hand would have them."""
    plan: Plan = []
    for statement in statements:
        values: list[object] = []
        changing: list[tuple[int, Single | Many]] = []
        for place, argument in enumerate(statement.arguments):
            items = argument.items if isinstance(argument, Many) else (argument,)
            if any(isinstance(item, Fresh | Same | Day) for item in items):
                changing.append((place, argument))
                values.append(None)
            elif isinstance(argument, Many):
                values.append([_value(item, {}, None) for item in argument.items])
            else:
                values.append(_value(argument, {}, None))
        plan.append((statement.sql, values, changing))
    return plan


async def _run(pool: asyncpg.Pool, plan: Plan, day: date | None) -> list[dict[str, object]]:
    made: dict[int, UUID] = {}
    rows: list[asyncpg.Record] = []
    async with pool.acquire() as connection:
        for sql, values, changing in plan:
            if not values:
                await connection.execute(sql)
                continue
            arguments = list(values)
            for place, argument in changing:
                if isinstance(argument, Many):
                    arguments[place] = [_value(item, made, day) for item in argument.items]
                else:
                    arguments[place] = _value(argument, made, day)
            rows = await connection.fetch(sql, *arguments) or rows
    return [dict(row) for row in rows]


def create_app() -> Litestar:
    """Build the application."""
    statements = msgspec.json.decode(Path(os.environ["HALTE_BENCH_STATEMENTS"]).read_bytes(), type=list[Statement])
    plan = plan_of(statements)
    encode = msgspec.json.Encoder(enc_hook=str).encode
    decode = msgspec.json.Decoder(Body).decode

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async def kept(connection: asyncpg.pool.PoolConnectionProxy) -> None:
            """Do without the reset's round trip, as Halte does."""

        app.state.pool = await asyncpg.create_pool(
            os.environ["DATABASE_URL"], min_size=1, max_size=10, reset=kept, server_settings={"jit": "off"}
        )
        yield
        await app.state.pool.close()

    @get("/")
    async def read(request: Request[Any, Any, Any]) -> Response[bytes]:
        rows = await _run(request.app.state.pool, plan, None)
        return Response(encode(rows), media_type="application/json")

    @post("/")
    async def write(request: Request[Any, Any, Any]) -> Response[bytes]:
        data = decode(await request.body())
        day = date.fromisoformat(data.fields["arrival"])
        return Response(encode(await _run(request.app.state.pool, plan, day)), media_type="application/json")

    return Litestar([read, write], lifespan=[lifespan], openapi_config=None, logging_config=None)


def main() -> None:
    """Serve on granian, as Halte is."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int)
    Granian(
        "tests.benchmarks.bare:create_app",
        address="127.0.0.1",
        port=parser.parse_args().port,
        interface=Interfaces.ASGI,
        workers=1,
        factory=True,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()


if __name__ == "__main__":
    main()
