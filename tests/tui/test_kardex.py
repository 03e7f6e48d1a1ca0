"""The card and its form at the desk: what is suggested, what is kept, what the keys do."""

from collections.abc import Callable
from datetime import date

import msgspec
from textual.widgets import Input

from server.contract.basics import HistoryEntry, Page
from server.contract.clients import CardMerge, ClientFields, MergePreview, Profile
from server.contract.day_sheet import DocumentLink
from server.contract.history import TrailEntry
from server.contract.satisfaction import PublicReview
from tests.tui import seeds
from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk
from tui.app import HalteApp
from tui.colours import colour_name, read_colour
from tui.dialogs.address import Address
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.dialogs.history import History
from tui.dialogs.pick import Pick
from tui.dialogs.reading import Reading
from tui.dialogs.show import Show
from tui.screens.base import OpenClient, OpenScreen
from tui.screens.client import ClientScreen
from tui.screens.client_fields import read_fields, values_of
from tui.screens.client_form import ClientFormScreen
from tui.screens.client_person import show_both
from tui.screens.trail import TrailScreen

LANGUAGES = [("de", "allemand"), ("br", "breton"), ("fr", "français")]


def grant(desk: Desk, right: str) -> None:
    """Give whoever is at the desk one right more."""
    place = seeds.ME.places[0]
    desk.me = msgspec.structs.replace(seeds.ME, places=[msgspec.structs.replace(place, rights=[*place.rights, right])])


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


async def test_over_ssh_the_letter_and_a_persons_data_open_by_an_address(
    desk: Desk, an_app: Callable[[], HalteApp]
) -> None:
    made = DocumentLink(url="https://halte.example/l/abc/lettre.pdf", name="lettre.pdf", expires_at=seeds.at(30, 9))
    desk.answers["POST /blacklisting/letter/links"] = made
    desk.answers["POST /personal-data/links"] = msgspec.structs.replace(made, name="donnees.zip")
    grant(desk, "client.export")
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenClient(seeds.MARCHETTI))
        await settled(pilot)
        for key, name in (("b", "pdf"), ("p", "remettre")):
            await pilot.press(key)
            await settled(pilot)
            await pilot.press(*name, "enter")
            await until(pilot, lambda: isinstance(app.screen, Address), "the address")
            assert isinstance(app.screen, Address)
            assert app.screen.url == made.url
            await pilot.press("escape")
            await settled(pilot)

        assert len(desk.sent("/blacklisting/letter/links")) == len(desk.sent("/personal-data/links")) == 1


async def test_a_card_that_went_into_this_one_is_given_back_on_another_day(
    desk: Desk, an_app: Callable[[], HalteApp]
) -> None:
    merge = CardMerge(
        id=seeds.uuid(9, 9), name="Collège Ferry", reference="C2", merged_at=seeds.at(19, 10), merged_by="une collègue"
    )
    grant(desk, "client.merge")
    desk.answers["GET /merges"] = Page(items=[merge])
    desk.answers[f"DELETE /merges/{merge.id}"] = seeds.CARD
    async with opened(an_app()) as pilot:
        pilot.app.screen.post_message(OpenClient(seeds.FERRY))
        await settled(pilot)
        await pilot.press("u")
        await until(pilot, lambda: "Collège Ferry (réf. C2)" in shown(pilot.app), "the merges")  # type: ignore[arg-type]
        await pilot.press(*"zzz")
        await until(pilot, lambda: "Rien de tel dans la liste." in shown(pilot.app), "that the search finds none")  # type: ignore[arg-type]
        await pilot.press("ctrl+u")
        await until(pilot, lambda: "Collège Ferry (réf. C2)" in shown(pilot.app), "the merges again")  # type: ignore[arg-type]
        await pilot.press("enter")
        await until(pilot, lambda: desk.sent(f"/merges/{merge.id}"), "the card given back")


