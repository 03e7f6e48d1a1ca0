"""A centre's own values: each stands for one of the network's, and no other centre sees them."""

from datetime import timedelta
from uuid import uuid4

import pytest

from infra.actor import Actor, ActorKind
from infra.clock import today
from infra.database import tenant_transaction
from infra.errors import RightMissing, StaleVersion
from tenants.clients import queries
from tenants.clients.operations import change_client
from tenants.clients.rules import ClientFields, ClientInvalid
from tenants.code_lists.changing import ValueInvalid, ValueThere, ValueUnknown
from tenants.code_lists.local import (
    add_local_value,
    change_local_value,
    colour_type,
    colours_of_types,
    local_values,
)
from tests.factories.accounts import someone
from tests.factories.clients import IMPORTER, a_client

pytestmark = pytest.mark.usefixtures("pools")

DIRECTION = someone("code_list.edit", "client.edit")
TODAY = today("Europe/Paris")


async def test_a_centres_value_counts_as_one_of_the_networks_and_is_its_alone() -> None:
    ours, theirs = uuid4(), uuid4()

    made = await add_local_value(ours, "segmentation", "Classes de mer", network_code="schools", actor=DIRECTION)

    assert (made.code, made.network_code) == ("classes_de_mer", "schools")
    async with tenant_transaction(theirs, read_only=True):
        assert await local_values(theirs) == []


async def test_a_value_that_counts_as_nothing_is_refused() -> None:
    centre = uuid4()

    for refusal, attempt in (
        (ValueInvalid, add_local_value(centre, "origin", "Salon", network_code="", actor=DIRECTION)),
        (ValueInvalid, add_local_value(centre, "origin", "Salon", network_code="nobles", actor=DIRECTION)),
        (ValueUnknown, add_local_value(centre, "client_type", "Salon", network_code="other", actor=DIRECTION)),
        (RightMissing, add_local_value(centre, "origin", "Salon", network_code="direct",
                                       actor=Actor(kind=ActorKind.STAFF, name="Réception"))),
    ):  # fmt: skip
        with pytest.raises(refusal):
            await attempt

    async with tenant_transaction(centre, read_only=True):
        assert await local_values(centre) == []


async def test_one_name_stands_once_in_a_list() -> None:
    centre = uuid4()
    await add_local_value(centre, "marketing_code", "MER", network_code="", actor=DIRECTION)

    with pytest.raises(ValueThere):
        await add_local_value(centre, "marketing_code", "mer", network_code="", actor=DIRECTION)


async def test_the_second_to_save_a_value_is_told() -> None:
    centre = uuid4()
    made = await add_local_value(centre, "marketing_code", "MER", network_code="", actor=DIRECTION)
    await change_local_value(
        centre, made.id, label="Mer", network_code="", retired_on=None, version=made.version, actor=DIRECTION
    )

    with pytest.raises(StaleVersion):
        await change_local_value(
            centre, made.id, label="Océan", network_code="", retired_on=None, version=made.version, actor=DIRECTION
        )

    async with tenant_transaction(centre, read_only=True):
        assert [(value.code, value.label) for value in await local_values(centre)] == [("mer", "Mer")]


async def test_a_retired_code_stays_on_the_card_that_holds_it_and_comes_on_no_other() -> None:
    centre = uuid4()
    made = await add_local_value(centre, "marketing_code", "MER", network_code="", actor=DIRECTION)
    holder, other = await a_client(centre), await a_client(centre)
    held = ClientFields(last_name="A", reference="R-1", marketing_codes=[made.code])
    await change_client(centre, holder.id, held, version=None, actor=DIRECTION)
    await change_local_value(
        centre, made.id, label="MER", network_code="", retired_on=TODAY, version=None, actor=DIRECTION
    )

    kept = ClientFields(last_name="B", reference="R-1", marketing_codes=[made.code])
    await change_client(centre, holder.id, kept, version=None, actor=DIRECTION)
    with pytest.raises(ClientInvalid) as refused:
        await change_client(
            centre, other.id, ClientFields(last_name="C", marketing_codes=[made.code]), version=None, actor=DIRECTION
        )

    assert [error.pointer for error in refused.value.errors] == ["/marketing_codes/0"]
    async with tenant_transaction(centre, read_only=True):
        assert (await queries.client(centre, holder.id)).fields.marketing_codes == ["mer"]
        assert await local_values(centre, offered_on=TODAY) == []
        assert len(await local_values(centre, offered_on=TODAY - timedelta(days=1))) == 1


async def test_a_types_colour_is_the_centres_and_an_empty_one_takes_it_away() -> None:
    centre = uuid4()
    await colour_type(centre, "school", "#3366CC", actor=DIRECTION)
    async with tenant_transaction(centre, read_only=True):
        given = dict(await colours_of_types(centre))
    with pytest.raises(ValueInvalid):
        await colour_type(centre, "school", "bleu", actor=DIRECTION)
    with pytest.raises(ValueUnknown):
        await colour_type(centre, "nobles", "#000000", actor=DIRECTION)

    await colour_type(centre, "school", "", actor=DIRECTION)

    assert given == {"school": "#3366cc"}
    async with tenant_transaction(centre, read_only=True):
        assert await colours_of_types(centre) == {}


async def test_an_imported_code_is_not_invented() -> None:
    centre = uuid4()
    client = await a_client(centre)

    with pytest.raises(ClientInvalid) as refused:
        await change_client(
            centre, client.id, ClientFields(last_name="A", segmentation="x", origin="y"), version=None, actor=IMPORTER
        )

    assert [error.pointer for error in refused.value.errors] == ["/segmentation", "/origin"]
