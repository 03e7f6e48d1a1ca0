"""Whose a demande is: taken, given to a colleague, several at once; one's own listed."""

from collections.abc import Callable

import msgspec

from server.contract.basics import Page
from tests.tui import seeds
from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk, Refusal
from tui.app import HalteApp
from tui.screens.enquiries import EnquiriesScreen

MakeApp = Callable[[], HalteApp]
MINE = msgspec.structs.replace(seeds.ENQUIRIES[0], assignee_id=seeds.ME.account_id, assignee="M. Le Goff")


def asked(desk: Desk) -> list[object]:
    """Return what was asked of who sees to what, in order."""
    return [msgspec.json.decode(sent.body) for sent in desk.sent("/assignee")]


async def test_a_demande_is_taken_with_one_key_given_with_another_and_put_back(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "d")
        await pilot.press("m")
        await until(pilot, lambda: len(asked(desk)) == 1, "the demande taken")
        await settled(pilot)
        desk.answers[f"GET /enquiries/{seeds.ENQUIRY}"] = msgspec.structs.replace(seeds.FULL_ENQUIRY, line=MINE)
        desk.say("enquiries.assigned", seeds.ENQUIRY)
        await until(pilot, lambda: "→ vous" in shown(app), "whose it is")
        await pilot.press("m")
        await until(pilot, lambda: len(asked(desk)) == 2, "the demande put back")
        await settled(pilot)
        await pilot.press("a")
        await until(pilot, lambda: "à moi (M. Le Goff)" in shown(app), "who may see to it")
        await pilot.press(*"hostis", "enter")
        await until(pilot, lambda: len(asked(desk)) == 3, "the demande given")
    me, colleague = str(seeds.ME.account_id), str(seeds.ASSIGNEES[1].account_id)
    assert asked(desk) == [
        {"account_id": me, "instead_of": None},
        {"account_id": None, "instead_of": me},
        {"account_id": colleague, "instead_of": me},
    ]


async def test_who_comes_second_is_told_who_has_it(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    refusal = Refusal(409, "enquiry_taken")
    refusal.problem = msgspec.structs.replace(refusal.problem, facts={"assignee": "J. L'Hostis"})
    desk.refusals["POST /assignee"] = refusal
    async with opened(app) as pilot:
        await go(pilot, "d")
        before = len(desk.sent("/enquiries"))
        await pilot.press("m")
        said = "J. L'Hostis s'en occupe, depuis que vous l'avez lue."
        await until(pilot, lambda: said in {note.message for note in app._notifications}, "who has it")
        await until(pilot, lambda: len(desk.sent("/enquiries")) > before, "the inbox read again")


async def test_several_are_given_at_once_and_one_s_own_are_listed(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "d")
        await pilot.press("space", "space", "m")
        await until(pilot, lambda: len(asked(desk)) == 2, "both taken")
        await settled(pilot)
        desk.answers["GET /enquiries"] = Page(items=[MINE])
        await pilot.press("f")
        screen = app.screen
        assert isinstance(screen, EnquiriesScreen)
        await until(pilot, lambda: len(screen.lines) == 1, "one's own")
        assert "les miennes" in shown(app)
        assert "→vous 52p" in shown(app)
    paths = {sent.path for sent in desk.sent("/assignee")}
    assert {path.split("/")[-2] for path in paths} == {str(line.id) for line in seeds.ENQUIRIES[:2]}
