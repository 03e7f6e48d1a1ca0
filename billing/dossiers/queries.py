"""Reads of one dossier. The lists are in `lists`."""

from datetime import datetime
from uuid import UUID

import msgspec

from billing.catalogue.reasons import as_read
from billing.catalogue.rules import ClientFacts, StayFacts
from billing.client_terms.queries import defaults_of, rates_of
from billing.dossiers.lines import Line
from billing.dossiers.progress import DossierUnknown
from billing.dossiers.rules import Instalment, State, schedule_of
from billing.money import Money, total
from billing.payments.queries import Payment, payments_of
from billing.quotes.queries import Quote, quotes_of
from billing.taxes import VatShare, vat_by_rate
from infra.clock import today
from infra.database import fetch, fetch_row, fetch_value


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """All that was sold and paid; the stay and the thread are `tenants`', found by their ids."""

    id: UUID
    version: int
    number: str
    state: State
    client_id: UUID
    client_name: str
    client_email: str
    client_language: str
    enquiry_id: UUID | None
    stay_id: UUID
    stay: StayFacts
    stay_status: str
    lines: list[Line]
    total: Money
    vat: list[VatShare]
    paid: Money
    due: Money
    quotes: list[Quote]
    schedule: list[Instalment]
    payments: list[Payment]
    treated: bool
    archived: bool
    created_at: datetime
    commission_basis_points: int = 0

    @property
    def commission(self) -> Money:
        """What the client keeps of the accepted quote, else of the lines."""
        return (self.accepted or self).total.share(self.commission_basis_points)

    @property
    def accepted(self) -> Quote | None:
        """The quote in force, if one is."""
        return next((quote for quote in self.quotes if quote.state == "accepted"), None)


async def dossier(centre_id: UUID, dossier_id: UUID) -> Dossier:
    """Return a dossier with its lines, quotes, schedule and payments.

    Raises:
        DossierUnknown: the centre has none of that id.
    """
    row = await fetch_row(
        """SELECT d.id, d.version, d.number, d.state, d.client_id, c.name AS client_name, c.email, c.language,
               d.enquiry_id, d.stay_id, d.treated, d.archived, d.created_at, d.commission_basis_points, d.currency,
               d.paid_minor, d.due_minor,
               s.arrival, s.departure, s.pax, s.expected_pax, s.frozen_pax, s.status, z.time_zone
           FROM dossiers d JOIN clients c ON c.centre_id = d.centre_id AND c.id = d.client_id
               JOIN stays s ON s.centre_id = d.centre_id AND s.id = d.stay_id
               JOIN centres z ON z.id = d.centre_id
           WHERE d.centre_id = $1 AND d.id = $2""",
        centre_id,
        dossier_id,
    )
    if row is None:
        raise DossierUnknown
    its_lines = await lines(centre_id, dossier_id)
    its_quotes = await quotes_of(centre_id, dossier_id)
    paid = Money(row["paid_minor"], row["currency"])
    accepted = next((quote for quote in its_quotes if quote.state == "accepted"), None)
    schedule: list[Instalment] = []
    if accepted is not None:
        schedule = schedule_of(
            accepted.total,
            deposit=accepted.deposit,
            nature=accepted.deposit_nature,
            paid=paid,
            deposit_day=accepted.option_until or accepted.valid_until,
            arrival=row["arrival"],
            today=today(row["time_zone"]),
        )
    return Dossier(
        id=row["id"],
        version=row["version"],
        number=row["number"],
        state=State(row["state"]),
        client_id=row["client_id"],
        client_name=row["client_name"],
        client_email=row["email"],
        client_language=row["language"],
        enquiry_id=row["enquiry_id"],
        stay_id=row["stay_id"],
        stay=StayFacts(
            arrival=row["arrival"],
            departure=row["departure"],
            pax=row["pax"],
            expected_pax=row["expected_pax"],
            frozen_pax=row["frozen_pax"],
        ),
        stay_status=row["status"],
        lines=its_lines,
        total=total((line.total for line in its_lines), currency=row["currency"]),
        vat=vat_by_rate((line.vat_basis_points, line.total) for line in its_lines),
        paid=paid,
        due=Money(row["due_minor"], row["currency"]),
        quotes=its_quotes,
        schedule=schedule,
        payments=await payments_of(centre_id, dossier_id),
        treated=row["treated"],
        archived=row["archived"],
        created_at=row["created_at"],
        commission_basis_points=row["commission_basis_points"] or 0,
    )


