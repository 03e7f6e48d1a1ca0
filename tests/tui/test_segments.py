"""Segments at the desk: built by typing, counted, kept, shared, taken away; somebody else's save is shown."""

from collections.abc import Callable

import msgspec
import pytest
from textual.pilot import Pilot

from server.contract.addresses import Places
from server.contract.openings import Opening
from server.contract.segments import (
    AskedCriterion,
    EitherCriterion,
    EveryCriterion,
    NoCriterion,
    SegmentFields,
)
from tests.tui import seeds
from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk, Refusal
from tests.tui.segment_seeds import CARD, CRITERIA, EXPRESSION, SCHOOL, SCHOOLS
from tests.tui.test_screens import SIZES, STATES, SnapCompare
from tui.app import HalteApp
from tui.dialogs.address import Address
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.dialogs.pick import Pick
from tui.dialogs.show import Show
from tui.dialogs.tick import Tick
from tui.screens.base import OpenScreen
from tui.screens.segment import SegmentScreen
from tui.screens.segment_form import SegmentFormScreen
from tui.screens.segments import SegmentsScreen
from tui.segment_tree import Branch, Leaf, added, changed, denied, grouped, read_tree, turned, written
from tui.segment_words import SegmentWords

MakeApp = Callable[[], HalteApp]
SEGMENTS = "/api/v1/centres/kerfany/segments"
SUMMER = AskedCriterion(criterion="season", codes=["summer"])


def words_of(root: Branch) -> list[str]:
    words = SegmentWords(CRITERIA, Places(countries=[], languages=[]))
    return [cell if isinstance(cell, str) else cell.text for row in words.rows(root) for cell in row.cells]


def test_what_is_asked_reads_as_a_sentence_and_a_lost_value_says_so() -> None:
    assert words_of(read_tree(EXPRESSION)) == [
        "Tout ceci :",
        "   Type de client : Établissement scolaire, gone (n'est plus dans la liste)",
        "   et l'un de ceux-ci au moins :",
        "      Saison d'arrivée : été",
        "      ou Nuits en tout : au moins 3 nuits",
        "      ou Montant des ventes comptabilisées : de 1 500,00 € à 9 000,00 €",
        "   et sauf Accepte les campagnes par mail : non",
    ]


def test_a_tree_is_written_back_as_it_was_read_and_empty_groups_are_left_out() -> None:
    for expression in (
        EXPRESSION,
        EveryCriterion(of=[NoCriterion(of=EitherCriterion(of=[SCHOOL, SUMMER]))]),
        EitherCriterion(of=[SCHOOL, NoCriterion(of=SUMMER)]),
    ):
        assert written(read_tree(expression)) == expression
    assert written(read_tree(SCHOOL)) == EveryCriterion(of=[SCHOOL])
    assert written(read_tree(NoCriterion(of=NoCriterion(of=SCHOOL)))) == EveryCriterion(of=[SCHOOL])
    assert written(Branch(parts=(Leaf(SCHOOL), Branch("or")))) == EveryCriterion(of=[SCHOOL])
    assert written(Branch(parts=(Branch("or", denied=True),))) is None


def test_a_tree_is_built_gesture_by_gesture() -> None:
    root, place = added(Branch(), (), Leaf(SCHOOL))
    assert place == (0,)
    root = grouped(denied(root, place), place)
    root, place = added(root, (0, 0), Leaf(SUMMER))
    assert place == (0, 1)
    assert written(root) == EveryCriterion(of=[EitherCriterion(of=[NoCriterion(of=SCHOOL), SUMMER])])
    assert written(turned(root, place)) == EveryCriterion(of=[EveryCriterion(of=[NoCriterion(of=SCHOOL), SUMMER])])
    assert written(turned(root, ())) == EitherCriterion(of=[EitherCriterion(of=[NoCriterion(of=SCHOOL), SUMMER])])
    assert written(grouped(root, (0,))) == EveryCriterion(of=[NoCriterion(of=SCHOOL), SUMMER])
    assert written(changed(root, (0,))) is None
    assert denied(root, ()) == grouped(root, ()) == root


