"""Connections at the desk: how each stands, set up, the key this once, collected from, paused, refused rows, ended."""

from collections.abc import Callable

import msgspec

from server.contract.basics import Page
from server.contract.connections import Connection, ConnectionChange, ConnectionKept, NewConnection
from server.contract.imports import ImportRun, RowNotTaken
from tests.tui import seeds
from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk, Refusal
from tui.app import HalteApp
from tui.dialogs.address import Address
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.dialogs.show import Show
from tui.screens.connection import ConnectionScreen
from tui.screens.connections import ConnectionsScreen

MakeApp = Callable[[], HalteApp]
C = "/api/v1/centres/kerfany/connections"
RUN = ImportRun(
    id=seeds.uuid(83, 1), mapping="standard", file_name="pms d'été: c-1", row_count=12, done=12, new=10, changed=1, unchanged=0,
    refused=1, linked=2, started_at=seeds.at(20, 9), started_by="connections", finished_at=seeds.at(20, 9),
)  # fmt: skip
SPA = Connection(
    name="spa", kind="sftp", mapping="standard", url="sftp://depot.example/spa", login="halte", host_key="ssh-ed25519 AAAA",
    has_secret=True, last_at=seeds.at(20, 9), last_error="spa: HostKeyNotVerifiable", last_new=0, last_code="drop_unavailable",
)  # fmt: skip
PMS = Connection(
    name="pms d'été", kind="webhook", mapping="standard", url="", login="", host_key="", has_secret=True, last_at=seeds.at(20, 9),
    last_error="", last_new=10, webhook_url="https://halte.example/webhooks/cards/kerfany/pms", last_run=RUN,
)  # fmt: skip
KEY = "une-clef-montree-une-fois"
KEPT = ConnectionKept(key=KEY, webhook_url=PMS.webhook_url)


def _may(desk: Desk, *rights: str) -> None:
    others = [right for right in seeds.ME.places[0].rights if right not in ("import.run", "centre.edit")]
    place = msgspec.structs.replace(seeds.ME.places[0], rights=[*others, *rights])
    desk.me = msgspec.structs.replace(seeds.ME, places=[place])
    desk.answers["GET /connections"] = Page(items=[PMS, SPA])
    desk.answers["GET /runs"] = Page(items=[RUN])
    desk.answers["GET /mappings"] = Page(items=[])
    desk.answers["GET /refusals"] = Page(items=[RowNotTaken(line=7, field="last_name", code="required")])
    desk.answers[f"PUT {C}/spa"] = ConnectionKept()


async def test_each_says_how_it_went_and_its_page_shows_which_rows_it_could_not_bring(
    desk: Desk, an_app: MakeApp
) -> None:
    _may(desk, "import.run")
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "i")
        await pilot.press("ctrl+k")
        await until(pilot, lambda: isinstance(app.screen, ConnectionsScreen) and "pms d'été" in shown(app), "the list")
        assert "ce n'est pas le serveur de cette clé" in shown(app)
        await pilot.press("p")
        await until(pilot, lambda: any("régler le centre" in note.message for note in app._notifications), "the right")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ConnectionScreen) and "c-1" in shown(app), "its page")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Show) and "à remplir" in shown(app), "the refused rows")
        assert "7" in shown(app)
    assert not [each for each in desk.received if each.method != "GET" and "/connections" in each.path]


async def test_a_webhook_is_connected_and_its_key_shown_this_once(desk: Desk, an_app: MakeApp) -> None:
    _may(desk, "import.run", "centre.edit")
    desk.refusals[f"POST {C}"] = Refusal(409, "connection_there")
    desk.answers[f"POST {C}"] = KEPT
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "i")
        await pilot.press("ctrl+k")
        await until(pilot, lambda: isinstance(app.screen, ConnectionsScreen) and "spa" in shown(app), "the list")
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, Ask), "the question")
        await settled(pilot)
        await pilot.press(*"PMS", "tab", *"webhook", "enter", "ctrl+s")
        await until(pilot, lambda: "porte déjà ce nom" in shown(app), "the refusal, the form still there")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Address), "the key")
        assert KEY in shown(app)
        assert app.clipboard == KEY
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ConnectionsScreen), "the list again")
        assert KEY not in shown(app)
    sent = [msgspec.json.decode(each.body, type=NewConnection) for each in desk.sent(f"POST {C}")]
    assert sent == [NewConnection(name="PMS", kind="webhook")] * 2


async def test_a_drop_is_collected_from_changed_paused_and_ended(desk: Desk, an_app: MakeApp) -> None:
    _may(desk, "import.run", "centre.edit")
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "i")
        await pilot.press("ctrl+k")
        await until(pilot, lambda: isinstance(app.screen, ConnectionsScreen) and "spa" in shown(app), "the list")
        app.screen.query_one("#connections").stand_on("spa")  # type: ignore[attr-defined]  # it is a list
        await pilot.press("r")
        await until(pilot, lambda: desk.sent(f"POST {C}/spa/collection"), "the collection")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ConnectionScreen) and "ssh-ed25519" in shown(app), "its page")
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, Ask), "how it is set up")
        await settled(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: desk.sent(f"PUT {C}/spa"), "kept as it was")
        await until(pilot, lambda: isinstance(app.screen, ConnectionScreen), "its page again")
        await settled(pilot)
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and app.focused, "sure?")
        await pilot.press("o")
        await until(pilot, lambda: desk.sent(f"PUT {C}/spa/pause"), "paused")
        await settled(pilot)
        await pilot.press("delete")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and app.focused, "really?")
        await pilot.press("o")
        await until(pilot, lambda: desk.sent(f"DELETE {C}/spa"), "ended")
        await until(pilot, lambda: isinstance(app.screen, ConnectionsScreen), "the list")
    (change,) = (msgspec.json.decode(each.body, type=ConnectionChange) for each in desk.sent(f"PUT {C}/spa"))
    assert change == ConnectionChange(
        kind="sftp", url="sftp://depot.example/spa", login="halte", host_key="ssh-ed25519 AAAA"
    )
