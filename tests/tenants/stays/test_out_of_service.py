"""Zero in every band and nobody's name: a room out of service, once staff said so."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from infra.database import fetch, tenant_transaction
from infra.errors import RightMissing
from tenants.rooms.stock import BedTaken
from tenants.stays.out_of_service import NotOutOfService, save_as_out_of_service
from tenants.stays.planning import planning
from tenants.stays.rules import HeadCounts
from tests.factories.accounts import someone
from tests.factories.clients import a_client
from tests.factories.stays import ARRIVAL, DESK, a_room, a_stay, beds_of, stay_fields

pytestmark = pytest.mark.usefixtures("pools")

NOBODY = HeadCounts(children=0, teenagers=0, young=0, adults=0, seniors=0)


async def withdrawals(centre_id: UUID) -> list[tuple[object, ...]]:
    """Return the centre's withdrawals."""
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch(
            "SELECT first_day, last_day, reason, note FROM withdrawals WHERE centre_id = $1 ORDER BY id", centre_id
        )
    return [tuple(row.values()) for row in rows]


async def test_each_room_goes_out_of_service_for_the_nights() -> None:
    centre_id = uuid4()
    private, dormitory = await a_room(centre_id), await a_room(centre_id, beds=5, dormitory=True)
    beds = (*beds_of(private), beds_of(dormitory)[0])

    made = await save_as_out_of_service(
        centre_id, stay_fields(counts=NOBODY, bed_ids=beds), reason="works", note="peinture", actor=DESK
    )

    last = ARRIVAL + timedelta(days=2)
    assert await withdrawals(centre_id) == [(ARRIVAL, last, "works", "peinture")] * 2
    async with tenant_transaction(centre_id, read_only=True):
        shown = await planning(centre_id, ARRIVAL, ARRIVAL)
    assert {bar.id for bar in shown.bars} == {one.id for one in made}
    assert [(day.capacity, day.occupied, day.people) for day in shown.days] == [(0, 0, 0)]


@pytest.mark.parametrize("counts", [HeadCounts(), HeadCounts(children=4), HeadCounts(children=0, adults=0)])
async def test_unknown_bands_or_somebody_are_never_out_of_service(counts: HeadCounts) -> None:
    centre_id = uuid4()
    room = await a_room(centre_id)

    with pytest.raises(NotOutOfService):
        await save_as_out_of_service(
            centre_id, stay_fields(counts=counts, bed_ids=tuple(beds_of(room))), reason="works", actor=DESK
        )

    assert await withdrawals(centre_id) == []


async def test_never_with_a_client_nor_over_a_stay_nor_without_the_right() -> None:
    centre_id = uuid4()
    room, client = await a_room(centre_id), await a_client(centre_id)
    fields = stay_fields(counts=NOBODY, bed_ids=tuple(beds_of(room)))
    named = stay_fields(client.id, counts=NOBODY, bed_ids=tuple(beds_of(room)))
    await a_stay(centre_id, bed_ids=beds_of(room))

    with pytest.raises(NotOutOfService):
        await save_as_out_of_service(centre_id, named, reason="works", actor=DESK)
    with pytest.raises(BedTaken):
        await save_as_out_of_service(centre_id, fields, reason="works", actor=DESK)
    with pytest.raises(RightMissing):
        await save_as_out_of_service(centre_id, fields, reason="works", actor=someone("stay.edit"))

    assert await withdrawals(centre_id) == []
