"""Groups for tests: a school in its rooms, and people on its rooming list, by the real operations."""

from datetime import date
from uuid import UUID

import msgspec

from infra.actor import Actor, job
from tenants.rooming.operations import save_entry
from tenants.rooming.rules import EntryFields
from tenants.rooms.rules import Room
from tenants.stays.rules import HeadCounts, StayRef
from tests.factories.clients import an_organisation
from tests.factories.stays import ARRIVAL, a_confirmed_stay, a_room, beds_of

DESK: Actor = job("tests")


class Group(msgspec.Struct, frozen=True):
    """A confirmed stay of a school, and its rooms."""

    stay: StayRef
    client_id: UUID
    rooms: list[Room]


async def a_group(
    centre_id: UUID,
    *,
    rooms: tuple[int, ...] = (4, 4, 2),
    arrival: date = ARRIVAL,
    nights: int = 3,
    counts: HeadCounts | None = None,
    email: str = "intendance@college-ferry.fr",
    arrival_time: str = "",
) -> Group:
    """Make a school of eight pupils and two leaders for three nights in two rooms of four and one of two."""
    client = await an_organisation(centre_id, email=email)
    made = [await a_room(centre_id, beds=beds) for beds in rooms]
    stay = await a_confirmed_stay(
        centre_id,
        client_id=client.id,
        bed_ids=beds_of(*made),
        arrival=arrival,
        nights=nights,
        counts=counts or HeadCounts(teenagers=8, adults=2),
        arrival_time=arrival_time,
    )
    return Group(stay, client.id, made)


async def a_person(centre_id: UUID, stay_id: UUID, name: str, **over: object) -> UUID:
    """Write somebody down: « Léa Morel », a participant unless said."""
    first, _, last = name.partition(" ")
    fields = EntryFields(first_name=first, last_name=last, **over)  # type: ignore[arg-type]
    return (await save_entry(centre_id, stay_id, fields, actor=DESK)).id
