"""The planning worked by keys and by the mouse: what is sent, what is shown before it is."""

from collections.abc import Callable
from datetime import date

import msgspec
import pytest
from textual.pilot import Pilot

from server.contract.planning import Move, Split, Stretch, Swap, Unassignment
from tests.tui import seeds
from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk
from tui.app import HalteApp
from tui.screens.planning import PlanningScreen
from tui.widgets.planning_grid import PlanningGrid

MakeApp = Callable[[], HalteApp]


def november(day: int) -> date:
    """A day of November 2026."""
    return date(2026, 11, day)


async def at_planning(pilot: Pilot[int], room: str, day: int) -> PlanningGrid:
    """Go to the planning and stand on a room and a day."""
    await go(pilot, "p")
    screen = pilot.app.screen
    assert isinstance(screen, PlanningScreen)
    await until(pilot, lambda: screen.grid.state == "full", "the planning")
    screen.grid.stand_on(seeds.ROOM[room].id)
    screen.grid.go_to(november(day))
    await settled(pilot)
    return screen.grid


def sent(desk: Desk, path: str) -> bytes:
    """Return the body of the one request to a path of the planning."""
    [body] = [one.body for one in desk.received if one.method == "POST" and one.path.endswith(path)]
    return body


async def test_the_planning_is_asked_for_once(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        await at_planning(pilot, "A2", 18)

        assert len([one for one in desk.received if one.path.endswith("/planning")]) == 1


async def test_a_bar_is_carried_by_the_arrows_and_put_down(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        await at_planning(pilot, "A2", 18)
        await pilot.press("m", "down", "down", "enter")
        await settled(pilot)

        move = msgspec.json.decode(sent(desk, "/planning/moves"), type=Move)
        goal = next(room for room in seeds.ROOMS if room.id == move.to_room_id)
        assert (move.bar.stay_id, move.bar.room_id) == (seeds.STAY_VOIX, seeds.ROOM["A2"].id)
        assert (move.bar.arrival, move.bar.departure, move.days) == (november(17), november(22), 0)
        names = [room.name for room in seeds.ROOMS]
        assert goal.name == names[names.index("A2") + 2]


async def test_escape_lets_go_and_nothing_is_sent(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        grid = await at_planning(pilot, "A2", 18)
        await pilot.press("m", "down")
        carried = grid.carry
        await pilot.press("escape")
        await settled(pilot)

        assert (carried is not None, grid.carry) == (True, None)
        assert isinstance(pilot.app.screen, PlanningScreen)
        assert not [one for one in desk.received if "/planning/" in one.path]


async def test_what_is_in_the_way_is_said_before_it_is_put_down(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        grid = await at_planning(pilot, "C1", 25)
        await pilot.press("m")
        grid.stand_on(seeds.ROOM["B2"].id)
        await settled(pilot)

        assert "! B2 pris : J. Ferry" in shown(pilot.app)  # type: ignore[arg-type]


async def test_a_group_is_asked_whether_all_its_rooms_are_stretched(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        await at_planning(pilot, "B2", 27)
        await pilot.press("e", "right", "right", "enter")
        await settled(pilot)
        assert "Quelles chambres ?" in shown(pilot.app)  # type: ignore[arg-type]
        await pilot.press("n")
        await settled(pilot)

        stretch = msgspec.json.decode(sent(desk, "/planning/stretches"), type=Stretch)
        assert (stretch.arrival, stretch.departure, stretch.whole) == (november(21), november(30), False)


async def test_a_bar_is_cut_at_the_cursor(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        grid = await at_planning(pilot, "C1", 26)
        await pilot.press("s")
        await settled(pilot)
        grid.stand_on(seeds.ROOM["B4"].id)
        await pilot.press("enter")
        await settled(pilot)

        split = msgspec.json.decode(sent(desk, "/planning/splits"), type=Split)
        assert (split.day, split.to_room_id) == (november(26), seeds.ROOM["B4"].id)


async def test_two_bars_are_swapped_and_one_is_taken_off(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        grid = await at_planning(pilot, "C1", 25)
        await pilot.press("c")
        await settled(pilot)
        grid.stand_on(seeds.ROOM["B2"].id)
        await pilot.press("enter")
        await settled(pilot)
        swap = msgspec.json.decode(sent(desk, "/planning/swaps"), type=Swap)
        assert (swap.bar.stay_id, swap.other.room_id) == (seeds.STAY_MARCHETTI, seeds.ROOM["B2"].id)

        grid.stand_on(seeds.ROOM["C1"].id)
        await pilot.press("delete", "o")
        await settled(pilot)
        taken = msgspec.json.decode(sent(desk, "/planning/unassignments"), type=Unassignment)
        assert taken.bar.room_id == seeds.ROOM["C1"].id


async def test_the_mouse_drags_a_bar_to_another_room(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        grid = await at_planning(pilot, "C1", 25)
        x = 16 + (november(25) - grid.first_day).days * grid.cells
        y = next(y for y in range(grid.size.height) if grid.line_at(y) is seeds_line(grid, "C1"))
        await pilot.mouse_down(grid, offset=(x, y))
        await pilot.hover(grid, offset=(x, y - 1))
        assert grid.carry is not None
        await pilot.mouse_up(grid, offset=(x, y - 1))
        await settled(pilot)

        move = msgspec.json.decode(sent(desk, "/planning/moves"), type=Move)
        assert (move.bar.stay_id, move.days) == (seeds.STAY_MARCHETTI, 0)
        assert move.to_room_id is not None


def seeds_line(grid: PlanningGrid, room: str) -> object:
    """Return the line of a room as the grid has it."""
    return next(line for line in grid.lines if getattr(line, "name", "") == room)


async def test_u_takes_back_what_this_person_did_last(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        await at_planning(pilot, "A2", 18)
        await pilot.press("u")
        await settled(pilot)

        assert [one.path for one in desk.received if one.path.endswith("/planning/undo")]
        assert "Annulé." in {note.message for note in pilot.app._notifications}


@pytest.mark.parametrize(("turns", "days", "cells"), [(1, 7, 9), (2, 32, 2), (3, 64, 1), (4, 16, 4)])
async def test_one_sees_a_week_a_month_or_a_season(
    desk: Desk, an_app: MakeApp, turns: int, days: int, cells: int
) -> None:
    async with opened(an_app()) as pilot:
        grid = await at_planning(pilot, "A2", 18)
        await pilot.press(*["v"] * turns)
        await settled(pilot)

        assert (grid.days_shown, grid.cells) == (days, cells)
        assert grid.first_day <= november(18) <= grid.last_day


async def test_groups_are_folded_and_say_what_is_free(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        grid = await at_planning(pilot, "A2", 18)
        await pilot.press("r")
        await settled(pilot)
        unfolded = len(grid.lines)
        await pilot.press("z")
        await settled(pilot)

        assert len(grid.lines) < unfolded
        assert "▸" in shown(pilot.app)  # type: ignore[arg-type]
        await pilot.press("enter")
        await settled(pilot)
        assert len(grid.lines) == unfolded
