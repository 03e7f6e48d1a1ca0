"""What undoes a commitment or waits for one, from the keys: dates rehearsed, a cancellation priced, the waiting list, a stay of nobody."""

from collections.abc import Callable

import msgspec
from textual.pilot import Pilot

from server.contract.dates import Allotments, BlockedRoom, Cancellation, NewDates
from server.contract.stays import RoomsWithdrawn
from tests.tui import seeds
from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk
from tui.actions import of_scope
from tui.app import HalteApp
from tui.dialogs.new_stay import AskStay
from tui.lists import STAY_STATUS
from tui.screens.base import OpenDossier, OpenStay
from tui.screens.stay_gestures import NEXT

MakeApp = Callable[[], HalteApp]


def bodies(desk: Desk, path: str, method: str = "POST") -> list[bytes]:
    """Return the bodies sent to a path."""
    return [one.body for one in desk.received if one.method == method and one.path.endswith(path)]


async def at_stay(pilot: Pilot[int]) -> None:
    """Open the stay."""
    pilot.app.screen.post_message(OpenStay(seeds.STAY_FERRY))
    await settled(pilot)


async def test_other_dates_are_rehearsed_before_the_quote_is_lost(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        pilot.app.screen.post_message(OpenDossier(seeds.DOSSIER))
        await settled(pilot)
        await pilot.press("d")
        await settled(pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)
        page = shown(pilot.app)  # type: ignore[arg-type]
        assert "Total : 6 568,00 € → 8 560,00 €" in page
        assert "Le devis v2 serait perdu" in page
        assert bodies(desk, "/dates") == []

        await pilot.press("enter")
        await settled(pilot)
        [sent] = bodies(desk, "/dates")
        assert msgspec.json.decode(sent, type=NewDates).way == "lose"


async def test_leaving_as_it_was_sends_nothing(desk: Desk, an_app: MakeApp) -> None:
    first, last = seeds.REHEARSAL.arrival, seeds.REHEARSAL.departure
    taken = BlockedRoom(room="B1", holder="Chorale", stay_id=None, arrival=first, departure=last)
    desk.answers["POST /dates/rehearsal"] = msgspec.structs.replace(seeds.REHEARSAL, blocked=[taken], ways=[])
    async with opened(an_app()) as pilot:
        pilot.app.screen.post_message(OpenDossier(seeds.DOSSIER))
        await settled(pilot)
        await pilot.press("d")
        await settled(pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "ou retirez d'abord ses chambres (j, puis b)" in shown(pilot.app)  # type: ignore[arg-type]
        await pilot.press("escape")
        await settled(pilot)

        assert bodies(desk, "/dates") == []


async def test_a_cancellation_says_what_it_costs_and_proposes_the_fee(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        await at_stay(pilot)
        await pilot.press("x")
        cost = "À 20 jours de l'arrivée : 30 %\N{NO-BREAK SPACE}de 7 144,00 €, soit 2 143,20 €."
        await until(pilot, lambda: cost in shown(pilot.app), "the cost")  # type: ignore[arg-type]
        await pilot.press(*"client", "enter", "ctrl+s")
        await settled(pilot)

        [sent] = bodies(desk, "/cancellation")
        cancelled = msgspec.json.decode(sent, type=Cancellation)
        assert (cancelled.reason, cancelled.with_fee) == ("client", True)


async def test_beds_are_kept_by_type(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app()) as pilot:
        await at_stay(pilot)
        await pilot.press("t")
        await until(pilot, lambda: "Contingent" in shown(pilot.app), "the question")  # type: ignore[arg-type]
        await settled(pilot)
        assert "24" in shown(pilot.app)  # type: ignore[arg-type]
        await pilot.press("ctrl+s")
        await settled(pilot)

        [sent] = bodies(desk, "/allotments", "PUT")
        kept = msgspec.json.decode(sent, type=Allotments).allotments
        assert [(one.room_type, one.beds) for one in kept] == [("ados", 24)]


async def test_nobody_in_every_band_asks_why_and_puts_the_rooms_out_of_service(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app(), size=(100, 40)) as pilot:
        await go(pilot, "p")
        await settled(pilot)
        await pilot.press("n")
        await settled(pilot)
        assert "Hors service, parce que" not in shown(pilot.app)  # type: ignore[arg-type]
        await pilot.press("tab", "tab", *["0", "tab"] * 5)
        await settled(pilot)
        assert "Hors service, parce que" in shown(pilot.app)  # type: ignore[arg-type]
        await pilot.press(*"travaux", "enter", "ctrl+s")
        await settled(pilot)

        [sent] = bodies(desk, "/withdrawals/by-stay")
        withdrawn = msgspec.json.decode(sent, type=RoomsWithdrawn)
        assert (withdrawn.reason, withdrawn.fields.counts.adults, withdrawn.fields.client_id) == ("works", 0, None)


async def test_nobody_from_the_list_of_stays_names_the_rooms_that_go(desk: Desk, an_app: MakeApp) -> None:
    async with opened(an_app(), size=(100, 40)) as pilot:
        await go(pilot, "r")
        await settled(pilot)
        await pilot.press("n", *"lun", "tab", *"+2", "tab", *["0", "tab"] * 5)
        ask = pilot.app.screen
        assert isinstance(ask, AskStay)
        await pilot.press("ctrl+s")
        assert [ask.form.rows[name].note_text for name in ("out_of_service", "rooms")] == ["à remplir", "à remplir"]
        await pilot.press(*"travaux", "enter", "tab", *"b1, Z9", "ctrl+s")
        await until(pilot, lambda: ask.form.rows["rooms"].note_text == "chambre inconnue", "that there is no such room")
        assert bodies(desk, "/withdrawals/by-stay") == []
        await pilot.press(*["backspace"] * 4, *" B2 b1", "ctrl+s")
        await until(pilot, lambda: bool(bodies(desk, "/withdrawals/by-stay")), "the rooms")

        [sent] = bodies(desk, "/withdrawals/by-stay")
        withdrawn = msgspec.json.decode(sent, type=RoomsWithdrawn)
        rooms = [seeds.ROOM["B1"], seeds.ROOM["B2"]]
        assert withdrawn.bed_ids == [bed.id for room in rooms for bed in room.beds]
        said = pilot.app._notifications
        await until(pilot, lambda: "Chambres hors service." in {note.message for note in said}, "that it is done")


def test_what_one_does_next_to_a_stay_are_actions_of_its_screen_for_each_way_it_may_stand() -> None:
    known = {action.name for action in of_scope("stay")}
    assert NEXT.keys() == dict(STAY_STATUS).keys()
    assert {name for names in NEXT.values() for name in names} <= known
