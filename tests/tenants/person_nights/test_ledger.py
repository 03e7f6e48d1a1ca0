"""The ledger follows its stays, in their own transactions, and nothing in it is ever changed."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from uuid import UUID

import asyncpg
import pytest

from infra.actor import job
from infra.clock import today
from infra.database import execute, fetch, fetch_value, tenant_transaction
from infra.ids import new_id
from tenants.person_nights.operations import check, mend, settle_old_stays
from tenants.rooms.stock import BedTaken
from tenants.stays import commitments, operations, presence
from tenants.stays.rules import CountryCount, HeadCounts
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.factories.stays import a_confirmed_stay, a_room, a_stay, beds_of, stay_fields
from tests.tenants.person_nights.counting import Counted, counting

pytestmark = pytest.mark.usefixtures("pools")

DESK = job("tests")
TODAY = today("Europe/Paris")


@pytest.fixture
async def centre() -> AsyncIterator[UUID]:
    """A centre, whose ledger is true to its stays at the end of every test."""
    made = await a_centre()
    yield made.id
    assert await check(made.id) == []


async def measures(centre: UUID, stay_id: UUID) -> dict[date, tuple[int, int]]:
    """Return present and billed per night."""
    async with tenant_transaction(centre, read_only=True):
        rows = await fetch(
            """SELECT night, sum(present)::int AS present, sum(billed)::int AS billed FROM person_nights
               WHERE centre_id = $1 AND stay_id = $2 GROUP BY night ORDER BY night""",
            centre,
            stay_id,
        )
    return {row["night"]: (row["present"], row["billed"]) for row in rows}


async def entries(centre: UUID) -> int:
    async with tenant_transaction(centre, read_only=True):
        return int(await fetch_value("SELECT count(*) FROM person_nights WHERE centre_id = $1", centre))


async def by_night(centre: UUID, stay_id: UUID) -> list[tuple[int, int]]:
    return list((await measures(centre, stay_id)).values())


async def test_a_sold_stay_has_its_nights_and_an_option_none(centre: UUID) -> None:
    option = await a_stay(centre, status="option", option_until=TODAY)
    assert await entries(centre) == 0

    await commitments.confirm_stay(centre, option.id, reason="tests", actor=DESK)

    assert await by_night(centre, option.id) == [(4, 4), (4, 4), (4, 4)]


async def test_ten_beds_cost_one_insert(centre: UUID) -> None:
    room = await a_room(centre, beds=10, dormitory=True)
    counted: Counted

    async with counting(centre) as counted:
        await a_stay(centre, bed_ids=beds_of(room), status="confirmed", counts=HeadCounts(adults=10))

    assert len([sql for sql in counted.statements if "INSERT INTO person_nights" in sql]) == 1
    assert len([sql for sql in counted.statements if "person_nights" in sql]) == 2
    assert await entries(centre) == 3


async def test_a_room_that_leaves_early_moves_present_and_comes_back(centre: UUID) -> None:
    rooms = [await a_room(centre, beds=2), await a_room(centre, beds=2)]
    stay = await a_confirmed_stay(centre, bed_ids=beds_of(*rooms))
    day = stay_fields().arrival + timedelta(days=1)

    await presence.depart_early(centre, stay.id, rooms[1].id, day, actor=DESK)
    left = await by_night(centre, stay.id)
    await presence.undo_early_departure(centre, stay.id, rooms[1].id, actor=DESK)

    assert left == [(4, 4), (2, 4), (2, 4)]
    assert await by_night(centre, stay.id) == [(4, 4), (4, 4), (4, 4)]
    assert await entries(centre) == 3 + 2 + 2


async def test_a_group_that_leaves_is_billed_all_the_same(centre: UUID) -> None:
    room = await a_room(centre, beds=4)
    stay = await a_confirmed_stay(
        centre, bed_ids=beds_of(room), arrival=TODAY - timedelta(days=1), departure=TODAY + timedelta(days=3)
    )
    await presence.mark_present(centre, stay.id, actor=DESK)
    before = await entries(centre)

    await presence.mark_departed(centre, stay.id, actor=DESK)

    assert await by_night(centre, stay.id) == [(4, 4), (0, 4), (0, 4), (0, 4)]
    await presence.undo_departed(centre, stay.id, actor=DESK)
    assert await by_night(centre, stay.id) == [(4, 4)] * 4
    assert await entries(centre) == before + 6


async def test_a_cancellation_takes_both_back_and_its_undo_gives_them(centre: UUID) -> None:
    room = await a_room(centre, beds=4)
    stay = await a_confirmed_stay(centre, bed_ids=beds_of(room))

    await commitments.cancel_stay(centre, stay.id, reason="client", actor=DESK)
    cancelled = await by_night(centre, stay.id)
    await commitments.undo_cancellation(centre, stay.id, actor=DESK)

    assert cancelled == [(0, 0)] * 3
    assert await by_night(centre, stay.id) == [(4, 4)] * 3


async def test_who_did_not_come_was_never_present_and_stays_billed(centre: UUID) -> None:
    stay = await a_confirmed_stay(centre)

    await presence.mark_no_show(centre, stay.id, actor=DESK)

    assert await by_night(centre, stay.id) == [(0, 4)] * 3


async def test_other_counts_dates_and_countries_are_reversed_and_written_again(centre: UUID) -> None:
    stay = await a_confirmed_stay(centre)
    fields = stay_fields(
        counts=HeadCounts(teenagers=6), nights=2, residences=(CountryCount("BE", 2), CountryCount("FR", 4))
    )

    await operations.change_stay(centre, stay.id, fields, version=stay.version, actor=DESK)

    assert await by_night(centre, stay.id) == [(6, 6), (6, 6), (0, 0)]
    async with tenant_transaction(centre, read_only=True):
        rows = await fetch(
            """SELECT residence, band, sum(present)::int AS present FROM person_nights WHERE centre_id = $1
               GROUP BY residence, band HAVING sum(present) <> 0 ORDER BY 1, 2""",
            centre,
        )
    assert [tuple(row.values()) for row in rows] == [("BE", "teenagers", 4), ("FR", "teenagers", 8)]


async def test_beds_are_known_from_when_they_are_given(centre: UUID) -> None:
    room = await a_room(centre, beds=4)
    stay = await a_confirmed_stay(centre)

    await operations.hold_beds(centre, stay.id, beds_of(room), actor=DESK)

    async with tenant_transaction(centre, read_only=True):
        rows = await fetch(
            """SELECT bed_ids FROM person_nights WHERE centre_id = $1 GROUP BY night, bed_ids
               HAVING sum(present) <> 0""",
            centre,
        )
    assert [row["bed_ids"] for row in rows] == [beds_of(room)] * 3


async def test_unknown_counts_make_no_night(centre: UUID) -> None:
    stay = await a_confirmed_stay(centre, counts=HeadCounts(), expected_pax=45)

    assert await by_night(centre, stay.id) == []


async def test_a_refused_change_leaves_the_ledger_as_it_was(centre: UUID) -> None:
    room = await a_room(centre, beds=2)
    await a_confirmed_stay(centre, bed_ids=beds_of(room))
    before = await entries(centre)

    with pytest.raises(BedTaken):
        await a_stay(centre, bed_ids=beds_of(room), status="confirmed")

    assert await entries(centre) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE person_nights SET present = 0",
        "DELETE FROM person_nights",
        "TRUNCATE person_nights",
    ],
)
async def test_the_application_can_neither_change_nor_delete_an_entry(centre: UUID, statement: str) -> None:
    await a_confirmed_stay(centre)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with tenant_transaction(centre):
            await execute(statement)

    assert await entries(centre) == 3


async def test_another_centre_sees_none_of_it(centre: UUID) -> None:
    await a_confirmed_stay(centre)
    other = await a_centre()

    async with tenant_transaction(other.id, read_only=True):
        assert await fetch_value("SELECT count(*) FROM person_nights") == 0


async def test_the_check_finds_what_strays_and_mends_it_by_entries(centre: UUID) -> None:
    client = await a_client(centre)
    stay = await a_confirmed_stay(centre, client_id=client.id)
    async with tenant_transaction(centre):
        await execute("UPDATE stays SET adults = 5 WHERE id = $1", stay.id)

    found = await check(centre)

    assert [(stray.stay_id, stray.present, stray.billed) for stray in found] == [(stay.id, 3, 3)]
    assert await mend(centre) == found
    assert await by_night(centre, stay.id) == [(5, 5)] * 3
    assert await entries(centre) == 6


async def test_stays_from_before_the_ledger_are_written_once(centre: UUID) -> None:
    stay_id = new_id()
    async with tenant_transaction(centre):
        await execute(
            """INSERT INTO stays (id, centre_id, status, arrival, departure, booking_category, booking_type,
                   purpose_category, purpose, purpose_detail, adults, region, services, notes, arrival_time,
                   released_beds, status_before, source, version, created_at)
               VALUES ($1, $2, 'departed', '2025-07-01', '2025-07-03', '', '', '', '', '', 2, '', '{}', '', '', '{}', '',
                   'tests', 1, now())""",
            stay_id,
            centre,
        )

    assert await settle_old_stays(centre) == 1
    assert await settle_old_stays(centre) == 0
    assert await measures(centre, stay_id) == {date(2025, 7, 1): (2, 2), date(2025, 7, 2): (2, 2)}
