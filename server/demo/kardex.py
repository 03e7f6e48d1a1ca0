"""What the demo's kardex shows: lists of the centre's own, colours, codes, contacts, follow-up, terms, scores, one padlock."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import msgspec

from billing.catalogue.rules import Service
from billing.client_terms.operations import NewRate, add_rate, set_defaults
from billing.client_terms.queries import Defaults
from billing.money import Money
from infra.actor import Actor
from infra.database import tenant_transaction
from infra.ids import new_id
from server.demo.days import DemoStay
from tenants.clients import queries
from tenants.clients.blacklisting import NewBlacklisting, blacklist
from tenants.clients.following import note_action
from tenants.clients.operations import change_client
from tenants.clients.profiles import Profile
from tenants.clients.rules import ClientFields, Contact
from tenants.code_lists.local import add_local_value, colour_type
from tenants.code_lists.operations import add_to_lists
from tenants.code_lists.rules import FEDERATIONS, read_lists
from tenants.rooms.rules import Room
from tenants.satisfaction.operations import answer_survey
from tenants.satisfaction.public_reviews import PublicReview, keep_review, link_review
from tenants.satisfaction.rules import Answers

LOCAL: Final = {
    "segmentation": (("Classes de mer", "schools"), ("Clubs", "sports"), ("Séminaires", "business"), ("Familles", "families")),
    "origin": (("Téléphone", "direct"), ("Site du centre", "website"), ("Salon SETT", "institution")),
    "follow_up_action": (("Visite du centre", "other"),),
    "marketing_code": (("MER", ""), ("CLASSE", ""), ("FIDÈLE", "")),
}  # fmt: skip
COLOURS: Final = {"school": "#3366cc", "sports_body": "#2e8b57", "company": "#b8860b", "individual": "#8a5a9e"}
FOLLOWED: Final = 12
"""How many organisations of a centre have contacts, codes and a follow-up."""
COMMENTS: Final = ("Accueil parfait.", "Les enfants veulent revenir.", "Un peu de bruit le soir.", "")

PUBLISHED: Final = (
    ("Anne M.", "Google", 45, "Une belle semaine, les animateurs étaient aux petits soins."),
    ("chorale_du_lac", "Tripadvisor", 40, "Salle très sonore, parfaite pour chanter."),
    ("Luc", "Google", 20, "Un peu de bruit le soir."),
)
"""Public reviews that name no stay: who signed them, where, in tenths of five, and what they wrote."""


async def load_federations(actor: Actor) -> int:
    """Add the sports of the federations to the network's list."""
    return await add_to_lists(read_lists(FEDERATIONS.read_text(encoding="utf-8")), actor=actor)


async def fill_kardex(
    centre_id: UUID,
    bodies: Sequence[UUID],
    people: Sequence[UUID],
    *,
    stays: Sequence[DemoStay],
    services: Sequence[Service],
    rooms: Sequence[Room],
    today: date,
    seed: int,
    actor: Actor,
) -> None:
    """Give a centre's cards what a year at the desk writes on them."""
    chance = random.Random(seed)
    codes: dict[str, list[str]] = {}
    for name, values in LOCAL.items():
        for label, network_code in values:
            made = await add_local_value(centre_id, name, label, network_code=network_code, actor=actor)
            codes.setdefault(name, []).append(made.code)
    for client_type, colour in COLOURS.items():
        await colour_type(centre_id, client_type, colour, actor=actor)
    for client_id in bodies[:FOLLOWED]:
        await _follow(centre_id, client_id, codes, today=today, chance=chance, actor=actor)
    if bodies:
        await _agree(centre_id, bodies[0], services, rooms, today=today, actor=actor)
    for stay in [stay for stay in stays if stay.status == "departed"]:
        if chance.random() < 0.7:
            answers = Answers(overall=chance.choice((5, 5, 4, 4, 3, 2)), comment=chance.choice(COMMENTS))
            await answer_survey(centre_id, stay.id, answers, actor=actor)
    await _publish(centre_id, bodies[:1], today=today, actor=actor)
    busy = {stay.client_id for stay in stays}
    quiet = next((client_id for client_id in people if client_id not in busy), None)
    if quiet is not None:
        lock = NewBlacklisting(
            reason="unpaid", evidence_day=today - timedelta(days=40), last_day=today + timedelta(days=300)
        )
        await blacklist(centre_id, quiet, lock, actor=actor)


async def _follow(
    centre_id: UUID,
    client_id: UUID,
    codes: dict[str, list[str]],
    *,
    today: date,
    chance: random.Random,
    actor: Actor,
) -> None:
    async with tenant_transaction(centre_id, read_only=True):
        before: ClientFields = (await queries.client(centre_id, client_id)).fields
    host = before.email.partition("@")[2] or "organisme.example"
    fields = msgspec.structs.replace(
        before,
        contacts=[
            Contact(name=before.contact_name or "Mme Morel", email=before.email, roles=["booking", "contract"]),
            Contact(name="Intendance", email=f"intendance@{host}", roles=["invoice"]),
        ],
        profiles=[
            Profile(
                network="website",
                handle=f"www.{host}",
                given="email",
                detail="signature",
                day=today - timedelta(days=90),
            ),
            Profile(
                network="instagram", handle=host.partition(".")[0].replace("-", "_")[:30], day=today - timedelta(days=9)
            ),
        ],
        segmentation=chance.choice(codes["segmentation"]),
        origin=chance.choice(codes["origin"]),
        marketing_codes=chance.sample(codes["marketing_code"], k=2),
        languages=["en"] if chance.random() < 0.3 else [],
        first_contact=today - timedelta(days=chance.randint(400, 2500)),
        discovery_channel="trade_fair",
        discovery_detail="SETT",
        stayed_elsewhere=chance.choice((True, False, None)),
        habits=chance.choice(("", "arrive par le car de 14 h", "petit-déjeuner à 7 h")),
    )
    await change_client(centre_id, client_id, fields, version=None, actor=actor)
    for days, action in ((30, "brochure_sent"), (9, "visite_du_centre")):
        await note_action(centre_id, client_id, action, day=today - timedelta(days=days), note="", actor=actor)


async def _publish(centre_id: UUID, holders: Sequence[UUID], *, today: date, actor: Actor) -> None:
    """Bring public reviews in, of which the first is said to be the holder's."""
    for place, (author, site, score, comment) in enumerate(PUBLISHED):
        review = PublicReview(
            id=new_id(), site=site, author=author, day=today - timedelta(days=20 + 30 * place), score_tenths=score,
            comment=comment, url=f"https://avis.example/{place + 1}",
        )  # fmt: skip
        await keep_review(centre_id, f"demo-{place + 1}", review)
        if not place:
            for client_id in holders:
                await link_review(centre_id, client_id, review.id, actor=actor)


async def _agree(
    centre_id: UUID,
    client_id: UUID,
    services: Sequence[Service],
    rooms: Sequence[Room],
    *,
    today: date,
    actor: Actor,
) -> None:
    lodging = next((service for service in services if service.product_type == "lodging"), None)
    room_type = next((room.room_type for room in rooms if room.room_type), "")
    if lodging is None or not room_type:
        return
    agreed = Defaults(service_id=lodging.id, room_type=room_type, discount_basis_points=500)
    await set_defaults(centre_id, client_id, agreed, version=0, actor=actor)
    rate = NewRate(
        name="convention",
        service_id=lodging.id,
        room_type=room_type,
        price=Money(lodging.price.minor * 9 // 10),
        last_day=date(today.year + 1, 12, 31),
        min_nights=2,
    )
    await add_rate(centre_id, client_id, rate, actor=actor)
