"""The screens that are one list: why it did not come is said in it, and over it where rows stand there already."""

import ast
from collections.abc import Callable
from pathlib import Path

import msgspec
from textual.pilot import Pilot

import tui
from server.contract.accounts import Place
from server.contract.referential import ReviewedIdentity
from tests.tui import seeds
from tests.tui.conftest import go, opened, shown, until
from tests.tui.desk_server import Desk, Refusal
from tui.app import HalteApp
from tui.problems import SENTENCES
from tui.screens.base import OpenScreen
from tui.screens.identity import IdentityScreen
from tui.screens.list_screen import ListScreen
from tui.screens.network import NetworkScreen
from tui.screens.network_lists import NetworkListsScreen
from tui.session import Session

MakeApp = Callable[[], HalteApp]
STEWARD = Place(centre=None, centre_name=None, role="network_admin", rights=["network.view", "referential.review"])
IDENTITY = ReviewedIdentity(id=seeds.uuid(71, 1), cards=[], objected=False, best=[], links=[], decisions=[])
CASES: dict[str, Callable[[Session], ListScreen]] = {
    "GET /network/centres": NetworkScreen,
    "GET /network/code-lists": NetworkListsScreen,
    f"GET /{seeds.MARCHETTI}/identity": lambda session: IdentityScreen(session, seeds.MARCHETTI),
}
"""What each screen asks."""
WHY = SENTENCES["unavailable"]


def test_nothing_is_done_twice_at_mount() -> None:
    """Textual runs `on_mount` of every class of a screen, its bases' too: nobody calls them, nor reads once more."""
    twice = []
    for path in Path(tui.__file__).parent.rglob("*.py"):
        for known in ast.walk(ast.parse(path.read_text())):
            if isinstance(known, ast.ClassDef) and known.name != "DeskScreen":
                mounts = [part for part in known.body if isinstance(part, ast.FunctionDef) and part.name == "on_mount"]
                said = "".join(map(ast.unparse, mounts))
                if "super().on_mount()" in said or "self.read()" in said:
                    twice.append(known.name)
    assert twice == []


async def test_a_list_that_does_not_come_says_why_in_it_and_over_the_rows_that_stand_there(
    desk: Desk, an_app: MakeApp
) -> None:
    desk.me = msgspec.structs.replace(seeds.ME, places=[STEWARD])
    desk.answers[f"GET /{seeds.MARCHETTI}/identity"] = IDENTITY
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "n")
        for asked, made in CASES.items():
            await _fails_comes_and_fails_again(pilot, app, desk, asked, made(app.session))


async def _fails_comes_and_fails_again(
    pilot: Pilot[int], app: HalteApp, desk: Desk, asked: str, screen: ListScreen
) -> None:
    desk.refusals[asked] = Refusal(503, "unavailable")
    app.screen.post_message(OpenScreen(screen))
    await until(pilot, lambda: screen.list.state == "failed", f"the failure of {asked}")
    assert WHY in shown(app)
    assert not app._notifications, "said once, in the list"
    await pilot.press("f5")
    await until(pilot, lambda: screen.list.state == "full", f"the rows of {asked}")
    desk.refusals[asked] = Refusal(503, "unavailable")
    await pilot.press("f5")
    await until(pilot, lambda: WHY in {note.message for note in app._notifications}, f"the word on {asked}")
    assert screen.list.state == "full", "what was there stays"
    app.clear_notifications()
