"""Stays before their people come: written, edited, given beds, held, sold, cancelled."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from infra.audit import history
from infra.database import execute, fetch, fetch_value, tenant_transaction
from infra.errors import StaleVersion
from infra.ids import new_id
from tenants.clients.blacklisting import ClientBlacklisted, NewBlacklisting, blacklist
from tenants.clients.queries import ClientUnknown
from tenants.rooming.assigning import propose_for_group
from tenants.rooms.operations import RoomNameTaken, lift_withdrawal, withdraw_room
from tenants.rooms.rules import RoomInvalid, RoomSoldWhole, WithdrawalInvalid
from tenants.rooms.stock import BedTaken, BedUnknown
from tenants.stays import queries
from tenants.stays.codes import CodeUnknown
from tenants.stays.operations import (
    cancel_stay,
    change_stay,
    confirm_stay,
    create_stay,
    end_options,
    hold_beds,
    release_beds,
    set_option,
    undo_cancellation,
)
from tenants.stays.queries import Stay
from tenants.stays.rows import StayUnknown
from tenants.stays.rules import CountryCount, HeadCounts, OutOfServiceUnconfirmed, StayFields
from tenants.stays.statuses import CancellationReasonUnknown, StayStatusRefuses
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.factories.stays import ARRIVAL, DESK, a_confirmed_stay, a_room, a_stay, beds_of, stay_fields

pytestmark = pytest.mark.usefixtures("pools")


async def proposed(centre_id: UUID, stay_id: UUID) -> list[UUID]:
    """Return the beds proposed for all of a stay."""
    return [bed for part in await propose_for_group(centre_id, stay_id) for bed in part.bed_ids]


async def seen(centre_id: UUID, stay_id: UUID) -> Stay:
    """Read a stay as the desk does."""
    async with tenant_transaction(centre_id, read_only=True):
        return await queries.stay(centre_id, stay_id)


async def counted(centre_id: UUID, table: str) -> int:
    """Count a table's rows of the centre."""
    async with tenant_transaction(centre_id, read_only=True):
        return int(await fetch_value(f"SELECT count(*) FROM {table} WHERE centre_id = $1", centre_id))


async def test_a_stay_holds_the_beds_it_was_made_with() -> None:
    centre_id = uuid4()
    room = await a_room(centre_id, beds=3)

    made = await a_stay(centre_id, bed_ids=beds_of(room))

    stay = await seen(centre_id, made.id)
    async with tenant_transaction(centre_id, read_only=True):
        free = await queries.availability(centre_id, ARRIVAL, ARRIVAL + timedelta(days=1))
    assert (stay.pax, stay.nights, stay.status, stay.version) == (4, 3, "tentative", 1)
    assert [(held.room, held.bed_ids, held.status) for held in stay.rooms] == [
        (room.name, tuple(beds_of(room)), "held")
    ]
    assert (free.free_beds, free.rooms) == (0, ())


async def test_the_fiche_comes_back_as_it_was_typed() -> None:
    centre_id = uuid4()
    fields = stay_fields(
        counts=HeadCounts(teenagers=48, adults=4),
        expected_pax=50,
        contacted_day=ARRIVAL - timedelta(days=200),
        booked_day=ARRIVAL - timedelta(days=100),
        booking_category="groups",
        booking_type="schools",
        purpose_category="schools",
        purpose="secondary_study_trip",
        nationalities=(CountryCount("FR", 50), CountryCount("DE", 2)),
        residences=(CountryCount("FR", 52),),
        region="53",
        notes="deux chauffeurs",
        services=("bed_breakfast", "catering"),
        arrival_time="16:30",
    )

    made = await create_stay(centre_id, fields, actor=DESK)

    typed = {name: getattr(fields, name) for name in StayFields.__struct_fields__}
    assert (await seen(centre_id, made.id)).fields == StayFields(**typed)


async def test_the_refusal_names_who_has_the_bed() -> None:
    centre_id = uuid4()
    room = await a_room(centre_id, name="B1")
    client = await a_client(centre_id, first_name="", last_name="Marchetti")
    first = await a_stay(centre_id, client_id=client.id, bed_ids=beds_of(room))
    second = await a_stay(centre_id)

    with pytest.raises(BedTaken) as refused:
        await hold_beds(centre_id, second.id, beds_of(room), actor=DESK)

    assert refused.value.facts["stay_id"] == str(first.id)
    assert "marchetti" in refused.value.detail.lower() and "B1" in refused.value.detail
    assert (await seen(centre_id, second.id)).version == 1
    assert await counted(centre_id, "bed_holds") == 2