async def test_a_segment_is_built_by_typing_counted_at_each_change_and_kept(desk: Desk, an_app: MakeApp) -> None:
    desk.state = "empty"
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "k")
        await pilot.press("ctrl+l")
        await until(pilot, lambda: isinstance(app.screen, SegmentsScreen) and "Aucun segment" in shown(app), "the list")
        await pilot.press("n")
        await until(pilot, lambda: "Aucun critère encore" in shown(app), "the first run")
        for name, values, kept, count in (
            ("type de cl", Tick, "Établissement scolaire, CE", "240 fiches"),
            ("nuits", Ask, "au moins 3 nuits", "120 fiches"),
        ):
            await pilot.press("n")
            await until(pilot, lambda: isinstance(app.screen, Pick), "the criteria")
            await pilot.press(*name, "enter")
            await until(pilot, lambda dialog=values: isinstance(app.screen, dialog), "its values")  # type: ignore[misc]
            await settled(pilot)
            keys = [*"scol", "enter", "C", "E", "enter", "ctrl+s"] if values is Tick else ["tab", "3", "ctrl+s"]
            await pilot.press(*keys)
            await until(pilot, lambda said=kept: said in shown(app), kept)  # type: ignore[misc]
            await until(pilot, lambda said=count: said in shown(app), count)  # type: ignore[misc]
        await pilot.press("x", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Ask), "the name")
        await settled(pilot)
        assert not desk.sent(f"POST {SEGMENTS}")
        await pilot.press(*"L'été", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, SegmentsScreen), "kept")

    (sent,) = desk.sent(f"POST {SEGMENTS}")
    assert msgspec.json.decode(sent.body, type=SegmentFields) == SegmentFields(
        name="L'été",
        expression=EveryCriterion(
            of=[
                AskedCriterion(criterion="client_type", codes=["school", "works_council"]),
                NoCriterion(of=AskedCriterion(criterion="nights", at_least=3)),
            ]
        ),
    )


async def test_somebody_elses_save_is_shown_beside_ones_own_and_the_next_save_is_over_it(
    desk: Desk, an_app: MakeApp
) -> None:
    desk.refusals[f"PUT /segments/{SCHOOLS}"] = Refusal(412, "stale_version")
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenScreen(SegmentScreen(app.session, SCHOOLS)))
        await until(pilot, lambda: "2 fiches" in shown(app), "the page")
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, SegmentFormScreen) and "Tout ceci" in shown(app), "the form")
        await pilot.press("o")
        await until(pilot, lambda: "L'un de ceux-ci" in shown(app) and "non enregistré" in shown(app), "turned")
        desk.answers[f"GET /segments/{SCHOOLS}"] = msgspec.structs.replace(CARD, version=9, name="Écoles", shared=True)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Ask), "the name")
        await settled(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Show) and "Le vôtre" in shown(app), "both versions")
        assert "Enregistré : Écoles" in shown(app)
        await pilot.press("escape", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Ask), "the name again")
        await settled(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, SegmentScreen), "kept")

    first, second = desk.sent(f"PUT {SEGMENTS}/{SCHOOLS}")
    assert (first.version, second.version) == ('"4"', '"9"')
    kept = msgspec.json.decode(second.body, type=SegmentFields)
    assert isinstance(kept.expression, EitherCriterion)
    assert (kept.name, kept.shared) == (CARD.name, True)


async def test_what_was_being_built_is_there_again(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        for _again in range(2):
            app.screen.post_message(OpenScreen(SegmentFormScreen(app.session, card=CARD)))
            await until(pilot, lambda: "Type de client" in shown(app), "the form")
            if "Tout ceci" in shown(app):
                await pilot.press("o")
                await until(pilot, lambda: "non enregistré" in shown(app), "turned")
                await pilot.press("escape")
                await until(pilot, lambda: not isinstance(app.screen, SegmentFormScreen), "left")
        assert "L'un de ceux-ci" in shown(app)
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, Confirm), "sure?")
        await pilot.press("o")
        await until(pilot, lambda: not isinstance(app.screen, SegmentFormScreen), "forgotten")
        assert app.session.drafts.kept(f"segment {SCHOOLS}") is None
    assert not desk.sent(f"PUT {SEGMENTS}/{SCHOOLS}")


async def test_a_count_that_fails_says_so_and_a_segment_is_deleted_after_asking(desk: Desk, an_app: MakeApp) -> None:
    desk.refusals[f"GET /{SCHOOLS}/count"] = Refusal(503, "unavailable")
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenScreen(SegmentsScreen(app.session)))
        await until(pilot, lambda: "A. Kermarrec · partagé" in shown(app), "the list")
        await until(pilot, lambda: len(desk.sent("/count")) >= 2 and " ? " in shown(app), "both counts")
        for answer in ("n", "o"):
            await pilot.press("delete")
            await until(pilot, lambda: isinstance(app.screen, Confirm), "sure?")
            assert "photo" in shown(app)
            assert not desk.sent(f"DELETE {SEGMENTS}/{SCHOOLS}")
            await pilot.press(answer)
            await until(pilot, lambda: isinstance(app.screen, SegmentsScreen), "the list again")
        await until(pilot, lambda: desk.sent(f"DELETE {SEGMENTS}/{SCHOOLS}"), "deleted")
    (sent,) = desk.sent(f"DELETE {SEGMENTS}/{SCHOOLS}")
    assert sent.version == '"4"'


