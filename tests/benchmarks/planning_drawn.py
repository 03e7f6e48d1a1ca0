"""The planning in the terminal: 300 beds over 60 days read, drawn, and steps of the cursor; CPU time of the process that draws.

Seconds on a clock say little on a busy machine; what the process spent says what a quiet one would need.
"""

import asyncio
import random
from datetime import date, timedelta
from time import process_time
from typing import ClassVar

import msgspec
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from infra.checks.figures import Figure, at_most, percentile, side
from server.contract.stays import Bed, Planning, PlanningBar, PlanningDay, Room
from tests.benchmarks.doors import prepared, served
from tests.benchmarks.wire import Wire, each_took
from tests.tui.seeds import uuid
from tui.widgets.planning_grid import PlanningGrid
from tui.widgets.planning_rows import VIEWS

FIRST = date(2026, 11, 2)
ROOMS, BEDS, DAYS = 75, 4, 60
"""75 rooms of four: 300 beds."""
DRAWINGS, STEPS, READINGS = 20, 60, 40


class Bare(App[None]):
    """The grid alone, as wide as a season of sixty days."""

    CSS: ClassVar[str] = "PlanningGrid { height: 1fr; }"

    def compose(self) -> ComposeResult:
        """Lay out the grid."""
        yield PlanningGrid(FIRST)


def a_planning() -> Planning:
    """Fill the house at about four fifths, with stays of one to seven nights."""
    dice = random.Random(300)
    rooms = [
        Room(
            id=uuid(6, place), version=1, name=f"B{place}", building="Ouest" if place % 2 else "Est", floor=str(place % 3),
            room_type="ados", dormitory=place % 10 == 0, accessible=False,
            beds=[Bed(id=uuid(7, place * 10 + bed), label=str(bed)) for bed in range(BEDS)],
        )
        for place in range(ROOMS)
    ]  # fmt: skip
    bars, number = [], 0
    for room in rooms:
        day = FIRST
        while day < FIRST + timedelta(days=DAYS):
            nights = dice.randint(1, 7)
            if dice.random() < 0.85:
                number += 1
                bars.append(
                    PlanningBar(
                        id=uuid(10, number),
                        stay_id=uuid(11, number),
                        room_id=room.id,
                        arrival=day,
                        departure=day + timedelta(days=nights),
                        beds=BEDS,
                        pax=BEDS,
                        label=f"Groupe {number}",
                        status=dice.choice(["option", "confirmed", "present", "tentative"]),
                        colour=dice.choice(["", "#336699"]),
                    )
                )
            day += timedelta(days=nights)
    days = [
        PlanningDay(
            day=FIRST + timedelta(days=place), capacity=300, blocked=4, occupied=dice.randint(100, 290), arrivals=3,
            departures=2, people=200, arrivals_done=1,
        )
        for place in range(DAYS)
    ]  # fmt: skip
    last = FIRST + timedelta(days=DAYS - 1)
    return Planning(first_day=FIRST, last_day=last, rooms=rooms, bars=bars, days=days)


async def _spent(pilot: Pilot[None], doing: object) -> float:
    """Return the CPU milliseconds of something and of the repaint it leads to."""
    began = process_time()
    if callable(doing):
        doing()
    await pilot.pause()
    return (process_time() - began) * 1000


async def _run(view: int, size: tuple[int, int]) -> tuple[list[float], list[float]]:
    planning = a_planning()
    app = Bare()
    async with app.run_test(size=size) as pilot:
        grid = app.query_one(PlanningGrid)
        grid.view = VIEWS[view]
        await pilot.pause()
        drawn = [await _spent(pilot, lambda: grid.show(planning, planning.rooms)) for _ in range(DRAWINGS)]
        across = [await _spent(pilot, lambda: grid.action_step(1)) for _ in range(STEPS // 2)]
        down = [await _spent(pilot, lambda: grid.action_room(1)) for _ in range(STEPS // 2)]
    return drawn, across + down


async def _full_house() -> tuple[str, str]:
    from infra.database import execute, owner_transaction
    from tests.benchmarks.stock import fill
    from tests.factories.accounts import a_user
    from tests.factories.centres import a_centre

    centre = await a_centre()
    user = await a_user(centre, "direction")
    await fill(centre.id, rooms=ROOMS, beds=BEDS)
    async with owner_transaction():
        await execute("ANALYZE")
    return centre.slug, user.access_token


def read() -> Figure:
    """Read the same days through the API, of a house that is sold for nine nights in ten."""
    from tests.benchmarks.stock import FIRST as IN_SUMMER

    slug, token = prepared(_full_house)
    last = IN_SUMMER + timedelta(days=DAYS - 1)
    path = f"/api/v1/centres/{slug}/planning?first_day={IN_SUMMER}&last_day={last}"
    with served("infra", "serve") as port, Wire(port, token=token) as wire:
        each_took(lambda _: wire.request("GET", path), [b""] * 5)
        spent = each_took(lambda _: wire.request("GET", path), [b""] * READINGS)
        _, shown = wire.request("GET", path)
    return at_most(
        f"planning, {ROOMS * BEDS} beds × {DAYS} days, through the API, p95",
        percentile(spent, 95),
        100,
        sides=(side("API", spent),),
        note=f"{len(shown) // 1000} kB of JSON",
    )


def drawn() -> list[Figure]:
    """Draw a season in a wide window and a fortnight in a small one, and step through both."""
    figures = []
    for name, view, size in (("season, 120×50", 3, (120, 50)), ("fortnight, 80×24", 0, (80, 24))):
        drawings, steps = asyncio.run(_run(view, size))
        figures += [
            at_most(
                f"planning drawn, {name}, p95 CPU", percentile(drawings, 95), 150, sides=(side("drawing", drawings),)
            ),
            at_most(f"a step of the cursor, {name}, p95 CPU", percentile(steps, 95), 50, sides=(side("step", steps),)),
        ]
    return figures


def measure() -> list[Figure]:
    """Measure all of it."""
    return [read(), *drawn()]


if __name__ == "__main__":
    for one in drawn():
        print(msgspec.json.encode(one).decode())