async def test_one_bed_taken_and_the_whole_stay_is_not_made() -> None:
    centre_id = uuid4()
    free, taken = await a_room(centre_id), await a_room(centre_id)
    await a_stay(centre_id, bed_ids=beds_of(taken))
    before = [await counted(centre_id, table) for table in ("stays", "bed_holds", "outbox", "audit_entries")]

    with pytest.raises(BedTaken):
        await a_stay(centre_id, bed_ids=beds_of(free, taken))

    assert [await counted(centre_id, table) for table in ("stays", "bed_holds", "outbox", "audit_entries")] == before


async def test_back_to_back_stays_share_a_bed() -> None:
    centre_id = uuid4()
    room = await a_room(centre_id)
    await a_stay(centre_id, nights=2, bed_ids=beds_of(room))

    await a_stay(centre_id, arrival=ARRIVAL + timedelta(days=2), nights=1, bed_ids=beds_of(room))

    assert await counted(centre_id, "bed_holds") == 4


async def test_a_private_room_is_sold_whole_and_a_dormitory_by_bed() -> None:
    centre_id = uuid4()
    private, dormitory = await a_room(centre_id, beds=3), await a_room(centre_id, beds=8, dormitory=True)

    with pytest.raises(RoomSoldWhole):
        await a_stay(centre_id, bed_ids=beds_of(private)[:2])
    await a_stay(centre_id, bed_ids=beds_of(dormitory)[:3])

    async with tenant_transaction(centre_id, read_only=True):
        free = await queries.availability(centre_id, ARRIVAL, ARRIVAL + timedelta(days=3))
    assert {room.room: len(room.free_bed_ids) for room in free.rooms} == {private.name: 3, dormitory.name: 5}


async def test_another_centres_beds_stays_and_clients_do_not_exist() -> None:
    ours, theirs = uuid4(), uuid4()
    room, client = await a_room(theirs), await a_client(theirs)
    stay = await a_stay(theirs)

    with pytest.raises(BedUnknown):
        await a_stay(ours, bed_ids=beds_of(room))
    with pytest.raises(ClientUnknown):
        await a_stay(ours, client_id=client.id)
    with pytest.raises(StayUnknown):
        await hold_beds(ours, stay.id, (), actor=DESK)
    with pytest.raises(StayUnknown):
        await seen(ours, stay.id)
    assert await counted(ours, "stays") == 0


async def test_other_dates_carry_the_beds_or_are_refused() -> None:
    centre_id = uuid4()
    room = await a_room(centre_id)
    made = await a_stay(centre_id, bed_ids=beds_of(room))
    await a_stay(centre_id, arrival=ARRIVAL + timedelta(days=20), nights=2, bed_ids=beds_of(room))
    fields = (await seen(centre_id, made.id)).fields

    moved = msgspec.structs.replace(fields, arrival=ARRIVAL + timedelta(days=1), departure=ARRIVAL + timedelta(days=6))
    ref = await change_stay(centre_id, made.id, moved, version=1, actor=DESK)
    onto = msgspec.structs.replace(fields, departure=ARRIVAL + timedelta(days=21))
    with pytest.raises(BedTaken):
        await change_stay(centre_id, made.id, onto, version=ref.version, actor=DESK)

    stay = await seen(centre_id, made.id)
    assert stay.fields == moved and stay.version == 2
    assert {(held.arrival, held.departure) for held in stay.rooms} == {(moved.arrival, moved.departure)}


async def test_the_second_to_save_is_told() -> None:
    centre_id = uuid4()
    made = await a_stay(centre_id)
    fields = (await seen(centre_id, made.id)).fields
    await change_stay(centre_id, made.id, msgspec.structs.replace(fields, notes="un"), version=1, actor=DESK)

    with pytest.raises(StaleVersion):
        await change_stay(centre_id, made.id, msgspec.structs.replace(fields, notes="deux"), version=1, actor=DESK)

    assert (await seen(centre_id, made.id)).fields.notes == "un"


