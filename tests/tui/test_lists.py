"""Lists and choices: nothing hidden unsaid, nothing chosen that was not meant."""

from collections.abc import Callable

import msgspec
import pytest

from server.contract.accounts import PreferencesChange
from server.contract.basics import Page
from server.contract.list_tables import ListTable
from tests.tui import seeds
from tests.tui.conftest import go, opened, settled, shown, until
from tests.tui.desk_server import Desk, Refusal
from tui.app import HalteApp
from tui.dialogs.address import Address
from tui.dialogs.ask import Ask
from tui.dialogs.columns import Columns
from tui.dialogs.confirm import Confirm
from tui.dialogs.pick import Pick
from tui.dialogs.show import Show
from tui.lists import PRODUCT_TYPE, choices
from tui.screens.home import HomeScreen
from tui.widgets.arranging import Arrangement, plain
from tui.widgets.choice import matching
from tui.widgets.rows import Row
from tui.widgets.sorting import cell_key, in_order, text_of

MakeApp = Callable[[], HalteApp]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("repas", "meal"), ("REST", "meal"), ("petit-dej", "meal"), ("nuit", "lodging"), ("visi", "activity")],
)
def test_a_service_is_found_by_what_people_call_it(typed: str, code: str) -> None:
    assert [found for found, _label in matching(choices(PRODUCT_TYPE), typed)] == [code]


async def test_what_is_not_in_the_list_empties_the_field_and_says_so(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "i")
        await pilot.press("right", "right")
        await settled(pilot)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, Ask), "the question")
        await pilot.press(*"Panier", "tab", *"Héber", "enter", *"xyz", "tab")
        await until(pilot, lambda: "« xyz » n'est pas dans" in shown(app), "the note")
        (type_line,) = [line for line in shown(app).splitlines() if "Type *" in line]
        assert "Hébergement" not in type_line


async def test_a_frame_says_how_many_rows_are_below(desk: Desk, an_app: MakeApp) -> None:
    many = [msgspec.structs.replace(seeds.DESK.arrivals[0], stay_id=seeds.uuid(77, n)) for n in range(30)]
    desk.answers["GET /desk"] = msgspec.structs.replace(seeds.DESK, arrivals=many)
    app = an_app()
    async with opened(app) as pilot:
        await settled(pilot)
        assert isinstance(app.screen, HomeScreen)
        people = app.screen.people
        before = people.border_subtitle
        assert before == f"▼ {30 - people.size.height}"
        # Nothing is wider than the list: no line is lost to a bar, and left and right are the screen's.
        assert not people.allow_horizontal_scroll
        await pilot.press("end")
        await settled(pilot)
        assert people.border_subtitle is None


async def test_a_fact_is_read_at_once_and_several_once_more(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await settled(pilot)
        assert isinstance(app.screen, HomeScreen)
        before = len(desk.sent("/desk"))

        for _each in range(5):
            app.screen.told("stays.changed", None)
        await until(pilot, lambda: len(desk.sent("/desk")) == before + 1, "the first, at once")

        await until(pilot, lambda: len(desk.sent("/desk")) == before + 2, "the others, together")
        await settled(pilot)
        assert len(desk.sent("/desk")) == before + 2


@pytest.mark.parametrize(
    ("texts", "ordered"),
    [
        (["1 234,50 €", "99,00 €", "–", "-5,00 €"], ["-5,00 €", "99,00 €", "1 234,50 €", "–"]),
        (["05/12", "21/11", "01/01/2027"], ["21/11", "05/12", "01/01/2027"]),
        (["Zoé", "Élodie", "", "Eric"], ["Élodie", "Eric", "Zoé", ""]),
    ],
    ids=["sums", "days", "names"],
)
def test_cells_are_sorted_as_what_they_are(texts: list[str], ordered: list[str]) -> None:
    rows = [Row(str(number), (text,)) for number, text in enumerate(texts)]
    assert [row.cells[0] for row in in_order(rows, 0, backwards=False)] == ordered


def test_backwards_keeps_the_empty_last_and_headings_in_their_place() -> None:
    rows = [Row("h", ("B",), heading=True), Row("1", ("",)), Row("2", ("5",)), Row("3", ("40",))]
    assert [row.key for row in in_order(rows, 0, backwards=True)] == ["h", "3", "2", "1"]


async def test_a_list_is_sorted_and_copied_for_a_spreadsheet(desk: Desk, an_app: MakeApp) -> None:
    desk.answers["GET /services"] = Page(
        items=[msgspec.structs.replace(seeds.SERVICES[0], id=seeds.uuid(78, 1), name="Nuitée"),
               msgspec.structs.replace(seeds.SERVICES[0], id=seeds.uuid(78, 2), name="=HYPERLINK(1)")]
    )  # fmt: skip
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "i")
        await pilot.press("right", "right")
        await until(pilot, lambda: "Nuitée" in shown(app), "the catalogue")
        text = shown(app)
        assert text.index("Nuitée") < text.index("=HYPERLINK")

        await pilot.press("f3")
        await settled(pilot)

        text = shown(app)
        assert text.index("=HYPERLINK") < text.index("Nuitée")
        await pilot.press("f7")
        await settled(pilot)
        lines = app.clipboard.splitlines()
        assert [line.split("\t")[1] for line in lines] == ["prestation", "'=HYPERLINK(1)", "Nuitée"]


