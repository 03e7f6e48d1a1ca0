"""The steward's queue: the next pair stands there at once, each key is one decision, the last is taken back by one more."""

from collections.abc import Callable
from datetime import date

import msgspec
import pytest
from textual.pilot import Pilot

from server.contract.accounts import Place
from server.contract.basics import Page
from server.contract.referential import (
    CentreDetail,
    DecisionMade,
    DecisionTaken,
    LinkMadeBetween,
    OriginOfValue,
    PairDecision,
    ReviewedCard,
    ReviewedIdentity,
    ReviewedPair,
    ReviewQueue,
    SeasonStays,
)
from tests.tui import seeds
from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk, Refusal
from tests.tui.test_screens import SnapCompare
from tui.app import HalteApp
from tui.screens.identity import IdentityScreen
from tui.screens.network import NetworkScreen
from tui.screens.review import ReviewScreen

MakeApp = Callable[[], HalteApp]
STEWARD = Place(
    centre=None, centre_name=None, role="network_steward",
    rights=["network.view", "referential.review", "referential.view_detail"],
)  # fmt: skip
ONE = ReviewedCard(
    id=seeds.uuid(70, 1), centre_name="Centre de Kerfany", reference="7Q2K9ZD41", kind="person", title="M.",
    first_name="P", last_name="Martin", organisation="", email="", phones=["+33652527272"], birth_date=None,
    street="12 rue des Écoles", postal_code="29930", town="Pont-Aven", client_type="", stays=3, last_season="spring",
    last_year=2024,
)  # fmt: skip
OTHER = msgspec.structs.replace(
    ONE, id=seeds.uuid(70, 2), centre_name="Centre de Mimizan", reference="B11", title="", first_name="Patrick",
    last_name="Martín", email="p.martin@orange.fr", birth_date=date(1956, 12, 28), street="", postal_code="40200",
    town="Mimizan", stays=0, last_season=None, last_year=None,
)  # fmt: skip
PAIR = ReviewedPair(
    bits=1.4, fields={"first": 1.6, "last": 4.2, "phone": 6.1, "place": -5.5}, agreed=["first_name", "last_name", "phone"],
    gain=2.5, postponed=False, one=ONE, other=OTHER,
)  # fmt: skip
SECOND = msgspec.structs.replace(
    PAIR,
    one=msgspec.structs.replace(ONE, id=seeds.uuid(70, 3), last_name="Quéméner"),
    other=msgspec.structs.replace(OTHER, id=seeds.uuid(70, 4), last_name="Quemener"),
)
QUEUE = ReviewQueue(pairs=[PAIR, SECOND], waiting=2, decided_today=31, labels_same=20, labels_different=11)
IDENTITY = ReviewedIdentity(
    id=seeds.uuid(71, 1), cards=[ONE, OTHER], objected=False,
    best=[OriginOfValue(field="first_name", value="Patrick", card_id=OTHER.id), OriginOfValue(field="birth_date", value="1956-12-28", card_id=OTHER.id), OriginOfValue(field="phones", value="+33652527272", card_id=ONE.id)],
    links=[LinkMadeBetween(
        id=seeds.uuid(72, 1), card_id=ONE.id, other_card_id=OTHER.id, bits=5.4, fields={"phone": 6.1, "first": -0.7},
        agreed=["phone"], round=1, model="first", decided_by="matcher", made_at=seeds.at(20, 9),
    )],
    decisions=[DecisionTaken(
        id=seeds.uuid(73, 1), card_id=ONE.id, other_card_id=OTHER.id, verdict="different", decided_at=seeds.at(20, 9),
        decided_by="N. Le Bihan", undone_at=seeds.at(20, 10), undone_by="N. Le Bihan",
    )],
)  # fmt: skip


def _at_network(desk: Desk) -> None:
    desk.me = msgspec.structs.replace(seeds.ME, places=[STEWARD])
    desk.answers["GET /pairs"] = QUEUE
    desk.answers["POST /decisions"] = DecisionMade(id=seeds.uuid(73, 9))
    desk.answers[f"GET /{ONE.id}/identity"] = IDENTITY


async def _review(pilot: Pilot[int], app: HalteApp) -> ReviewScreen:
    await go(pilot, "n")
    await pilot.press("r")
    await until(pilot, lambda: isinstance(app.screen, ReviewScreen) and "Martín" in shown(app), "the first pair")
    screen = app.screen
    assert isinstance(screen, ReviewScreen)
    return screen