async def test_two_cards_seen_side_by_side_become_one_only_once_one_goes_on(
    desk: Desk, an_app: Callable[[], HalteApp]
) -> None:
    fields = seeds.CARD.fields
    other = msgspec.structs.replace(fields, town="Quimper")
    line = msgspec.structs.replace(seeds.CLIENTS[0], id=seeds.uuid(9, 8), kind=fields.kind, town="Quimper")
    grant(desk, "client.merge")
    desk.answers["GET /clients"] = Page(items=[line])
    desk.answers[f"GET /merge/{line.id}"] = MergePreview(
        version=7, kept=fields, merged=other, result=fields, moves={"stays": 2}
    )
    async with opened(an_app()) as pilot:
        pilot.app.screen.post_message(OpenClient(seeds.FERRY))
        await settled(pilot)
        for key, then in (("escape", ClientScreen), ("enter", Confirm)):
            await pilot.press("f")
            await until(pilot, lambda: isinstance(pilot.app.screen, Pick), "which card")
            await settled(pilot)
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, Show), "both cards")
            await settled(pilot)
            assert "Quimper" in shown(pilot.app)  # type: ignore[arg-type]
            await pilot.press(key)
            await until(pilot, lambda wanted=then: isinstance(pilot.app.screen, wanted), "what follows")  # type: ignore[misc]


async def test_the_desk_notes_an_objection_and_takes_it_back_in_the_client_s_words(
    desk: Desk, an_app: Callable[[], HalteApp]
) -> None:
    place = seeds.ME.places[0]
    rights = [right for right in place.rights if right not in ("client.export", "client.erase")]
    desk.me = msgspec.structs.replace(seeds.ME, places=[msgspec.structs.replace(place, rights=rights)])
    objecting = msgspec.structs.replace(seeds.CARD, objected_at=seeds.at(20, 9))
    desk.answers[f"POST /{seeds.FERRY}/objection"] = desk.answers["POST /taking-back"] = objecting
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenClient(seeds.FERRY))
        await until(pilot, lambda: isinstance(app.screen, ClientScreen) and "Ferry" in shown(app), "the card")
        await settled(pilot)
        await pilot.press("p")
        await until(pilot, lambda: "Elle s'oppose" in shown(app), "what the desk may note")
        assert "Effacer la personne" not in shown(app) and "archive" not in shown(app)
        desk.answers[f"GET /{seeds.FERRY}"] = objecting
        await pilot.press("enter")
        await until(pilot, lambda: "s'oppose à être reconnu dans" in shown(app), "the card says so")
        await settled(pilot)
        await pilot.press("p")
        await until(pilot, lambda: "Elle reprend" in shown(app), "the way back")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Ask), "how they said so")
        await pilot.press(*"par lettre", "ctrl+s")
        await until(pilot, lambda: desk.sent("/objection/taking-back"), "taken back")
        await until(pilot, lambda: isinstance(app.screen, ClientScreen), "the card again")
    (sent,) = desk.sent("/objection/taking-back")
    assert msgspec.json.decode(sent.body) == {"wish": "par lettre"}


async def test_two_cards_are_shown_side_by_side_in_the_words_of_the_desk(
    desk: Desk, an_app: Callable[[], HalteApp]
) -> None:
    kept, merged = ClientFields(last_name="Le Goff", town="Vannes"), ClientFields(last_name="Le Goff", town="Auray")
    merged = msgspec.structs.replace(merged, client_type="school", social_economy=True)
    said = show_both(
        MergePreview(version=1, kept=kept, merged=merged, result=merged, moves={"stays": 2, "client_rates": 1}),
        zone="Europe/Paris",
        today=seeds.TODAY,
    )
    app = an_app()
    async with opened(app, (120, 40)) as pilot:
        app.push_screen(said)
        await settled(pilot)
        text = shown(app)

    for words in ("type de client", "Établissement scolaire", "économie sociale", "1 tarifs, 2 séjours"):
        assert words.lower() in text.lower()
    assert "client_type" not in text