async def test_a_list_is_narrowed_grouped_chosen_from_and_taken_away_as_it_is_seen(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "r")
        rows = app.screen.list  # type: ignore[attr-defined]
        assert rows.row_count == 5

        await pilot.press("f4", *"statut", "enter")
        await settled(pilot)
        await pilot.press(*"confirm", "enter")
        await settled(pilot)
        assert {text_of(row.cells[3]) for row in rows.shown} == {"confirmé"}
        assert "CE Airbus" not in shown(app)

        await pilot.press("f4", *"tout", "enter", "f2", *"grouper", "enter", *"statut", "enter")
        await settled(pilot)
        assert [row.cells[0] for row in rows.shown if row.heading] == ["confirmé · 4", "présent · 1"]

        rows.stand_on(str(seeds.STAY_CE))
        await pilot.press("space")
        assert "1 choisie" in shown(app)
        await pilot.press("f2", *"csv", "enter")
        await until(pilot, lambda: desk.sent("/lists/links"), "the file")
        await until(pilot, lambda: isinstance(app.screen, Address), "its address")
        sent = msgspec.json.decode(desk.sent("/lists/links")[0].body, type=ListTable)
        assert (sent.title, sent.format, [column.title for column in sent.columns][:4]) == (
            "Réservation", "csv", ["séjour", "client", "pers.", "statut"]
        )  # fmt: skip
        assert [row[1] for row in sent.rows] == ["CE Airbus"]
        await pilot.press("escape", "escape")
        assert rows.chosen == set()


async def test_columns_are_chosen_once_and_kept_for_the_user(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "r")
        await pilot.press("f2", *"colonnes", "enter")
        await until(pilot, lambda: isinstance(app.screen, Columns), "the question")
        await pilot.press("down", "down", "down", "space", "enter")
        await until(pilot, lambda: desk.sent("PATCH /api/v1/me"), "what is kept")
        kept = msgspec.json.decode(desk.sent("PATCH /api/v1/me")[0].body, type=PreferencesChange)
        assert kept.list_columns == {"stays.stays": ["3", "6", "7", "8"]}
        assert "confirmé" not in shown(app)
    desk.me = msgspec.structs.replace(desk.me, list_columns={"stays.stays": ["1"]})
    again = an_app()
    async with opened(again) as pilot:
        await go(pilot, "r")
        assert "CE Airbus" not in shown(again)
        assert "confirmé" in shown(again)


def test_a_figure_goes_to_a_spreadsheet_as_one_and_a_phone_as_it_is() -> None:
    assert plain("5\u202f252,50\u00a0€", figure=True) == "5252,50"
    assert plain("10 × 3n", figure=True) == "10 × 3n"
    assert plain("02 98 39 41 27", figure=False) == "02 98 39 41 27"


def test_months_are_in_order_over_the_years_end() -> None:
    assert sorted(["01/2027", "12/2026", "11/2026"], key=cell_key) == ["11/2026", "12/2026", "01/2027"]


async def test_a_gesture_on_several_says_of_each_what_became_of_it(desk: Desk, an_app: MakeApp) -> None:
    desk.refusals["PUT /treated"] = Refusal(409, "dossier_not_paid")
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "o")
        cards = app.screen.cards  # type: ignore[attr-defined]
        await until(pilot, lambda: cards.row_count > 1, "the dossiers")
        chosen = [row.key for row in cards.shown[:2]]
        await pilot.press("space", "space", "t")
        await until(pilot, lambda: isinstance(app.screen, Confirm), "the question")
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, Show), "what became of each")
        assert [received.path.split("/")[-2] for received in desk.sent("/treated")] == chosen
        text = shown(app)
        assert "1 refusé sur 2" in text
        assert (text.count("✗"), text.count("✓")) == (1, 1)


async def test_demandes_are_put_away_together_for_one_reason(desk: Desk, an_app: MakeApp) -> None:
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "d")
        inbox = app.screen.inbox  # type: ignore[attr-defined]
        await until(pilot, lambda: inbox.row_count > 2, "the inbox")
        await pilot.press("space", "space", "x")
        await until(pilot, lambda: isinstance(app.screen, Pick), "the reason")
        await pilot.press(*"doublon", "enter")
        await until(pilot, lambda: len(desk.sent("/closing")) == 2, "both")
        assert {msgspec.json.decode(one.body)["reason"] for one in desk.sent("/closing")} == {"duplicate"}
        assert inbox.chosen == set()


async def test_a_list_that_is_narrowed_is_read_to_its_end_first(desk: Desk, an_app: MakeApp) -> None:
    lines = [
        msgspec.structs.replace(
            seeds.ARRIVALS[0],
            stay_id=seeds.uuid(79, n),
            name=f"Groupe {n}",
            status="option" if n == 140 else "confirmed",
        )
        for n in range(150)
    ]
    desk.pages["/stays"] = [Page(items=lines[:100], next_cursor="2"), Page(items=lines[100:])]
    app = an_app()
    async with opened(app) as pilot:
        await go(pilot, "r")
        rows = app.screen.list  # type: ignore[attr-defined]
        await until(pilot, lambda: rows.row_count == 100, "the first page")
        assert "100 séjours+" in shown(app)
        rows.look_by(Arrangement(only=((3, "confirmé"),)))
        await until(pilot, lambda: rows.row_count == 149, "all of it")
        rows.look_by(Arrangement(only=((3, "option"),)))
        assert [text_of(row.cells[1]) for row in rows.shown] == ["Groupe 140"]