async def test_an_option_ends_by_itself_and_frees_its_beds() -> None:
    centre_id = uuid4()
    room = await a_room(centre_id)
    made = await a_stay(centre_id, bed_ids=beds_of(room))
    until = ARRIVAL - timedelta(days=3)
    await set_option(centre_id, made.id, until, actor=DESK)

    assert await end_options(centre_id, until) == 0
    assert await end_options(centre_id, until + timedelta(days=1)) == 1

    stay = await seen(centre_id, made.id)
    assert (stay.status, stay.option_until, stay.rooms) == ("tentative", None, ())
    async with tenant_transaction(centre_id, read_only=True):
        facts = await fetch("SELECT kind FROM outbox WHERE subject_id = $1 ORDER BY sequence", made.id)
    assert [row["kind"] for row in facts] == ["stays.created", "stays.option_set", "stays.option_ended"]


async def test_confirming_twice_confirms_once_and_makes_a_client() -> None:
    centre_id = uuid4()
    client = await a_client(centre_id)
    made = await a_stay(centre_id, client_id=client.id)

    first = await confirm_stay(centre_id, made.id, reason="acompte reçu", actor=DESK)
    again = await confirm_stay(centre_id, made.id, reason="acompte reçu", actor=DESK)

    assert first == again
    async with tenant_transaction(centre_id, read_only=True):
        assert await fetch_value("SELECT status FROM clients WHERE id = $1", client.id) == "client"
        trail = await history(made.id)
    assert [entry.action for entry in trail] == ["confirm: acompte reçu", "create"]


async def test_a_cancellation_frees_the_beds_and_can_be_taken_back() -> None:
    centre_id = uuid4()
    room = await a_room(centre_id)
    made = await a_confirmed_stay(centre_id, bed_ids=beds_of(room))

    with pytest.raises(CancellationReasonUnknown):
        await cancel_stay(centre_id, made.id, reason="parce que", actor=DESK)
    await cancel_stay(centre_id, made.id, reason="illness", actor=DESK)
    assert await counted(centre_id, "bed_holds") == 0
    await undo_cancellation(centre_id, made.id, actor=DESK)

    stay = await seen(centre_id, made.id)
    assert (stay.status, stay.cancellation_reason) == ("confirmed", None)
    assert {bed for held in stay.rooms for bed in held.bed_ids} == set(beds_of(room))


async def test_a_cancelled_stay_takes_no_bed_and_no_option() -> None:
    centre_id = uuid4()
    room = await a_room(centre_id)
    made = await a_stay(centre_id)
    await cancel_stay(centre_id, made.id, reason="price", actor=DESK)

    for gesture in (
        hold_beds(centre_id, made.id, beds_of(room), actor=DESK),
        set_option(centre_id, made.id, ARRIVAL, actor=DESK),
        confirm_stay(centre_id, made.id, reason="", actor=DESK),
    ):
        with pytest.raises(StayStatusRefuses):
            await gesture
    assert await counted(centre_id, "bed_holds") == 0


async def test_released_beds_are_free_and_the_stay_stands() -> None:
    centre_id = uuid4()
    room = await a_room(centre_id)
    made = await a_confirmed_stay(centre_id, bed_ids=beds_of(room))

    await release_beds(centre_id, made.id, actor=DESK)

    stay = await seen(centre_id, made.id)
    assert (stay.status, stay.rooms) == ("confirmed", ())


@pytest.mark.parametrize(
    ("over", "wrong"),
    [
        ({"booking_category": "groups", "booking_type": "families"}, {"/booking_type": "wrong_category"}),
        ({"booking_category": "nobles"}, {"/booking_category": "unknown"}),
        ({"booking_type": "families"}, {"/booking_category": "required"}),
        ({"purpose_category": "other"}, {"/purpose_detail": "required"}),
        ({"purpose_category": "other", "purpose_detail": "tournage"}, {}),
        ({"purpose_category": "social_housing"}, {}),
        ({"purpose_category": "schools", "purpose": "acm"}, {}),
        ({"services": ("catering", "massage")}, {"/services/1": "unknown"}),
    ],
)
async def test_a_value_belongs_to_its_category(over: dict[str, object], wrong: dict[str, str]) -> None:
    centre_id = uuid4()
    if not wrong:
        await create_stay(centre_id, stay_fields(None, **over), actor=DESK)
        return
    with pytest.raises(CodeUnknown) as refused:
        await create_stay(centre_id, stay_fields(None, **over), actor=DESK)
    assert {error.pointer: error.code for error in refused.value.errors} == wrong


