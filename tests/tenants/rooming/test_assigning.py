"""Rooms for a group before its names: girls, boys and staff apart; and beds once somebody says them."""

from uuid import uuid4

import msgspec
import pytest

from infra.actor import ActorKind
from infra.ids import new_id
from tenants.rooming.assigning import Parts, PartsInvalid, propose_for_group
from tenants.rooming.operations import propose_rooms, save_entry
from tenants.rooming.rules import BedOccupied, EntryFields, EntryInvalid
from tenants.rooms.rules import FreeRoom, propose_apart
from tenants.stays.operations import hold_beds
from tenants.stays.rules import HeadCounts
from tests.factories.accounts import someone
from tests.factories.groups import DESK, a_person
from tests.factories.stays import a_confirmed_stay, a_room, a_stay, beds_of
from tests.tenants.rooming.test_rooming import the_list


def rooms_of(*sizes: int, dormitory: bool = False) -> list[FreeRoom]:
    """Return free rooms of so many beds, all on one floor."""
    return [
        FreeRoom(
            room_id=new_id(),
            room=f"R{place}",
            room_type="",
            dormitory=dormitory,
            accessible=False,
            free_bed_ids=tuple(new_id() for _ in range(size)),
            whole=size,
        )
        for place, size in enumerate(sizes)
    ]


@pytest.mark.parametrize(
    ("sizes", "dormitory", "parts", "beds"),
    [
        ((4, 4, 2), False, [4, 2, 3], [4, 2, 4]),
        ((6, 6), True, [3, 3], [3, 3]),
        ((6,), True, [3, 3], [3, 0]),
        ((4, 4), False, [9], [8]),
        ((4,), False, [], []),
    ],
)
def test_no_two_parts_share_a_room(sizes: tuple[int, ...], dormitory: bool, parts: list[int], beds: list[int]) -> None:
    free = rooms_of(*sizes, dormitory=dormitory)
    room_of = {bed: room.room for room in free for bed in room.free_bed_ids}

    chosen = propose_apart(free, parts)

    assert [len(part) for part in chosen] == beds
    used = [{room_of[bed] for bed in part} for part in chosen]
    assert sum(len(rooms) for rooms in used) == len(set().union(*used))


@pytest.mark.usefixtures("pools")
async def test_girls_boys_and_staff_get_rooms_of_their_own_from_what_is_said_or_from_the_list() -> None:
    centre_id = uuid4()
    for beds in (4, 4, 2, 2):
        await a_room(centre_id, beds=beds)
    stay = await a_stay(centre_id, counts=HeadCounts(teenagers=7, adults=2))
    alone = await propose_for_group(centre_id, stay.id)
    said = await propose_for_group(centre_id, stay.id, Parts(girls=4, boys=3, staff=2))
    for name, sex in (("Léa", "F"), ("Zoé", "F"), ("Paul", "M")):
        await a_person(centre_id, stay.id, name, sex=sex)
    await a_person(centre_id, stay.id, "Anne Morel", responsible=True, phone="06 12 34 56 78")
    listed = await propose_for_group(centre_id, stay.id)
    for wrong in (Parts(girls=-1), Parts(girls=5, boys=5)):
        with pytest.raises(PartsInvalid):
            await propose_for_group(centre_id, stay.id, wrong)

    assert [(part.who, part.people) for part in alone] == [("others", 9)]
    assert [(part.who, part.people, len(part.bed_ids)) for part in said] == [
        ("girls", 4, 4),
        ("staff", 2, 2),
        ("boys", 3, 6),
    ]
    assert [(part.who, part.people) for part in listed] == [("girls", 2), ("staff", 1), ("boys", 1), ("others", 5)]


@pytest.mark.usefixtures("pools")
async def test_a_bed_of_the_room_has_one_sleeper_and_the_leaders_page_leaves_it() -> None:
    centre_id = uuid4()
    room, other = await a_room(centre_id, beds=2), await a_room(centre_id, beds=2)
    stay = await a_confirmed_stay(centre_id, bed_ids=beds_of(room, other))
    lower, upper = room.beds
    lea = EntryFields(first_name="Léa", room_id=room.id, bed_id=lower.id)
    made = await save_entry(centre_id, stay.id, lea, actor=DESK)
    for refusal, fields in (
        (BedOccupied, EntryFields(first_name="Zoé", room_id=room.id, bed_id=lower.id)),
        (EntryInvalid, EntryFields(first_name="Zoé", room_id=room.id, bed_id=other.beds[0].id)),
    ):
        with pytest.raises(refusal):
            await save_entry(centre_id, stay.id, fields, actor=DESK)
    await save_entry(centre_id, stay.id, EntryFields(first_name="Zoé", room_id=room.id, bed_id=upper.id), actor=DESK)
    leader = msgspec.structs.replace(someone(), kind=ActorKind.CLIENT)
    await save_entry(
        centre_id,
        stay.id,
        EntryFields(first_name="Léa", last_name="Petit", room_id=room.id),
        entry_id=made.id,
        actor=leader,
    )
    kept = await the_list(centre_id, stay.id)
    await hold_beds(centre_id, stay.id, beds_of(other), actor=DESK)
    lost = await the_list(centre_id, stay.id)
    assert await propose_rooms(centre_id, stay.id, actor=DESK) == 2
    given = await the_list(centre_id, stay.id)

    assert [entry.place for entry in kept.entries] == [f"{room.name} · lit 1", f"{room.name} · lit 2"]
    assert [bed for bed, _ in kept.rooms[0].named] == [lower.id, upper.id]
    assert {(entry.room, entry.bed, entry.fields.bed_id) for entry in lost.entries} == {("", "", None)}
    assert [entry.place for entry in given.entries] == [other.name, other.name]
