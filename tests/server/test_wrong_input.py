"""Wrong input at every door: each field of each body spoiled in every way we know, and never more than a refusal.

The operations and their bodies come from the API's own description, so that a new one cannot be forgotten.
"""

import json
import os
import random
from typing import Any

import asyncpg
import httpx
import pytest

from infra.ids import new_id
from tests.architecture.catalogue import TENANT
from tests.server.openapi_walk import Operation, leaves, operations, sample, spoiled
from tests.server.world import World, ask, faults, filled
from tests.servers import Servers

SEED = int(os.environ.get("HALTE_FUZZ_SEED", "20261121"))
SHARE = float(os.environ.get("HALTE_FUZZ_SHARE", "0.04"))
"""How much of all (operation, field, horror) one run tries; 1 is everything, half an hour."""

TEXTS = [
    "",
    "\x00",
    "a\x00b",
    "\uffff",
    "\u202e" * 50,
    "x" * 200_000,
    "9999-12-31",
    "0001-01-01",
    "2027-02-30",
    "💶",
    "%s %(x)s",
]
NUMBERS = [-1, 0, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**30, 1.5, 1e308, -0.0]
SHAPES: list[Any] = [None, True, [], {}, [[]], {"x": 1}, [None]]
HORRORS = [*TEXTS, *NUMBERS, *SHAPES]

BODIES: list[tuple[str, bytes]] = [
    ("empty", b""),
    ("null", b"null"),
    ("a list", b"[]"),
    ("a text", b'"x"'),
    ("a number", b"1"),
    ("cut", b'{"name": "x'),
    ("two values", b"{} {}"),
    ("NaN", b'{"name": NaN, "beds": Infinity}'),
    ("invalid UTF-8", b'{"name": "\xff\xfe"}'),
    ("lone surrogate", b'{"name": "\\ud800x"}'),
    ("BOM", b"\xef\xbb\xbf{}"),
    ("NUL", b"\x00" * 100),
    ("10,000 deep", b'{"name": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"),
    ("10,000 objects deep", b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
    ("2 MB", b'{"name": "' + b"x" * 2_000_000 + b'"}'),
    ("duplicate keys", b'{"name": 1, "name": 2, "fields": {}, "fields": []}'),
    ("100,000 keys", json.dumps({f"k{number}": 1 for number in range(100_000)}).encode()),
]
HEAVY = {"10,000 deep", "10,000 objects deep", "2 MB", "100,000 keys"}
"""What takes long to read, before anything of a route's own is reached: tried at a share of the operations."""
NEVER_ACCEPTED = {name for name, _ in BODIES} - {"2 MB", "duplicate keys", "100,000 keys", "BOM"}
"""Not among them: what has no field of the body in it, where none is required."""


def with_bodies(described: dict[str, Any]) -> list[Operation]:
    """Return the operations that take a body."""
    return [each for each in operations(described) if each.body is not None]


@pytest.mark.slow
async def test_no_body_breaks_a_door(api: httpx.AsyncClient, world: World, described: dict[str, Any]) -> None:
    wrong = []
    chance = random.Random(SEED)
    for operation in with_bodies(described):
        for name, body in BODIES:
            if name in HEAVY and chance.random() > SHARE:
                continue
            answer = await ask(api, world, operation, body)
            nothing = operation.may_be_left_out and name in {"empty", "null"}
            accepted = answer.status_code < 400 and name in NEVER_ACCEPTED and not nothing
            if fault := faults(answer) or (f"accepted: {answer.status_code}" if accepted else ""):
                wrong.append(f"{operation} with {name}: {fault}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_no_value_of_no_field_breaks_a_door(
    api: httpx.AsyncClient, world: World, described: dict[str, Any]
) -> None:
    tries = []
    for operation in with_bodies(described):
        assert operation.body is not None
        good = sample(described, operation.body, world.ours)
        tries += [(operation, good, path, horror) for path in leaves(good) for horror in HORRORS]
    chosen = random.Random(SEED).sample(tries, int(len(tries) * SHARE))
    wrong = []
    for operation, good, path, horror in chosen:
        answer = await ask(api, world, operation, json.dumps(spoiled(good, path, horror)).encode())
        if fault := faults(answer):
            wrong.append(f"{operation} {path} = {str(horror)[:40]!r}: {fault}")
    assert not wrong, "\n".join([f"{len(wrong)} of {len(chosen)} tries, seed {SEED}", *wrong])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "a\x00b", "beds": 2}, "value_unfit"),
        # Nothing that compresses: it goes into an index.
        ({"name": random.Random(SEED).randbytes(10_000).hex(), "beds": 2}, "value_unfit"),
        ({"name": "B1", "beds": 10**30}, "room_invalid"),
    ],
)
async def test_what_no_column_takes_is_refused_and_nothing_is_written(
    api: httpx.AsyncClient, world: World, body: dict[str, object], code: str
) -> None:
    path = f"/api/v1/centres/{world.centre.slug}/rooms"
    before = (await api.get(path, headers=world.director.headers)).json()

    refused = await api.post(path, headers=world.director.headers, json=body)

    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert (await api.get(path, headers=world.director.headers)).json() == before


