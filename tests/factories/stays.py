"""Rooms and stays for tests, made by the real operations."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count
from uuid import UUID

from infra.actor import Actor, job
from tenants.rooms.operations import add_room
from tenants.rooms.rules import NewRoomFields, Room
from tenants.stays.operations import confirm_stay, create_stay
from tenants.stays.rules import HeadCounts, NewStayFields, StayRef

_number = count(1)
DESK = job("tests")
ARRIVAL = date(2027, 3, 10)
"""Far enough ahead of any day that tests run on."""


async def a_room(centre_id: UUID, *, beds: int = 2, actor: Actor = DESK, **over: object) -> Room:
    """Make a room of the centre; `dormitory=True` sells it by bed."""
    values: dict[str, object] = {"name": f"R{next(_number)}", "beds": beds, **over}
    return await add_room(centre_id, NewRoomFields(**values), actor=actor)  # type: ignore[arg-type]


def stay_fields(client_id: UUID | None = None, **over: object) -> NewStayFields:
    """Return the fields of a stay of 3 nights for 4 adults; `nights=` moves the departure."""
    arrival = over.pop("arrival", ARRIVAL)
    assert isinstance(arrival, date)
    nights = over.pop("nights", 3)
    assert isinstance(nights, int)
    values: dict[str, object] = {
        "client_id": client_id,
        "arrival": arrival,
        "departure": arrival + timedelta(days=nights),
        "counts": HeadCounts(adults=4),
        **over,
    }
    return NewStayFields(**values)  # type: ignore[arg-type]


async def a_stay(
    centre_id: UUID,
    *,
    client_id: UUID | None = None,
    bed_ids: Sequence[UUID] = (),
    actor: Actor = DESK,
    **over: object,
) -> StayRef:
    """Make a stay, tentative unless `status` says otherwise, with the beds given."""
    return await create_stay(centre_id, stay_fields(client_id, bed_ids=tuple(bed_ids), **over), actor=actor)


async def a_confirmed_stay(
    centre_id: UUID,
    *,
    client_id: UUID | None = None,
    bed_ids: Sequence[UUID] = (),
    actor: Actor = DESK,
    **over: object,
) -> StayRef:
    """Make a stay and sell it."""
    made = await a_stay(centre_id, client_id=client_id, bed_ids=bed_ids, actor=actor, **over)
    return await confirm_stay(centre_id, made.id, reason="tests", actor=actor)


def beds_of(*rooms: Room) -> list[UUID]:
    """Return the ids of all beds of the rooms."""
    return [bed.id for room in rooms for bed in room.beds]


HOTEL_BUILDINGS = (("Resort Hotel", 250, 200), ("City Hotel", 150, 100))
"""Building, rooms, how many of them have two beds (the rest one): 700 beds in all."""


async def a_hotel(centre_id: UUID, *, actor: Actor = DESK) -> list[Room]:
    """Furnish a centre for `hotel_bookings.csv.gz`: 250 and 150 private rooms, 700 beds."""
    return [
        await add_room(
            centre_id,
            NewRoomFields(name=f"{building[0]}{place}", beds=2 if place <= doubles else 1, building=building),
            actor=actor,
        )
        for building, rooms, doubles in HOTEL_BUILDINGS
        for place in range(1, rooms + 1)
    ]
