"""How the stay's own client can be reached, where the card does not say: asked before the arrival, and nothing more."""

import re
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.database import tenant_transaction
from infra.errors import FieldError
from tenants.arrivals.operations import arrival_page
from tenants.arrivals.rules import GuestInvalid
from tenants.clients.operations import change_client
from tenants.clients.queries import client
from tenants.clients.rules import Phone
from tenants.referential.cleaning.phones import read_phone
from tenants.referential.reach import note_won
from tenants.stays.queries import stay as stay_of


async def give_contact(centre_id: UUID, stay_id: UUID, *, email: str = "", phone: str = "", actor: Actor) -> None:
    """Complete the card with what was missing on it; what it says already is not written over.

    Raises:
        StayUnknown, StayStatusRefuses: there is none, or it is not expected.
        GuestInvalid: what was given is no e-mail address, or no phone number.
    """
    async with tenant_transaction(centre_id):
        asked = await arrival_page(centre_id, stay_id)
        address = email.strip() if asked.asks_email else ""
        number = phone.strip() if asked.asks_phone else ""
        errors = []
        if address and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
            errors.append(FieldError("/contact_email", "unreadable", "an e-mail address"))
        if number and not read_phone(number).e164:
            errors.append(FieldError("/contact_phone", "unreadable", "a phone number"))
        if errors:
            raise GuestInvalid(errors=tuple(errors))
        client_id = (await stay_of(centre_id, stay_id)).fields.client_id
        if client_id is None or not (address or number):
            return
        card = await client(centre_id, client_id, lock=True)
        fields = card.fields
        if address:
            fields = msgspec.structs.replace(fields, email=address)
        if number:
            fields = msgspec.structs.replace(fields, phones=[*fields.phones, Phone(number=number)])
        # Whoever holds the link may complete this one card, and nothing else of the centre.
        holder = msgspec.structs.replace(actor, rights=frozenset({"client.edit"}))
        await change_client(centre_id, client_id, fields, version=card.version, actor=holder)
        if address:
            await note_won(
                centre_id,
                client_id,
                stay_id=stay_id,
                origin="pre_check_in",
                before=card.email_quality,
                written=address,
                agreed=False,
                actor=actor,
            )