def written(body: object) -> bytes | None:
    """Return a body as it is sent; none for none."""
    return None if body is None else json.dumps(body).encode()


def said(answer: httpx.Response) -> dict[str, Any]:
    """Return what an answer says, its own name aside."""
    body: dict[str, Any] = answer.json()
    return {name: value for name, value in body.items() if name != "request_id"}


async def everything(connection: asyncpg.Connection, world: World) -> dict[str, str]:
    """Return a digest of all that the two centres have, by table."""
    return {
        table: await connection.fetchval(
            f"SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {table} t WHERE centre_id = $1",
            world.centre.id,
        )
        for table in sorted(TENANT)
    }


async def test_the_neighbours_ids_are_answered_like_nobodys_and_nothing_is_written(
    api: httpx.AsyncClient, world: World, described: dict[str, Any], servers: Servers
) -> None:
    connection = await asyncpg.connect(servers.postgres.superuser_url, database=servers.database)
    wrong = []
    try:
        before = await everything(connection, world)
        for operation in operations(described):
            good = sample(described, operation.body, world.ours) if operation.body is not None else None
            unknown = dict.fromkeys(world.theirs, new_id())
            foreign_bodies = [
                (name, path)
                for path in leaves(good)
                if (name := next(key for key in reversed(path) if isinstance(key, str)).removesuffix("s")) in unknown
            ]
            tries = [
                tuple(("", spoiled(good, path, str(ids[name]))) for ids in (world.theirs, unknown))
                for name, path in foreign_bodies
            ]
            if "_id}" in operation.path:
                tries.append(
                    tuple((filled(operation.path, world.centre, ids), good) for ids in (world.theirs, unknown))
                )
            for pair in tries:
                foreign, nobodys = [await ask(api, world, operation, written(body), path=path) for path, body in pair]
                if foreign.status_code != nobodys.status_code or said(foreign) != said(nobodys):
                    wrong.append(f"{operation} {pair[0]}: {foreign.status_code} {foreign.text[:200]}")
                    wrong.append(f"    but for an unknown id {nobodys.status_code} {nobodys.text[:200]}")
                if foreign.status_code < 400 and said(foreign) != {"items": [], "next_cursor": None}:
                    wrong.append(f"{operation} {pair[0]}: {foreign.status_code} {foreign.text[:200]}")
                if (after := await everything(connection, world)) != before:
                    changed = [table for table in after if after[table] != before[table]]
                    wrong.append(f"{operation} {pair[0]} wrote into {changed}")
                    before = after
    finally:
        await connection.close()
    assert not wrong, "\n".join(wrong)


NONSENSE = [
    "",
    "0",
    "-1",
    "x",
    "\x00",
    "a b",
    "99999999999999999999",
    "W/",
    '"',
    '""',
    '"1',
    "*",
    "💶",
    "x" * 5_000,
    "null",
]


@pytest.mark.slow
async def test_no_query_and_no_header_breaks_a_door(
    api: httpx.AsyncClient, world: World, described: dict[str, Any]
) -> None:
    wrong = []
    for operation in operations(described):
        body = written(sample(described, operation.body, world.ours) if operation.body is not None else None)
        if operation.path.endswith("/events"):
            continue
        url = filled(operation.path, world.centre, world.ours)
        for parameter in operation.parameters:
            if parameter["in"] == "query":
                for value in NONSENSE:
                    at = str(httpx.URL(url, params={parameter["name"]: value}))
                    answer = await ask(api, world, operation, body, path=at)
                    if fault := faults(answer):
                        wrong.append(f"{operation} ?{parameter['name']}={value[:30]!r}: {fault}")
        headers = ["If-Match"] * (operation.method in {"PUT", "PATCH"}) + ["Idempotency-Key"] * (
            operation.method == "POST"
        )
        for header in headers:
            for value in NONSENSE:
                answer = await ask(api, world, operation, body, headers={header: value.encode()})
                if fault := faults(answer):
                    wrong.append(f"{operation} {header}: {value[:30]!r}: {fault}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("value", [value for value in NONSENSE if value not in {"0", "", "null"}])
async def test_a_live_stream_refuses_a_place_that_never_was(api: httpx.AsyncClient, world: World, value: str) -> None:
    events = Operation("GET", "/api/v1/centres/{centre_slug}/events", None, {}, ())

    answer = await ask(api, world, events, headers={"Last-Event-ID": value.encode()})

    assert (answer.status_code, faults(answer)) == (422, "")
