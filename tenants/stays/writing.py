"""Letters about a stay, to those who come: signed by the centre, with the days and one thing to do."""

from collections.abc import Mapping
from uuid import UUID

from infra.actor import Actor
from infra.clock import now
from infra.database import fetch_value
from infra.mail import Action
from infra.mail.letters import letter
from tenants.centres.mailing import queue_centre_mail
from tenants.centres.queries import centre
from tenants.clients.recipients import recipient_of
from tenants.stays.queries import Stay


async def write_about_stay(
    centre_id: UUID,
    stay: Stay,
    recipient: str,
    words: tuple[str, str],
    *,
    key: str,
    actor: Actor,
    button: tuple[Mapping[str, str], str] | None = None,
    **values: object,
) -> None:
    """Queue a letter in the language of the stay's card, French where there is no card; once per `key`.

    Args:
        centre_id: who writes.
        stay: what about.
        recipient: one address.
        words: the package whose letter it is, and the letter (`tenants.rooming`, `rooming_link`).
        key: what makes it one.
        actor: who causes it.
        button: its label by language, and the address that it opens.
        values: what the letter names, besides `centre`, `arrival` and `departure`.

    Raises:
        RecipientInvalid: the recipient is not an address.
    """
    here = await centre(centre_id)
    package, name = words
    written = letter(
        package,
        name,
        await card_language(centre_id, stay),
        centre=here.name,
        arrival=stay.fields.arrival,
        departure=stay.fields.departure,
        **values,
    )
    await queue_centre_mail(
        here,
        written,
        key=key,
        subject_kind="stay",
        subject_id=stay.id,
        recipient=recipient,
        actor=actor,
        action=None if button is None else Action(button[0].get(written.language, button[0]["fr"]), button[1]),
    )


def once_a_minute(what: str, stay: Stay) -> str:
    """Return the key of a letter that is asked for: twice within a minute is a double click, later somebody lost it."""
    return f"{what}:{stay.id}:{now().isoformat(timespec='minutes')}"


async def card_language(centre_id: UUID, stay: Stay) -> str:
    """Return the language of the stay's card; French where there is no card."""
    found = await fetch_value(
        "SELECT language FROM clients WHERE centre_id = $1 AND id = $2", centre_id, stay.fields.client_id
    )
    return found or "fr"


async def arrival_address(centre_id: UUID, stay: Stay) -> str:
    """Return where whoever comes reads: the contact's on site, else the card's; empty for none.

    A booking platform's relay will do: it reaches the guest.
    """
    client_id = stay.fields.client_id
    return await recipient_of(centre_id, client_id, "on_site") if client_id is not None else ""
