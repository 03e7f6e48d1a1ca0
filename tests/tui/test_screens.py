"""Every screen in its four designed states, at the smallest terminal and at a wide one."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from tests.tui import seeds
from tests.tui.conftest import settled, until
from tests.tui.desk_server import Desk
from tui.app import HalteApp
from tui.screens.base import OpenClient, OpenDossier, OpenStay
from tui.screens.network_lists import NetworkListsScreen

SIZES = [(80, 24), (120, 40)]
STATES = ["loading", "empty", "full", "failed"]
SnapCompare = Callable[..., bool]


async def _entered(pilot: Pilot[int]) -> HalteApp:
    app = pilot.app
    assert isinstance(app, HalteApp)
    await until(pilot, lambda: app.session.me is not None, "who one is")
    return app


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("key", list("adopkri"))
def test_a_screen_in_each_state(  # noqa: PLR0917
    snap_compare: SnapCompare, desk: Desk, an_app: Callable[[], HalteApp], key: str, state: str, size: tuple[int, int]
) -> None:
    desk.state = state

    async def show(pilot: Pilot[int]) -> None:
        app = await _entered(pilot)
        if key != "a":
            await pilot.press("g", key)
        await settled(pilot)
        app.clear_notifications()
        await settled(pilot)

    assert snap_compare(an_app(), terminal_size=size, run_before=show)


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("thing", ["dossier", "stay", "client", "locked_client", "client_form", "stay_form"])
def test_a_thing_on_its_page(
    snap_compare: SnapCompare, desk: Desk, an_app: Callable[[], HalteApp], thing: str, size: tuple[int, int]
) -> None:
    opening = {
        "dossier": OpenDossier(seeds.DOSSIER),
        "stay": OpenStay(seeds.STAY_FERRY),
        "client": OpenClient(seeds.FERRY),
        "locked_client": OpenClient(seeds.MARCHETTI),
        "client_form": OpenClient(seeds.FERRY),
        "stay_form": OpenStay(seeds.STAY_FERRY),
    }

    async def show(pilot: Pilot[int]) -> None:
        app = await _entered(pilot)
        app.screen.post_message(opening[thing])
        await settled(pilot)
        if thing.endswith("_form"):
            await pilot.press("e")
            await settled(pilot)

    assert snap_compare(an_app(), terminal_size=size, run_before=show)


@pytest.mark.parametrize(
    "keys", [("question_mark",), ("n",), ("slash", "f", "e")], ids=["help", "new_enquiry", "search"]
)
def test_a_dialog_at_80x24(
    snap_compare: SnapCompare, desk: Desk, an_app: Callable[[], HalteApp], keys: tuple[str, ...]
) -> None:
    async def show(pilot: Pilot[int]) -> None:
        await _entered(pilot)
        await settled(pilot)
        await pilot.press(*keys)
        await settled(pilot)

    assert snap_compare(an_app(), terminal_size=(80, 24), run_before=show)


def test_accueil_in_english_and_in_high_contrast(
    snap_compare: SnapCompare, desk: Desk, an_app: Callable[[], HalteApp]
) -> None:
    async def show(pilot: Pilot[int]) -> None:
        await _entered(pilot)
        await pilot.press("f9", "f8", "f8")
        await settled(pilot)

    assert snap_compare(an_app(), terminal_size=(80, 24), run_before=show)


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("turns", [1, 2, 3, 4], ids=["rooms", "services", "tablets", "local_lists"])
def test_the_other_lists_of_installations(
    snap_compare: SnapCompare, desk: Desk, an_app: Callable[[], HalteApp], turns: int, size: tuple[int, int]
) -> None:
    async def show(pilot: Pilot[int]) -> None:
        await _entered(pilot)
        await pilot.press("g", "i")
        await settled(pilot)
        for _turn in range(turns):
            await pilot.press("right")
            await settled(pilot)

    assert snap_compare(an_app(), terminal_size=size, run_before=show)


def test_installations_as_reception_sees_them(
    snap_compare: SnapCompare, desk: Desk, an_app: Callable[[], HalteApp]
) -> None:
    desk.me = seeds.RECEPTION

    async def show(pilot: Pilot[int]) -> None:
        await _entered(pilot)
        await pilot.press("g", "i")
        await settled(pilot)

    assert snap_compare(an_app(), terminal_size=(80, 24), run_before=show)


def test_the_screens_to_go_to_fit_80_columns(
    snap_compare: SnapCompare, desk: Desk, an_app: Callable[[], HalteApp]
) -> None:
    async def show(pilot: Pilot[int]) -> None:
        await _entered(pilot)
        await settled(pilot)
        await pilot.press("g")
        await settled(pilot)

    assert snap_compare(an_app(), terminal_size=(80, 24), run_before=show)


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
def test_the_networks_lists_with_what_was_split_and_retired(
    snap_compare: SnapCompare, desk: Desk, an_app: Callable[[], HalteApp], size: tuple[int, int]
) -> None:
    async def show(pilot: Pilot[int]) -> None:
        app = await _entered(pilot)
        app.push_screen(NetworkListsScreen(app.session))
        await settled(pilot)

    assert snap_compare(an_app(), terminal_size=size, run_before=show)