async def lines(centre_id: UUID, dossier_id: UUID) -> list[Line]:
    """Return a dossier's lines in order."""
    rows = await fetch(
        """SELECT id, service_id, label, product_type, unit, quantity, quantity_by_hand, nights, unit_price_minor,
               currency, vat_basis_points, accounting_code, reasons
           FROM dossier_lines WHERE centre_id = $1 AND dossier_id = $2 ORDER BY position, id""",
        centre_id,
        dossier_id,
    )
    return [
        Line(
            id=row["id"],
            service_id=row["service_id"],
            label=row["label"],
            product_type=row["product_type"],
            unit=row["unit"],
            quantity=row["quantity"],
            quantity_by_hand=row["quantity_by_hand"],
            nights=row["nights"],
            unit_price=Money(row["unit_price_minor"], row["currency"]),
            vat_basis_points=row["vat_basis_points"],
            accounting_code=row["accounting_code"],
            reasons=as_read(row["reasons"]),
        )
        for row in rows
    ]


async def number_of_enquiry(centre_id: UUID, enquiry_id: UUID) -> str | None:
    """Return the number of the dossier an enquiry became, if it did."""
    number: str | None = await fetch_value(
        "SELECT number FROM dossiers WHERE centre_id = $1 AND enquiry_id = $2", centre_id, enquiry_id
    )
    return number


async def dossiers_of_enquiries(centre_id: UUID, enquiry_ids: list[UUID]) -> dict[UUID, UUID]:
    """Return the dossiers that enquiries became, by enquiry."""
    rows = await fetch(
        "SELECT enquiry_id, id FROM dossiers WHERE centre_id = $1 AND enquiry_id = ANY($2)", centre_id, enquiry_ids
    )
    return {row["enquiry_id"]: row["id"] for row in rows}


class DossierName(msgspec.Struct, frozen=True, kw_only=True):
    """What names a dossier elsewhere (a stay, an arrival)."""

    id: UUID
    number: str
    due: Money


async def dossiers_of_stays(centre_id: UUID, stay_ids: list[UUID]) -> dict[UUID, DossierName]:
    """Return the dossiers that own stays, by stay."""
    rows = await fetch(
        "SELECT stay_id, id, number, due_minor, currency FROM dossiers WHERE centre_id = $1 AND stay_id = ANY($2)",
        centre_id,
        stay_ids,
    )
    return {
        row["stay_id"]: DossierName(id=row["id"], number=row["number"], due=Money(row["due_minor"], row["currency"]))
        for row in rows
    }


async def stay_facts(centre_id: UUID, stay_id: UUID) -> StayFacts:
    """Return what prices depend on of a stay that exists."""
    row = await fetch_row(
        """SELECT arrival, departure, pax, expected_pax, frozen_pax, free_one_in, free_most,
               ARRAY (SELECT DISTINCT room.room_type FROM bed_holds hold
                   JOIN rooms room ON room.centre_id = $1 AND room.id = hold.room_id
                   WHERE hold.centre_id = $1 AND hold.stay_id = $2 AND room.room_type <> '') AS room_types
           FROM stays WHERE centre_id = $1 AND id = $2""",
        centre_id,
        stay_id,
    )
    return msgspec.convert(dict(row or {}), StayFacts)


async def client_facts(centre_id: UUID, client_id: UUID) -> ClientFacts:
    """Return what prices depend on of a card that exists."""
    client_type = await fetch_value(
        "SELECT client_type FROM clients WHERE centre_id = $1 AND id = $2", centre_id, client_id
    )
    defaults = await defaults_of(centre_id, client_id)
    return ClientFacts(
        client_type=client_type or "",
        rates=tuple(await rates_of(centre_id, client_id)),
        rate_id=defaults.rate_id,
        discount_basis_points=defaults.discount_basis_points,
    )
