"""Which meals were sold: by a service's name, or by what staff said of it."""

from datetime import date, timedelta
from uuid import UUID

import msgspec
import pytest

from billing.catering.operations import set_service_meals
from billing.catering.queries import kitchen, meals_of
from billing.catering.rules import sittings_named
from billing.dossiers.following import follow_stay
from billing.dossiers.lines import NewLine
from billing.dossiers.operations import add_line, open_dossier
from billing.dossiers.queries import dossiers_of_stays
from infra.database import tenant_transaction
from tenants.meals.operations import set_meal
from tenants.meals.rules import MealInvalid, Serving
from tenants.stays.operations import change_stay
from tenants.stays.queries import fields_of
from tenants.stays.rules import HeadCounts
from tests.factories.centres import a_centre
from tests.factories.dossiers import TESTER, a_service
from tests.factories.groups import a_group, a_person
from tests.factories.stays import ARRIVAL

pytestmark = pytest.mark.usefixtures("pools")


@pytest.mark.parametrize(
    ("name", "product_type", "sittings"),
    [
        ("Pension complète ado", "lodging", ("breakfast", "lunch", "dinner")),
        ("Demi-pension", "lodging", ("breakfast", "dinner")),
        ("Nuit et petit-déjeuner", "lodging", ("breakfast",)),
        ("Nuitée sèche", "lodging", ()),
        ("Déjeuner", "meal", ("lunch",)),
        ("Déjeuner pique-nique", "meal", ("picnic",)),
        ("Panier-repas", "meal", ("picnic",)),
        ("Dîner de gala", "meal", ("dinner",)),
        ("Full board", "package", ("breakfast", "lunch", "dinner")),
        ("Salle du petit déjeuner, location", "room_hire", ()),
        ("Petits déjeuners et dîners", "meal", ("breakfast", "dinner")),
    ],
)
def test_a_name_says_its_meals(name: str, product_type: str, sittings: tuple[str, ...]) -> None:
    assert sittings_named(name, product_type) == sittings


async def sold(centre_id: UUID, name: str) -> tuple[UUID, UUID]:
    """Sell a service to a group of ten; return stay and service."""
    group = await a_group(centre_id, arrival_time="16:00")
    service = await a_service(centre_id, name=name)
    await open_dossier(centre_id, group.stay.id, NewLine(service_id=service.id), actor=TESTER)
    return group.stay.id, service.id


async def eaten(centre_id: UUID, day: date) -> list[tuple[str, str, int]]:
    async with tenant_transaction(centre_id, read_only=True):
        return [(one.sitting, one.diet, one.people) for one in await kitchen(centre_id, day, day)]


async def test_the_kitchen_reads_what_was_sold_and_who_eats_apart() -> None:
    centre_id = (await a_centre()).id
    stay_id, _ = await sold(centre_id, "Pension complète")
    await a_person(centre_id, stay_id, "Léa Petit", diet="vegetarian")

    assert await eaten(centre_id, ARRIVAL) == [("dinner", "standard", 9), ("dinner", "vegetarian", 1)]
    assert await eaten(centre_id, ARRIVAL + timedelta(days=3)) == [
        ("breakfast", "standard", 9), ("breakfast", "vegetarian", 1), ("lunch", "standard", 9), ("lunch", "vegetarian", 1),
    ]  # fmt: skip
    assert await eaten(centre_id, ARRIVAL + timedelta(days=4)) == []


async def test_a_larger_group_eats_more_except_where_a_hand_said_how_many() -> None:
    centre_id = (await a_centre()).id
    stay_id, _ = await sold(centre_id, "Demi-pension")
    await set_meal(centre_id, stay_id, day=ARRIVAL, sitting="dinner", diet="standard", people=7, actor=TESTER)
    async with tenant_transaction(centre_id):
        fields = await fields_of(centre_id, stay_id)
        grown = HeadCounts(teenagers=12, adults=2)
        await change_stay(centre_id, stay_id, msgspec.structs.replace(fields, counts=grown), version=None, actor=TESTER)
    await follow_stay(centre_id, stay_id, actor=TESTER)

    async with tenant_transaction(centre_id, read_only=True):
        dinners = [one for one in await meals_of(centre_id, stay_id) if one.sitting == "dinner"]
    assert [(one.people, one.by_hand, one.counted) for one in dinners] == [
        (7, True, 14), (14, False, 14), (14, False, 14),
    ]  # fmt: skip


async def test_what_staff_say_of_a_service_goes_before_its_name() -> None:
    centre_id = (await a_centre()).id
    _, service_id = await sold(centre_id, "Formule Mer")
    assert await eaten(centre_id, ARRIVAL) == []

    await set_service_meals(centre_id, service_id, ["dinner", "breakfast"], actor=TESTER)
    assert await eaten(centre_id, ARRIVAL) == [("dinner", "standard", 10)]
    with pytest.raises(MealInvalid):
        await set_service_meals(centre_id, service_id, ["tea"], actor=TESTER)
    await set_service_meals(centre_id, service_id, None, actor=TESTER)
    assert await eaten(centre_id, ARRIVAL) == []


async def test_a_meal_sold_once_is_eaten_once_and_pieces_beyond_the_group_several_times() -> None:
    centre_id = (await a_centre()).id
    stay_id, _ = await sold(centre_id, "Nuitée")
    async with tenant_transaction(centre_id, read_only=True):
        dossier = (await dossiers_of_stays(centre_id, [stay_id]))[stay_id]
    picnic = await a_service(centre_id, name="Panier-repas", product_type="meal", unit="piece")
    lunch = await a_service(centre_id, name="Déjeuner", product_type="meal", unit="person")
    await add_line(centre_id, dossier.id, NewLine(service_id=picnic.id, quantity=20), version=None, actor=TESTER)
    await add_line(centre_id, dossier.id, NewLine(service_id=lunch.id, quantity=4), version=None, actor=TESTER)

    async with tenant_transaction(centre_id, read_only=True):
        found: list[Serving] = await meals_of(centre_id, stay_id)
    assert [((one.day - ARRIVAL).days, one.sitting, one.people) for one in found] == [
        (2, "picnic", 10), (3, "picnic", 10),
    ]  # fmt: skip
