"""Keys of one's own: chosen by pressing them, kept for the user, never two for one thing, and back as they were."""

from collections.abc import Callable

import msgspec
import pytest

from server.contract.accounts import PreferencesChange
from tests.tui.conftest import go, opened, shown, until
from tests.tui.desk_server import Desk
from tui.actions import ALL, BY_ID
from tui.app import HalteApp
from tui.dialogs.confirm import Confirm
from tui.dialogs.press_key import PressKey
from tui.keys import may_be_chosen, taken_by, with_key
from tui.screens.keys import KeysScreen

MakeApp = Callable[[], HalteApp]


@pytest.mark.parametrize(
    ("action", "key", "taken"),
    [
        ("home.arrive", "d", "home.leave"),
        ("home.arrive", "slash", "app.search"),
        ("home.arrive", "p", ""),
        ("app.search", "f12", "app.keys"),
        ("users.add", "right", "facilities.next"),
        ("planning.withdraw", "o", "planning.option"),
    ],
)
def test_a_key_is_taken_only_where_both_could_be_meant(action: str, key: str, taken: str) -> None:
    other = taken_by(BY_ID[action], key, {})
    assert (other.id if other else "") == taken


def test_what_moves_or_leaves_and_letters_in_forms_are_not_chosen() -> None:
    assert not may_be_chosen(BY_ID["home.arrive"], "escape")
    assert not may_be_chosen(BY_ID["form.save"], "x")
    assert may_be_chosen(BY_ID["form.discard"], "f10")
    assert with_key(BY_ID["home.arrive"], "a", {"home.arrive": "p", "home.leave": "q"}) == {"home.leave": "q"}


async def test_a_key_is_changed_refused_where_it_is_taken_kept_and_given_back(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await pilot.press("f12")
        await until(pilot, lambda: isinstance(app.screen, KeysScreen) and app.screen.list.row_count == len(ALL), "all")
        app.screen.list.stand_on("home.other_list")  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PressKey), "the question")
        await pilot.press("d")
        await until(pilot, lambda: "d fait déjà « Marquer le séjour parti »" in shown(app), "the refusal")
        await pilot.press("p")
        await until(pilot, lambda: desk.sent("PATCH /api/v1/me"), "that it is kept")
        kept = msgspec.json.decode(desk.sent("PATCH /api/v1/me")[-1].body, type=PreferencesChange)
        assert kept.keymap == {"home.other_list": "p"}

        await pilot.press("escape")
        await until(pilot, lambda: "p arrivées/départs" in shown(app), "Accueil, with it")
        await pilot.press("x")
        assert "Départs ─" not in shown(app)
        await pilot.press("p")
        await until(pilot, lambda: app.screen.departures_shown, "the departures")  # type: ignore[attr-defined]

        await pilot.press("f12")
        await until(pilot, lambda: isinstance(app.screen, KeysScreen), "the keys again")
        await pilot.press("R")
        await until(pilot, lambda: isinstance(app.screen, Confirm), "the question")
        await pilot.press("o")
        await until(pilot, lambda: len(desk.sent("PATCH /api/v1/me")) == 2, "that they are back")
        assert msgspec.json.decode(desk.sent("PATCH /api/v1/me")[-1].body)["keymap"] == {}
        await go(pilot, "a")
        await pilot.press("x")
        await until(pilot, lambda: not app.screen.departures_shown, "the arrivals")  # type: ignore[attr-defined]
