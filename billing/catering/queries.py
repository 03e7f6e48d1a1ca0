"""The kitchen's counts: what was sold, put together with who comes and what they eat."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from billing.catalogue.reasons import as_read
from billing.catalogue.rules import StayFacts
from billing.catering.rules import catering_of_line, sittings_named
from billing.dossiers.lines import Line
from billing.money import Money
from infra.database import fetch
from tenants.meals import queries
from tenants.meals.rules import Catering, MealStay, Serving, servings


class ServiceMeals(msgspec.Struct, frozen=True, kw_only=True):
    """Which meals a service includes; `by_hand` where staff said it, else its name does."""

    service_id: UUID
    name: str
    sittings: tuple[str, ...]
    by_hand: bool


async def kitchen(centre_id: UUID, first_day: date, last_day: date) -> list[Serving]:
    """Return every meal of the days, both included, by day, sitting and diet, each stay apart."""
    stays = await queries.meal_stays(centre_id, first_day, last_day)
    made = await _servings(centre_id, stays)
    return [serving for serving in made if first_day <= serving.day <= last_day]


async def meals_of(centre_id: UUID, stay_id: UUID) -> list[Serving]:
    """Return every meal of one stay.

    Raises:
        StayUnknown: the centre has no such stay.
    """
    return await _servings(centre_id, [await queries.meal_stay(centre_id, stay_id)])


async def services_meals(centre_id: UUID) -> list[ServiceMeals]:
    """Return which meals each service that is sold includes."""
    rows = await fetch(
        """SELECT service.id, service.name, service.product_type, said.sittings
           FROM services AS service
           LEFT JOIN service_sittings AS said ON said.centre_id = $1 AND said.service_id = service.id
           WHERE service.centre_id = $1 AND service.active ORDER BY service.name, service.id""",
        centre_id,
    )
    return [
        ServiceMeals(
            service_id=row["id"],
            name=row["name"],
            sittings=tuple(row["sittings"])
            if row["sittings"] is not None
            else sittings_named(row["name"], row["product_type"]),
            by_hand=row["sittings"] is not None,
        )
        for row in rows
    ]


async def _servings(centre_id: UUID, stays: Sequence[MealStay]) -> list[Serving]:
    ids = [stay.id for stay in stays]
    sold = await _catering_of(centre_id, stays)
    by_hand = await queries.set_by_hand(centre_id, ids)
    made = [serving for stay in stays for serving in servings(stay, sold.get(stay.id, ()), by_hand.get(stay.id, {}))]
    return sorted(made, key=lambda serving: serving.day)


async def _catering_of(centre_id: UUID, stays: Sequence[MealStay]) -> dict[UUID, list[Catering]]:
    rows = await fetch(
        """SELECT dossier.stay_id, line.id, line.service_id, line.label, line.product_type, line.unit, line.quantity,
                  line.quantity_by_hand, line.nights, line.unit_price_minor, line.currency, line.vat_basis_points,
                  line.accounting_code, line.reasons, said.sittings, service.name
           FROM dossiers AS dossier
           JOIN dossier_lines AS line ON line.centre_id = $1 AND line.dossier_id = dossier.id
           LEFT JOIN services AS service ON service.centre_id = $1 AND service.id = line.service_id
           LEFT JOIN service_sittings AS said ON said.centre_id = $1 AND said.service_id = line.service_id
           WHERE dossier.centre_id = $1 AND dossier.stay_id = ANY($2::uuid[]) ORDER BY line.position, line.id""",
        centre_id,
        [stay.id for stay in stays],
    )
    facts = {
        stay.id: StayFacts(arrival=stay.arrival, departure=stay.departure, pax=stay.people or None) for stay in stays
    }
    found: dict[UUID, list[Catering]] = {}
    for row in rows:
        line = Line(
            **{name: row[name] for name in Line.__struct_fields__ if name not in ("unit_price", "reasons")},
            reasons=as_read(row["reasons"]),
            unit_price=Money(row["unit_price_minor"], row["currency"]),
        )
        # What staff said of the service goes before its name, and its name before the words on the line.
        named = sittings_named(row["name"] or "", line.product_type) or sittings_named(line.label, line.product_type)
        sittings = named if row["sittings"] is None else tuple(row["sittings"])
        found.setdefault(row["stay_id"], []).extend(catering_of_line(line, sittings, facts[row["stay_id"]]))
    return found
