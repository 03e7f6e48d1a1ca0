"""Counts that became firm, and free places: what the lines charge for and the ledger bills, whatever comes after."""

from datetime import date, timedelta
from uuid import UUID

import msgspec
import pytest

from billing.catalogue.reasons import Code, Reason
from billing.catalogue.rules import StayFacts, Unit, quantity_of
from billing.dossiers.following import follow_stay
from billing.dossiers.lines import NewLine
from billing.dossiers.operations import add_line
from billing.money import Money
from infra.clock import today
from infra.database import fetch_row, tenant_transaction
from tenants.person_nights.operations import check
from tenants.stays.counting import freeze_counts
from tenants.stays.operations import change_stay, confirm_stay
from tenants.stays.queries import fields_of
from tenants.stays.rules import HeadCounts, StayFields
from tests.billing.reading import seen
from tests.factories.centres import a_centre
from tests.factories.dossiers import TESTER, a_dossier, a_service

TODAY = today("Europe/Paris")


@pytest.mark.parametrize(
    ("firm", "one_in", "most", "product_type", "billed"),
    [
        (None, None, None, "lodging", 52),
        (50, None, None, "lodging", 50),
        (50, 12, None, "lodging", 46),
        (50, 12, 2, "meal", 48),
        (50, 12, 2, "activity", 50),
        (11, 12, None, "package", 11),
        (0, 12, None, "lodging", 0),
    ],
)
def test_how_many_a_line_charges_for(
    firm: int | None, one_in: int | None, most: int | None, product_type: str, billed: int
) -> None:
    stay = StayFacts(
        arrival=date(2027, 3, 16),
        departure=date(2027, 3, 19),
        pax=52,
        frozen_pax=firm,
        free_one_in=one_in,
        free_most=most,
    )

    assert quantity_of(Unit.PERSON_NIGHT, stay, product_type) == billed


async def change(centre_id: UUID, stay_id: UUID, **over: object) -> None:
    """Save a fiche with other values, then let the dossier follow."""
    async with tenant_transaction(centre_id, read_only=True):
        fields: StayFields = await fields_of(centre_id, stay_id)
    typed = msgspec.structs.replace(fields, **over)
    await change_stay(centre_id, stay_id, typed, version=None, actor=TESTER)
    await follow_stay(centre_id, stay_id, actor=TESTER)


async def nights(centre_id: UUID, stay_id: UUID) -> tuple[int, int]:
    """Return a stay's person-nights present and billed."""
    async with tenant_transaction(centre_id, read_only=True):
        row = await fetch_row(
            """SELECT sum(present)::int AS present, sum(billed)::int AS billed FROM person_nights
               WHERE centre_id = $1 AND stay_id = $2""",
            centre_id,
            stay_id,
        )
    assert row is not None
    return row["present"], row["billed"]


@pytest.mark.usefixtures("pools")
async def test_what_is_firm_is_charged_and_billed_though_fewer_come() -> None:
    centre = await a_centre()
    dossier = await a_dossier(centre.id, arrival=TODAY + timedelta(days=3), counts=HeadCounts(teenagers=48, adults=4))
    stay_id = (await seen(centre.id, dossier.id)).stay_id
    service = await a_service(centre.id, price=Money(1000))
    await change(centre.id, stay_id, firm_day=TODAY, free_one_in=12, free_most=3)
    await add_line(centre.id, dossier.id, NewLine(service_id=service.id), actor=TESTER)
    await confirm_stay(centre.id, stay_id, reason="tests", actor=TESTER)
    sold = await nights(centre.id, stay_id)
    assert await freeze_counts(centre.id, TODAY + timedelta(days=1)) == 1
    await change(centre.id, stay_id, counts=HeadCounts(teenagers=40, adults=4))
    fewer = (await seen(centre.id, dossier.id)).lines[-1], await nights(centre.id, stay_id)
    await change(centre.id, stay_id, firm_day=TODAY + timedelta(days=2))
    again = (await seen(centre.id, dossier.id)).lines[-1], await nights(centre.id, stay_id)

    assert sold == (52 * 3, 49 * 3)
    assert (fewer[0].quantity, fewer[1]) == (49, (44 * 3, 49 * 3))
    assert fewer[0].reasons[-1] == Reason(code=Code.FREE_PLACES, number=12)
    assert (again[0].quantity, again[1]) == (41, (44 * 3, 41 * 3))
    assert await check(centre.id) == []
