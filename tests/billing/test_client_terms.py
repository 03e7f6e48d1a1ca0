"""What is agreed with a client: their price wins and says so; their defaults fill, and are changed there."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from billing.catalogue.client_rates import ClientRate, rate_for
from billing.catalogue.reasons import Code, Reason
from billing.client_terms.operations import (
    ClientRateUnknown,
    ClientTermsInvalid,
    NewRate,
    add_rate,
    retire_rate,
    set_defaults,
)
from billing.client_terms.queries import Defaults, defaults_of, rates_of
from billing.dossiers.lines import NewLine
from billing.dossiers.operations import add_line
from billing.money import Money
from infra.database import tenant_transaction
from infra.errors import RightMissing, StaleVersion
from tenants.clients.queries import ClientUnknown
from tests.billing.reading import seen
from tests.factories.accounts import someone
from tests.factories.centres import a_centre
from tests.factories.clients import a_client
from tests.factories.dossiers import a_dossier, a_service

STAFF = someone("client.edit", "rate.edit", "dossier.edit")
ID, SERVICE = UUID(int=1), UUID(int=2)
RATE = ClientRate(id=ID, version=1, name="prime", service_id=SERVICE, room_type="ados", price=Money(3990))
MARCH = date(2027, 3, 16)


@pytest.mark.parametrize(("change", "nights", "rooms", "fits"), [
    ({}, 3, (), True), ({}, 3, ("ados",), True), ({}, 3, ("ados", "familles"), True), ({}, 3, ("familles",), False),
    ({"service_id": UUID(int=9)}, 3, (), False),
    ({"first_day": MARCH}, 3, (), True), ({"first_day": MARCH + timedelta(days=1)}, 3, (), False),
    ({"last_day": MARCH + timedelta(days=2)}, 3, (), True), ({"last_day": MARCH + timedelta(days=1)}, 3, (), False),
    ({"min_nights": 3}, 3, (), True), ({"min_nights": 4}, 3, (), False),
    ({"max_nights": 3}, 3, (), True), ({"max_nights": 2}, 3, (), False),
])  # fmt: skip
def test_when_a_clients_rate_applies(
    change: Mapping[str, object], nights: int, rooms: tuple[str, ...], *, fits: bool
) -> None:
    rate = msgspec.structs.replace(RATE, **change)
    found = rate_for(
        [rate], service_id=SERVICE, arrival=MARCH, departure=MARCH + timedelta(days=nights), room_types=rooms
    )

    assert (found is not None) is fits


def test_of_two_rates_the_one_with_dates_goes_first_then_the_newest() -> None:
    old, new = RATE, msgspec.structs.replace(RATE, id=UUID(int=5))
    dated = msgspec.structs.replace(RATE, id=UUID(int=3), first_day=MARCH)

    def chosen(*rates: ClientRate) -> ClientRate | None:
        return rate_for(rates, service_id=SERVICE, arrival=MARCH, departure=MARCH + timedelta(days=2), room_types=())

    assert chosen(old, new) == new
    assert chosen(new, dated, old) == dated


@pytest.mark.usefixtures("pools")
async def test_a_clients_rate_wins_over_the_catalogue_and_the_line_says_which_and_why() -> None:
    centre = await a_centre()
    dossier = await a_dossier(centre.id)
    service = await a_service(centre.id, price=Money(4800))
    client = (await seen(centre.id, dossier.id)).client_id
    new = NewRate(name="prime", service_id=service.id, room_type="ados", price=Money(3990))
    await set_defaults(centre.id, client, Defaults(discount_basis_points=500), version=0, actor=STAFF)
    await add_line(centre.id, dossier.id, NewLine(service_id=service.id, quantity=2), actor=STAFF)
    rate = await add_rate(centre.id, client, new, actor=STAFF)
    await add_line(centre.id, dossier.id, NewLine(service_id=service.id, quantity=2), actor=STAFF)
    by_hand = NewLine(service_id=service.id, quantity=2, unit_price=Money(4000))
    await add_line(centre.id, dossier.id, by_hand, actor=STAFF)
    await retire_rate(centre.id, client, rate.id, actor=STAFF)

    discounted, own, typed = (await seen(centre.id, dossier.id)).lines[-3:]

    assert discounted.unit_price == Money(4560)
    assert discounted.reasons[-1] == Reason(code=Code.CLIENT_DISCOUNT, number=500)
    assert own.unit_price == Money(3990)
    own_rate = Reason(code=Code.CLIENT_RATE, name="prime", price=Money(3990), unit="person_night")
    assert own.reasons == (own_rate,)
    assert typed.unit_price == Money(4000)
    assert typed.reasons == (Reason(code=Code.TYPED_PRICE, name="Camille Test"), own_rate)


@pytest.mark.usefixtures("pools")
async def test_what_cannot_be_agreed_is_refused_and_nothing_is_written() -> None:
    centre, other = await a_centre(), await a_centre()
    client, foreign = await a_client(centre.id), await a_client(other.id)
    service, theirs = await a_service(centre.id), await a_service(other.id)
    rate = NewRate(name="", service_id=service.id, room_type="ados", price=Money(100))
    wrong = (
        {"room_type": " "}, {"price": Money(-1)}, {"service_id": theirs.id}, {"min_nights": 0},
        {"min_nights": 4, "max_nights": 3}, {"first_day": MARCH, "last_day": MARCH - timedelta(days=1)},
    )  # fmt: skip
    for change in wrong:
        with pytest.raises(ClientTermsInvalid):
            await add_rate(centre.id, client.id, msgspec.structs.replace(rate, **change), actor=STAFF)
    for defaults in (
        Defaults(discount_basis_points=10_001), Defaults(service_id=theirs.id), Defaults(rate_id=uuid4()),
        Defaults(payer_id=foreign.id),
    ):  # fmt: skip
        with pytest.raises(ClientTermsInvalid):
            await set_defaults(centre.id, client.id, defaults, version=0, actor=STAFF)
    for refusal, attempt in (
        (ClientUnknown, add_rate(centre.id, foreign.id, rate, actor=STAFF)),
        (ClientUnknown, set_defaults(centre.id, foreign.id, Defaults(), version=0, actor=STAFF)),
        (ClientRateUnknown, retire_rate(centre.id, client.id, uuid4(), actor=STAFF)),
        (RightMissing, add_rate(centre.id, client.id, rate, actor=someone("client.edit"))),
    ):
        with pytest.raises(refusal):
            await attempt

    async with tenant_transaction(centre.id, read_only=True):
        assert await rates_of(centre.id, client.id) == []
        assert await defaults_of(centre.id, client.id) == Defaults()


@pytest.mark.usefixtures("pools")
async def test_the_second_to_save_the_defaults_is_told() -> None:
    centre = await a_centre()
    client = await a_client(centre.id)
    await set_defaults(centre.id, client.id, Defaults(room_type="ados"), version=0, actor=STAFF)

    with pytest.raises(StaleVersion):
        await set_defaults(centre.id, client.id, Defaults(room_type="familles"), version=0, actor=STAFF)

    async with tenant_transaction(centre.id, read_only=True):
        assert await defaults_of(centre.id, client.id) == Defaults(room_type="ados", version=1)
