"""One route against a bare one and against pgbench, in turns, so that all had the same machine."""

import asyncio
import os
import statistics
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import UUID

import msgspec

from tests.benchmarks import pgbench
from tests.benchmarks.doors import served
from tests.benchmarks.recording import Statement, recorded, templates
from tests.benchmarks.wire import Wire, each_took

ROUNDS = 5


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """The route measured."""

    method: str
    path: str
    token: str


class Rounds(msgspec.Struct, frozen=True, kw_only=True):
    """The mean time of a request in each round, in milliseconds, by side."""

    ours: list[float]
    bare: list[float]
    pgbench: list[float]
    statements: int
    """How many round trips to the database a request makes."""


def statements_of(
    route: Route, *, bodies: Sequence[bytes], known: Collection[UUID], first_day: date | None = None
) -> list[Statement]:
    """Return the SQL of the last of these requests, to be sent again."""
    taken = asyncio.run(recorded(route.method, route.path, token=route.token, bodies=bodies))
    return templates(taken, known=known, first_day=first_day)


@contextmanager
def bare_route(statements: Sequence[Statement]) -> Iterator[int]:
    """Serve the bare route that runs these statements."""
    with tempfile.TemporaryDirectory() as folder:
        (file := Path(folder) / "statements.json").write_bytes(msgspec.json.encode(statements))
        os.environ["HALTE_BENCH_STATEMENTS"] = str(file)
        with served("tests.benchmarks.bare") as port:
            yield port


def in_turns(
    route: Route,
    statements: Sequence[Statement],
    script: str,
    *,
    ours: Callable[[], Sequence[bytes]],
    bare: Callable[[], Sequence[bytes]],
) -> Rounds:
    """Measure the three sides in turns; `ours` and `bare` give a round's bodies."""
    rounds = Rounds(ours=[], bare=[], pgbench=[], statements=len(statements))
    url = os.environ["DATABASE_URL"]
    with (
        served("infra", "serve") as port,
        bare_route(statements) as bare_port,
        Wire(port, token=route.token) as wire,
        Wire(bare_port) as bare_wire,
    ):

        def ask(body: bytes) -> None:
            status, answer = wire.request(route.method, route.path, body)
            if status not in (200, 201):
                raise RuntimeError(f"{route.method} {route.path}: {status} {answer.decode()}")

        def ask_bare(body: bytes) -> None:
            status, answer = bare_wire.request(route.method, "/", body)
            if status not in (200, 201):
                raise RuntimeError(f"the bare route: {status} {answer.decode()}")

        for turn in range(ROUNDS + 1):
            bodies = ours()
            mine = statistics.fmean(each_took(ask, bodies))
            theirs = statistics.fmean(each_took(ask_bare, bare()))
            floor = pgbench.run([script], url, transactions=len(bodies)).latency_ms
            if turn:  # the first round warms up
                rounds.ours.append(mine)
                rounds.bare.append(theirs)
                rounds.pgbench.append(floor)
    return rounds
