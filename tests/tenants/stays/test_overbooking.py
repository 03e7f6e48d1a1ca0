"""More people than beds: sold by who may and on purpose, and noted on the stay."""

from uuid import UUID, uuid4

import pytest

from infra.audit import history
from infra.database import tenant_transaction
from infra.errors import RightMissing
from tenants.stays import queries
from tenants.stays.arrangements import TooFewBeds
from tenants.stays.operations import confirm_stay, create_stay
from tenants.stays.overbooking import lacking_beds
from tenants.stays.queries import Stay
from tests.factories.accounts import someone
from tests.factories.stays import a_room, a_stay, beds_of, stay_fields

pytestmark = pytest.mark.usefixtures("pools")


async def seen(centre_id: UUID, stay_id: UUID) -> Stay:
    """Read a stay as the desk does."""
    async with tenant_transaction(centre_id, read_only=True):
        return await queries.stay(centre_id, stay_id)


async def test_more_people_than_beds_are_sold_only_by_who_may_and_on_purpose() -> None:
    centre_id = uuid4()
    made = await a_stay(centre_id, bed_ids=beds_of(await a_room(centre_id, beds=2)))
    clerk, director = someone("stay.edit"), someone("stay.edit", "stay.overbook")
    sold = stay_fields(bed_ids=tuple(beds_of(await a_room(centre_id, beds=1))), status="confirmed")
    for refusal, attempt in (
        (TooFewBeds, confirm_stay(centre_id, made.id, reason="", actor=director)),
        (RightMissing, confirm_stay(centre_id, made.id, reason="", overbook=True, actor=clerk)),
        (TooFewBeds, create_stay(centre_id, sold, actor=director)),
    ):
        with pytest.raises(refusal):
            await attempt
    before = await seen(centre_id, made.id)

    await confirm_stay(centre_id, made.id, reason="", overbook=True, actor=director)

    after = await seen(centre_id, made.id)
    async with tenant_transaction(centre_id, read_only=True):
        trail = await history(made.id)
        assert await lacking_beds(centre_id, made.id) == 0
    assert (before.status, before.extra_beds) == ("tentative", 0)
    assert (after.status, after.extra_beds) == ("confirmed", 2)
    assert [entry.action for entry in trail] == ["confirm", "overbook", "create"]
