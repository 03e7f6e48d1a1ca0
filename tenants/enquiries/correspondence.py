"""What we write to the sender of an enquiry: that it came in, and what staff answer."""

from typing import Final
from uuid import UUID

from infra.actor import Actor
from infra.mail import Action
from infra.mail.letters import Letter, letter
from infra.mail.operations import mail_domain
from infra.settings import settings
from infra.signing import sign, sign_address
from tenants.centres.mailing import queue_centre_mail
from tenants.centres.queries import centre
from tenants.centres.rules import Centre
from tenants.enquiries.queries import EnquiryFacts

ADDRESS_PURPOSE: Final = "enquiry reply"
THREAD_PURPOSE: Final = "thread"
_PACKAGE: Final = "tenants.enquiries"
_THREAD: Final = {
    "fr": "Voir la conversation",
    "en": "See the conversation",
    "de": "Zum Gespräch",
    "nl": "Het gesprek bekijken",
    "es": "Ver la conversación",
    "it": "Vedi la conversazione",
}


def thread_link(centre_id: UUID, enquiry_id: UUID) -> str:
    """Return the address of the thread's page: who holds it reads the thread and writes into it."""
    return f"{settings().public_url.rstrip('/')}/m/{sign(THREAD_PURPOSE, centre_id, enquiry_id)}"


def reply_address(enquiry_id: UUID) -> str:
    """Return the address whose mails come back into the thread."""
    return f"fil+{sign_address(ADDRESS_PURPOSE, enquiry_id)}@{mail_domain()}"


async def queue_confirmation(centre_id: UUID, facts: EnquiryFacts, *, actor: Actor) -> UUID:
    """Tell the sender that it came in and what happens next."""
    here = await centre(centre_id)
    written = letter(
        _PACKAGE,
        "confirmation",
        facts.language,
        centre=here.name,
        arrival=facts.arrival,
        departure=facts.departure,
        pax=facts.counts.pax(),
        message=facts.message,
    )
    return await _queue(here, facts, written, key=f"enquiry-confirmation:{facts.id}", actor=actor)


async def queue_answer(centre_id: UUID, facts: EnquiryFacts, message_id: UUID, text: str, *, actor: Actor) -> UUID:
    """Send what staff wrote."""
    here = await centre(centre_id)
    written = letter(_PACKAGE, "answer", facts.language, centre=here.name, text=text, author=actor.name)
    return await _queue(here, facts, written, key=f"enquiry-answer:{message_id}", actor=actor)


async def _queue(here: Centre, facts: EnquiryFacts, written: Letter, *, key: str, actor: Actor) -> UUID:
    return await queue_centre_mail(
        here,
        written,
        key=key,
        subject_kind="enquiry",
        subject_id=facts.id,
        recipient=facts.email,
        action=Action(_THREAD[written.language], thread_link(here.id, facts.id)),
        reply_to=reply_address(facts.id),
        thread=facts.id,
        actor=actor,
    )
