"""The stock's figures: the planning and what is free on a full house, and a race for its beds.

Run by `python -m tests.benchmarks.stock`; the goals are those of the engineering notes. Prints, never fails on a speed:
a bed twice or a deadlock that came out is an error.
"""

import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import msgspec

FIRST = date(2027, 6, 1)
ROOMS, BEDS = 500, 3
CLIENTS, ATTEMPTS = 32, 4_000


class Figure(msgspec.Struct, frozen=True):
    """One line of the table; `reached` is None where there is no goal."""

    name: str
    value: str
    goal: str
    reached: bool | None


async def timed(call: Callable[[], Awaitable[object]], *, times: int) -> tuple[float, float]:
    """Return the median and the 95th percentile of a call, in milliseconds, after one that warms up."""
    await call()
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        await call()
        spent.append((time.perf_counter() - started) * 1000)
    return statistics.median(spent), statistics.quantiles(spent, n=20)[-1]


async def fill(centre_id: UUID) -> None:
    """Furnish 500 rooms of three beds and sell a year of them, nine nights in ten, in stays of one to seven nights."""
    from infra.database import execute, tenant_transaction
    from infra.ids import new_id
    from tests.factories.stays import a_room

    dice = random.Random(500)
    stays: list[tuple[UUID, date, date]] = []
    holds: list[tuple[UUID, UUID, UUID, UUID, date, date]] = []
    for room in [await a_room(centre_id, beds=BEDS) for _ in range(ROOMS)]:
        day = FIRST - timedelta(days=180)
        while day < FIRST + timedelta(days=180):
            departure = day + timedelta(days=dice.randrange(1, 8))
            if dice.random() < 0.9:
                stays.append((new_id(), day, departure))
                holds += [(new_id(), bed.id, room.id, stays[-1][0], day, departure) for bed in room.beds]
            day = departure
    async with tenant_transaction(centre_id):
        await execute("SET LOCAL statement_timeout = 0")
        await execute(
            """INSERT INTO stays (id, centre_id, status, arrival, departure, booking_category, booking_type, purpose_category,
                   purpose, purpose_detail, adults, region, services, notes, arrival_time, released_beds, status_before,
                   source, version, created_at)
               SELECT id, $1, 'confirmed', arrival, departure, '', '', '', '', '', $5, '', '{}', '', '', '{}', '', 'bench',
                   1, now()
               FROM unnest($2::uuid[], $3::date[], $4::date[]) AS one (id, arrival, departure)""",
            centre_id,
            *([one[column] for one in stays] for column in range(3)),
            BEDS,
        )
        await execute(
            """INSERT INTO bed_holds (id, centre_id, bed_id, room_id, stay_id, arrival, departure)
               SELECT id, $1, bed_id, room_id, stay_id, arrival, departure
               FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::date[], $7::date[])
                   AS one (id, bed_id, room_id, stay_id, arrival, departure)""",
            centre_id,
            *([one[column] for one in holds] for column in range(6)),
        )


async def reads(centre_id: UUID) -> list[Figure]:
    """Measure the planning and what is free."""
    from infra.database import fetch, tenant_transaction
    from tenants.rooms.queries import free_rooms
    from tenants.rooms.rules import LONGEST_NIGHTS
    from tenants.stays.planning import BARS, planning

    last = FIRST + timedelta(days=30)
    horizon = last + timedelta(days=LONGEST_NIGHTS + 1)
    async with tenant_transaction(centre_id, read_only=True):
        # Inside the database alone: what EXPLAIN ANALYZE says, without the rows' way to Python.
        spent = []
        for _ in range(20):
            rows = await fetch("EXPLAIN (ANALYZE, TIMING OFF, FORMAT TEXT) " + BARS, centre_id, FIRST, last, horizon)
            spent.append(float(str(rows[-1]["QUERY PLAN"]).split()[2]))
        bars, best = statistics.median(spent), min(spent)
        whole, whole_95 = await timed(lambda: planning(centre_id, FIRST, last), times=20)
        free, free_95 = await timed(lambda: free_rooms(centre_id, FIRST, FIRST + timedelta(days=3)), times=50)
    return [
        Figure(
            "planning, 500 rooms × month, in the database", f"{bars:.1f} ms (best {best:.1f})", "≤ 10 ms", bars <= 10
        ),
        Figure("planning, the same as structs", f"{whole:.1f} ms (p95 {whole_95:.1f})", "", None),
        Figure("free beds, 3 nights", f"{free:.1f} ms (p95 {free_95:.1f})", "≤ 3 ms", free <= 3),
    ]