async def test_one_key_decides_and_the_next_pair_stands_there_at_once(desk: Desk, an_app: MakeApp) -> None:
    _at_network(desk)
    desk.answers["DELETE /" + str(seeds.uuid(73, 9))] = DecisionMade(id=seeds.uuid(73, 9))
    app = an_app()
    async with opened(app) as pilot:
        screen = await _review(pilot, app)
        assert "fort pour +6,1" in shown(app) and "fort contre -5,5" in shown(app)
        screen.action_link()
        await pilot.pause()
        assert "Quéméner" in shown(app), "the next was there before any answer"
        await until(pilot, lambda: desk.sent("POST /api/v1/network/referential/decisions"), "the decision")
        await pilot.press("n")
        await until(pilot, lambda: "n'a plus de doute" in shown(app), "the end of the queue")
        await until(pilot, lambda: len(desk.sent("POST /api/v1/network/referential/decisions")) == 2, "both")
        await settled(pilot)
        await pilot.press("u")
        await until(pilot, lambda: "Quéméner" in shown(app), "the pair is back")
    sent = [
        msgspec.json.decode(each.body, type=PairDecision)
        for each in desk.sent("POST /api/v1/network/referential/decisions")
    ]
    assert sent == [
        PairDecision(card_id=ONE.id, other_card_id=OTHER.id, verdict="same"),
        PairDecision(card_id=SECOND.one.id, other_card_id=SECOND.other.id, verdict="different"),
    ]
    assert len(desk.sent(f"DELETE /api/v1/network/referential/decisions/{seeds.uuid(73, 9)}")) == 1


async def test_who_has_no_centre_is_never_left_on_the_empty_page_of_one(desk: Desk, an_app: MakeApp) -> None:
    _at_network(desk)
    app = an_app()
    app.asked_centre = None
    async with opened(app) as pilot:
        await _review(pilot, app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, NetworkScreen), "the network")
        await settled(pilot)
        await pilot.press("escape", "g", "a")
        await until(pilot, lambda: any("n'a pas de centre" in note.message for note in app._notifications), "said")
        assert isinstance(app.screen, NetworkScreen)


async def test_what_somebody_else_decided_is_said_and_passed_over(desk: Desk, an_app: MakeApp) -> None:
    _at_network(desk)
    desk.refusals["POST /decisions"] = Refusal(409, "pair_decided")
    app = an_app()
    async with opened(app) as pilot:
        await _review(pilot, app)
        await pilot.press("l")
        await until(pilot, lambda: any("n'est plus à trancher" in note.message for note in app._notifications), "said")
        assert "Quéméner" in shown(app)


async def test_the_detail_wants_a_reason_and_shows_seasons(desk: Desk, an_app: MakeApp) -> None:
    _at_network(desk)
    spring = SeasonStays(season="spring", year=2024, stays=2)
    desk.answers[f"POST /{ONE.id}/detail"] = Page(
        items=[CentreDetail(centre_name="Centre de Mimizan", seasons=[spring], declared_elsewhere=False, detected_elsewhere=True)]
    )  # fmt: skip
    app = an_app()
    async with opened(app) as pilot:
        await _review(pilot, app)
        await pilot.press("d")
        await settled(pilot)
        await pilot.press(*"litige", "ctrl+s")
        await until(pilot, lambda: "printemps 2024 ×2" in shown(app), "the seasons")
        assert "ne connaître aucun" in shown(app)
    (asked,) = desk.sent(f"POST /api/v1/network/referential/cards/{ONE.id}/detail")
    assert msgspec.json.decode(asked.body) == {"reason": "litige"}


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_a_pair_side_by_side(
    snap_compare: SnapCompare, desk: Desk, an_app: Callable[[], HalteApp], size: tuple[int, int]
) -> None:
    _at_network(desk)

    async def show(pilot: Pilot[int]) -> None:
        app = pilot.app
        assert isinstance(app, HalteApp)
        await until(pilot, lambda: app.session.me is not None, "who one is")
        await _review(pilot, app)
        await settled(pilot)

    assert snap_compare(an_app(), terminal_size=size, run_before=show)


def test_an_identity_with_its_history(snap_compare: SnapCompare, desk: Desk, an_app: Callable[[], HalteApp]) -> None:
    _at_network(desk)

    async def show(pilot: Pilot[int]) -> None:
        app = pilot.app
        assert isinstance(app, HalteApp)
        await until(pilot, lambda: app.session.me is not None, "who one is")
        await _review(pilot, app)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, IdentityScreen) and "Meilleure" in shown(app), "the identity")
        await settled(pilot)

    assert snap_compare(an_app(), terminal_size=(80, 24), run_before=show)
