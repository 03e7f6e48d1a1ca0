"""One filter of clients, by one key, on every screen that lists or counts them."""

from collections.abc import Callable

import msgspec

from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk
from tui.app import HalteApp
from tui.dialogs.ask import Ask

MakeApp = Callable[[], HalteApp]
SCREENS = {"d": "/enquiries", "o": "/dossiers", "j": "/day-sheet", "s": "/statistics"}


async def test_each_screen_asks_for_the_clients_wanted_and_says_so(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        for key, path in SCREENS.items():
            await go(pilot, key)
            await pilot.press("ctrl+t")
            await until(pilot, lambda: isinstance(app.screen, Ask), f"the filter of {path}")
            await settled(pilot)
            await pilot.press(*"mer", "enter", "ctrl+s")
            await until(pilot, lambda: "filtre : MER" in shown(app), f"said on {path}")
            asked = [query for where, query in desk.asked if where.startswith("GET") and where.endswith(path)]
            assert (asked[0].get("code"), asked[-1].get("code")) == (None, "mer"), path
        await go(pilot, "j")
        await pilot.press("i", "enter")
        await until(pilot, lambda: desk.sent("/documents/links"), "the day's paper")
        await pilot.press("escape")
        await go(pilot, "s")
        assert [query.get("code") for where, query in desk.asked if where.endswith("/columns")][-1] == "mer"
        await pilot.press("e")
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: desk.sent("/statistics/exports"), "the table")
    (sent,) = desk.sent("/statistics/exports")
    (paper,) = desk.sent("/documents/links")
    assert msgspec.json.decode(paper.body)["clients"] == msgspec.json.decode(sent.body)["clients"]
    assert msgspec.json.decode(sent.body)["clients"] == {
        "code": "mer", "segmentation": "", "origin": "", "client_type": "", "colour": "", "kept_segment": None,
    }  # fmt: skip