async def race() -> list[Figure]:
    """Race 32 clients for 60 beds: 30 % groups of five, 10 % moves and cancellations."""
    from infra.database import Busy, fetch_value, tenant_transaction
    from infra.ids import new_id
    from tenants.rooms.stock import BedTaken
    from tenants.stays.operations import cancel_stay, create_stay, hold_beds
    from tests.factories.stays import DESK, a_room, stay_fields

    centre_id, dice = new_id(), random.Random(32)
    beds = [bed.id for bed in (await a_room(centre_id, beds=60, dormitory=True)).beds]
    ends = {"booked": 0, "taken": 0, "busy": 0}
    spent: list[float] = []

    async def client() -> None:
        for _ in range(ATTEMPTS // CLIENTS):
            wanted = tuple(dice.sample(beds, 5 if dice.random() < 0.3 else 1))
            arrival = FIRST + timedelta(days=dice.randrange(90))
            fields = stay_fields(arrival=arrival, nights=dice.randrange(1, 4), bed_ids=wanted)
            started = time.perf_counter()
            try:
                made = await create_stay(centre_id, fields, actor=DESK)
                ends["booked"] += 1
                spent.append((time.perf_counter() - started) * 1000)
                if dice.random() < 0.05:
                    await hold_beds(centre_id, made.id, dice.sample(beds, len(wanted)), actor=DESK)
                elif dice.random() < 0.05:
                    await cancel_stay(centre_id, made.id, reason="dates", actor=DESK)
            except BedTaken:
                ends["taken"] += 1
            except Busy:
                ends["busy"] += 1

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    seconds = time.perf_counter() - started
    async with tenant_transaction(centre_id, read_only=True):
        twice = await fetch_value(
            """SELECT count(*) FROM bed_holds AS a JOIN bed_holds AS b ON b.centre_id = a.centre_id AND b.bed_id = a.bed_id
               AND a.id < b.id AND a.arrival < b.departure AND b.arrival < a.departure WHERE a.centre_id = $1""",
            centre_id,
        )
    if twice:
        raise SystemExit(f"{twice} beds had twice")
    p99 = statistics.quantiles(spent, n=100)[-1]
    return [
        Figure(f"beds had twice, of {ATTEMPTS} attempts by {CLIENTS}", str(twice), "0", not twice),
        Figure("deadlocks and lock time-outs, as refusals", str(ends["busy"]), "", None),
        Figure(
            "bookings by the operation on one hot centre",
            f"{ends['booked'] / seconds:.0f}/s, {(ends['booked'] + ends['taken']) / seconds:.0f} attempts/s, p99 {p99:.0f} ms",
            "≥ 120/s, p99 ≤ 250 ms (through the API)",
            None,
        ),
    ]


async def measure() -> list[Figure]:
    """Measure all on the servers that the environment names."""
    from infra.database import Role, close_pools, execute, open_pools, owner_transaction
    from infra.ids import new_id

    centre_id = new_id()
    await open_pools(Role.APP, Role.OWNER, size=CLIENTS)
    try:
        await fill(centre_id)
        async with owner_transaction():
            await execute("ANALYZE")
        return [*await reads(centre_id), *await race()]
    finally:
        await close_pools()


def main() -> int:
    """Start a database, measure, print."""
    from tests.servers import Servers

    servers = Servers(Path(os.environ.get("HALTE_VAR", tempfile.gettempdir())) / "bench")
    os.environ.update(servers.environment())
    os.environ["PICCOLO_CONF"] = "infra.piccolo_conf"
    try:
        for figure in asyncio.run(measure()):
            mark = {None: "", True: "reached", False: "not reached"}[figure.reached]
            print(f"{figure.name:<55} {figure.value:<50} {figure.goal:<42} {mark}")
        print(
            f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores: above one a core, times say more of the others"
        )
    finally:
        servers.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
