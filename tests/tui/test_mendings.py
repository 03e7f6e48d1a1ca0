"""What was mended of a card's writing: said in the desk's words, refused with two keys."""

from collections.abc import Callable

import msgspec

from server.contract.clients import MendingRefused
from tests.tui import seeds
from tests.tui.conftest import opened, settled, shown, until
from tests.tui.desk_server import Desk
from tui.app import HalteApp
from tui.dialogs.show import Show
from tui.screens.base import OpenClient
from tui.screens.client import ClientScreen

PATH = f"POST /api/v1/centres/kerfany/clients/{seeds.FERRY}/mendings"


async def test_a_mending_is_refused_from_the_card(desk: Desk, an_app: Callable[[], HalteApp]) -> None:
    desk.answers["POST /mendings"] = seeds.CARD
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenClient(seeds.FERRY))
        await until(
            pilot, lambda: isinstance(app.screen, ClientScreen) and "adresse : rue des Ã" in shown(app), "the card"
        )
        await settled(pilot)
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, Show), "what was mended")
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: desk.sent(PATH), "the refusal")
        await settled(pilot)

    (sent,) = desk.sent(PATH)
    assert msgspec.json.decode(sent.body, type=MendingRefused).mending == "street: rue des Ã‰coles → rue des Écoles"
    assert sent.version == f'"{seeds.CARD.version}"'
