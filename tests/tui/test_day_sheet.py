"""The day's sheet, a rooming list and housekeeping in their designed states, and driven by keys."""

from collections.abc import Callable

import msgspec
import pytest
from textual.pilot import Pilot

from server.contract.day_sheet import CheckIn, Keys, MealSet, RoomMark
from server.contract.groups import RoomingEntryFields, RoomingFile, RoomingLinkRequest
from server.contract.stays import EarlyDeparture
from tests.tui import day_seeds, seeds
from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk, Refusal
from tui.app import HalteApp
from tui.dialogs.confirm import Confirm
from tui.screens.base import OpenStay

SIZES = [(80, 24), (120, 40)]
STATES = ["loading", "empty", "full", "failed"]
SnapCompare = Callable[..., bool]
MakeApp = Callable[[], HalteApp]


async def entered(pilot: Pilot[int]) -> HalteApp:
    app = pilot.app
    assert isinstance(app, HalteApp)
    await until(pilot, lambda: app.session.me is not None, "who one is")
    return app


async def on_the_stay(pilot: Pilot[int], *keys: str) -> HalteApp:
    """Open the school's stay, and press keys there."""
    app = await entered(pilot)
    app.screen.post_message(OpenStay(seeds.STAY_FERRY))
    await settled(pilot)
    await pilot.press(*keys)
    await settled(pilot)
    return app


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("state", STATES)
def test_the_day_in_each_state(
    snap_compare: SnapCompare, desk: Desk, an_app: MakeApp, state: str, size: tuple[int, int]
) -> None:
    desk.state = state

    async def show(pilot: Pilot[int]) -> None:
        app = await entered(pilot)
        await go(pilot, "j")
        app.clear_notifications()
        await settled(pilot)

    assert snap_compare(an_app(), terminal_size=size, run_before=show)


@pytest.mark.parametrize("key", ["2", "3", "4", "5"], ids=["departures", "present", "meals", "rooms"])
def test_one_key_into_each_panel_at_80x24(snap_compare: SnapCompare, desk: Desk, an_app: MakeApp, key: str) -> None:
    async def show(pilot: Pilot[int]) -> None:
        await entered(pilot)
        await go(pilot, "j")
        await pilot.press(key)
        await settled(pilot)

    assert snap_compare(an_app(), terminal_size=(80, 24), run_before=show)


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("screen", ["housekeeping", "rooming"])
def test_housekeeping_and_a_rooming_list_in_each_state(  # noqa: PLR0917
    snap_compare: SnapCompare, desk: Desk, an_app: MakeApp, screen: str, state: str, size: tuple[int, int]
) -> None:
    async def show(pilot: Pilot[int]) -> None:
        app = await entered(pilot)
        await go(pilot, "j")
        desk.state = state
        await pilot.press("c" if screen == "housekeeping" else "r")
        await settled(pilot)
        app.clear_notifications()
        await settled(pilot)

    assert snap_compare(an_app(), terminal_size=size, run_before=show)


@pytest.mark.parametrize("keys", [("v",), ("m",), ("y",), ("f", "o")], ids=["survey", "meals", "keys", "police"])
def test_what_surrounds_an_arrival_at_80x24(
    snap_compare: SnapCompare, desk: Desk, an_app: MakeApp, keys: tuple[str, ...]
) -> None:
    async def show(pilot: Pilot[int]) -> None:
        await on_the_stay(pilot, *keys)

    assert snap_compare(an_app(), terminal_size=(80, 24), run_before=show)


async def test_a_check_in_with_everything_ready_takes_one_key_and_one_confirmation(desk: Desk, an_app: MakeApp) -> None:
    ready = seeds.arrival(seeds.STAY_VOIX, "Chorale Voix-Là", 14, ["A2", "A3"], "15:30", needs=[])
    desk.answers["GET /day-sheet"] = msgspec.structs.replace(day_seeds.SHEET, arrivals=[ready])
    async with opened(an_app()) as pilot:
        await go(pilot, "j")
        await pilot.press("a")
        await settled(pilot)
        assert "Tout est prêt." in shown(pilot.app)  # type: ignore[arg-type]
        assert "2 clés à remettre." in shown(pilot.app)  # type: ignore[arg-type]
        await pilot.press("enter")
        await until(pilot, lambda: desk.sent("/check-in"), "the check-in")
    (sent,) = desk.sent("/check-in")
    assert sent.path.endswith(f"{seeds.STAY_VOIX}/check-in")
    assert msgspec.json.decode(sent.body, type=CheckIn) == CheckIn()


