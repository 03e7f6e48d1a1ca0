"""Client cards in the contract's structs, with what stays, billing, mails and the referential know of them."""

from uuid import UUID

import msgspec

from billing.dossiers.client_page import client_payments, consumed_services
from billing.dossiers.lists import client_page
from billing.dossiers.queries import dossiers_of_stays
from infra.mail.queries import mails_about
from server.contract import clients as wire
from server.contract.basics import Money
from server.contract.satisfaction import PublicReview as WirePublicReview
from server.views.client_terms import defaults_view, rates_view
from tenants.clients import queries
from tenants.clients.alerting import alert_of
from tenants.clients.blacklisted_stays import stays_to_decide
from tenants.clients.blacklisting import alerts_about
from tenants.clients.following import client_actions
from tenants.clients.rules import ClientFields
from tenants.clients.search import Line
from tenants.code_lists.local import colours_of_types
from tenants.enquiries.queries import threads_of, written_by
from tenants.referential import queries as referential
from tenants.referential.rules import Signal
from tenants.satisfaction.public_reviews import PublicReview, reviews_of
from tenants.satisfaction.queries import scores_of
from tenants.stays.client_stays import ClientStay, client_stays

MAILS = 100
"""So many of the mails sent and received are on a card."""
OPENING = 120
"""So much of the first line of a message received."""


def typed_fields(fields: wire.ClientFields) -> ClientFields:
    """Return what was typed, in the kardex's own struct."""
    return msgspec.convert(fields, ClientFields, from_attributes=True)


def line_view(line: Line) -> wire.ClientLine:
    """Return a card in a list: enough to tell two people apart, the rest masked until the card is opened."""
    masked = msgspec.structs.replace(line, phone=masked_phone(line.phone), email=masked_email(line.email))
    return msgspec.convert(masked, wire.ClientLine, from_attributes=True)


def masked_phone(number: str) -> str:
    """Keep a phone's first two and last two digits: « 06 •• •• •• 72 »."""
    digits = "".join(filter(str.isdigit, number))
    return f"{digits[:2]} •• •• •• {digits[-2:]}" if len(digits) >= 8 else "••" if number else ""


def masked_email(address: str) -> str:
    """Keep an address's first letter and its domain: « c•••@orange.fr »."""
    local, at, domain = address.partition("@")
    return f"{local[:1]}•••@{domain}" if at else "•••" if address else ""


def signal_view(signal: Signal | None) -> wire.Signal | None:
    """Return what the referential says, as the contract has it."""
    return None if signal is None else msgspec.convert(signal, wire.Signal, from_attributes=True)


async def card_view(centre_id: UUID, client_id: UUID) -> wire.ClientCard:
    """Return the card on one page; inside the caller's transaction.

    Raises:
        ClientUnknown: the centre has none with this id.
    """
    card = await queries.client(centre_id, client_id)
    stays = await client_stays(centre_id, client_id)
    dossiers = await client_page(centre_id, client_id)
    return wire.ClientCard(
        id=card.id,
        version=card.version,
        name=card.name,
        fields=msgspec.convert(card.fields, wire.ClientFields, from_attributes=True),
        status=card.status,
        email_quality=card.email_quality,
        blacklisting=await _blacklisting(centre_id, card),
        stays=await _stay_lines(
            centre_id, client_id, stays, {dossier.number: _money(dossier.total) for dossier in dossiers}
        ),
        dossiers=[
            wire.ClientDossier(
                id=dossier.id,
                number=dossier.number,
                state=str(dossier.state),
                total=_money(dossier.total),
                due=_money(dossier.due),
            )
            for dossier in dossiers
        ],
        mails=await _mails(centre_id, client_id, [*(each.id for each in dossiers), *(stay.id for stay in stays)]),
        signal=signal_view(await referential.signal(centre_id, client_id)),
        payments=await _payments(centre_id, client_id),
        defaults=await defaults_view(centre_id, client_id),
        rates=await rates_view(centre_id, client_id),
        alerts=[wire.WhomToCall(each.centre_name, each.phone) for each in await alerts_about(client_id)],
        consents=[msgspec.convert(given, wire.Consent, from_attributes=True) for given in card.consents],
        actions=[
            msgspec.convert(action, wire.ClientAction, from_attributes=True)
            for action in await client_actions(centre_id, client_id)
        ],
        reviews=[review_view(review) for review in await reviews_of(centre_id, client_id)],
        colour=card.fields.colour or (await colours_of_types(centre_id)).get(card.fields.client_type, ""),
        mended=card.mended,
        objected_at=await referential.objected_at(centre_id, client_id),
    )


