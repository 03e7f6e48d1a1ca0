"""The stock's figures: the planning and what is free on a full house, and a race for its beds."""

import asyncio
import random
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, timedelta
from uuid import UUID

from infra.checks.figures import Figure, at_most, percentile, side
from tests.benchmarks.doors import prepared, served
from tests.benchmarks.wire import Wire, each_took

FIRST = date(2027, 6, 1)
ROOMS, BEDS = 500, 3
CLIENTS, ATTEMPTS = 32, 2_000


async def timed(call: Callable[[], Awaitable[object]], *, times: int) -> list[float]:
    """Return how long each call took, in milliseconds, after one that warms up."""
    await call()
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        await call()
        spent.append((time.perf_counter() - started) * 1000)
    return spent


async def fill(centre_id: UUID, *, rooms: int = ROOMS, beds: int = BEDS) -> None:
    """Furnish rooms and sell a year of them, nine nights in ten, in stays of one to seven nights."""
    from infra.database import execute, tenant_transaction
    from infra.ids import new_id
    from tests.factories.stays import a_room

    dice = random.Random(500)
    stays: list[tuple[UUID, date, date]] = []
    holds: list[tuple[UUID, UUID, UUID, UUID, date, date]] = []
    for room in [await a_room(centre_id, beds=beds) for _ in range(rooms)]:
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
            beds,
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
        whole = await timed(lambda: planning(centre_id, FIRST, last), times=20)
        free = await timed(lambda: free_rooms(centre_id, FIRST, FIRST + timedelta(days=3)), times=50)
    return [
        at_most(
            "planning, 500 rooms × a month, in the database",
            statistics.median(spent),
            10,
            sides=[side("EXPLAIN ANALYZE", spent), side("the same as structs", whole)],
        ),
        at_most("free beds for three nights", statistics.median(free), 3, sides=[side("query", free)]),
    ]


async def race(attempts: int = ATTEMPTS, *, seed: int = 32) -> list[Figure]:
    """Race 32 clients for 60 beds: 30 % groups of five, 10 % moves and cancellations."""
    from infra.database import Busy, fetch_value, tenant_transaction
    from infra.ids import new_id
    from tenants.rooms.stock import BedTaken
    from tenants.stays.operations import cancel_stay, create_stay, hold_beds
    from tests.factories.stays import DESK, a_room, stay_fields

    centre_id, dice = new_id(), random.Random(seed)
    beds = [bed.id for bed in (await a_room(centre_id, beds=60, dormitory=True)).beds]
    ends = {"booked": 0, "taken": 0, "busy": 0}
    spent: list[float] = []

    async def client() -> None:
        for _ in range(attempts // CLIENTS):
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
    return [
        at_most(f"beds had twice, of {attempts} attempts by {CLIENTS} clients", twice, 0, unit="", must=True),
        Figure(
            name="bookings by the operation, without the API",
            value=ends["booked"] / seconds,
            unit="/s",
            note=f"p99 {percentile(spent, 99):.0f} ms, {ends['taken']} refused as taken, {ends['busy']} as busy",
        ),
    ]


@asynccontextmanager
async def without_constraint() -> AsyncIterator[None]:
    """Do without the exclusion constraint meanwhile: the locks must hold alone. The owner's pool is open."""
    from infra.database import execute, fetch_value, owner_transaction

    name = "bed_holds_no_overlap"
    async with owner_transaction():
        said = await fetch_value("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1", name)
        await execute(f"ALTER TABLE bed_holds DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        async with owner_transaction():
            await execute("SET LOCAL statement_timeout = 0")
            await execute(f"ALTER TABLE bed_holds ADD CONSTRAINT {name} {said}")


async def _full_house() -> tuple[str, str, list[Figure]]:
    from infra.database import execute, owner_transaction
    from tests.factories.accounts import a_user
    from tests.factories.centres import a_centre

    centre = await a_centre()
    user = await a_user(centre, "direction")
    await fill(centre.id)
    async with owner_transaction():
        await execute("ANALYZE")
    return centre.slug, user.access_token, [*await reads(centre.id), *await race()]


def measure() -> list[Figure]:
    """Measure all of it, and the planning once more through the API."""
    slug, token, figures = prepared(_full_house, size=CLIENTS)
    path = f"/api/v1/centres/{slug}/planning?first_day={FIRST}&last_day={FIRST + timedelta(days=30)}"
    with served("infra", "serve") as port, Wire(port, token=token) as wire:
        _, shown = wire.request("GET", path)
        spent = each_took(lambda _: wire.request("GET", path), [b""] * 20)
    through = at_most(
        "planning, 500 rooms × a month, through the API",
        statistics.median(spent),
        50,
        sides=[side("API", spent)],
        note=f"{len(shown) // 1000} kB of JSON, every bar of the month",
    )
    return [figures[0], through, *figures[1:]]
