"""Statistiques: its states, its chart, going through periods, drilling, taking away."""

from collections.abc import Callable
from datetime import date

import msgspec
import pytest
from textual.pilot import Pilot

from server.contract.basics import Money
from server.contract.statistics import ExportRequest, TouristTaxRate
from tests.tui import statistics_seeds as seeds
from tests.tui.conftest import opened, settled, until
from tests.tui.desk_server import Desk
from tests.tui.seeds import ME
from tests.tui.test_screens import SIZES, STATES, SnapCompare
from tui.app import HalteApp
from tui.dialogs.address import Address
from tui.dialogs.ask import Ask
from tui.dialogs.show import Show
from tui.periods import around, kind_of, moved, next_kind
from tui.screens.network_statistics import NetworkStatisticsScreen
from tui.screens.statistics import StatisticsScreen
from tui.widgets.chart import Bar, ceiling, drawn
from tui.widgets.figures import MEASURES
from tui.widgets.rows import Rows

MakeApp = Callable[[], HalteApp]


def test_a_chart_has_axes_and_tells_the_years_apart_without_colour() -> None:
    bars = [Bar("jan", 50, 100), Bar("fév", 100, 0), Bar("mar", 1, 25)]

    lines = drawn(bars, width=22, height=6, said=lambda value: f"{value:.0f}")
    assert lines[0].startswith("100┤")
    assert lines[-2].startswith("  0└───")
    assert lines[-1].split() == ["jan", "fév", "mar"]
    assert [line.count("░") for line in lines[:4]] == [1, 1, 1, 2]


@pytest.mark.parametrize(
    ("highest", "top"), [(0.5, 1), (1, 1), (3, 3), (51, 60), (1_890, 2_000), (2_310, 2_500), (20_001, 25_000)]
)
def test_the_axis_ends_at_a_round_number(highest: float, top: float) -> None:
    assert ceiling(highest) == top


@pytest.mark.parametrize(
    ("first", "last", "kind", "after"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), "year", (date(2027, 1, 1), date(2027, 12, 31))),
        (date(2026, 10, 1), date(2026, 12, 31), "quarter", (date(2027, 1, 1), date(2027, 3, 31))),
        (date(2024, 1, 1), date(2024, 1, 31), "month", (date(2024, 2, 1), date(2024, 2, 29))),
        (date(2026, 7, 14), date(2026, 7, 20), "days", (date(2026, 7, 21), date(2026, 7, 27))),
        (date(2026, 7, 1), date(2026, 8, 31), "days", (date(2026, 9, 1), date(2026, 10, 31))),
    ],
)
def test_periods_follow_each_other(first: date, last: date, kind: str, after: tuple[date, date]) -> None:
    assert kind_of(first, last) == kind
    assert moved(first, last, 1) == after
    assert moved(*after, -1) == (first, last)


def test_zooming_goes_round() -> None:
    assert [next_kind(kind) for kind in ("year", "quarter", "month", "days")] == ["quarter", "month", "year", "year"]
    assert around(date(2028, 2, 29), "month") == (date(2028, 2, 1), date(2028, 2, 29))


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("state", STATES)
def test_the_screen_in_each_state(
    snap_compare: SnapCompare, desk: Desk, an_app: MakeApp, state: str, size: tuple[int, int]
) -> None:
    desk.state = state

    async def show(pilot: Pilot[int]) -> None:
        app = pilot.app
        assert isinstance(app, HalteApp)
        await until(pilot, lambda: app.session.me is not None, "who one is")
        await pilot.press("g", "s")
        await settled(pilot)
        app.clear_notifications()
        await settled(pilot)

    assert snap_compare(an_app(), terminal_size=size, run_before=show)


async def test_one_goes_through_periods_segments_and_measures(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await pilot.press("g", "s")
        await settled(pilot)
        screen = app.screen
        assert isinstance(screen, StatisticsScreen)
        await pilot.press("left")
        await settled(pilot)
        assert (screen.first_day, screen.last_day) == (date(2025, 1, 1), date(2025, 12, 31))
        await pilot.press("right", "z")
        await settled(pilot)
        assert (screen.first_day, screen.last_day) == (date(2026, 10, 1), date(2026, 12, 31))
        await pilot.press("m")
        assert screen.chart.border_title == "Occupation des chambres"
        await pilot.press("f", *"nationa", "enter")
        await settled(pilot)
        assert (screen.segment, screen.values.border_title) == ("nationality", "Nationalité")
        await pilot.press("enter")
        await settled(pilot)
        assert screen.value == "groups/schools"
        assert screen.chart.border_title == "Occupation des chambres · Groupes : Scolaires"
        await pilot.press("escape")
        await settled(pilot)
        assert (screen.value, app.screen) == ("", screen)


async def test_the_table_is_taken_away_by_its_address(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await pilot.press("g", "s")
        await settled(pilot)
        await pilot.press("e", "enter")
        await until(pilot, lambda: isinstance(app.screen, Address), "the address")
        assert isinstance(app.screen, Address)
        assert app.screen.url == seeds.EXPORT.url
    sent = msgspec.json.decode(desk.sent("/statistics/exports")[0].body, type=ExportRequest)
    assert (sent.what, sent.form, sent.first_day, sent.segment) == (
        "statistics", "xlsx", date(2026, 1, 1), "booking_type",
    )  # fmt: skip


async def test_the_network_looks_at_its_own(desk: Desk, an_app: MakeApp) -> None:
    place = msgspec.structs.replace(ME.places[0], rights=[*ME.places[0].rights, "network.view"])
    desk.me = msgspec.structs.replace(ME, places=[place])
    app = an_app()
    async with opened(app) as pilot:
        await pilot.press("g", "n")
        await settled(pilot)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, NetworkStatisticsScreen), "the network's figures")
        await settled(pilot)
        screen = app.screen
        assert isinstance(screen, NetworkStatisticsScreen)
        assert screen.table is not None
        assert [line.code for line in screen.table.values] == ["groups/schools", "*"]
        # How full all houses were is told; not by month, and not against a year that would point at one.
        assert "Chambres" in (beside := str(screen.beside.render()))
        assert "65 %" in beside
        assert "pt" not in beside
        await pilot.press("m")
        assert MEASURES[screen.measure].name == "Chiffre d'affaires HT"


async def test_the_declaration_names_each_exemption_and_the_rate_is_set_in_place(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await pilot.press("g", "s")
        await settled(pilot)
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, Show), "the declaration")
        rows = app.screen.query_one(Rows)
        assert rows.row_count == 3
        await pilot.press("escape", "r")
        await until(pilot, lambda: isinstance(app.screen, Ask), "the rate")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: desk.sent("PUT /api/v1/centres/kerfany/tourist-tax/rates"), "the rate sent")
    (sent,) = desk.sent("PUT /api/v1/centres/kerfany/tourist-tax/rates")
    rate = msgspec.json.decode(sent.body, type=TouristTaxRate)
    assert (rate.first_day, rate.category, rate.per_night, rate.additional_basis_points) == (
        date(2026, 11, 21), "auberge collective", Money(minor=88), 1000,
    )  # fmt: skip
