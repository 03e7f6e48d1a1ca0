"""The dashboard of the cards: months in a chart, a line down to the cards, the table taken away."""

from collections.abc import Callable

import msgspec
import pytest
from textual.pilot import Pilot

from server.contract.accounts import Place
from server.contract.basics import Page
from server.contract.quality import CardQuality, DuplicateCard, Duplicates, Filled, IncompleteCard, Reach
from tests.tui import seeds
from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk
from tests.tui.test_screens import SnapCompare
from tui.app import HalteApp
from tui.dialogs.show import Show
from tui.screens.duplicates import DuplicatesScreen
from tui.screens.quality import FIELDS, QualityScreen

MakeApp = Callable[[], HalteApp]


def filled(name: str, cards: int, usable: int) -> Filled:
    """Return a line in which everything but the address is filled for half of the cards."""
    counts = dict.fromkeys(FIELDS, cards // 2) | {"usable_email": usable, "email": cards}
    return Filled(name=name, cards=cards, filled=counts)


QUALITY = CardQuality(
    whole=filled("", 1200, 828),
    months=[filled(f"2026-{month:02}", 100, 28 + 4 * month) for month in range(1, 12)],
    sources=[filled("import:standard", 800, 500), filled("desk", 400, 328)],
    languages=[filled("fr", 1100, 760), filled("nl", 100, 68)],
    centres=[filled("kerfany", 700, 500), filled("mimizan", 500, 328)],
    duplicates=Duplicates(linked=31, waiting=7, decided=12, undone=2),
    duplicate_months=[Duplicates(name=f"2026-{month:02}", linked=month, waiting=1, decided=2, undone=month % 2) for month in range(1, 12)],
    duplicate_sources=[Duplicates(name="desk", linked=20, waiting=4, decided=9, undone=2)],
    duplicate_centres=[Duplicates(name="kerfany", linked=31, waiting=7, decided=12, undone=2)],
    reach=[Reach(name=f"2026-{month:02}", cards=1000, reachable=280 + 40 * month, won=month) for month in range(1, 12)],
)  # fmt: skip
CARD = IncompleteCard(id=seeds.FERRY, name="Collège Jules Ferry", reference="7Q2")


async def test_a_field_leads_to_the_cards_that_lack_it(desk: Desk, an_app: MakeApp) -> None:
    desk.answers["GET /card-quality"] = QUALITY
    desk.answers["GET /card-quality/cards"] = Page(items=[CARD])
    desk.answers["GET /card-quality/table"] = QUALITY
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "s")
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, QualityScreen) and "69 %" in shown(app), "the dashboard")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Show) and "Jules Ferry" in shown(app), "the cards")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, QualityScreen), "back")
        screen = app.screen
        assert isinstance(screen, QualityScreen)
        screen.list.stand_on("source desk")
        await pilot.press("enter")
        await until(pilot, lambda: len(desk.sent("GET /api/v1/centres/kerfany/card-quality")) == 2, "one source")
        await settled(pilot)
        screen.list.stand_on("month 2026-09")
        await pilot.press("enter")
        await until(pilot, lambda: "desk · 2026-09" in shown(app), "one month of it")
        await settled(pilot)
        await pilot.press("c")
        await until(pilot, lambda: "66 adresses regagnées" in shown(app), "all cards over time")
        await pilot.press("c")
        await until(pilot, lambda: "fiches créées dans le mois" in shown(app), "the month's cards again")
        await pilot.press("e")
        await until(pilot, lambda: any("Copié" in note.message for note in app._notifications), "taken away")
    (narrowed,) = [query for where, query in desk.asked if where.endswith("/card-quality/table")]
    assert narrowed == {"source": "desk", "month": "2026-09-01"}


async def test_duplicates_are_shown_by_month_and_source_down_to_the_cards(desk: Desk, an_app: MakeApp) -> None:
    desk.answers["GET /card-quality"] = QUALITY
    card = DuplicateCard(id=seeds.FERRY, name="Collège Jules Ferry", reference="7Q2", what="linked", at=seeds.at(20, 9))
    desk.answers["GET /card-quality/duplicates"] = Page(items=[card])
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "s")
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, QualityScreen) and "69 %" in shown(app), "the dashboard")
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, DuplicatesScreen) and "Par mois" in shown(app), "duplicates")
        screen = app.screen
        assert isinstance(screen, DuplicatesScreen)
        for line in ("month 2026-11", "source desk"):
            screen.list.stand_on(line)
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, Show) and "liée" in shown(app), "the cards")
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is screen, "back")
    asked = [query for where, query in desk.asked if where.endswith("/card-quality/duplicates")]
    assert asked == [{"month": "2026-11-01"}, {"source": "desk"}]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_the_network_s_cards_at_a_glance(
    snap_compare: SnapCompare, desk: Desk, an_app: MakeApp, size: tuple[int, int]
) -> None:
    place = Place(centre=None, centre_name=None, role="network_admin", rights=["network.view"])
    desk.me = msgspec.structs.replace(seeds.ME, places=[place])
    desk.answers["GET /network/card-quality"] = QUALITY

    async def show(pilot: Pilot[int]) -> None:
        app = pilot.app
        assert isinstance(app, HalteApp)
        await until(pilot, lambda: app.session.me is not None, "who one is")
        await go(pilot, "n")
        await pilot.press("q")
        await until(pilot, lambda: "Champs remplis" in shown(app), "the dashboard")
        await settled(pilot)

    assert snap_compare(an_app(), terminal_size=size, run_before=show)
