"""What waits at the desk, and the gestures that end or take back: tasks, no-show, cancellation, the quote's PDF."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from server.contract.stays import Desk as Day
from server.contract.tasks import Task
from tests.tui import seeds
from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk
from tui.app import HalteApp
from tui.dialogs.address import Address
from tui.dialogs.alert import Alert
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.quote_files import save_pdf
from tui.screens.base import OpenDossier, OpenStay
from tui.screens.dossier import DossierScreen
from tui.screens.stay import StayScreen

MakeApp = Callable[[], HalteApp]
TASK = Task(
    id=seeds.uuid(20, 1),
    kind="stay_left_unconfirmed",
    subject_kind="dossier",
    subject_id=seeds.DOSSIER,
    facts={"number": "P2611210042", "stay": "cancelled"},
    raised_at=seeds.at(21, 9),
)


def _day_with_tasks(count: int) -> Day:
    return msgspec.structs.replace(seeds.EMPTY_DESK, tasks=count, newest_tasks=[TASK])


async def test_a_task_is_named_opened_and_said_done(desk: Desk, an_app: MakeApp) -> None:
    desk.answers["GET /desk"] = _day_with_tasks(4)
    app = an_app()
    async with opened(app) as pilot:
        await until(pilot, lambda: "P2611210042 payé mais annulé" in shown(app), "the task")
        assert "3 autres tâches en attente" in shown(app)
        await pilot.press("shift+tab", "t")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and app.focused, "the question")
        await pilot.press("enter")
        await until(pilot, lambda: desk.sent(f"POST /api/v1/centres/kerfany/tasks/{TASK.id}/done"), "the end")
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Alert), "what it is")
        assert "Depuis" in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DossierScreen), "the dossier")


async def test_a_warning_is_ignored_with_a_reason_what_blocks_is_not_and_stands_first(
    desk: Desk, an_app: MakeApp
) -> None:
    warning = msgspec.structs.replace(TASK, id=seeds.uuid(20, 2), kind="option_ended", level="warning")
    blocking = msgspec.structs.replace(TASK, level="blocking")
    desk.answers["GET /desk"] = msgspec.structs.replace(seeds.EMPTY_DESK, tasks=2, newest_tasks=[warning, blocking])
    app = an_app()
    async with opened(app) as pilot:
        await until(pilot, lambda: "P2611210042 payé mais annulé" in shown(app), "the tasks")
        await pilot.press("shift+tab", "enter")
        await until(pilot, lambda: isinstance(app.screen, Alert), "the first")
        assert "‼ Bloquant" in shown(app)
        await pilot.press("i", "r")
        assert isinstance(app.screen, Alert)
        await pilot.press("escape", "down", "enter")
        await until(pilot, lambda: "! Avertissement" in shown(app), "the second")
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, Ask), "the reason")
        await pilot.press(*"relance lundi", "ctrl+s")
        path = f"POST /api/v1/centres/kerfany/tasks/{warning.id}/ignored"
        await until(pilot, lambda: desk.sent(path), "that it is ignored")
    assert [msgspec.json.decode(sent.body) for sent in desk.sent("/ignored")] == [{"reason": "relance lundi"}]


async def test_a_no_show_asks_with_no_under_the_cursor(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenStay(seeds.STAY_FERRY))
        await until(pilot, lambda: isinstance(app.screen, StayScreen) and app.screen.stay, "the stay")
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and app.focused, "the question")
        assert app.focused is not None
        assert app.focused.id == "no"
        await pilot.press("o")
        await until(pilot, lambda: desk.sent("/no-show"), "the no-show")


async def test_a_cancellation_is_taken_back(desk: Desk, an_app: MakeApp) -> None:
    desk.answers[f"GET /stays/{seeds.STAY_FERRY}"] = msgspec.structs.replace(seeds.STAY, status="cancelled")
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenStay(seeds.STAY_FERRY))
        await until(pilot, lambda: isinstance(app.screen, StayScreen) and app.screen.stay, "the stay")
        await pilot.press("u")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and app.focused, "the question")
        await pilot.press("o")
        await until(pilot, lambda: desk.sent("/cancellation"), "the end of it")
    (sent,) = desk.sent("/cancellation")
    assert sent.method == "DELETE"


async def test_over_ssh_the_quote_is_an_address_on_the_clipboard(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenDossier(seeds.DOSSIER))
        await settled(pilot)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, Address), "the address")
        assert "https://kerfany.example/q/abc" in shown(app)
        assert app.clipboard == "https://kerfany.example/q/abc"


def test_a_pdf_is_never_written_over_another(tmp_path: Path) -> None:
    assert save_pdf(b"one", "devis-P1-v1", folder=tmp_path).name == "devis-P1-v1.pdf"
    assert save_pdf(b"two", "devis-P1-v1", folder=tmp_path).name == "devis-P1-v1 (2).pdf"
    assert (tmp_path / "devis-P1-v1.pdf").read_bytes() == b"one"


async def test_the_namesakes_come_after_a_new_card(desk: Desk, an_app: MakeApp) -> None:
    weak = msgspec.structs.replace(seeds.FULL_ENQUIRY.candidates[0], why="name")
    desk.answers[f"GET /enquiries/{seeds.ENQUIRY}"] = msgspec.structs.replace(seeds.FULL_ENQUIRY, candidates=[weak])
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "d")
        await pilot.press("k")
        await settled(pilot)
        assert "Collège Jules Ferry  (même nom)" in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: desk.sent("/client"), "the choice")
    assert msgspec.json.decode(desk.sent("/client")[0].body) == {"client_id": None}
