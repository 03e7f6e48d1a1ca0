"""A key pressed before what it acts on is there: kept for a thing one knows, said of a row that nobody saw."""

from collections.abc import Callable
from functools import partial
from importlib import import_module

from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen

from tests.tui import seeds
from tests.tui.conftest import go, opened, shown, until
from tests.tui.desk_server import Desk
from tests.tui.test_registry import SCREENS
from tui.actions import of_scope
from tui.app import HalteApp
from tui.dialogs.ask import Ask
from tui.screens.base import OpenClient, OpenDossier, OpenStay
from tui.screens.client_form import ClientFormScreen
from tui.screens.enquiries import EnquiriesScreen
from tui.screens.stay import StayScreen
from tui.screens.stay_form import StayFormScreen
from tui.screens.stays import StaysScreen
from tui.widgets.rows import Rows

MakeApp = Callable[[], HalteApp]
PAGES: list[tuple[Message, str, type]] = [
    (OpenStay(seeds.STAY_FERRY), "modifier", StayFormScreen),
    (OpenDossier(seeds.DOSSIER), "envoyer devis", Ask),
    (OpenClient(seeds.FERRY), "modifier", ClientFormScreen),
]
"""A page, what `e` does there, and what that shows."""


def test_what_acts_on_a_row_is_an_action_of_its_screen() -> None:
    for where in SCREENS.values():
        module, _colon, name = where.partition(":")
        screen = getattr(import_module(f"tui.screens.{module}"), name)
        if "OF_A_ROW" in vars(screen):
            assert set(screen.OF_A_ROW) <= {action.name for action in of_scope(screen.SCOPE)}, where


async def test_a_key_pressed_before_its_page_has_come_is_kept_for_it(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        for page, label, what in PAGES:
            waiting = await _press_too_early(pilot, app, desk, page, "e")
            await until(pilot, lambda: "Lecture en cours… puis" in shown(app), f"that {label} waits")
            assert f"puis « {label} » se fera" in shown(app)
            desk.state = "full"
            await until(pilot, partial(_shows, app, what), f"what {label} shows")
            await pilot.press("escape")
            await until(pilot, partial(_is_on, app, waiting), "the page again")


async def test_a_kept_key_is_given_up_by_esc_and_forgotten_with_what_does_not_come(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        for keys, then in ((("e", "escape"), "full"), (("e",), "failed")):
            home = app.screen
            stay = await _press_too_early(pilot, app, desk, OpenStay(seeds.STAY_FERRY), *keys)
            assert isinstance(stay, StayScreen)
            desk.state = then
            await until(pilot, partial(_came, stay.rooms), then)
            await until(pilot, lambda: "Lecture en cours" not in shown(app), "the keys again")
            assert stay.rooms.state == then
            assert app.screen is stay
            await pilot.press("escape")
            await until(pilot, partial(_is_on, app, home), "Accueil again")


async def _press_too_early(pilot: Pilot[int], app: HalteApp, desk: Desk, page: Message, *keys: str) -> Screen[object]:
    desk.state = "loading"
    before = app.screen
    before.post_message(page)
    await until(pilot, lambda: app.screen is not before, "the page")
    there = app.screen
    await pilot.press(*keys)
    return there


def _shows(app: HalteApp, what: type) -> bool:
    return isinstance(app.screen, what)


def _is_on(app: HalteApp, screen: Screen[object]) -> bool:
    return app.screen is screen


def _came(rows: Rows) -> bool:
    return rows.state != "loading"


async def test_a_key_between_an_answer_and_its_showing_goes_behind_it(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        stay = await _press_too_early(pilot, app, desk, OpenStay(seeds.STAY_FERRY))
        assert isinstance(stay, StayScreen)
        app.workers.cancel_node(stay)
        await until(pilot, lambda: not stay.is_coming, "that nobody asks")
        stay.post_message(StayScreen.Loaded(seeds.STAY))
        await stay.action_act("stay.edit")
        assert stay.stay is None, "the answer is not shown yet"
        await until(pilot, lambda: isinstance(app.screen, StayFormScreen), "the form")


async def test_no_row_is_opened_that_nobody_saw(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "a")
        desk.state = "loading"
        await go(pilot, "r")
        stays = app.screen
        assert isinstance(stays, StaysScreen)
        await pilot.press("enter")
        await until(
            pilot, lambda: "la liste n'est pas encore là pour « ouvrir »" in shown(app), "that it is being read"
        )
        desk.state = "full"
        await until(pilot, lambda: stays.list.state == "full" and "Lecture en cours" not in shown(app), "the list")
        assert app.screen is stays
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, StayScreen), "the stay, once the row was seen")


async def test_an_answer_begun_at_once_is_to_the_demande_one_stands_on(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "d")
        screen = app.screen
        assert isinstance(screen, EnquiriesScreen)
        await until(pilot, lambda: screen.enquiry, "the first demande")
        desk.state = "loading"
        await pilot.press("down", "r")
        await until(pilot, lambda: "puis « répondre »" in shown(app), "that the answer waits")
        assert not screen.reply.display
        desk.state = "full"
        await until(pilot, lambda: screen.reply.display, "the answer")
        assert screen.enquiry is not None
        assert screen.enquiry.id == seeds.ENQUIRIES[1].id
