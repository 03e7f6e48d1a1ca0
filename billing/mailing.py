"""Writing to a dossier's client: in the card's language, in the centre's name, answers coming back to its thread."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from billing.dossiers.queries import Dossier
from infra.actor import Actor, ActorKind
from infra.database import fetch_value
from infra.ids import new_id
from infra.mail import Action
from infra.mail.letters import letter
from tenants.centres.mailing import queue_centre_mail
from tenants.centres.rules import Centre
from tenants.clients.recipients import recipient_of
from tenants.enquiries.conversation import add_message
from tenants.enquiries.correspondence import reply_address

ROLES: Final = {"quote_sent": "booking", "quote_accepted": "contract"}
"""Which contact of the card a letter is for; those about money go to whoever has the invoices."""


async def address_of(centre_id: UUID, dossier: Dossier, role: str = "booking") -> str:
    """Return where the client reads: the contact's of that role, the card's, else the enquiry's; empty for none."""
    email = await recipient_of(centre_id, dossier.client_id, role)
    if email or dossier.enquiry_id is None:
        return email
    email = await fetch_value(
        "SELECT email FROM enquiries WHERE centre_id = $1 AND id = $2", centre_id, dossier.enquiry_id
    )
    return email or ""


async def write_to_client(
    centre: Centre,
    dossier: Dossier,
    name: str,
    *,
    key: str,
    actor: Actor,
    action: tuple[dict[str, str], str] | None = None,
    attachments: Sequence[UUID] = (),
    **values: object,
) -> str:
    """Queue one letter of `billing/letters` to the client and put it into the thread, once per `key`.

    Returns:
        The address; empty where there is none, and then nothing is queued.

    Args:
        centre: who writes.
        dossier: to whose client.
        name: the letter (`quote_sent`).
        key: what makes it one.
        actor: who causes it.
        action: its button: labels by language, and the address.
        attachments: ids from `files`.
        values: what the letter names, besides `centre`, `reference`, `arrival` and `departure`.
    """
    recipient = await address_of(centre.id, dossier, ROLES.get(name, "invoice"))
    if not recipient:
        return ""
    thread = dossier.enquiry_id
    said = letter(
        "billing",
        name,
        dossier.client_language,
        centre=centre.name,
        reference=dossier.number,
        arrival=dossier.stay.arrival,
        departure=dossier.stay.departure,
        **values,
    )
    button = None if action is None else Action(action[0].get(said.language, action[0]["fr"]), action[1])
    mail_id = await queue_centre_mail(
        centre,
        said,
        key=key,
        subject_kind="dossier",
        subject_id=dossier.id,
        recipient=recipient,
        actor=actor,
        action=button,
        attachments=attachments,
        reply_to=reply_address(thread) if thread is not None else "",
        thread=thread if thread is not None else dossier.id,
    )
    if thread is not None and not await _is_in_thread(centre.id, key):
        await add_message(
            centre.id,
            thread,
            new_id(),
            "out",
            author=actor.name if actor.kind is ActorKind.STAFF else centre.name,
            text=said.text,
            mail_id=mail_id,
            external_id=key,
        )
    return recipient


async def _is_in_thread(centre_id: UUID, key: str) -> bool:
    # After the mail's unique key made whoever came second wait: two consumers cannot both find nothing.
    found: bool = await fetch_value(
        "SELECT EXISTS (SELECT FROM enquiry_messages WHERE centre_id = $1 AND external_id = $2)", centre_id, key
    )
    return found