async def test_a_long_change_is_read_whole_and_openings_are_shown_when_asked_for(
    desk: Desk, an_app: Callable[[], HalteApp]
) -> None:
    told = "Groupe calme. " * 12 + "Lit bébé."
    line = HistoryEntry(
        at="2024-03-01T09:30:00Z",
        actor="M. Le Goff",
        address="192.0.2.7",
        action="change",
        before={"notes": told[:-9]},
        after={"notes": told},
    )
    desk.answers["GET /history"] = Page(
        items=[TrailEntry(subject_kind="client", subject_id=seeds.FERRY, subject_name="Collège Ferry", entry=line)]
    )
    desk.answers[f"GET /history/{seeds.FERRY}"] = Page(items=[line])
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenClient(seeds.FERRY))
        await settled(pilot)
        await pilot.press("h")
        await until(pilot, lambda: isinstance(app.screen, History), "the history")
        assert "01/03/2024" in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Reading), "the line")
        whole = " ".join(shown(app).replace("│", " ").replace("┃", " ").split())
        assert "ven. 1 mars 2024, 10:30:00 · M. Le Goff, depuis 192.0.2.7" in whole
        assert "Lit bébé." in whole
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, History), "the history again")
        await pilot.press("o")
        await until(pilot, lambda: "ouvertures comprises" in shown(app), "the openings")
        asked = [query["openings"] for where, query in desk.asked if where.endswith(f"/history/{seeds.FERRY}")]
        assert asked == ["false", "true"]
        await pilot.press("escape")

        app.screen.post_message(OpenScreen(TrailScreen(app.session)))
        await until(pilot, lambda: "Collège Ferry" in shown(app) and "modification" in shown(app), "the trail")
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, ClientScreen), "the card")


def test_a_colour_is_said_by_its_name_and_another_is_written_as_it_is() -> None:
    typed = {"Bleu": "#3366cc", "vert clair": "#7fb800", " OCRE ": "#b8860b", "#123456": "#123456", "azur": "azur"}

    assert {text: read_colour(text) for text in typed} == typed
    assert [colour_name(colour) for colour in ("#3366CC", "#123456", "")] == ["bleu", "#123456", ""]
    assert values_of(ClientFields(colour="#8a5a9e"))["colour"] == "violet"


async def test_a_profile_is_noted_with_its_source_and_a_review_is_said_to_be_the_client_s(
    desk: Desk, an_app: Callable[[], HalteApp]
) -> None:
    card = f"/api/v1/centres/kerfany/clients/{seeds.FERRY}"
    published = PublicReview(
        id=seeds.uuid(23, 1),
        site="Tripadvisor",
        author="Luc",
        day=date(2026, 6, 4),
        score_tenths=40,
        comment="",
        url="",
    )
    desk.answers["GET /satisfaction/reviews"] = Page(items=[published])
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenClient(seeds.FERRY))
        await settled(pilot)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, Pick), "what there is")
        await pilot.press(*"noter", "enter")
        await until(pilot, lambda: isinstance(app.screen, Ask), "the form")
        await settled(pilot)
        await pilot.press(*"Tik", "enter", "tab", *"@ferry", "ctrl+s")
        await until(pilot, lambda: desk.sent(f"PATCH {card}"), "the card")
        await until(pilot, lambda: isinstance(app.screen, ClientScreen), "the card again")
        await settled(pilot)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, Pick), "what there is now")
        await pilot.press(*"rattacher", "enter")
        await until(pilot, lambda: "☺ 4,0 Tripadvisor, 04/06/2026, Luc" in shown(app), "the review")
        await settled(pilot)
        await pilot.press("enter")
        said = "Avis rattaché à la fiche."
        await until(pilot, lambda: said in {note.message for note in app._notifications}, "that it is linked")
        await settled(pilot)

    assert len(desk.sent(f"POST {card}/reviews/{published.id}")) == 1
    fields = msgspec.json.decode(desk.sent(f"PATCH {card}")[0].body, type=ClientFields)
    assert fields.profiles == [
        *seeds.CARD.fields.profiles,
        Profile(network="tiktok", handle="@ferry", given="desk", day=seeds.TODAY),
    ]
    assert fields.contacts == seeds.CARD.fields.contacts