async def test_a_locked_card_takes_no_reservation_by_any_way_in() -> None:
    centre_id = (await a_centre()).id
    client, room = await a_client(centre_id), await a_room(centre_id)
    made = await a_stay(centre_id, client_id=client.id)
    other = await a_stay(centre_id)
    lock = NewBlacklisting(reason="unpaid", evidence_day=date(2026, 1, 1), last_day=date(2027, 12, 31))
    await blacklist(centre_id, client.id, lock, actor=DESK)
    named = msgspec.structs.replace((await seen(centre_id, other.id)).fields, client_id=client.id)

    for way in (
        a_stay(centre_id, client_id=client.id),
        hold_beds(centre_id, made.id, beds_of(room), actor=DESK),
        set_option(centre_id, made.id, ARRIVAL, actor=DESK),
        confirm_stay(centre_id, made.id, reason="", actor=DESK),
        change_stay(centre_id, other.id, named, version=None, actor=DESK),
    ):
        with pytest.raises(ClientBlacklisted):
            await way

    assert (await seen(centre_id, made.id)).blacklisted
    assert (await counted(centre_id, "stays"), await counted(centre_id, "bed_holds")) == (2, 0)


async def test_the_database_refuses_a_locked_card_whatever_the_code_forgot() -> None:
    import asyncpg

    centre_id = (await a_centre()).id
    client = await a_client(centre_id)
    made = await a_stay(centre_id, client_id=client.id)
    lock = NewBlacklisting(reason="fraud", evidence_day=date(2026, 1, 1), last_day=date(2027, 12, 31))
    await blacklist(centre_id, client.id, lock, actor=DESK)

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        async with tenant_transaction(centre_id):
            await execute("UPDATE stays SET status = 'confirmed' WHERE centre_id = $1 AND id = $2", centre_id, made.id)

    assert refused.value.constraint_name == "stays_client_not_blacklisted"
    assert (await seen(centre_id, made.id)).status == "tentative"


async def test_a_room_out_of_service_is_not_sold_until_it_is_put_back() -> None:
    centre_id = uuid4()
    room = await a_room(centre_id)
    out = await withdraw_room(
        centre_id, room.id, first_day=ARRIVAL, last_day=ARRIVAL + timedelta(days=1), reason="works", actor=DESK
    )

    with pytest.raises(BedTaken) as refused:
        await a_stay(centre_id, bed_ids=beds_of(room))
    await a_stay(centre_id, arrival=ARRIVAL + timedelta(days=2), bed_ids=beds_of(room))
    await lift_withdrawal(centre_id, out.id, actor=DESK)
    await a_stay(centre_id, nights=2, bed_ids=beds_of(room))

    assert "out of service" in refused.value.detail


async def test_a_room_where_somebody_sleeps_is_not_withdrawn() -> None:
    centre_id = uuid4()
    room = await a_room(centre_id)
    await a_stay(centre_id, bed_ids=beds_of(room))

    with pytest.raises(BedTaken):
        await withdraw_room(centre_id, room.id, first_day=ARRIVAL, last_day=ARRIVAL, reason="works", actor=DESK)

    assert await counted(centre_id, "withdrawals") == 0


async def test_what_no_room_and_no_withdrawal_may_be() -> None:
    centre_id = uuid4()
    room = await a_room(centre_id, name="A1")

    with pytest.raises(RoomNameTaken):
        await a_room(centre_id, name="A1")
    with pytest.raises(RoomInvalid):
        await a_room(centre_id, name=" ", beds=0)
    with pytest.raises(WithdrawalInvalid):
        await withdraw_room(
            centre_id, room.id, first_day=ARRIVAL, last_day=ARRIVAL - timedelta(days=1), reason="moon", actor=DESK
        )


async def test_zero_in_every_band_asks_for_out_of_service() -> None:
    centre_id = uuid4()
    nobody = HeadCounts(children=0, teenagers=0, young=0, adults=0, seniors=0)

    with pytest.raises(OutOfServiceUnconfirmed):
        await a_stay(centre_id, counts=nobody)

    assert await counted(centre_id, "stays") == 0


async def test_a_proposal_fits_the_people_and_holds_nothing() -> None:
    centre_id = uuid4()
    small, large = await a_room(centre_id, beds=2), await a_room(centre_id, beds=4)
    made = await a_stay(centre_id, counts=HeadCounts(adults=4))

    assert set(await proposed(centre_id, made.id)) == set(beds_of(large))
    await a_stay(centre_id, bed_ids=beds_of(large))
    assert set(await proposed(centre_id, made.id)) == set(beds_of(small))
    assert (await seen(centre_id, made.id)).rooms == ()


async def test_an_unknown_bed_is_not_found() -> None:
    with pytest.raises(BedUnknown):
        await a_stay(uuid4(), bed_ids=(new_id(),))
