"""The SQL of one request, taken down as the server sends it: what the other side of a ratio runs again.

Written by hand it would be the SQL of the day it was written; this is always the route's own.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

import httpx
import msgspec
from asyncpg.connection import LoggedQuery


class Fresh(msgspec.Struct, frozen=True, tag="fresh"):
    """An id made anew each time it is sent."""


class Same(msgspec.Struct, frozen=True, tag="same"):
    """An id made anew for each request and sent more than once in it."""

    number: int


class Day(msgspec.Struct, frozen=True, tag="day"):
    """A day that differs from request to request: so many days after the one that the request names."""

    after: int


class Value(msgspec.Struct, frozen=True, tag="value"):
    """Sent as it was."""

    kind: str
    text: str | None


Single = Fresh | Same | Day | Value


class Many(msgspec.Struct, frozen=True, tag="many"):
    """An array."""

    items: tuple[Single, ...]


class Statement(msgspec.Struct, frozen=True):
    """One statement, with what goes into it."""

    sql: str
    arguments: tuple[Single | Many, ...]


Taken = tuple[str, tuple[object, ...]]


async def recorded(method: str, path: str, *, token: str, bodies: Collection[bytes]) -> list[Taken]:
    """Return the statements of the last of these requests; those before it warm the caches up.

    Raises:
        RuntimeError: one was refused.
    """
    from infra.pools import Role, close_pools, pool
    from server.app import create_app, pools

    app = create_app()
    await close_pools()
    taken: list[Taken] = []

    def note(query: LoggedQuery) -> None:
        taken.append((query.query, tuple(query.args or ())))

    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    transport = httpx.ASGITransport(cast(Any, app))
    async with pools(app), httpx.AsyncClient(transport=transport, base_url="http://bench", headers=headers) as client:
        async with pool(Role.APP).acquire() as connection:
            connection.add_query_logger(note)
        for body in bodies:
            taken.clear()
            answer = await client.request(method, path, content=body)
            if answer.status_code not in (httpx.codes.OK, httpx.codes.CREATED):
                raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
        return list(taken)


def templates(taken: Collection[Taken], *, known: Collection[UUID], first_day: date | None = None) -> list[Statement]:
    """Turn what was sent into what can be sent again.

    Args:
        taken: the statements.
        known: ids that were there before: sent as they are, every other one made anew.
        first_day: the day that the request named; it and the week after it move with each request.
    """
    sent = [item for _, arguments in taken for argument in arguments for item in _flat(argument)]
    new = [item for item in dict.fromkeys(sent) if isinstance(item, UUID) and item not in known]
    shared = {item: number for number, item in enumerate(item for item in new if sent.count(item) > 1)}

    def single(item: object) -> Single:
        if isinstance(item, UUID) and item not in known:
            return Same(shared[item]) if item in shared else Fresh()
        if type(item) is date and first_day is not None and 0 <= (item - first_day).days <= 7:
            return Day((item - first_day).days)
        if isinstance(item, datetime):
            return Value("datetime", item.isoformat())
        return Value(type(item).__name__, None if item is None else str(item))

    return [
        Statement(
            sql,
            tuple(
                Many(tuple(map(single, argument))) if isinstance(argument, list | tuple) else single(argument)
                for argument in arguments
            ),
        )
        for sql, arguments in taken
    ]


def _flat(argument: object) -> list[object]:
    return list(argument) if isinstance(argument, list | tuple) else [argument]
