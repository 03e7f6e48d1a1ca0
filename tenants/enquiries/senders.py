"""Who the sender of an enquiry may be: the cards of this centre, and what the referential says. Inside a transaction."""

from uuid import UUID

import msgspec

from tenants.clients.rules import ClientFields, Phone, compared
from tenants.clients.search import search
from tenants.enquiries.queries import EnquiryFacts
from tenants.enquiries.rules import split_name
from tenants.referential.queries import signal, signal_for
from tenants.referential.rules import Signal


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A card of the centre that may be the sender's; `why` is email, phone, name, or contact: a person of an organisation."""

    client_id: UUID
    name: str
    why: str
    blacklisted: bool


async def candidates(centre_id: UUID, facts: EnquiryFacts, *, limit: int = 5) -> list[Candidate]:
    """Return the cards that may be the sender's: same e-mail first, then phone, then name or organisation."""
    found: dict[UUID, Candidate] = {}
    for why, text in (
        ("email", facts.email),
        ("phone", facts.phone),
        ("name", facts.organisation),
        ("contact", facts.name),
    ):
        if not text:
            continue
        for line in (await search(centre_id, text, limit=limit)).items:
            if why == "email" and line.email.casefold() != text.casefold():
                continue
            shown = "name" if why == "contact" and line.kind == "person" else why
            found.setdefault(
                line.id, Candidate(client_id=line.id, name=line.name, why=shown, blacklisted=line.blacklisted)
            )
    return list(found.values())[:limit]


async def signal_of(centre_id: UUID, facts: EnquiryFacts) -> Signal | None:
    """Return what the referential says of the sender: of their card where it is chosen, else of what they wrote."""
    if facts.client_id is not None:
        return await signal(centre_id, facts.client_id)
    return await signal_for(centre_id, compared(card_fields(facts)))


def card_fields(facts: EnquiryFacts) -> ClientFields:
    """Return what an enquiry says of its sender, as a card; agreeing to an answer is not agreeing to campaigns."""
    first_name, last_name = split_name(facts.name)
    organisation = bool(facts.organisation)
    return ClientFields(
        kind="organisation" if organisation else "person",
        first_name="" if organisation else first_name,
        last_name="" if organisation else last_name,
        organisation=facts.organisation,
        contact_name=facts.name if organisation else "",
        email=facts.email,
        phones=[Phone(number=facts.phone)] if facts.phone else [],
        language=facts.language,
        first_contact=facts.received_at.date(),
    )
