"""Beds of a type kept before rooms are known: nobody else has them, whoever asks and in whatever order."""

import asyncio
from uuid import UUID, uuid4

import pytest

from infra.database import tenant_transaction
from infra.errors import DomainError
from tenants.rooming.assigning import propose_for_group
from tenants.stays.allotments import Allotment, AllotmentInvalid, TypeFull, allot, allotments_of
from tenants.stays.operations import cancel_stay, create_stay, hold_beds
from tests.factories.stays import ARRIVAL, DESK, a_room, a_stay, beds_of, stay_fields

pytestmark = pytest.mark.usefixtures("pools")


async def proposed(centre_id: UUID, stay_id: UUID) -> list[UUID]:
    """Return the beds proposed for all of a stay."""
    return [bed for part in await propose_for_group(centre_id, stay_id) for bed in part.bed_ids]


async def test_what_is_allotted_is_kept_from_others_and_given_back_with_the_stay() -> None:
    centre_id = uuid4()
    rooms = [await a_room(centre_id, beds=4, room_type="ados") for _ in range(3)]
    group, other = await a_stay(centre_id), await a_stay(centre_id)
    await allot(centre_id, group.id, [Allotment(room_type="ados", beds=8)], actor=DESK)

    await hold_beds(centre_id, other.id, beds_of(rooms[0]), actor=DESK)
    with pytest.raises(TypeFull):
        await hold_beds(centre_id, other.id, beds_of(*rooms[:2]), actor=DESK)
    with pytest.raises(TypeFull):
        await allot(centre_id, other.id, [Allotment(room_type="ados", beds=5)], actor=DESK)
    await hold_beds(centre_id, group.id, beds_of(rooms[1]), actor=DESK)
    async with tenant_transaction(centre_id, read_only=True):
        kept = await allotments_of(centre_id, group.id)
    assert kept == [Allotment(room_type="ados", beds=8, held=4)]

    await cancel_stay(centre_id, group.id, reason="dates", actor=DESK)
    await hold_beds(centre_id, other.id, beds_of(*rooms), actor=DESK)


async def test_rooms_of_the_allotted_type_are_proposed_first_and_on_one_floor() -> None:
    centre_id = uuid4()
    family = await a_room(centre_id, beds=4, room_type="famille", floor="1")
    upstairs = await a_room(centre_id, beds=4, room_type="ados", floor="2")
    beside = await a_room(centre_id, beds=4, room_type="famille", floor="2")
    stay = await a_stay(centre_id, counts=stay_fields().counts.__class__(adults=8))
    await allot(centre_id, stay.id, [Allotment(room_type="ados", beds=4)], actor=DESK)

    assert await proposed(centre_id, stay.id) == [*beds_of(upstairs), *beds_of(beside)]
    assert beds_of(family)


@pytest.mark.parametrize(
    "wanted",
    [
        [Allotment(room_type="château", beds=2)],
        [Allotment(room_type="ados", beds=0)],
        [Allotment(room_type="ados", beds=1), Allotment(room_type="ados", beds=1)],
    ],
)
async def test_an_allotment_names_types_of_the_house_once_and_beds(wanted: list[Allotment]) -> None:
    centre_id = uuid4()
    await a_room(centre_id, room_type="ados")
    stay = await a_stay(centre_id)
    with pytest.raises(AllotmentInvalid):
        await allot(centre_id, stay.id, wanted, actor=DESK)


async def test_allotting_and_holding_race_without_giving_a_type_twice() -> None:
    centre_id = uuid4()
    rooms = [await a_room(centre_id, beds=2, room_type="ados") for _ in range(4)]
    groups = [await a_stay(centre_id) for _ in range(6)]

    async def keep(place: int) -> str:
        try:
            await allot(centre_id, groups[place].id, [Allotment(room_type="ados", beds=4)], actor=DESK)
        except DomainError as error:
            return error.code
        return "kept"

    async def take(place: int) -> str:
        try:
            fields = stay_fields(arrival=ARRIVAL, bed_ids=tuple(beds_of(rooms[place])))
            await create_stay(centre_id, fields, actor=DESK)
        except DomainError as error:
            return error.code
        return "taken"

    ends = await asyncio.gather(*(keep(place) for place in range(6)), *(take(place) for place in range(4)))

    assert set(ends) <= {"kept", "taken", "type_full", "busy"}
    assert 4 * ends.count("kept") + 2 * ends.count("taken") <= 8
