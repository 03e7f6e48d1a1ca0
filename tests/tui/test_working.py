"""What the desk does all day: answer, promise, give rooms, write down arrivals, and lose nothing of it."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import msgspec

from server.contract.basics import FieldProblem
from server.contract.clients import ClientFields, SignalQuestion
from server.contract.dossiers import FirstLine, NewLine, PaymentLinkRequest, QuoteSending
from server.contract.enquiries import NewMessage
from server.contract.openings import Opening
from server.contract.stays import EarlyDeparture, NewStay, OutOfService, RoomsHeld, StayChange
from tests.tui import seeds
from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk, Refusal
from tui.app import HalteApp
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.dialogs.show import Show
from tui.screens.base import OpenClient, OpenDossier, OpenStay
from tui.screens.client import ClientScreen
from tui.screens.client_form import ClientFormScreen
from tui.screens.dossier import DossierScreen
from tui.screens.enquiries import EnquiriesScreen
from tui.screens.planning import PlanningScreen
from tui.screens.stay import StayScreen
from tui.screens.stay_form import StayFormScreen

MakeApp = Callable[[], HalteApp]


async def test_an_answer_goes_out_once_and_its_draft_goes(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "d")
        await pilot.press("r", *"Bonjour", "ctrl+s")
        await until(pilot, lambda: desk.sent("/messages"), "the answer")
        await settled(pilot)
        screen = app.screen
        assert isinstance(screen, EnquiriesScreen)
        assert not screen.reply.display
        assert app.session.drafts.kept(f"enquiry {seeds.ENQUIRY} answer") is None
    (sent,) = desk.sent("/messages")
    assert sent.path.endswith(f"/enquiries/{seeds.ENQUIRY}/messages")
    assert msgspec.json.decode(sent.body, type=NewMessage) == NewMessage(text="Bonjour", note=False)
    assert sent.key


async def test_an_answer_left_unsent_is_offered_again_in_another_terminal(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        await go(pilot, "d")
        await pilot.press("r", *"Bonjour Madame")
        await settled(pilot)
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "d")
        await pilot.press("r")
        await settled(pilot)
        screen = app.screen
        assert isinstance(screen, EnquiriesScreen)
        assert screen.reply.text == "Bonjour Madame"
    assert desk.sent("/messages") == []


async def test_the_first_service_makes_the_enquiry_a_dossier(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "d")
        await pilot.press("plus")
        await settled(pilot)
        await pilot.press("tab", *"pension", "tab", "tab", *"48", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, DossierScreen), "the dossier")
    (sent,) = desk.sent("/services")[-1:]
    first = msgspec.json.decode(sent.body, type=FirstLine)
    assert first.line.service_id == seeds.SERVICES[1].id
    assert first.line.quantity == 48
    assert (first.arrival, first.departure) == (date(2027, 3, 16), date(2027, 3, 19))


async def test_a_type_without_its_service_is_asked_for_it_rather_than_sent_as_divers(
    desk: Desk, an_app: MakeApp
) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "d")
        await pilot.press("plus")
        await until(pilot, lambda: isinstance(app.screen, Ask) and app.focused, "the form")
        dialog = app.screen
        assert isinstance(dialog, Ask)
        await pilot.press(*"repas", "tab", "tab", *"Goûter", "tab", "tab", *"3,50", "ctrl+s")
        service = dialog.form.rows["service_id"]
        await until(pilot, lambda: service.note_text == "à remplir", "that the service is asked for")
        assert app.focused is service.editor
        assert desk.sent("/services")[1:] == [], "read once, and nothing sent"
        await pilot.press(*"zzz", "ctrl+s")
        await until(
            pilot, lambda: "« zzz » n'est pas dans la liste" in service.note_text, "that there is no such thing"
        )
        assert desk.sent("/services")[1:] == []
        await pilot.press(*"pan", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, DossierScreen), "the dossier")
    first = msgspec.json.decode(desk.sent("/services")[-1].body, type=FirstLine)
    assert first.line.service_id == seeds.SERVICES[2].id


async def test_a_made_to_measure_line_says_its_label_price_and_vat(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenDossier(seeds.DOSSIER))
        await settled(pilot)
        await pilot.press("plus")
        await settled(pilot)
        await pilot.press(*"divers", "tab", "tab", *"Car", "tab", "1", "tab", *"280,50", "ctrl+s")
        await until(pilot, lambda: desk.sent("/lines"), "the line")
    body = msgspec.json.decode(desk.sent("/lines")[0].body)
    assert body["label"] == "Car"
    assert body["service_id"] is None
    assert body["unit_price"] == {"minor": 28050, "currency": "EUR"}
    assert body["vat_basis_points"] == 1000


async def test_the_quote_and_the_payment_link_are_sent(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenDossier(seeds.DOSSIER))
        await settled(pilot)
        await pilot.press("e")
        await settled(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: desk.sent("/quotes"), "the quote")
        await settled(pilot)
        await pilot.press("p")
        await settled(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: desk.sent("/payment-links"), "the link")
    quote = msgspec.json.decode(desk.sent("/quotes")[0].body, type=QuoteSending)
    assert quote.option_until == date(2026, 12, 5)
    assert msgspec.json.decode(desk.sent("/payment-links")[0].body, type=PaymentLinkRequest) == PaymentLinkRequest(
        part="deposit", mail=True
    )


async def test_a_card_opens_as_fast_as_it_is_typed(an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        for key in ("g", "k", "v", "o", "i", "x", "enter"):
            app.simulate_key(key)  # all in one packet, as over a slow line
        await until(pilot, lambda: isinstance(app.screen, ClientScreen), "the card")
        assert app.screen.client_id == seeds.VOIX  # type: ignore[attr-defined]


async def test_no_key_overtakes_the_one_before(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenClient(seeds.FERRY))
        await settled(pilot)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, ClientFormScreen) and app.focused, "the form")
        for key in ("M", "o", "r", "x", "backspace", "e", "l", "tab", "A", "n", "n", "e"):
            app.simulate_key(key)
        await settled(pilot)
        form = app.screen.form  # type: ignore[attr-defined]
        assert (form.value("last_name"), form.value("first_name")) == ("Morel", "Anne")


async def test_the_referential_speaks_while_one_types(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "k")
        await pilot.press("ctrl+n")
        await settled(pilot)
        await pilot.press(*"Morel")
        await until(
            pilot, lambda: "déjà venu dans 2 autres centres (printemps 2024, groupes)" in shown(app), "the signal"
        )
    assert msgspec.json.decode(desk.sent("/clients/signal")[-1].body, type=SignalQuestion).last_name == "Morel"


async def test_a_field_in_error_says_so_beside_it_and_keeps_what_was_typed(desk: Desk, an_app: MakeApp) -> None:
    desk.refusals["PATCH " + str(seeds.FERRY)] = Refusal(
        422, "invalid", errors=[FieldProblem(pointer="/email", code="email_invalid", message="adresse illisible")]
    )
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenClient(seeds.FERRY))
        await settled(pilot)
        await pilot.press("e")
        await settled(pilot)
        await pilot.press(*"Morel", "ctrl+s")
        await until(pilot, lambda: "adresse illisible" in shown(app), "the error")
        form = app.screen.form  # type: ignore[attr-defined]
        assert form.value("last_name") == "Morel"
        assert app.focused is form.rows["email"].editor


async def test_the_second_to_save_keeps_what_the_first_saved_and_decides_what_both_changed(
    desk: Desk, an_app: MakeApp
) -> None:
    path = f"PATCH /api/v1/centres/kerfany/clients/{seeds.FERRY}"
    desk.refusals["PATCH " + str(seeds.FERRY)] = Refusal(412, "stale_version")
    fields = msgspec.structs.replace(seeds.CARD.fields, town="Quimper", contacts=[])
    assert seeds.CARD.fields.contacts
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenClient(seeds.FERRY))
        await settled(pilot)
        await pilot.press("e")
        await settled(pilot)
        await pilot.press(*"Morel")
        desk.answers["GET " + str(seeds.FERRY)] = msgspec.structs.replace(seeds.CARD, version=9, fields=fields)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "changements sont repris" in " ".join(shown(app).split()), "what they changed")
        assert isinstance(app.screen, ClientFormScreen)
        # What is said while typing does not take it away.
        app.screen.tell("")
        assert "Ses changements sont repris ici : Ville." in str(app.screen.banner.content)
        assert "Quimper" in shown(app)

        both = msgspec.structs.replace(fields, last_name="Morelle")
        desk.refusals["PATCH " + str(seeds.FERRY)] = Refusal(412, "stale_version")
        desk.answers["GET " + str(seeds.FERRY)] = msgspec.structs.replace(seeds.CARD, version=10, fields=both)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Show), "both versions")
        assert "Morelle" in shown(app)
        await pilot.press("escape", "ctrl+s")
        await until(pilot, lambda: len(desk.sent(path)) == 3, "the last save")
    sent = desk.sent(path)
    assert [each.version for each in sent] == ['"7"', '"9"', '"10"']
    # Theirs stays where only they changed it, also what the form does not ask; ours where both did.
    wanted = msgspec.structs.replace(fields, last_name="Morel")
    assert msgspec.json.decode(sent[2].body, type=ClientFields) == wanted


async def test_a_line_changed_by_somebody_else_shows_both_versions(desk: Desk, an_app: MakeApp) -> None:
    line = seeds.DOSSIER_VIEW.lines[0]
    path = f"PATCH /api/v1/centres/kerfany/dossiers/{seeds.DOSSIER_VIEW.id}/lines/{line.id}"
    desk.refusals[f"PATCH {line.id}"] = Refusal(412, "stale_version")
    theirs = msgspec.structs.replace(line, quantity=51)
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenDossier(seeds.DOSSIER_VIEW.id))
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Ask), "the question")
        desk.answers["GET " + str(seeds.DOSSIER_VIEW.id)] = msgspec.structs.replace(
            seeds.DOSSIER_VIEW, version=9, lines=[theirs, *seeds.DOSSIER_VIEW.lines[1:]]
        )
        await pilot.press("tab", *"50", "ctrl+s")
        await until(pilot, lambda: "Enregistré entre-temps" in shown(app), "both versions")
        assert "51 ×" in shown(app)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: len(desk.sent(path)) == 2, "the second save")
    assert desk.sent(path)[1].version == '"9"'
    assert msgspec.json.decode(desk.sent(path)[1].body)["quantity"] == 50


async def test_who_else_has_it_open_is_said_and_gone_when_they_go(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenClient(seeds.FERRY))
        await until(pilot, lambda: desk.sent(f"/openings/{seeds.FERRY}"), "that it is open")
        assert "ouvert aussi" not in shown(app)

        desk.others = [Opening(name="Yann Le Goff", editing=True), Opening(name="M. Cloarec", editing=False)]
        desk.say("openings.changed", seeds.FERRY)
        both = "modifié en ce moment par Yann Le Goff · ouvert aussi par M. Cloarec"
        await until(pilot, lambda: both in shown(app), "who they are")

        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, ClientFormScreen), "the form")
        await until(
            pilot, lambda: b'"editing":true' in desk.sent(f"/openings/{seeds.FERRY}")[-1].body, "that one edits"
        )
        await until(pilot, lambda: both in shown(app), "who they are, over the form too")
        desk.others = []
        desk.say("openings.changed", seeds.FERRY)
        await until(pilot, lambda: "modifié en ce moment" not in shown(app), "that they went")

        await pilot.press("escape", "escape")
        await until(
            pilot, lambda: desk.sent(f"DELETE /api/v1/centres/kerfany/openings/{seeds.FERRY}"), "that it is closed"
        )
        assert (
            b'"editing":false' in [one for one in desk.sent(f"/openings/{seeds.FERRY}") if one.method == "PUT"][-1].body
        )


async def test_a_form_left_open_is_taken_up_again(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        pilot.app.screen.post_message(OpenClient(seeds.FERRY))
        await settled(pilot)
        await pilot.press("e")
        await settled(pilot)
        await pilot.press(*"Morel")
        await settled(pilot)
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenClient(seeds.FERRY))
        await settled(pilot)
        await pilot.press("e")
        await settled(pilot)
        assert app.screen.form.value("last_name") == "Morel"  # type: ignore[attr-defined]
        assert "non enregistré" in shown(app)


async def test_dates_and_cascades_of_a_stay_go_as_said(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenStay(seeds.STAY_FERRY))
        await settled(pilot)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, StayFormScreen) and app.focused, "the form")
        form = app.screen.form  # type: ignore[attr-defined]
        await pilot.press(*"12/7", "tab", *"+4", "tab")
        assert "→ ven. 16 juil. 2027" in shown(app)
        form.focus_first("booking_category")
        await pilot.press(*"indiv", "enter")
        await settled(pilot)
        assert form.value("booking_type") == ""
        await pilot.press("tab", *"fam", "enter")
        from_where, living = form.rows["nationalities"], form.rows["residences"]
        await until(pilot, lambda: from_where.note_text == "→ France 52", "the names of countries")
        from_where.editor.value = "50 france, ital 2"
        living.editor.value = "Atlantide 52"
        form.focus_first("residences")
        await pilot.press("tab")
        await until(pilot, lambda: from_where.note_text == "→ France 50, Italie 2", "the countries, read")
        await until(pilot, lambda: living.note_text == "« Atlantide » n'est pas un pays connu", "the one that is none")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.focused is living.editor, "the field that is wrong")
        living.editor.value = ""
        await pilot.press("ctrl+s")
        await until(pilot, lambda: desk.sent(f"PATCH /api/v1/centres/kerfany/stays/{seeds.STAY_FERRY}"), "the save")
    (sent,) = desk.sent(f"PATCH /api/v1/centres/kerfany/stays/{seeds.STAY_FERRY}")
    fields = msgspec.json.decode(sent.body, type=StayChange).fields
    assert (fields.arrival, fields.departure) == (date(2027, 7, 12), date(2027, 7, 16))
    assert (fields.booking_category, fields.booking_type) == ("individuals", "families")
    assert [(each.country, each.people) for each in fields.nationalities] == [("FR", 50), ("IT", 2)]
    assert (fields.residences, fields.region) == ([], "53")
    assert fields.counts == seeds.FERRY_FIELDS.counts
    assert sent.version == '"4"'


async def test_one_room_leaves_early_and_no_is_under_the_cursor(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenStay(seeds.STAY_FERRY))
        await settled(pilot)
        await pilot.press("l")
        await settled(pilot)
        await pilot.press("tab", *"19/3", "ctrl+s")
        await until(pilot, lambda: "hors du séjour" in shown(app), "the word beside the day")
        await pilot.press("ctrl+u", *"18/3", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Confirm), "the question")
        assert "Libérer toutes les chambres du groupe ?" in shown(app)
        assert app.focused is not None
        assert app.focused.id == "no"
        await pilot.press("enter")
        await until(pilot, lambda: desk.sent("/early-departures"), "the departure")
    (sent,) = desk.sent("/early-departures")
    assert msgspec.json.decode(sent.body, type=EarlyDeparture) == EarlyDeparture(
        room_id=seeds.ROOM["B1"].id, day=date(2027, 3, 18), whole_group=False
    )


async def test_present_takes_one_key_and_one_confirmation(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await settled(pilot)
        await pilot.press("down", "a")
        await until(pilot, lambda: isinstance(app.screen, Confirm), "the confirmation")
        await pilot.press("enter")
        await until(pilot, lambda: desk.sent("/check-in"), "the arrival")
    (sent,) = desk.sent("/check-in")
    assert str(seeds.STAY_VOIX) in sent.path


async def test_what_is_proposed_is_corrected_and_held_as_a_whole(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenStay(seeds.STAY_FERRY))
        await settled(pilot)
        await pilot.press("p")
        await settled(pilot)
        # A group with minors: who sleeps apart is as its list says.
        await pilot.press("ctrl+s")
        await settled(pilot)
        await pilot.press("space", "ctrl+s")
        await until(pilot, lambda: desk.sent("/beds"), "the beds")
        assert isinstance(app.screen, StayScreen)
    (sent,) = desk.sent("/beds")
    held = msgspec.json.decode(sent.body, type=RoomsHeld).bed_ids
    wanted = {bed.id for name in ("B2", "B3") for bed in seeds.ROOM[name].beds}
    assert set(held) == wanted
    assert sent.version == '"4"'


async def test_a_stay_without_a_dossier_gets_it_by_its_first_service(desk: Desk, an_app: MakeApp) -> None:
    alone = msgspec.structs.replace(seeds.STAY, dossier_id=None, dossier_number=None)
    desk.answers[f"GET /stays/{seeds.STAY_FERRY}"] = alone
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenStay(seeds.STAY_FERRY))
        await settled(pilot)
        await pilot.press("s")
        await settled(pilot)
        await pilot.press("tab", *"pension", "tab", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, DossierScreen), "its dossier")
    (sent,) = desk.sent(f"/stays/{seeds.STAY_FERRY}/services")
    assert msgspec.json.decode(sent.body, type=NewLine).service_id is not None


async def test_rooms_marked_on_the_planning_become_a_stay(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "p")
        await pilot.press("down", "down", "space", "right", "right", "space", "down", "space", "n")
        await settled(pilot)
        await pilot.press("tab", "tab", "tab", *"10", "ctrl+s")
        await until(pilot, lambda: desk.sent("POST /api/v1/centres/kerfany/stays"), "the stay")
    new = msgspec.json.decode(desk.sent("POST /api/v1/centres/kerfany/stays")[0].body, type=NewStay)
    assert (new.fields.arrival, new.fields.departure) == (date(2026, 11, 21), date(2026, 11, 24))
    assert new.fields.counts.teenagers == 10
    assert new.fields.counts.adults is None
    assert set(new.bed_ids) == {bed.id for name in ("A4", "A5") for bed in seeds.ROOM[name].beds}


async def test_a_room_is_put_out_of_service_from_the_planning(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "p")
        await pilot.press("down", "down", "x")
        await settled(pilot)
        await pilot.press("tab", "tab", *"+2", "ctrl+s")
        await until(pilot, lambda: desk.sent("/withdrawals"), "the withdrawal")
        assert isinstance(app.screen, PlanningScreen)
    (sent,) = desk.sent("/withdrawals")
    assert msgspec.json.decode(sent.body, type=OutOfService) == OutOfService(
        room_id=seeds.ROOM["A4"].id, first_day=date(2026, 11, 21), last_day=date(2026, 11, 23), reason="works"
    )


async def test_reception_cannot_blacklist_and_is_told_why(desk: Desk, an_app: MakeApp) -> None:
    desk.me = seeds.RECEPTION
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenClient(seeds.FERRY))
        await settled(pilot)
        await pilot.press("b")
        await settled(pilot)
        assert isinstance(app.screen, ClientScreen)
        assert "Il vous manque le droit « blacklister un client »" in " ".join(
            toast.message for toast in app._notifications
        )
    assert desk.sent("/blacklisting") == []


async def test_direction_closes_the_padlock(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenClient(seeds.FERRY))
        await settled(pilot)
        await pilot.press("b")
        await settled(pilot)
        await pilot.press(*"impay", "enter", "ctrl+s")
        await until(pilot, lambda: desk.sent("/blacklisting"), "the padlock")
    body = msgspec.json.decode(desk.sent("/blacklisting")[0].body)
    assert body["reason"] == "unpaid"
    assert body["evidence_day"] == "2026-11-21"


async def test_search_finds_a_dossier_from_anywhere(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await pilot.press("slash", *"P2611210042", "enter")
        await until(pilot, lambda: isinstance(app.screen, DossierScreen), "the dossier")
        assert UUID(int=(3 << 64) + 1) == app.screen.dossier_id  # type: ignore[attr-defined]
        await pilot.press("escape")
        await settled(pilot)
        assert "Aujourd'hui" in shown(app)


async def test_search_opens_a_stay_and_stands_on_a_room(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await pilot.press("slash", *"ferry")
        await until(pilot, lambda: "séjour" in shown(app), "what answers")
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, StayScreen), "the stay")
        assert app.screen.stay_id == seeds.STAY_FERRY  # type: ignore[attr-defined]

        await pilot.press("slash", *"C1", "enter")
        await until(pilot, lambda: isinstance(app.screen, PlanningScreen), "the planning")
        await until(pilot, lambda: app.screen.grid.state == "full", "its rooms")  # type: ignore[attr-defined]
        assert app.screen.grid.room.name == "C1"  # type: ignore[attr-defined]


async def test_a_sport_that_the_network_added_is_offered(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenStay(seeds.STAY_FERRY))
        await settled(pilot)
        await pilot.press("e")
        await settled(pilot)
        form = app.screen.form  # type: ignore[attr-defined]
        form.focus_first("purpose_category")
        await pilot.press(*"sport", "enter", "tab", *"jud", "enter")
        await settled(pilot)
        assert form.value("purpose") == "judo"


async def test_a_gesture_never_goes_to_the_enquiry_before(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "d")
        screen = app.screen
        assert isinstance(screen, EnquiriesScreen)
        for key in ("down", "down"):
            app.simulate_key(key)
        desk.say("enquiries.read", seeds.ENQUIRY)
        await until(pilot, lambda: screen.inbox.key == str(seeds.uuid(4, 3)), "the cursor")
        assert screen.enquiry is None or screen.enquiry.id == seeds.uuid(4, 3)
        await until(pilot, lambda: screen.enquiry is not None, "the demande")
        assert screen.enquiry is not None
        assert screen.enquiry.id == seeds.uuid(4, 3)