async def test_a_segment_is_shared_dated_and_taken_away_by_who_may(desk: Desk, an_app: MakeApp) -> None:
    place = seeds.ME.places[0]
    place = msgspec.structs.replace(place, rights=[*place.rights, "client.export"])
    desk.me = msgspec.structs.replace(seeds.ME, places=[place])
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenScreen(SegmentScreen(app.session, SCHOOLS)))
        await until(pilot, lambda: "Jules Ferry" in shown(app) and "1 photo" in shown(app), "the page")
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, Confirm), "sure?")
        await pilot.press("o")
        await until(pilot, lambda: desk.sent(f"PUT {SEGMENTS}/{SCHOOLS}"), "shared")
        await until(pilot, lambda: isinstance(app.screen, SegmentScreen), "the page again")
        await pilot.press("i")
        await until(pilot, lambda: desk.sent(f"{SCHOOLS}/snapshots"), "dated")
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, Show), "the photos")
        await pilot.press("down", "enter")
        await until(pilot, lambda: "Les fiches de la photo du 20/11/2026" in shown(app), "who was found then")
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Pick), "which form")
        await pilot.press(*"csv", "enter")
        await until(pilot, lambda: isinstance(app.screen, Address), "its address")
    (shared,) = desk.sent(f"PUT {SEGMENTS}/{SCHOOLS}")
    assert msgspec.json.decode(shared.body, type=SegmentFields).shared
    assert msgspec.json.decode(desk.sent(f"{SCHOOLS}/links")[0].body) == {"format": "csv"}


async def test_reception_is_told_which_right_the_export_wants(desk: Desk, an_app: MakeApp) -> None:
    desk.me = seeds.RECEPTION
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenScreen(SegmentScreen(app.session, SCHOOLS)))
        await until(pilot, lambda: "Jules Ferry" in shown(app), "the page")
        await pilot.press("x")
        await until(
            pilot, lambda: any("exporter des fiches" in note.message for note in app._notifications), "the right"
        )
    assert not desk.sent("/links")


async def test_who_else_has_the_segment_open_is_said_on_its_page_and_over_its_form(desk: Desk, an_app: MakeApp) -> None:
    desk.others = [Opening(name="Yann Le Goff", editing=True)]
    app = an_app()
    async with opened(app) as pilot:
        app.screen.post_message(OpenScreen(SegmentScreen(app.session, SCHOOLS)))
        await until(pilot, lambda: "modifié en ce moment par Yann Le Goff" in shown(app), "who it is")
        await until(pilot, lambda: "2 fiches" in shown(app), "the page")
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, SegmentFormScreen), "the form")
        await until(
            pilot, lambda: b'"editing":true' in desk.sent(f"/openings/{SCHOOLS}")[-1].body, "that one edits it too"
        )
        await until(pilot, lambda: "modifié en ce moment par Yann Le Goff" in shown(app), "who it is, over the form")


async def test_a_segment_says_whose_clients_a_list_shows(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        for key in ("k", "r"):
            if key == "r":
                await pilot.press("escape")
            await go(pilot, key)
            await pilot.press("ctrl+t")
            await until(pilot, lambda: isinstance(app.screen, Ask), "the filter")
            await settled(pilot)
            app.screen.form.focus_first("segment")  # type: ignore[attr-defined]
            await pilot.press(*"voisins", "enter", "ctrl+s")
            await until(pilot, lambda: "filtre : Voisins" in shown(app), "said")


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("state", [*STATES, "page", "form"])
def test_segments_in_each_state(
    snap_compare: SnapCompare, desk: Desk, an_app: MakeApp, state: str, size: tuple[int, int]
) -> None:
    if state in STATES:
        desk.state = state

    async def show(pilot: Pilot[int]) -> None:
        app = pilot.app
        assert isinstance(app, HalteApp)
        await until(pilot, lambda: app.session.me is not None, "who one is")
        screen = (
            SegmentScreen(app.session, SCHOOLS)
            if state == "page"
            else SegmentFormScreen(app.session, card=CARD)
            if state == "form"
            else SegmentsScreen(app.session)
        )
        app.screen.post_message(OpenScreen(screen))
        await until(pilot, lambda: app.screen is screen, "the screen")
        await settled(pilot)
        if state == "form":
            await until(pilot, lambda: "48 fiches" in shown(app), "the count")
        app.clear_notifications()
        await settled(pilot)

    assert snap_compare(an_app(), terminal_size=size, run_before=show)
