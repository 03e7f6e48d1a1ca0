"""What a card's person is given, by a short address: the letter about a lock, and their data; staff behind SSH print it so."""

from datetime import date
from typing import Final
from uuid import UUID

from infra.actor import Actor
from infra.database import tenant_transaction
from server.contract.day_sheet import DocumentLink
from server.pages.list_tables import file_name, kept_file
from tenants.clients.blacklist_letter import blacklist_letter
from tenants.clients.queries import client
from tenants.retention.handing_out import person_archive

LETTER: Final = "lettre"
ARCHIVE: Final = "donnees"


async def letter_link(centre_id: UUID, client_id: UUID, *, today: date, actor: Actor) -> DocumentLink:
    """Make the address of the letter about a card's lock, good for a quarter of an hour.

    Raises:
        As `blacklist_letter`.
        ListStoreUnavailable: there is nowhere to keep it.
    """
    paper = await blacklist_letter(centre_id, client_id, actor=actor)
    return await kept_file(centre_id, paper.content, form="pdf", name=await _name(centre_id, client_id, LETTER, today))


async def archive_link(centre_id: UUID, client_id: UUID, *, today: date, actor: Actor) -> DocumentLink:
    """Make the address of all that the centre holds of a client, good for a quarter of an hour; the trail notes it now.

    Raises:
        As `person_archive`.
        ListStoreUnavailable: there is nowhere to keep it.
    """
    content = await person_archive(centre_id, client_id, actor=actor)
    return await kept_file(centre_id, content, form="zip", name=await _name(centre_id, client_id, ARCHIVE, today))


async def _name(centre_id: UUID, client_id: UUID, what: str, today: date) -> str:
    """Return a file's name: the card's reference, since a name in an address stands in every log on the way."""
    async with tenant_transaction(centre_id, read_only=True):
        card = await client(centre_id, client_id)
    form = "pdf" if what == LETTER else "zip"
    return file_name(f"{what} {card.fields.reference}", today, form)
