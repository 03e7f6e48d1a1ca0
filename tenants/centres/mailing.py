"""A centre's mails: in its name and colour, its address at the foot, answers coming back to it."""

from collections.abc import Sequence
from uuid import UUID

from infra.actor import Actor
from infra.mail import Action, queue_mail
from infra.mail.letters import Letter
from tenants.centres.rules import Centre


def footer(centre: Centre) -> str:
    """Return who writes, one line each."""
    place = f"{centre.postal_code} {centre.town}".strip()
    return "\n".join(line for line in (centre.name, centre.street, place, centre.phone) if line)


async def queue_centre_mail(
    centre: Centre,
    letter: Letter,
    *,
    key: str,
    subject_kind: str,
    subject_id: UUID,
    recipient: str,
    actor: Actor,
    action: Action | None = None,
    attachments: Sequence[UUID] = (),
    reply_to: str = "",
    thread: UUID | None = None,
) -> UUID:
    """Queue a letter that the centre signs, in the transaction under way; the arguments are `queue_mail`'s.

    `reply_to` is the centre's own address unless given. Once per `key`; return the mail's id.

    Raises:
        RecipientInvalid: `recipient` or `reply_to` is not an address.
    """
    return await queue_mail(
        key=key,
        subject_kind=subject_kind,
        subject_id=subject_id,
        recipient=recipient,
        subject=letter.subject,
        text=letter.text,
        sender_name=centre.sender_name or centre.name,
        actor=actor,
        action=action,
        attachments=attachments,
        reply_to=reply_to or centre.email,
        footer=footer(centre),
        colour=centre.colour,
        language=letter.language,
        thread=thread,
    )
