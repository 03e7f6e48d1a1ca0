"""Who of a card receives which mail: by the roles of its contacts."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from infra.database import fetch, fetch_value
from tenants.clients.rules import Contact

IS_REACHED_ON_SITE: Final = """(client.email <> '' AND client.email_quality <> 'invalid'
    OR EXISTS (SELECT FROM client_contacts AS contact
        WHERE contact.centre_id = client.centre_id AND contact.client_id = client.id AND contact.email <> ''
            AND ('on_site' = ANY (contact.roles) OR client.email = '' AND 'booking' = ANY (contact.roles))))"""
"""In SQL, of a card called `client`: whether `recipient` finds an address for what whoever comes is to read."""


def recipient(contacts: Sequence[Contact], role: str, *, card_email: str) -> str:
    """Return the address of the first contact who has a role and an address; else the card's own.

    Args:
        contacts: of the card, in order.
        role: booking, contract, invoice or on_site.
        card_email: the card's; empty where it has none, and then anybody's who books.
    """
    for wanted in (role, "") if card_email else (role, "booking"):
        for contact in contacts:
            if contact.email and wanted in contact.roles:
                return contact.email
    return card_email


async def recipient_of(centre_id: UUID, client_id: UUID, role: str) -> str:
    """Return where a card's mails for a role go; empty where nobody has an address. Inside the caller's transaction."""
    email: str = (
        await fetch_value("SELECT email FROM clients WHERE centre_id = $1 AND id = $2", centre_id, client_id) or ""
    )
    rows = await fetch(
        """SELECT name, email, phone, roles FROM client_contacts WHERE centre_id = $1 AND client_id = $2
           ORDER BY position""",
        centre_id,
        client_id,
    )
    return recipient([Contact(**row) for row in rows], role, card_email=email)
