"""The card and its form at the desk: what is suggested, what is kept, what the keys do."""

from collections.abc import Callable

import msgspec
from textual.widgets import Input

from server.contract.clients import ClientFields
from tests.tui import seeds
from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk
from tui.app import HalteApp
from tui.screens.base import OpenClient
from tui.screens.client import ClientScreen
from tui.screens.client_fields import read_fields, values_of
from tui.screens.client_form import ClientFormScreen

LANGUAGES = [("de", "allemand"), ("br", "breton"), ("fr", "français")]


async def test_a_town_is_chosen_with_two_keys_and_fills_code_and_town(
    desk: Desk, an_app: Callable[[], HalteApp]
) -> None:
    async with opened(an_app()) as pilot:
        await go(pilot, "k")
        await pilot.press("ctrl+n")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, ClientFormScreen)
        screen.form.focus_first("postal_code")
        await pilot.press("2", "9")
        await until(pilot, lambda: screen.suggested.offered, "suggestions")
        await pilot.press("down", "enter")
        await settled(pilot)

        assert (screen.form.value("postal_code"), screen.form.value("town")) == ("29930", "Pont-Aven")
        assert screen.form.rows["street"].editor.has_focus
        assert not screen.suggested.display


async def test_a_slow_geocoder_is_said_and_what_is_typed_stands(desk: Desk, an_app: Callable[[], HalteApp]) -> None:
    async with opened(an_app()) as pilot:
        await go(pilot, "k")
        await pilot.press("ctrl+n")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, ClientFormScreen)
        screen.form.focus_first("street")
        await pilot.press(*"12 rue d")
        await until(pilot, lambda: "lent" in shown(pilot.app), "the reason")  # type: ignore[arg-type]
        await pilot.press("e", "enter")

        assert screen.form.value("street") == "12 rue de"
        assert isinstance(screen.focused, Input)
        assert screen.focused is screen.form.rows["postal_code"].editor


async def test_a_contact_is_added_with_the_mails_they_receive(desk: Desk, an_app: Callable[[], HalteApp]) -> None:
    async with opened(an_app()) as pilot:
        pilot.app.screen.post_message(OpenClient(seeds.FERRY))
        await settled(pilot)
        await pilot.press("c")
        await settled(pilot)
        await pilot.press(*"ajouter", "enter")
        await settled(pilot)
        await pilot.press(*"M. Bus", "enter", *"bus@ferry.example", "ctrl+s")
        await until(pilot, lambda: desk.sent(f"PATCH /api/v1/centres/kerfany/clients/{seeds.FERRY}"), "the card")

        sent = desk.sent(f"PATCH /api/v1/centres/kerfany/clients/{seeds.FERRY}")[0]
        fields = msgspec.json.decode(sent.body, type=ClientFields)
        assert [(contact.name, contact.email) for contact in fields.contacts][-1] == ("M. Bus", "bus@ferry.example")
        assert len(fields.contacts) == 3
        assert sent.version == '"7"'


async def test_an_action_is_noted_today_with_three_keys_and_its_name(
    desk: Desk, an_app: Callable[[], HalteApp]
) -> None:
    async with opened(an_app()) as pilot:
        pilot.app.screen.post_message(OpenClient(seeds.FERRY))
        await settled(pilot)
        await pilot.press("s")
        await settled(pilot)
        await pilot.press(*"news", "enter", "ctrl+s")
        await until(pilot, lambda: desk.sent("/actions"), "the action")

        assert msgspec.json.decode(desk.sent("/actions")[0].body) == {
            "action": "newsletter", "day": seeds.TODAY.isoformat(), "note": "",
        }  # fmt: skip


async def test_the_services_of_the_stay_under_the_cursor_are_said(desk: Desk, an_app: Callable[[], HalteApp]) -> None:
    async with opened(an_app(), (120, 40)) as pilot:
        pilot.app.screen.post_message(OpenClient(seeds.FERRY))
        await settled(pilot)
        assert isinstance(pilot.app.screen, ClientScreen)
        first = shown(pilot.app)  # type: ignore[arg-type]
        await pilot.press("down")
        await settled(pilot)

        assert "Hébergement 6 552,00 €" in first
        assert "Hébergement 6 552,00 €" not in shown(pilot.app)  # type: ignore[arg-type]


def test_what_the_form_shows_it_reads_back_and_what_it_does_not_ask_stays() -> None:
    before = msgspec.structs.replace(seeds.CARD.fields, marketing_codes=[], segmentation="")

    again = read_fields(values_of(before, languages=LANGUAGES), before, languages=LANGUAGES)

    assert again == before


def test_languages_are_read_by_name_or_code_and_a_wrong_one_is_left_for_the_server_to_name() -> None:
    answers = values_of(ClientFields(last_name="A")) | {"languages": "Allemand; br, klingon"}

    assert read_fields(answers, None, languages=LANGUAGES).languages == ["de", "br", "klingon"]


async def test_a_message_goes_to_whoever_books_and_begins_a_conversation(
    desk: Desk, an_app: Callable[[], HalteApp]
) -> None:
    async with opened(an_app()) as pilot:
        pilot.app.screen.post_message(OpenClient(seeds.FERRY))
        await settled(pilot)
        await pilot.press("m")
        await settled(pilot)
        await pilot.press("enter", *"Bonjour", "ctrl+s")
        await until(pilot, lambda: desk.sent("/messages"), "the message")

        begun = msgspec.json.decode(desk.sent("POST /api/v1/centres/kerfany/enquiries")[0].body)
        assert (begun["client_id"], begun["email"]) == (str(seeds.FERRY), "intendance@ferry.example")
        assert msgspec.json.decode(desk.sent("/messages")[0].body)["text"] == "Bonjour"
