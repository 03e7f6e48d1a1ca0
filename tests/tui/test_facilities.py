"""Installations: who works here and how they get in, the rooms, what is sold, the tablets."""

from collections.abc import Callable

import msgspec

from server.contract.accounts import NewKey, NewUser, UserChange
from server.contract.basics import Money
from server.contract.dossiers import ServiceChange
from server.contract.stays import NewRoom
from tests.tui import seeds
from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk, Refusal
from tui.app import HalteApp
from tui.dialogs.address import Address
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.screens.rooms import RoomsScreen
from tui.screens.users import UsersScreen

MakeApp = Callable[[], HalteApp]
USER = seeds.USERS[0]
KEY_LINE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl anne@bureau"


async def test_a_user_is_added_with_role_and_password(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        await go(pilot, "i")
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, Ask), "the question")
        await pilot.press(*"lea.roux", "tab", *"Léa", "tab", *"lea@x.fr", "tab", *"récep", "enter")
        await pilot.press("tab", *"marmite-bleue-7", "ctrl+s")
        await until(pilot, lambda: desk.sent("POST /api/v1/centres/kerfany/users"), "the user")
    (sent,) = desk.sent("POST /api/v1/centres/kerfany/users")
    assert msgspec.json.decode(sent.body, type=NewUser) == NewUser(
        login="lea.roux", name="Léa", email="lea@x.fr", role="réception", password="marmite-bleue-7", public_key=None
    )


async def test_a_refused_user_is_said_in_french_and_what_was_typed_stays(desk: Desk, an_app: MakeApp) -> None:
    desk.refusals["POST /users"] = Refusal(409, "login_taken", "This login belongs to somebody else.")
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "i")
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, Ask), "the question")
        await pilot.press(*"lea.roux", "tab", *"Léa", "tab", *"lea@x.fr", "tab", *"récep", "enter", "ctrl+s")
        await until(pilot, lambda: "est celui de quelqu'un d'autre" in shown(app), "the refusal")
        assert "lea.roux" in shown(app)
        assert "somebody" not in shown(app)


async def test_a_role_changes_under_its_version_and_nothing_else(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        await go(pilot, "i")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Ask), "the question")
        await pilot.press(*"compta", "enter", "ctrl+s")
        await until(pilot, lambda: desk.sent(f"PATCH /api/v1/centres/kerfany/users/{USER.id}"), "the change")
    (sent,) = desk.sent(f"PATCH /api/v1/centres/kerfany/users/{USER.id}")
    assert msgspec.json.decode(sent.body, type=UserChange) == UserChange(role="comptabilité")
    assert sent.version == '"3"'


async def test_disabling_says_what_it_does_with_no_under_the_cursor(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "i")
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and app.focused, "the question")
        assert "Ses sessions se ferment dans les cinq secondes" in shown(app)
        await pilot.press("enter")
        await settled(pilot)
        assert desk.sent(f"PATCH /api/v1/centres/kerfany/users/{USER.id}") == []
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and app.focused, "the question again")
        await pilot.press("o")
        await until(pilot, lambda: desk.sent(f"PATCH /api/v1/centres/kerfany/users/{USER.id}"), "the change")
    (sent,) = desk.sent(f"PATCH /api/v1/centres/kerfany/users/{USER.id}")
    assert msgspec.json.decode(sent.body, type=UserChange) == UserChange(state="disabled")


async def test_a_key_is_added_by_its_line_and_one_of_two_revoked(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "i")
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, Ask), "the question")
        await pilot.press(*KEY_LINE, "ctrl+s")
        await until(pilot, lambda: desk.sent("/keys"), "the key")
        await until(pilot, lambda: isinstance(app.screen, UsersScreen), "the list")
        await pilot.press("delete")
        await settled(pilot)
        await pilot.press(*"portable", "enter")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and app.focused, "the confirmation")
        await pilot.press("o")
        await until(pilot, lambda: desk.sent(f"/keys/{USER.keys[1].id}"), "the revocation")
    (added,) = desk.sent("/keys")
    assert msgspec.json.decode(added.body, type=NewKey) == NewKey(public_key=KEY_LINE)
    assert desk.sent(f"/keys/{USER.keys[1].id}")[0].method == "DELETE"


async def test_reception_begins_with_what_it_may_read_and_is_told_which_right_is_missing(
    desk: Desk, an_app: MakeApp
) -> None:
    desk.me = seeds.RECEPTION
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "i")
        assert isinstance(app.screen, RoomsScreen)
        await pilot.press("left")
        await settled(pilot)
        assert "« gérer les utilisateurs »" in shown(app)
        await pilot.press("n")
        await settled(pilot)
        assert isinstance(app.screen, UsersScreen)
    assert desk.sent("/users") == []


async def test_a_room_and_a_price_are_written(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "i")
        await pilot.press("right")
        await settled(pilot)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, Ask), "the room")
        await pilot.press(*"B12", "tab", "6", "tab", *"ados", "ctrl+s")
        await until(pilot, lambda: desk.sent("POST /api/v1/centres/kerfany/rooms"), "the room sent")
        await settled(pilot)
        await pilot.press("right")
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Ask), "the price")
        await pilot.press(*"23,50", "ctrl+s")
        await until(pilot, lambda: desk.sent(f"/services/{seeds.SERVICES[0].id}"), "the price sent")
    room = msgspec.json.decode(desk.sent("POST /api/v1/centres/kerfany/rooms")[0].body, type=NewRoom)
    assert room == NewRoom(name="B12", beds=6, room_type="ados")
    (sent,) = desk.sent(f"/services/{seeds.SERVICES[0].id}")
    change = msgspec.json.decode(sent.body, type=ServiceChange)
    assert change.price == Money(minor=2350)
    assert change.active is True
    assert sent.version == '"1"'


async def test_a_tablets_address_is_shown_once_and_unpairing_asks(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "i")
        for _ in range(3):
            await pilot.press("right")
            await settled(pilot)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, Ask), "the name")
        await pilot.press(*"Salle", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Address), "the address")
        assert seeds.PAIRED.url in shown(app)
        assert app.clipboard == seeds.PAIRED.url
        await pilot.press("escape")
        await settled(pilot)
        assert seeds.PAIRED.url not in shown(app)
        await pilot.press("delete")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and app.focused, "the question")
        await pilot.press("o")
        await until(pilot, lambda: desk.sent(f"/tablets/{seeds.TABLETS[0].id}"), "the end of the pairing")
