"""Who is told of what: the one list of consumers, and the kinds of facts each wants.

A consumer gets a fact at least once: it may run twice, at the same time too, and must change nothing the second time.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from uuid import UUID

import msgspec

from billing import consumers as billing
from billing.dossiers.queries import dossiers_of_stays
from billing.payments.checkout import close_sessions
from billing.payments.events import BalancePaid, DepositPaid
from billing.quotes.events import QuoteExpired, QuoteRefused, QuoteSent
from infra.actor import job
from infra.database import tenant_transaction
from infra.mail.events import MailFailed, MailQueued, MailRetried
from infra.mail.sending import send_mail
from infra.outbox.deliveries import Fact
from infra.outbox.events import kind
from tenants.stays.events import OptionEnded, StayCancelled
from tenants.tasks.failed_mails import follow_mail

MAIL: Final = "mail"
"""The consumer that sends."""

Consumer = Callable[[UUID, bytes], Awaitable[object]]
"""What is told: the fact's centre, and the event as JSON."""


class Subject(msgspec.Struct, frozen=True):
    """What every event says."""

    subject_id: UUID


class AboutMail(msgspec.Struct, frozen=True):
    """What an event about a mail says; `at` where it failed."""

    subject_id: UUID
    at: str = ""


class AboutDossier(msgspec.Struct, frozen=True):
    """What an event about a dossier's quote or payment says."""

    dossier_id: UUID


def subject(event: bytes) -> UUID:
    """Return the id that every event says it is about."""
    return msgspec.json.decode(event, type=Subject).subject_id


async def send_queued_mail(centre_id: UUID, event: bytes) -> None:
    """Send the mail that was queued, alone; the relay hands them out by the handful (`workers.actors.post`)."""
    await send_mail(centre_id, subject(event))


async def task_of_failed_mail(centre_id: UUID, event: bytes) -> None:
    """Have staff look at a mail that failed for good, or take it off the list once it is tried again."""
    fact = msgspec.json.decode(event, type=AboutMail)
    await follow_mail(centre_id, fact.subject_id, failure=fact.at, actor=job("mail"))


async def close_sessions_of_dossier(centre_id: UUID, event: bytes) -> None:
    """Close at Stripe what a superseded quote, or a payment that came, makes unpayable."""
    await close_sessions(centre_id, msgspec.json.decode(event, type=AboutDossier).dossier_id)


async def close_sessions_of_stay(centre_id: UUID, event: bytes) -> None:
    """Close at Stripe what an ended option or a cancelled stay makes unpayable."""
    stay_id = msgspec.json.decode(event, type=Subject).subject_id
    async with tenant_transaction(centre_id, read_only=True):
        owners = await dossiers_of_stays(centre_id, [stay_id])
    for dossier in owners.values():
        await close_sessions(centre_id, dossier.id)


CONSUMERS: Final[Mapping[str, Consumer]] = {
    MAIL: send_queued_mail,
    "task-of-mail": task_of_failed_mail,
    "checkout-of-dossier": close_sessions_of_dossier,
    "checkout-of-stay": close_sessions_of_stay,
    **billing.CONSUMERS,
}

_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    kind(MailQueued): (MAIL,),
    kind(MailFailed): ("task-of-mail",),
    kind(MailRetried): ("task-of-mail",),
    kind(QuoteSent): ("checkout-of-dossier",),
    kind(QuoteRefused): ("checkout-of-dossier",),
    kind(QuoteExpired): ("checkout-of-dossier",),
    kind(DepositPaid): ("checkout-of-dossier",),
    kind(BalancePaid): ("checkout-of-dossier",),
    kind(OptionEnded): ("checkout-of-stay",),
    kind(StayCancelled): ("checkout-of-stay",),
}

SUBSCRIPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    name: (*_OWN.get(name, ()), *billing.SUBSCRIPTIONS.get(name, ())) for name in {**_OWN, **billing.SUBSCRIPTIONS}
}


async def consume(name: str, fact: Fact) -> None:
    """Let one consumer have a fact; what belongs to no centre has no consumer yet.

    Raises:
        KeyError: no consumer has this name: an older worker has been given a newer one's work, which will be tried again.
    """
    if fact.centre_id is not None:
        await CONSUMERS[name](fact.centre_id, fact.payload)
