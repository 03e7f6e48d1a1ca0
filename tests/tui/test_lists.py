"""Lists and choices: nothing hidden unsaid, nothing chosen that was not meant."""

from collections.abc import Callable

import msgspec
import pytest

from tests.tui import seeds
from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk
from tui.app import HalteApp
from tui.dialogs.ask import Ask
from tui.lists import PRODUCT_TYPE, choices
from tui.screens.home import HomeScreen
from tui.widgets.choice import matching

MakeApp = Callable[[], HalteApp]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("repas", "meal"), ("REST", "meal"), ("petit-dej", "meal"), ("nuit", "lodging"), ("visi", "activity")],
)
def test_a_service_is_found_by_what_people_call_it(typed: str, code: str) -> None:
    assert [found for found, _label in matching(choices(PRODUCT_TYPE), typed)] == [code]


async def test_what_is_not_in_the_list_empties_the_field_and_says_so(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "i")
        await pilot.press("right", "right")
        await settled(pilot)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, Ask), "the question")
        await pilot.press(*"Panier", "tab", *"Héber", "enter", *"xyz", "tab")
        await until(pilot, lambda: "« xyz » n'est pas dans" in shown(app), "the note")
        (type_line,) = [line for line in shown(app).splitlines() if "Type *" in line]
        assert "Hébergement" not in type_line


async def test_a_frame_says_how_many_rows_are_below(desk: Desk, an_app: MakeApp) -> None:
    many = [msgspec.structs.replace(seeds.DESK.arrivals[0], stay_id=seeds.uuid(77, n)) for n in range(30)]
    desk.answers["GET /desk"] = msgspec.structs.replace(seeds.DESK, arrivals=many)
    app = an_app()
    async with opened(app) as pilot:
        await settled(pilot)
        assert isinstance(app.screen, HomeScreen)
        people = app.screen.people
        before = people.border_subtitle
        assert before == f"▼ {30 - people.size.height}"
        await pilot.press("end")
        await settled(pilot)
        assert people.border_subtitle is None


async def test_a_fact_is_read_at_once_and_several_once_more(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await settled(pilot)
        assert isinstance(app.screen, HomeScreen)
        before = len(desk.sent("/desk"))

        for _each in range(5):
            app.screen.told("stays.changed", None)
        await until(pilot, lambda: len(desk.sent("/desk")) == before + 1, "the first, at once")

        await until(pilot, lambda: len(desk.sent("/desk")) == before + 2, "the others, together")
        await settled(pilot)
        assert len(desk.sent("/desk")) == before + 2
