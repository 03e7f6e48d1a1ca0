"""The terms of sale at the desk: versions read, a text published from a day on, the quotes that rest on one."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from textual.pilot import Pilot

from server.contract.basics import FieldProblem, Page
from server.contract.sale_terms import NewSaleTerms, QuoteOnTerms, SaleTermsVersion
from tests.tui import seeds
from tests.tui.conftest import opened, settled, shown, until
from tests.tui.desk_server import Desk, Refusal
from tests.tui.test_screens import SIZES, SnapCompare
from tui.app import HalteApp
from tui.dialogs.confirm import Confirm
from tui.dialogs.reading import Reading
from tui.dialogs.show import Show
from tui.screens.base import OpenScreen
from tui.screens.dossier import DossierScreen
from tui.screens.sale_terms import SaleTermsFormScreen, SaleTermsScreen

MakeApp = Callable[[], HalteApp]
PATH = "/api/v1/centres/kerfany/sale-terms"
VERSIONS = [
    SaleTermsVersion(
        number=number, from_day=seeds.TODAY + timedelta(days=after), state=state, texts={"fr": f"Article {number}.", "en": "Only article."},
        published_at=seeds.at(10, 9).isoformat(), published_by="M. Le Goff", quotes=quotes, url=f"https://kerfany.example/c/kerfany/terms/{number}",
    )
    for number, after, state, quotes in ((3, 41, "to_come", 0), (2, -20, "in_force", 1), (1, -400, "past", 12))
]  # fmt: skip
QUOTE = QuoteOnTerms(
    quote_id=seeds.uuid(94, 1), dossier_id=seeds.DOSSIER, dossier_number="P2611210042", number=2,
    accepted_at=seeds.at(20, 9).isoformat(), accepted_by="Mme Morel",
)  # fmt: skip


async def test_a_version_is_read_and_its_quotes_lead_to_their_dossiers(desk: Desk, an_app: MakeApp) -> None:
    desk.answers["GET /sale-terms"] = Page(items=VERSIONS)
    desk.answers["GET /sale-terms/2/quotes"] = Page(items=[QUOTE])
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenScreen(SaleTermsScreen(app.session)))
        await until(pilot, lambda: "en vigueur" in shown(app), "the versions")
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, Reading) and "Article 2." in shown(app), "its text")
        await pilot.press("escape", "d")
        await until(pilot, lambda: isinstance(app.screen, Show) and "P2611210042" in shown(app), "its quotes")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DossierScreen), "the dossier")


async def test_a_text_is_published_after_asking_and_a_refusal_stands_beside_its_field(
    desk: Desk, an_app: MakeApp
) -> None:
    desk.answers["GET /sale-terms"] = Page(items=VERSIONS)
    past = [FieldProblem(pointer="/from_day", code="past", message="")]
    desk.refusals["POST /sale-terms"] = Refusal(422, "sale_terms_invalid", errors=past)
    desk.answers["POST /sale-terms"] = Page(items=VERSIONS)
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenScreen(SaleTermsScreen(app.session)))
        await until(pilot, lambda: "en vigueur" in shown(app), "the versions")
        await pilot.press("n")
        await until(
            pilot, lambda: isinstance(app.screen, SaleTermsFormScreen) and "Article 3." in shown(app), "the form"
        )
        for sent in (1, 2):
            await settled(pilot)
            await pilot.press("ctrl+s")
            await until(pilot, lambda: isinstance(app.screen, Confirm), "sure?")
            assert len(desk.sent(f"POST {PATH}")) == sent - 1
            await pilot.press("o")
            await until(pilot, lambda number=sent: len(desk.sent(f"POST {PATH}")) == number, "sent")  # type: ignore[misc]
            if sent == 1:
                await until(pilot, lambda: "déjà passé" in shown(app), "what is wrong")
        await until(pilot, lambda: isinstance(app.screen, SaleTermsScreen), "published")
    kept = msgspec.json.decode(desk.sent(f"POST {PATH}")[1].body, type=NewSaleTerms)
    assert kept == NewSaleTerms(texts=VERSIONS[0].texts, from_day=seeds.TODAY)


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("state", ["full", "empty"])
def test_terms_of_sale_in_versions(
    snap_compare: SnapCompare, desk: Desk, an_app: MakeApp, state: str, size: tuple[int, int]
) -> None:
    desk.answers["GET /sale-terms"] = Page(items=VERSIONS if state == "full" else [])

    async def show(pilot: Pilot[int]) -> None:
        app = pilot.app
        assert isinstance(app, HalteApp)
        await until(pilot, lambda: app.session.me is not None, "who one is")
        screen = SaleTermsScreen(app.session)
        app.screen.post_message(OpenScreen(screen))
        await until(pilot, lambda: app.screen is screen, "the screen")
        await settled(pilot)

    assert snap_compare(an_app(), terminal_size=size, run_before=show)
