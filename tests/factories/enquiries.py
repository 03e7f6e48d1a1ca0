"""Enquiries for tests, received by the real operation."""

from datetime import date
from uuid import UUID

from infra.actor import Actor, ActorKind
from tenants.enquiries.operations import EnquiryRef, receive_enquiry
from tenants.enquiries.rules import Counts, EnquiryFields

SENDER = Actor(kind=ActorKind.CLIENT, name="Mme Morel", address="192.0.2.7", request_id="request-of-the-form")


def enquiry_fields(**over: object) -> EnquiryFields:
    """Return what the teacher of the story asks: 48 pupils, 4 adults, three nights."""
    values: dict[str, object] = {
        "name": "Mme Morel",
        "organisation": "Collège Jules Ferry",
        "email": "morel@college-ferry.fr",
        "phone": "02 98 00 00 00",
        "arrival": date(2027, 3, 16),
        "departure": date(2027, 3, 19),
        "counts": Counts(teenagers=48, adults=4),
        "kind": "classe",
        "message": "Bonjour, nous cherchons un hébergement.",
        "consent": True,
        **over,
    }
    return EnquiryFields(**values)  # type: ignore[arg-type]


async def an_enquiry(centre_id: UUID, *, origin: str = "form", actor: Actor = SENDER, **over: object) -> EnquiryRef:
    """Have the centre receive an enquiry."""
    return await receive_enquiry(centre_id, enquiry_fields(**over), origin=origin, actor=actor)
