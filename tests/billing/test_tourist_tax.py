"""Tourist tax: by table who owes what, then its register, its declaration and its line on a dossier."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from billing.catalogue.reasons import Code, Reason
from billing.dossiers.lines import NewLine
from billing.dossiers.operations import open_dossier
from billing.dossiers.queries import lines as lines_of
from billing.money import Money
from billing.tourist_tax.operations import exempt, put_on_dossier, set_rate, tax_again
from billing.tourist_tax.queries import of_stay, rates, register
from billing.tourist_tax.rules import ExemptionInvalid, Rate, RateInvalid, TaxedStay, TaxLine, assess, summed, unit_of
from billing.turnover.queries import turnover
from infra.database import tenant_transaction
from infra.errors import RightMissing
from tenants.stays.operations import change_stay, confirm_stay
from tenants.stays.rules import HeadCounts
from tests.factories.accounts import someone
from tests.factories.centres import a_centre
from tests.factories.clients import an_organisation
from tests.factories.dossiers import TESTER
from tests.factories.stays import a_confirmed_stay, a_stay, stay_fields

DAY = date(2027, 3, 10)


def a_rate(**over: object) -> Rate:
    values: dict[str, object] = {
        "first_day": date(2027, 1, 1),
        "category": "auberge collective",
        "per_night_minor": 80,
        "share_basis_points": None,
        "ceiling_minor": None,
        "additional_basis_points": 1000,
        "low_rent_minor": 0,
        **over,
    }
    return Rate(**values)  # type: ignore[arg-type]


def a_night(booking_type: str = "", price_minor: int | None = 2_000, **exempt: int) -> TaxedStay:
    """One night of four teenagers and six adults."""
    people = {(DAY, "teenagers"): 4, (DAY, "adults"): 5, (DAY, "seniors"): 1}
    return TaxedStay(booking_type=booking_type, people=people, exempt=exempt, price_minor=price_minor)


def nights(lines: list[TaxLine]) -> dict[str, int]:
    return {line.reason: line.nights for line in lines}


@pytest.mark.parametrize(
    ("stay", "rate", "by_reason", "minor"),
    [
        (a_night(), a_rate(), {"": 6, "minor": 4}, 480),
        (a_night("emergency_housing"), a_rate(), {"emergency_housing": 6, "minor": 4}, 0),
        (a_night(seasonal_worker=2), a_rate(), {"": 4, "minor": 4, "seasonal_worker": 2}, 320),
        (a_night(seasonal_worker=9), a_rate(), {"minor": 4, "seasonal_worker": 6}, 0),
        (a_night(emergency_housing=1), a_rate(), {"": 5, "minor": 4, "emergency_housing": 1}, 400),
        (a_night(price_minor=499), a_rate(low_rent_minor=500), {"low_rent": 6, "minor": 4}, 0),
        (a_night(price_minor=500), a_rate(low_rent_minor=500), {"": 6, "minor": 4}, 480),
        (a_night(price_minor=None), a_rate(low_rent_minor=500), {"": 6, "minor": 4}, 480),
        (a_night(price_minor=2_050), a_rate(per_night_minor=None, share_basis_points=500), {"": 6, "minor": 4}, 618),
    ],
)
def test_who_owes_and_who_is_exempt_for_what(
    stay: TaxedStay, rate: Rate, by_reason: dict[str, int], minor: int
) -> None:
    lines = assess(stay, [rate])

    assert nights(lines) == by_reason
    assert sum(line.minor for line in lines) == minor


@pytest.mark.parametrize(
    ("share", "ceiling", "price", "unit"),
    [(500, None, 2_050, 103), (500, 100, 2_050, 100), (500, 200, 2_050, 103), (500, None, None, 0)],
)
def test_a_share_of_the_price_is_rounded_and_ends_at_its_ceiling(
    share: int, ceiling: int | None, price: int | None, unit: int
) -> None:
    assert unit_of(a_rate(per_night_minor=None, share_basis_points=share, ceiling_minor=ceiling), price) == unit


def test_each_night_has_the_rate_of_its_day_and_the_addition() -> None:
    people = {(DAY + timedelta(days=offset), "adults"): 3 for offset in range(3)}
    stay = TaxedStay(booking_type="", people=people, exempt={}, price_minor=None)

    lines = assess(
        stay, [a_rate(first_day=DAY + timedelta(days=1)), a_rate(first_day=DAY + timedelta(days=2), per_night_minor=95)]
    )

    # The night before the first rate is in none: nothing was decided for it.
    assert [(line.nights, line.unit_minor, line.minor, line.additional_minor) for line in lines] == [
        (3, 80, 240, 24),
        (3, 95, 285, 29),
    ]
    assert [(line.nights, line.minor) for line in summed([*lines, *lines])] == [(6, 480), (6, 570)]


@pytest.fixture
async def centre(pools: None) -> UUID:
    made = (await a_centre()).id
    await set_rate(made, a_rate(), actor=TESTER)
    return made


async def test_the_register_reads_who_was_present_and_the_declaration_sums_it(centre: UUID) -> None:
    family = await a_confirmed_stay(centre, arrival=DAY, counts=HeadCounts(children=1, adults=2), nights=2)
    await a_confirmed_stay(
        centre, arrival=DAY, counts=HeadCounts(adults=3), nights=1,
        booking_category="individuals", booking_type="emergency_housing",
    )  # fmt: skip
    await a_stay(centre, arrival=DAY)

    async with tenant_transaction(centre, read_only=True):
        found = await register(centre, DAY, DAY)

    assert [(entry.people, nights(list(entry.lines))) for entry in found if entry.stay_id == family.id] == [
        (3, {"": 2, "minor": 1})
    ]
    declared = summed(line for entry in found for line in entry.lines)
    assert [(line.reason, line.nights, line.minor, line.additional_minor) for line in declared] == [
        ("", 2, 160, 16),
        ("emergency_housing", 3, 0, 0),
        ("minor", 1, 0, 0),
    ]


async def test_the_desk_says_who_is_a_seasonal_worker_and_takes_it_back(centre: UUID) -> None:
    stay = await a_confirmed_stay(centre, arrival=DAY, counts=HeadCounts(adults=4), nights=1)

    await exempt(centre, stay.id, "seasonal_worker", 3, actor=TESTER)
    async with tenant_transaction(centre, read_only=True):
        told = nights(await of_stay(centre, stay.id))
    await exempt(centre, stay.id, "seasonal_worker", 0, actor=TESTER)
    async with tenant_transaction(centre, read_only=True):
        taken_back = nights(await of_stay(centre, stay.id))

    assert (told, taken_back) == ({"": 1, "seasonal_worker": 3}, {"": 4})
    with pytest.raises(ExemptionInvalid):
        await exempt(centre, stay.id, "minor", 1, actor=TESTER)


async def test_a_dossier_names_the_tax_and_each_exemption_once_and_it_is_no_turnover(centre: UUID) -> None:
    client = await an_organisation(centre, email="ecole@taxe.example")
    stay = await a_stay(centre, client_id=client.id, arrival=DAY, counts=HeadCounts(teenagers=10, adults=2), nights=2)
    line = NewLine(label="Séjour", unit_price=Money(50_000), vat_basis_points=1000)
    dossier = await open_dossier(centre, stay.id, line, actor=TESTER)

    await put_on_dossier(centre, dossier.id, actor=TESTER)
    await put_on_dossier(centre, dossier.id, actor=TESTER)
    shorter = stay_fields(
        client.id, arrival=DAY, counts=HeadCounts(teenagers=10, adults=3), nights=1,
    )  # fmt: skip
    await change_stay(centre, stay.id, shorter, version=None, actor=TESTER)
    await tax_again(centre, stay.id, actor=TESTER)
    await confirm_stay(centre, stay.id, reason="tests", actor=TESTER)

    async with tenant_transaction(centre, read_only=True):
        taxed = [one for one in await lines_of(centre, dossier.id) if one.accounting_code == "447800"]
        worth = await turnover(centre, date(2027, 1, 1), date(2027, 12, 31), None)
    assert [(one.label, one.total.minor, one.vat_basis_points) for one in taxed] == [
        ("Taxe de séjour", 240, 0),
        ("Taxe additionnelle départementale", 24, 0),
    ]
    assert Reason(code=Code.TAX_EXEMPT, name="minor", number=10) in taxed[0].reasons
    assert sum(each.gross.minor for each in worth.values()) == 50_000


async def test_a_rate_is_refused_whole_and_the_same_day_is_replaced(centre: UUID) -> None:
    with pytest.raises(RateInvalid):
        await set_rate(centre, a_rate(share_basis_points=500), actor=TESTER)
    with pytest.raises(RightMissing):
        await set_rate(centre, a_rate(), actor=someone("stay.edit"))
    await set_rate(centre, a_rate(per_night_minor=85), actor=TESTER)

    async with tenant_transaction(centre, read_only=True):
        assert [(rate.first_day, rate.per_night_minor) for rate in await rates(centre)] == [(date(2027, 1, 1), 85)]