def review_view(review: PublicReview) -> WirePublicReview:
    """Return a public review, as the contract has it."""
    return msgspec.convert(review, WirePublicReview, from_attributes=True)


async def _blacklisting(centre_id: UUID, card: queries.Client) -> wire.Blacklisting | None:
    lock = card.blacklisting
    if lock is None:
        return None
    alert = await alert_of(lock.id)
    states = {None: "asked", True: "confirmed", False: "refused"}
    return wire.Blacklisting(
        reason=lock.reason,
        evidence_day=lock.evidence_day,
        last_day=lock.last_day,
        by=lock.by,
        letter_sent_day=lock.letter_sent_day,
        letter_means=lock.letter_means,
        stays=[
            msgspec.convert(stay, wire.StayToDecide, from_attributes=True)
            for stay in await stays_to_decide(centre_id, card.id)
        ],
        alert=states[alert.confirmed] if alert else "",
    )


def _money(amount: object) -> Money:
    return msgspec.convert(amount, Money, from_attributes=True)


async def _mails(centre_id: UUID, client_id: UUID, about: list[UUID]) -> list[wire.MailLine]:
    """Return what was written to the client and by them, the newest first: of a message received its first line."""
    sent = await mails_about([client_id, *about, *await threads_of(centre_id, client_id)])
    lines = [
        wire.MailLine(
            id=mail.id, at=mail.sent_at or mail.created_at, direction="out", subject=mail.subject, state=mail.state
        )
        for mail in sent
    ]
    for wrote in await written_by(centre_id, client_id):
        opening = next((line.strip() for line in wrote.text.splitlines() if line.strip()), "")
        lines.append(wire.MailLine(id=wrote.id, at=wrote.at, direction="in", subject=opening[:OPENING], state=""))
    return sorted(lines, key=lambda line: (line.at, line.id), reverse=True)[:MAILS]


async def _payments(centre_id: UUID, client_id: UUID) -> list[wire.CardPayment]:
    return [
        msgspec.convert(payment, wire.CardPayment, from_attributes=True)
        for payment in await client_payments(centre_id, client_id)
    ]


async def _stay_lines(
    centre_id: UUID, client_id: UUID, stays: list[ClientStay], totals: dict[str, Money]
) -> list[wire.StayLine]:
    scores = await scores_of(centre_id, [stay.id for stay in stays])
    services: dict[UUID, list[wire.Consumed]] = {}
    for each in await consumed_services(centre_id, client_id):
        services.setdefault(each.stay_id, []).append(wire.Consumed(each.product_type, _money(each.total)))
    dossiers = await dossiers_of_stays(centre_id, [stay.id for stay in stays]) if stays else {}
    numbers = {stay_id: dossier.number for stay_id, dossier in dossiers.items()}
    return [
        wire.StayLine(
            id=stay.id,
            arrival=stay.arrival,
            departure=stay.departure,
            status=stay.status,
            pax=stay.pax,
            dossier_number=numbers.get(stay.id),
            amount=totals.get(numbers.get(stay.id, "")),
            score=scores.get(stay.id),
            services=services.get(stay.id, []),
        )
        for stay in stays
    ]