async def test_who_was_marked_by_mistake_is_put_back_by_the_same_key_and_not_by_pressing_it_twice(
    desk: Desk, an_app: MakeApp
) -> None:
    here = seeds.arrival(seeds.STAY_VOIX, "Chorale Voix-Là", 14, ["A2", "A3"], "15:30", needs=[], status="present")
    gone = msgspec.structs.replace(here, stay_id=seeds.STAY_FERRY, status="departed")
    desk.answers["GET /day-sheet"] = msgspec.structs.replace(day_seeds.SHEET, arrivals=[here], departures=[gone])
    desk.answers["GET /keys"] = Keys(given=2, returned=0)

    def undone() -> list[str]:
        return [one.path.partition("/stays/")[2] for one in desk.received if one.method == "DELETE"]

    async with opened(an_app()) as pilot:
        await go(pilot, "j")
        for tab, key, said in (("1", "a", "Présent par erreur ?"), ("2", "d", "Parti par erreur ?")):
            await pilot.press(tab, key)
            await until(pilot, lambda: isinstance(pilot.app.screen, Confirm), "the question")
            await settled(pilot)
            assert said in shown(pilot.app)  # type: ignore[arg-type]
            before = undone()
            await pilot.press("enter")
            await settled(pilot)
            assert undone() == before
            await pilot.press(key)
            await until(pilot, lambda: isinstance(pilot.app.screen, Confirm), "the question again")
            await pilot.press("o")
            await until(pilot, lambda: len(undone()) > len(before), "the way back")  # noqa: B023
            await settled(pilot)
    assert undone() == [f"{seeds.STAY_VOIX}/presence", f"{seeds.STAY_FERRY}/departure"]
    assert [one.path.partition("/stays/")[2] for one in desk.sent("/keys/return")] == [f"{seeds.STAY_VOIX}/keys/return"]


async def test_a_check_in_says_that_a_room_is_not_ready_and_enter_does_not_check_in(
    desk: Desk, an_app: MakeApp
) -> None:
    async with opened(an_app()) as pilot:
        await go(pilot, "j")
        await pilot.press("down", "a")
        await settled(pilot)
        assert "chambre non prête" in shown(pilot.app)  # type: ignore[arg-type]
        await pilot.press("enter")
        await settled(pilot)
    assert desk.sent("/check-in") == []


