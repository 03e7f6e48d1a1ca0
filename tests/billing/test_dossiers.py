"""Dossiers and their lines, on a real database."""

import asyncio
from datetime import date

import pytest

from billing.catalogue.queries import ServiceUnknown
from billing.catalogue.reasons import Code, Reason
from billing.catalogue.rules import QuantityMissing
from billing.dossiers import lists
from billing.dossiers.following import follow_stay
from billing.dossiers.lines import LineChange, LineInvalid, NewLine
from billing.dossiers.operations import StayHasDossier, add_line, change_line, open_dossier, remove_line
from billing.dossiers.progress import DossierUnknown
from billing.dossiers.rules import State
from billing.money import Money
from infra.database import fetch_value, tenant_transaction
from infra.errors import StaleVersion
from tenants.stays.rules import HeadCounts
from tests.billing.reading import seen
from tests.factories.centres import a_centre
from tests.factories.dossiers import TESTER, a_dossier, a_service

pytestmark = pytest.mark.usefixtures("pools")


async def test_a_dossier_opens_new_with_a_number_of_its_day() -> None:
    centre = await a_centre()

    first, second = await a_dossier(centre.id), await a_dossier(centre.id)

    assert first.number[:1] == "P" and first.number.endswith("0001")
    assert second.number.endswith("0002")
    dossier = await seen(centre.id, first.id)
    assert (dossier.state, dossier.total, dossier.due, dossier.paid) == (
        State.NEW,
        Money(10_000),
        Money(10_000),
        Money(0),
    )


async def test_thirty_opened_at_once_have_thirty_numbers() -> None:
    centre = await a_centre()

    made = await asyncio.gather(*(a_dossier(centre.id) for _ in range(30)))

    assert sorted(int(dossier.number[7:]) for dossier in made) == list(range(1, 31))


async def test_two_centres_count_apart() -> None:
    one, other = await a_centre(), await a_centre()

    assert (await a_dossier(one.id)).number == (await a_dossier(other.id)).number


async def test_full_board_multiplies_by_people_and_nights() -> None:
    centre = await a_centre()
    dossier = await a_dossier(centre.id)
    board = await a_service(centre.id, price_minor=4_150)
    visit = await a_service(centre.id, price_minor=600, unit="person", product_type="activity", vat_basis_points=2000)

    await add_line(centre.id, dossier.id, NewLine(service_id=board.id, quantity=48), actor=TESTER)
    await add_line(centre.id, dossier.id, NewLine(service_id=visit.id), actor=TESTER)

    sold = await seen(centre.id, dossier.id)
    assert [(line.quantity, line.nights, line.total.minor) for line in sold.lines] == [
        (1, 1, 10_000),
        (48, 3, 597_600),
        (52, 1, 31_200),
    ]
    assert sold.total == Money(638_800)
    assert [(share.basis_points, share.gross.minor, share.vat.minor) for share in sold.vat] == [
        (1000, 607_600, 55_236),
        (2000, 31_200, 5_200),
    ]
    assert sold.lines[1].reasons == (Reason(code=Code.CATALOGUE_RATE, price=Money(4_150), unit="person_night"),)


async def test_an_unknown_head_count_asks_for_the_quantity() -> None:
    centre = await a_centre()
    dossier = await a_dossier(centre.id, counts=HeadCounts())
    board = await a_service(centre.id)

    with pytest.raises(QuantityMissing):
        await add_line(centre.id, dossier.id, NewLine(service_id=board.id), actor=TESTER)

    assert len((await seen(centre.id, dossier.id)).lines) == 1


async def test_a_line_is_changed_and_removed_and_the_dossier_remains() -> None:
    centre = await a_centre()
    dossier = await a_dossier(centre.id)
    line = (await seen(centre.id, dossier.id)).lines[0]

    changed = await change_line(
        centre.id,
        dossier.id,
        line.id,
        LineChange(unit_price=Money(8_000), quantity=2),
        version=dossier.version,
        actor=TESTER,
    )
    with pytest.raises(StaleVersion):
        await remove_line(centre.id, dossier.id, line.id, version=dossier.version, actor=TESTER)
    assert (await seen(centre.id, dossier.id)).total == Money(16_000)

    await remove_line(centre.id, dossier.id, line.id, version=changed.version, actor=TESTER)
    empty = await seen(centre.id, dossier.id)
    assert (empty.lines, empty.total, empty.state) == ([], Money(0), State.NEW)


