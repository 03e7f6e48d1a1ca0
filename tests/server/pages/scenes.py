"""Every page in every state that a reader meets, made by the real operations."""

from datetime import timedelta
from urllib.parse import urlsplit

import msgspec

from billing.dossiers.lines import NewLine
from billing.dossiers.operations import add_line
from billing.money import Money
from billing.payments.by_hand import ManualPayment, record_payment
from billing.quotes.acceptance import accept_quote, refuse_quote
from infra.clock import today
from tenants.arrivals.guests import save_guest
from tenants.arrivals.operations import make_pre_check_in_link
from tenants.arrivals.rules import GuestFields
from tenants.arrivals.survey import send_survey
from tenants.arrivals.tablet import TABLETS
from tenants.centres.operations import change_state
from tenants.centres.rules import CentreRef
from tenants.enquiries.operations import answer, thread_link
from tenants.housekeeping.operations import mark_room
from tenants.housekeeping.phones import PHONES
from tenants.housekeeping.rules import State
from tenants.rooming.link import make_rooming_link
from tests.factories.accounts import someone
from tests.factories.centres import NETWORK, a_centre
from tests.factories.clients import a_client, an_organisation
from tests.factories.dossiers import TESTER, a_dossier, a_sent_quote, an_accepted_dossier, token_of
from tests.factories.enquiries import an_enquiry
from tests.factories.groups import a_group, a_person
from tests.factories.stays import DESK, a_confirmed_stay

GERMAN = GuestFields(
    surname="Schmidt",
    first_names="Anna",
    country="DE",
    birth_date=today("Europe/Paris") - timedelta(days=12_000),
    birth_place="Köln",
    home="Hauptstraße 1, Köln, Allemagne",
    mobile="+49 151 23456789",
)


class Scenes(msgspec.Struct, frozen=True):
    """A centre, and the path of each page of it."""

    centre: CentreRef
    paths: dict[str, str]


def path_of(url: str) -> str:
    """Return a link's path: the test's own settings name another host than the server's."""
    return urlsplit(url).path


async def scenes() -> Scenes:
    """Make them all."""
    centre = await a_centre(
        name="Centre de Kerfany",
        street="14 chemin de la Grève",
        postal_code="29350",
        town="Moëlan-sur-Mer",
        phone="+33 2 61 91 01 42",
        colour="#3aa17e",
        iban="FR7630006000011234567890189",
        bic="AGRIFRPP",
        embed_origins=["https://ecole.example"],
    )
    shut = await a_centre(name="La Scierie", town="Gérardmer", phone="03 29 00 00 00")
    await change_state(shut.id, "suspended", reason="test", actor=NETWORK)
    enquiry = await an_enquiry(
        centre.id, message="Bonjour,\nnous cherchons un hébergement pour une classe de 5e. Y a-t-il la mer ?"
    )
    await answer(
        centre.id,
        enquiry.id,
        "Bonjour Madame,\nla plage est à 300 mètres. Je vous prépare un devis.",
        actor=msgspec.structs.replace(someone("enquiry.answer"), name="Camille Le Goff"),
    )
    paths = {
        "contact": f"/c/{centre.slug}",
        "contact_framed": f"/c/{centre.slug}/embed?origin=https://ecole.example",
        "contact_thanks": f"/c/{centre.slug}/thanks",
        "suspended": f"/c/{shut.slug}",
        "unknown": "/c/nulle-part",
        "thread": path_of(thread_link(centre.id, enquiry.id)),
    }
    return Scenes(centre, {**paths, **await _quotes(centre), **await _arrivals(centre)})


async def _quotes(centre: CentreRef) -> dict[str, str]:
    made = await a_dossier(centre.id, price_minor=9_500)
    for label, minor, rate in (
        ("Pension complète, 52 personnes", 647_400, 1000),
        ("Char à voile, encadré", 78_000, 2000),
    ):
        await add_line(
            centre.id, made.id, NewLine(label=label, unit_price=Money(minor), vat_basis_points=rate), actor=TESTER
        )
    offered = await a_sent_quote(centre.id, made.id, detail="detailed")
    refused_dossier = await a_dossier(centre.id)
    refused = await a_sent_quote(centre.id, refused_dossier.id)
    await refuse_quote(token_of(refused.page_url), word="Trop loin", address="192.0.2.7")
    _, accepted, paying = await an_accepted_dossier(centre.id, price_minor=714_400)
    changed, old, dead = await an_accepted_dossier(centre.id)
    await a_sent_quote(centre.id, changed.id)
    settled_dossier = await a_dossier(centre.id)
    settled_quote = await a_sent_quote(centre.id, settled_dossier.id)
    settled = await accept_quote(token_of(settled_quote.page_url), name="Mme Morel", terms="cgv", address="192.0.2.7")
    await record_payment(
        centre.id, settled_dossier.id, ManualPayment(means="transfer", amount=Money(10_000)), actor=TESTER
    )
    return {
        "quote": path_of(offered.page_url),
        "quote_refused": path_of(refused.page_url),
        "quote_accepted": path_of(accepted.page_url),
        "quote_superseded": path_of(old.page_url),
        "payment": path_of(paying.payment_url),
        "payment_waiting": path_of(paying.payment_url) + "/return",
        "payment_superseded": path_of(dead.payment_url),
        "payment_paid": path_of(settled.payment_url),
    }


async def _arrivals(centre: CentreRef) -> dict[str, str]:
    day = today("Europe/Paris")
    school = await an_organisation(centre.id, organisation="Collège Jules Ferry", email="")
    group = await a_confirmed_stay(centre.id, client_id=school.id, arrival=day)
    await save_guest(centre.id, group.id, GERMAN, actor=DESK)
    await save_guest(centre.id, group.id, GuestFields(surname="Morel", first_names="Jeanne", country="FR"), actor=DESK)
    for first, last in (("Anneke", "de Vries"), ("Luca", "Rossi")):
        person = await a_client(centre.id, first_name=first, last_name=last)
        await a_confirmed_stay(centre.id, client_id=person.id, arrival=day)
    link = await make_pre_check_in_link(centre.id, group.id, actor=DESK)
    tablet = await TABLETS.pair(centre.id, "Accueil", actor=DESK)
    return {
        "arrival": path_of(link.url),
        "tablet": f"/t/{centre.slug}/{tablet.token}",
        **await _groups(centre),
    }


async def _groups(centre: CentreRef) -> dict[str, str]:
    group = await a_group(centre.id, arrival=today("Europe/Paris"))
    await a_person(centre.id, group.stay.id, "Anne Morel", responsible=True, phone="06 12 34 56 78")
    await a_person(centre.id, group.stay.id, "Nour", diet="gluten_free", allergies="arachide")
    await mark_room(centre.id, group.rooms[0].id, State.DIRTY, actor=DESK)
    rooming = await make_rooming_link(centre.id, group.stay.id, actor=DESK)
    survey = await send_survey(centre.id, group.stay.id, mail=False, actor=DESK)
    phone = await PHONES.pair(centre.id, "Étage", actor=DESK)
    return {
        "rooming": path_of(rooming.url),
        "survey": path_of(survey.url),
        "rooms": f"/h/{centre.slug}/{phone.token}",
    }
