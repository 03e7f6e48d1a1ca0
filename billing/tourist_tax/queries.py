"""Every read of tourist tax: rates, what a stay owes, the register of a period."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import msgspec

from billing.money import rounded
from billing.tourist_tax.rules import Rate, TaxedStay, TaxLine, assess
from infra.database import fetch
from tenants.person_nights.queries import sleepers
from tenants.person_nights.rules import person_nights
from tenants.statistics.rules import check_period
from tenants.stays.rows import StayUnknown, require_stay


class RegisterEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A stay in the register: when, how many, what it owes and who is exempt."""

    stay_id: UUID
    name: str
    arrival: date
    departure: date
    people: int
    price_known: bool
    lines: tuple[TaxLine, ...]


async def rates(centre_id: UUID) -> list[Rate]:
    """Return the centre's rates by their first day."""
    rows = await fetch(
        f"SELECT {', '.join(Rate.__struct_fields__)} FROM tourist_tax_rates WHERE centre_id = $1 ORDER BY first_day",
        centre_id,
    )
    return [Rate(**row) for row in rows]


async def of_stay(centre_id: UUID, stay_id: UUID) -> list[TaxLine]:
    """Return what a stay owes, as its fiche says now: sold or only offered.

    Raises:
        StayUnknown: the centre has no such stay.
    """
    facts = (await sleepers(centre_id, [stay_id])).get(stay_id)
    if facts is None:
        raise StayUnknown()
    people: dict[tuple[date, str], int] = {}
    for key, measures in person_nights(msgspec.structs.replace(facts, status="confirmed")).items():
        people[key.night, key.band] = people.get((key.night, key.band), 0) + measures.present
    taxed = await _taxed(centre_id, {stay_id: people})
    return assess(taxed[stay_id], await rates(centre_id))


async def register(centre_id: UUID, first_day: date, last_day: date) -> list[RegisterEntry]:
    """Return the stays with a night in these days, both included, by arrival: who was present, from the ledger.

    Raises:
        PeriodInvalid: the days are in the wrong order, or too far apart.
    """
    check_period(first_day, last_day)
    rows = await fetch(
        """SELECT stay_id, night, band, sum(present)::int AS people FROM person_nights
           WHERE centre_id = $1 AND night BETWEEN $2 AND $3 GROUP BY 1, 2, 3 HAVING sum(present) > 0""",
        centre_id,
        first_day,
        last_day,
    )
    present: dict[UUID, dict[tuple[date, str], int]] = {}
    for row in rows:
        present.setdefault(row["stay_id"], {})[row["night"], row["band"]] = row["people"]
    known, taxed = await rates(centre_id), await _taxed(centre_id, present)
    facts = await fetch(
        """SELECT stay.id, stay.arrival, stay.departure, coalesce(client.name, '') AS name, coalesce(stay.pax, 0) AS people
           FROM stays AS stay LEFT JOIN clients AS client ON client.centre_id = $1 AND client.id = stay.client_id
           WHERE stay.centre_id = $1 AND stay.id = ANY($2::uuid[]) ORDER BY stay.arrival, name, stay.id""",
        centre_id,
        list(present),
    )
    return [
        RegisterEntry(
            stay_id=row["id"],
            name=row["name"],
            arrival=row["arrival"],
            departure=row["departure"],
            people=row["people"],
            price_known=taxed[row["id"]].price_minor is not None,
            lines=tuple(assess(taxed[row["id"]], known)),
        )
        for row in facts
    ]


async def told_exempt(centre_id: UUID, stay_id: UUID) -> dict[str, int]:
    """Return how many people of a stay the desk was told to be exempt, by reason.

    Raises:
        StayUnknown: the centre has no such stay.
    """
    await require_stay(centre_id, stay_id)
    rows = await fetch(
        "SELECT reason, people FROM tourist_tax_exemptions WHERE centre_id = $1 AND stay_id = $2 ORDER BY reason",
        centre_id,
        stay_id,
    )
    return {row["reason"]: row["people"] for row in rows}


async def _taxed(centre_id: UUID, present: Mapping[UUID, Mapping[tuple[date, str], int]]) -> dict[UUID, TaxedStay]:
    """Put what the tax depends on beside who was present; the price is the lodging's, before tax, over all its nights."""
    rows = await fetch(
        """SELECT stay.id, stay.booking_type, told.reasons, told.people, stay.pax * (stay.departure - stay.arrival) AS nights,
                  (SELECT array_agg(line.vat_basis_points || ' ' || line.total_minor) FROM dossiers AS dossier
                   JOIN dossier_lines AS line ON line.centre_id = $1 AND line.dossier_id = dossier.id
                       AND line.product_type = 'lodging'
                   WHERE dossier.centre_id = $1 AND dossier.stay_id = stay.id) AS lodging
           FROM stays AS stay
           LEFT JOIN LATERAL (
               SELECT array_agg(exemption.reason) AS reasons, array_agg(exemption.people) AS people
               FROM tourist_tax_exemptions AS exemption
               WHERE exemption.centre_id = $1 AND exemption.stay_id = stay.id) AS told ON true
           WHERE stay.centre_id = $1 AND stay.id = ANY($2::uuid[])""",
        centre_id,
        list(present),
    )
    return {
        row["id"]: TaxedStay(
            booking_type=row["booking_type"],
            people=present[row["id"]],
            exempt=dict(zip(row["reasons"] or (), row["people"] or (), strict=True)),
            price_minor=_price(row["lodging"], row["nights"]),
        )
        for row in rows
    }


def _price(lodging: list[str] | None, nights: int | None) -> int | None:
    """Return a person's night before tax; None without lodging on a dossier, or people on the stay."""
    if not lodging or not nights:
        return None
    net = 0
    for entry in lodging:
        basis_points, minor = map(int, entry.split(" "))
        net += rounded(minor * 10_000, 10_000 + basis_points)
    return rounded(net, nights)
