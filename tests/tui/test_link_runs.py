"""Passes over the network: a line each, one taken back whole, part by part."""

from collections.abc import Callable

import msgspec
import pytest
from textual.pilot import Pilot

from server.contract.accounts import Place
from server.contract.basics import Page
from server.contract.referential import LinkRun, LinkRunUndoing, LinkRunUndone
from tests.tui import seeds
from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk, Refusal
from tests.tui.test_quality import QUALITY
from tests.tui.test_screens import SnapCompare
from tui.app import HalteApp
from tui.dialogs.confirm import Confirm
from tui.screens.duplicates import DuplicatesScreen
from tui.screens.link_runs import LinkRunsScreen

MakeApp = Callable[[], HalteApp]
RUN = LinkRun(
    id=seeds.uuid(75, 1), started_at=seeds.at(20, 9), started_by="yann (halte)", model="2026-11-20 09.00.00", threshold=2.25,
    cards=98_240, pairs=1_204_511, planned=2_400, links=2_400, standing=2_391, refused=3, proposed=12, state="complete",
    finished_at=seeds.at(20, 10),
)  # fmt: skip
STOPPED = msgspec.structs.replace(
    RUN, id=seeds.uuid(75, 2), started_at=seeds.at(19, 9), links=700, standing=700, state="stopped", finished_at=None
)
UNDONE = msgspec.structs.replace(
    RUN, id=seeds.uuid(75, 3), started_at=seeds.at(18, 9), standing=0, state="undone", undone_at=seeds.at(18, 11),
    undone_by="N. Le Bihan",
)  # fmt: skip
AT = "/api/v1/network/referential/runs"


def _at_network(desk: Desk) -> None:
    place = Place(centre=None, centre_name=None, role="network_admin", rights=["network.view", "referential.link"])
    desk.me = msgspec.structs.replace(seeds.ME, places=[place])
    desk.answers["GET /network/card-quality"] = QUALITY
    desk.answers["GET /referential/runs"] = Page(items=[RUN, STOPPED, UNDONE])
    desk.answers["GET /undoing"] = LinkRunUndoing(links=2_391, cards=4_530)


async def _passes(pilot: Pilot[int], app: HalteApp) -> LinkRunsScreen:
    await go(pilot, "n")
    await pilot.press("q", "d")
    await until(pilot, lambda: isinstance(app.screen, DuplicatesScreen) and "Par mois" in shown(app), "duplicates")
    await pilot.press("p")
    await until(pilot, lambda: isinstance(app.screen, LinkRunsScreen) and "complète" in shown(app), "the passes")
    await settled(pilot)
    screen = app.screen
    assert isinstance(screen, LinkRunsScreen)
    return screen


async def test_a_pass_is_taken_back_part_by_part_once_one_knows_how_many_cards_it_concerns(
    desk: Desk, an_app: MakeApp
) -> None:
    _at_network(desk)
    parts = [LinkRunUndone(cut=1_000, left=1_391), LinkRunUndone(cut=1_000, left=391), LinkRunUndone(cut=391, left=0)]
    desk.first_answers[f"DELETE /runs/{RUN.id}"] = [*parts]
    app = an_app()
    async with opened(app) as pilot:
        screen = await _passes(pilot, app)
        screen.list.stand_on(str(UNDONE.id))
        await pilot.press("u")
        await until(
            pilot, lambda: any("déjà annulée, par N. Le Bihan" in n.message for n in app._notifications), "said"
        )
        screen.list.stand_on(str(RUN.id))
        await pilot.press("u")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and "4530 fiches" in shown(app), "the question")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen, "left alone")
        assert desk.sent(f"DELETE {AT}/{RUN.id}") == []
        await pilot.press("u")
        await until(pilot, lambda: isinstance(app.screen, Confirm), "the question again")
        await pilot.press("o")
        await until(pilot, lambda: any("2391 liens défaits" in n.message for n in app._notifications), "done")
        assert len(desk.sent(f"DELETE {AT}/{RUN.id}")) == 3
        desk.refusals[f"DELETE /runs/{STOPPED.id}"] = Refusal(409, "link_run_going")
        await settled(pilot)
        screen.list.stand_on(str(STOPPED.id))
        await pilot.press("u")
        await until(pilot, lambda: isinstance(app.screen, Confirm), "the question of another")
        await pilot.press("o")
        await until(pilot, lambda: any("est en cours" in n.message for n in app._notifications), "refused")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_passes_at_a_glance(snap_compare: SnapCompare, desk: Desk, an_app: MakeApp, size: tuple[int, int]) -> None:
    _at_network(desk)

    async def show(pilot: Pilot[int]) -> None:
        app = pilot.app
        assert isinstance(app, HalteApp)
        await until(pilot, lambda: app.session.me is not None, "who one is")
        await _passes(pilot, app)

    assert snap_compare(an_app(), terminal_size=size, run_before=show)
