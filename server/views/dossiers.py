"""Catalogue, dossiers and money in the contract's structs."""

from uuid import UUID

import msgspec

from billing.catalogue import operations as catalogue
from billing.catalogue.reasons import Reason
from billing.catalogue.rules import Service
from billing.dossiers import lines as domain
from billing.dossiers.lists import DossierCard
from billing.dossiers.queries import Dossier, dossier
from billing.money import Money, total
from billing.quotes.queries import Quote
from server.contract import basics, enquiries
from server.contract import dossiers as wire
from server.controllers.enquiries import message_shown
from server.views.stays import stay_view
from tenants.enquiries.queries import messages


def money(amount: Money) -> basics.Money:
    """Return an amount as the contract has it."""
    return basics.Money(minor=amount.minor, currency=amount.currency)


def amount(sent: basics.Money) -> Money:
    """Return an amount that was sent as the domain has it."""
    return Money(sent.minor, sent.currency)


def service_view(service: Service) -> wire.Service:
    """Return a service of the catalogue."""
    return wire.Service(
        id=service.id,
        version=service.version,
        name=service.name,
        product_type=service.product_type,
        unit=service.unit,
        price=money(service.price),
        vat_basis_points=service.vat_basis_points,
        accounting_code=service.accounting_code,
        active=service.active,
    )


def new_service(sent: wire.NewService) -> catalogue.NewService:
    """Return the service that was sent."""
    return catalogue.NewService(
        name=sent.name,
        product_type=sent.product_type,
        unit=sent.unit,
        price=amount(sent.price),
        vat_basis_points=sent.vat_basis_points,
        accounting_code=sent.accounting_code,
    )


def changed_service(known: Service, sent: wire.ServiceChange) -> catalogue.NewService:
    """Return a service as it is after a change: what was not sent stays."""
    typed = {name: value for name, value in msgspec.structs.asdict(sent).items() if value is not None}
    if sent.price is not None:
        typed["price"] = amount(sent.price)
    kept = {name: getattr(known, name) for name in catalogue.NewService.__struct_fields__}
    return catalogue.NewService(**{**kept, **typed})


def new_line(sent: wire.NewLine) -> domain.NewLine:
    """Return the line that was sent."""
    return domain.NewLine(
        service_id=sent.service_id,
        label=sent.label,
        quantity=sent.quantity,
        unit_price=None if sent.unit_price is None else amount(sent.unit_price),
        vat_basis_points=sent.vat_basis_points,
        discount_basis_points=sent.discount_basis_points,
    )


def line_change(sent: wire.LineChange) -> domain.LineChange:
    """Return the change of a line that was sent."""
    price = None if sent.unit_price is None else amount(sent.unit_price)
    return domain.LineChange(label=sent.label, quantity=sent.quantity, unit_price=price)


def card_view(card: DossierCard) -> wire.DossierCard:
    """Return a dossier of a column."""
    return wire.DossierCard(
        id=card.id,
        version=card.version,
        number=card.number,
        state=card.state,
        client_name=card.client_name,
        arrival=card.arrival,
        departure=card.departure,
        pax=card.pax,
        total=money(card.total),
        due=money(card.due),
        unread=card.unread,
    )


async def dossier_view(centre_id: UUID, slug: str, dossier_id: UUID) -> wire.DossierView:
    """Return a dossier, whole, with its stay and its thread; inside the caller's transaction.

    Raises:
        DossierUnknown: the centre has none of that id.
    """
    sold = await dossier(centre_id, dossier_id)
    thread: list[enquiries.Message] = []
    if sold.enquiry_id is not None:
        thread = [message_shown(message) for message in await messages(centre_id, sold.enquiry_id, notes=True)]
    return wire.DossierView(
        id=sold.id,
        version=sold.version,
        number=sold.number,
        state=sold.state,
        client_id=sold.client_id,
        client_name=sold.client_name,
        enquiry_id=sold.enquiry_id,
        stay=await stay_view(centre_id, sold.stay_id),
        lines=[_line(line) for line in sold.lines],
        total=money(sold.total),
        vat=money(total((share.vat for share in sold.vat), currency=sold.total.currency)),
        paid=money(sold.paid),
        due=money(sold.due),
        quotes=[_quote(quote, slug) for quote in sold.quotes],
        schedule=[
            wire.Instalment(
                part=instalment.part,
                nature=instalment.nature,
                amount=money(instalment.amount),
                due_day=instalment.due_day,
                state=instalment.state,
            )
            for instalment in sold.schedule
        ],
        payments=_payments(sold),
        messages=thread,
        treated=sold.treated,
        commission_basis_points=sold.commission_basis_points,
        commission=money(sold.commission),
    )


def _line(line: domain.Line) -> wire.DossierLine:
    return wire.DossierLine(
        id=line.id,
        label=line.label,
        product_type=line.product_type,
        unit=line.unit,
        quantity=line.quantity,
        nights=line.nights,
        unit_price=money(line.unit_price),
        total=money(line.total),
        vat_basis_points=line.vat_basis_points,
        reasons=[_reason(reason) for reason in line.reasons],
    )


def _reason(reason: Reason) -> wire.LineReason:
    return wire.LineReason(
        code=reason.code,
        name=reason.name,
        price=None if reason.price is None else money(reason.price),
        unit=reason.unit,
        number=reason.number,
    )


def _quote(quote: Quote, slug: str) -> wire.QuoteVersion:
    return wire.QuoteVersion(
        id=quote.id,
        number=quote.number,
        state=quote.state,
        total=money(quote.total),
        sent_at=quote.sent_at,
        valid_until=quote.valid_until,
        accepted_at=quote.accepted_at,
        accepted_by=quote.accepted_by,
        page_url=quote.page_url,
        pdf_path=f"/api/v1/centres/{slug}/dossiers/{quote.dossier_id}/quotes/{quote.id}/pdf",
    )


def _payments(sold: Dossier) -> list[wire.PaymentView]:
    return [
        wire.PaymentView(
            id=payment.id,
            at=payment.at,
            means=payment.means,
            part=payment.part,
            amount=money(payment.amount),
            state=payment.state,
            reference=payment.reference,
        )
        for payment in sold.payments
    ]
