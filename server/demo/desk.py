"""What lies on the demo's desk: demandes that wait for an answer, and dossiers in every state."""

import random
from datetime import date, timedelta
from uuid import UUID

from billing.catalogue.rules import Service
from billing.dossiers.lines import NewLine
from billing.dossiers.operations import add_line, open_dossier
from billing.dossiers.queries import dossier as read_dossier
from billing.money import Money
from billing.payments.by_hand import ManualPayment, record_payment
from billing.quotes.acceptance import PURPOSE, accept_quote
from billing.quotes.operations import QuoteSending, send_quote
from infra.actor import Actor, ActorKind
from infra.database import tenant_transaction
from infra.signing import sign
from server.demo.days import DemoStay
from tenants.enquiries.operations import receive_enquiry
from tenants.enquiries.rules import Counts, EnquiryFields

SENDER = Actor(kind=ActorKind.CLIENT, name="formulaire", address="halte demo")
QUOTED_GROUPS = 6
"""How many coming groups of a centre have been sent a quote: one in three accepts it, one in three has paid too."""

ENQUIRIES = (
    EnquiryFields(
        name="Mme Morel",
        organisation="Collège Jules-Ferry",
        email="intendance@college-jules-ferry.example",
        phone="02 61 91 41 27",
        counts=Counts(teenagers=48, adults=4),
        kind="school",
        message="Bonjour, nous cherchons un hébergement en pension complète pour 48 élèves et 4 adultes, trois nuits.",
        consent=True,
    ),
    EnquiryFields(
        name="T. Marchetti",
        email="t.marchetti@courriel.example",
        phone="06 39 98 77 10",
        counts=Counts(children=2, adults=2),
        kind="family",
        message="Une chambre pour quatre cet été, est-ce encore possible ? Un lit bébé serait parfait.",
    ),
    EnquiryFields(
        name="Sophie N'Diaye",
        organisation="CSE Aéro Sud",
        email="s.ndiaye@cse-aerosud.example",
        phone="02 61 91 30 30",
        counts=Counts(adults=30),
        kind="seminar",
        message="Séminaire de deux jours, trente personnes, une salle avec vidéoprojecteur et deux déjeuners.",
        consent=True,
    ),
)


async def receive_enquiries(centre_id: UUID, *, today: date, seed: int) -> None:
    """Put three demandes into the inbox, with dates of the coming months."""
    chance = random.Random(seed)
    for place, fields in enumerate(ENQUIRIES):
        arrival = today + timedelta(days=chance.randint(60, 160))
        dated = EnquiryFields(
            name=fields.name,
            organisation=fields.organisation,
            email=fields.email,
            phone=fields.phone,
            arrival=arrival,
            departure=arrival + timedelta(days=3 - place // 2),
            counts=fields.counts,
            kind=fields.kind,
            message=fields.message,
            consent=fields.consent,
        )
        await receive_enquiry(centre_id, dated, origin="form", actor=SENDER)


async def open_dossiers(
    centre_id: UUID, stays: list[DemoStay], services: list[Service], *, today: date, seed: int, actor: Actor
) -> None:
    """Open a dossier for what is here or near, and carry some of the coming groups as far as a paid deposit."""
    chance = random.Random(seed)
    quoted = 0
    for stay in stays:
        if stay.status == "departed" or stay.arrival > today + timedelta(days=30):
            continue
        dossier_id = await _open(centre_id, stay, services, with_visit=chance.random() < 0.5, actor=actor)
        if stay.is_group and stay.arrival > today + timedelta(days=3) and quoted < QUOTED_GROUPS:
            await _quote(centre_id, dossier_id, how_far=quoted % 3, actor=actor)
            quoted += 1


async def _open(centre_id: UUID, stay: DemoStay, services: list[Service], *, with_visit: bool, actor: Actor) -> UUID:
    """Sell full board of two kinds to a group, half board to a family."""
    adult, teenager, half, visit = services[0], services[1], services[2], services[7]
    leaders = max(1, stay.pax // 12)
    first = NewLine(service_id=(adult if stay.is_group else half).id, quantity=leaders if stay.is_group else stay.pax)
    async with tenant_transaction(centre_id):
        dossier = await open_dossier(centre_id, stay.id, first, actor=actor)
        if stay.is_group:
            young = NewLine(service_id=teenager.id, quantity=stay.pax - leaders)
            await add_line(centre_id, dossier.id, young, version=None, actor=actor)
            if with_visit:
                line = NewLine(service_id=visit.id, quantity=stay.pax)
                await add_line(centre_id, dossier.id, line, version=None, actor=actor)
    return dossier.id


async def _quote(centre_id: UUID, dossier_id: UUID, *, how_far: int, actor: Actor) -> None:
    """Send a quote; from 1 on it is accepted, at 2 its deposit has come by transfer."""
    sent = await send_quote(centre_id, dossier_id, QuoteSending(), actor=actor)
    if how_far == 0:
        return
    token = sign(PURPOSE, centre_id, sent.id)
    await accept_quote(token, name="Mme la Principale", terms="conditions-2026", address="127.0.0.1")
    if how_far == 1:
        return
    async with tenant_transaction(centre_id, read_only=True):
        sold = await read_dossier(centre_id, dossier_id)
    deposit = next(instalment for instalment in sold.schedule if instalment.part == "deposit")
    received = ManualPayment(means="transfer", amount=Money(deposit.amount.minor), reference="VIR 2611")
    await record_payment(centre_id, dossier_id, received, actor=actor)
