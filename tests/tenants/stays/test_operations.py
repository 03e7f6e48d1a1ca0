"""Stays before their people come."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from infra.database import fetch_value, tenant_transaction
from tenants.rooms.stock import BedTaken
from tenants.stays import queries
from tenants.stays.operations import (
    cancel_stay,
    change_stay,
    confirm_stay,
    create_stay,
    hold_beds,
    release_beds,
)
from tests.factories.clients import a_client
from tests.factories.stays import ARRIVAL, DESK, a_room, a_stay, beds_of, stay_fields

pytestmark = pytest.mark.usefixtures("pools")


async def test_a_stay_holds_the_beds_it_was_made_with():
    centre_id = uuid4()
    room = await a_room(centre_id, beds=3)

    made = await a_stay(centre_id, bed_ids=beds_of(room))

    async with tenant_transaction(centre_id, read_only=True):
        stay = await queries.stay(centre_id, made.id)
        free = await queries.availability(centre_id, ARRIVAL, ARRIVAL + timedelta(days=1))
    assert (stay.pax, stay.nights, stay.status, stay.version) == (4, 3, "tentative", 1)
    assert [(held.room, held.bed_ids, held.status) for held in stay.rooms] == [(room.name, tuple(beds_of(room)), "held")]
    assert (free.free_beds, free.rooms) == (0, ())


async def test_the_refusal_names_who_has_the_bed():
    centre_id = uuid4()
    room = await a_room(centre_id, name="B1")
    client = await a_client(centre_id, first_name="", last_name="Marchetti")
    first = await a_stay(centre_id, client_id=client.id, bed_ids=beds_of(room))
    second = await a_stay(centre_id)

    with pytest.raises(BedTaken) as refused:
        await hold_beds(centre_id, second.id, beds_of(room), actor=DESK)

    assert refused.value.facts["stay_id"] == str(first.id)
    assert "Marchetti" in refused.value.detail.title() and "B1" in refused.value.detail
    async with tenant_transaction(centre_id, read_only=True):
        assert (await queries.stay(centre_id, second.id)).version == 1
        assert await fetch_value("SELECT count(*) FROM bed_holds WHERE centre_id = $1", centre_id) == 2