@pytest.mark.parametrize(
    ("line", "pointers"),
    [
        (NewLine(), ["/unit_price", "/label"]),
        (NewLine(label="Car"), ["/unit_price"]),
        (NewLine(unit_price=Money(1)), ["/label"]),
        (NewLine(label="Car", unit_price=Money(1), quantity=-1), ["/quantity"]),
        (NewLine(label="Car", unit_price=Money(1, "CHF")), ["/unit_price/currency"]),
        (NewLine(label="Car", unit_price=Money(1), vat_basis_points=10_001), ["/vat_basis_points"]),
    ],
)
async def test_a_line_that_cannot_be_right_is_refused_field_by_field(line: NewLine, pointers: list[str]) -> None:
    centre = await a_centre()
    dossier = await a_dossier(centre.id)

    with pytest.raises(LineInvalid) as refused:
        await add_line(centre.id, dossier.id, line, actor=TESTER)

    assert [error.pointer for error in refused.value.errors] == pointers
    assert len((await seen(centre.id, dossier.id)).lines) == 1


async def test_another_centre_has_neither_the_dossier_nor_the_service() -> None:
    ours, theirs = await a_centre(), await a_centre()
    dossier, service = await a_dossier(ours.id), await a_service(theirs.id)

    with pytest.raises(DossierUnknown):
        await add_line(theirs.id, dossier.id, NewLine(label="Car", unit_price=Money(1)), actor=TESTER)
    with pytest.raises(ServiceUnknown):
        await add_line(ours.id, dossier.id, NewLine(service_id=service.id), actor=TESTER)
    with pytest.raises(DossierUnknown):
        await seen(theirs.id, dossier.id)
    async with tenant_transaction(theirs.id, read_only=True):
        assert await lists.dossiers(theirs.id) == []
        assert sum(column.count for column in await lists.columns(theirs.id)) == 0


async def test_a_stay_belongs_to_one_dossier() -> None:
    centre = await a_centre()
    dossier = await a_dossier(centre.id)
    stay_id = (await seen(centre.id, dossier.id)).stay_id

    with pytest.raises(StayHasDossier):
        await open_dossier(centre.id, stay_id, NewLine(label="Car", unit_price=Money(1)), actor=TESTER)


async def test_lines_follow_the_stay_but_for_what_was_typed() -> None:
    centre = await a_centre()
    dossier = await a_dossier(centre.id)
    board = await a_service(centre.id)
    await add_line(centre.id, dossier.id, NewLine(service_id=board.id), actor=TESTER)
    await add_line(centre.id, dossier.id, NewLine(service_id=board.id, quantity=4), actor=TESTER)
    stay_id = (await seen(centre.id, dossier.id)).stay_id
    async with tenant_transaction(centre.id):
        await fetch_value(
            "UPDATE stays SET departure = $3, teenagers = 40 WHERE centre_id = $1 AND id = $2",
            centre.id,
            stay_id,
            date(2027, 3, 21),
        )

    await follow_stay(centre.id, stay_id, actor=TESTER)

    moved = await seen(centre.id, dossier.id)
    assert [(line.quantity, line.nights) for line in moved.lines] == [(1, 1), (44, 5), (4, 5)]
    assert moved.state is State.IN_PROGRESS


async def test_columns_count_and_sum_and_the_list_pages() -> None:
    centre = await a_centre()
    made = [await a_dossier(centre.id, price_minor=1_000 * number) for number in range(1, 6)]
    async with tenant_transaction(centre.id, read_only=True):
        columns = await lists.columns(centre.id)
        first = await lists.dossiers(centre.id, limit=3)
        rest = await lists.dossiers(centre.id, limit=3, after=first[-1].id)
        by_number = await lists.dossiers(centre.id, text=made[2].number)
        none = await lists.dossiers(centre.id, state="paid")

    assert [(column.state, column.count, column.total.minor) for column in columns][:2] == [
        (State.NEW, 5, 15_000),
        (State.IN_PROGRESS, 0, 0),
    ]
    assert [card.id for card in first + rest] == [dossier.id for dossier in reversed(made)]
    assert [card.id for card in by_number] == [made[2].id]
    assert none == []