async def test_a_room_is_marked_with_one_key(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        await go(pilot, "j")
        await pilot.press("5", "enter")
        await until(pilot, lambda: desk.sent(f"/housekeeping/rooms/{seeds.uuid(5, 1)}"), "the mark")
    (sent,) = desk.sent(f"/housekeeping/rooms/{seeds.uuid(5, 1)}")
    assert msgspec.json.decode(sent.body, type=RoomMark) == RoomMark(state="clean")


async def test_a_meal_is_set_by_hand_and_emptied_to_be_counted_again(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        await on_the_stay(pilot, "m", "enter")
        await pilot.press("tab", "tab", "end", "backspace", "backspace", "5", "ctrl+s")
        await until(pilot, lambda: len([one for one in desk.sent("/meals") if one.method == "PUT"]) == 1, "the meal")
    sent = next(one for one in desk.sent("/meals") if one.method == "PUT")
    meal = msgspec.json.decode(sent.body, type=MealSet)
    assert (meal.day, meal.sitting, meal.diet, meal.people) == (seeds.TODAY, "dinner", "standard", 5)


async def test_people_are_written_down_one_after_the_other(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        await on_the_stay(pilot, "r")
        await pilot.press("n")
        await settled(pilot)
        await pilot.press(*"Zoé", "tab", *"Roux", "ctrl+s")
        await until(pilot, lambda: desk.sent("/rooming/entries"), "the person")
        await settled(pilot)
        assert "Ajouter une personne" in shown(pilot.app)  # type: ignore[arg-type]
        await pilot.press("escape")
    (sent,) = desk.sent("/rooming/entries")
    fields = msgspec.json.decode(sent.body, type=RoomingEntryFields)
    assert (fields.first_name, fields.last_name, fields.diet, fields.responsible) == ("Zoé", "Roux", "standard", False)


async def test_a_stale_row_is_said_and_what_was_typed_stays(desk: Desk, an_app: MakeApp) -> None:
    desk.refusals[f"PUT /rooming/entries/{seeds.uuid(6, 2)}"] = Refusal(412, "stale_version")
    async with opened(an_app()) as pilot:
        await on_the_stay(pilot, "r", "enter")
        await pilot.press("end", *"tte", "ctrl+s")
        await until(pilot, lambda: desk.sent(f"/rooming/entries/{seeds.uuid(6, 2)}"), "the row")
        await settled(pilot)
        assert "Quelqu'un a enregistré entre-temps." in shown(pilot.app)  # type: ignore[arg-type]
        assert "Léatte" in shown(pilot.app)  # type: ignore[arg-type]
    assert desk.sent(f"/rooming/entries/{seeds.uuid(6, 2)}")[0].version == '"1"'


@pytest.mark.parametrize(("key", "mail"), [("o", True), ("n", False)])
async def test_the_leaders_link_is_mailed_or_only_copied(desk: Desk, an_app: MakeApp, key: str, mail: bool) -> None:
    async with opened(an_app()) as pilot:
        await on_the_stay(pilot, "r", "l")
        await pilot.press(key)
        await until(pilot, lambda: desk.sent("/rooming/link"), "the link")
        await until(pilot, lambda: pilot.app.clipboard == "https://kerfany.example/p/abc", "the copy")
    assert msgspec.json.decode(desk.sent("/rooming/link")[0].body, type=RoomingLinkRequest).mail is mail


async def test_pasted_cells_are_taken_and_bad_ones_named(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        await on_the_stay(pilot, "r", "f")
        await pilot.press(*"nom;chambre", "enter", *"Petit;B99", "ctrl+s")
        await until(pilot, lambda: desk.sent("/rooming/import"), "the file")
        await settled(pilot)
        assert "B99" in shown(pilot.app)  # type: ignore[arg-type]
        assert "inconnu, gardé dans les remarques" in shown(pilot.app)  # type: ignore[arg-type]
    file = msgspec.json.decode(desk.sent("/rooming/import")[0].body, type=RoomingFile)
    assert file.content == b"nom;chambre\nPetit;B99"


async def test_a_document_is_given_by_its_address_over_ssh(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        await go(pilot, "j")
        await pilot.press("i", "enter")
        await until(pilot, lambda: pilot.app.clipboard == day_seeds.DOCUMENT.url, "the address")
        assert "quart d'heure" in shown(pilot.app)  # type: ignore[arg-type]


@pytest.mark.parametrize("where", ["stay", "planning"])
async def test_one_room_leaves_early_with_no_under_the_cursor(desk: Desk, an_app: MakeApp, where: str) -> None:
    async with opened(an_app()) as pilot:
        if where == "stay":
            await on_the_stay(pilot, "l")
        else:
            await go(pilot, "p")
            await pilot.press("l")
            await settled(pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "Libérer toutes les chambres du groupe ?" in shown(pilot.app)  # type: ignore[arg-type]
        await pilot.press("enter")
        await until(pilot, lambda: desk.sent("/early-departures"), "the departure")
    (sent,) = desk.sent("/early-departures")
    assert msgspec.json.decode(sent.body, type=EarlyDeparture).whole_group is False


async def test_police_forms_open_only_once_one_says_so(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        await on_the_stay(pilot, "f")
        await pilot.press("enter")
        await settled(pilot)
        assert desk.sent("/police-forms") == []
        await pilot.press("f", "o")
        await until(pilot, lambda: desk.sent("/police-forms"), "the forms")
        await settled(pilot)
        assert "Schmidt Anna" in shown(pilot.app)  # type: ignore[arg-type]
