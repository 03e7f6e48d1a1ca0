"""The calendar on demand: F4 in a day, arrows, Enter; months of every length, leap days among them."""

from collections.abc import Callable
from datetime import date

import pytest
from textual.pilot import Pilot

from tests.tui import seeds
from tests.tui.conftest import opened, settled, shown, until
from tests.tui.desk_server import Desk
from tui.app import HalteApp
from tui.dialogs.calendar import Calendar
from tui.screens.base import OpenStay
from tui.screens.stay_form import StayFormScreen

MakeApp = Callable[[], HalteApp]
TODAY = date(2026, 11, 21)


async def _calendar(pilot: Pilot[int], day: date) -> tuple[Calendar, list[date | None]]:
    chosen: list[date | None] = []
    dialog = Calendar("Arrivée", day=day, today=TODAY)
    pilot.app.push_screen(dialog, chosen.append)
    await settled(pilot)
    return dialog, chosen


@pytest.mark.parametrize(
    ("begin", "keys", "end"),
    [
        (date(2028, 1, 31), ["pagedown"], date(2028, 2, 29)),
        (date(2027, 1, 31), ["pagedown"], date(2027, 2, 28)),
        (date(2026, 12, 31), ["right"], date(2027, 1, 1)),
        (date(2027, 1, 4), ["up"], date(2026, 12, 28)),
        (date(2026, 1, 15), ["pageup"], date(2025, 12, 15)),
        (date(2030, 6, 6), ["t"], TODAY),
    ],
)
async def test_days_and_months_go_by(an_app: MakeApp, begin: date, keys: list[str], end: date) -> None:
    async with opened(an_app()) as pilot:
        _dialog, chosen = await _calendar(pilot, begin)
        await pilot.press(*keys, "enter")
        await settled(pilot)
    assert chosen == [end]


async def test_escape_chooses_nothing(an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        _dialog, chosen = await _calendar(pilot, TODAY)
        await pilot.press("right", "escape")
        await settled(pilot)
    assert chosen == [None]


async def test_the_month_is_drawn_with_today_between_brackets(an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await _calendar(pilot, date(2026, 11, 24))
        text = shown(app)
    assert "nov. 2026" in text
    assert "mar. 24 nov. 2026" in text
    assert "16  17  18  19  20 [21] 22" in text


async def test_f4_writes_the_day_into_the_field(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenStay(seeds.STAY_FERRY))
        await settled(pilot)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, StayFormScreen), "the form")
        await settled(pilot)
        form = app.screen
        assert isinstance(form, StayFormScreen)
        before = date.fromisoformat(form.form.value("arrival"))
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, Calendar), "the calendar")
        await settled(pilot)
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.screen is form, "the form again")
        await settled(pilot)
        assert (date.fromisoformat(form.form.value("arrival")) - before).days == 7
