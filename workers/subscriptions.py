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
from billing.quotes.events import QuoteExpired, QuoteLost, QuoteRefused, QuoteSent
from infra.actor import job
from infra.database import tenant_transaction
from infra.mail.events import MailFailed, MailQueued, MailRetried
from infra.mail.sending import send_mail
from infra.outbox.deliveries import Fact
from infra.outbox.events import kind
from tenants.arrivals.events import SurveyAnswered, SurveySent
from tenants.arrivals.failed_texts import follow_failed_text, look_at_text
from tenants.connections.collecting import collect_asked
from tenants.connections.events import CollectionAsked
from tenants.rooms.events import WithdrawalLifted
from tenants.stays import telling, waiting
from tenants.stays.events import (
    CancellationUndone,
    DepartureUndone,
    EarlyDepartureUndone,
    NoShowUndone,
    OptionEnded,
    OptionSet,
    RoomLeftEarly,
    StayCancelled,
    StayChanged,
    StayConfirmed,
    StayDeparted,
    StayNoShow,
)
from tenants.tasks.failed_mails import follow_mail
from tenants.text_messages.events import TextDelivered, TextFailed, TextQueued
from tenants.text_messages.sending import send_text

MAIL: Final = "mail"
"""The consumer that sends."""

Consumer = Callable[[UUID, bytes], Awaitable[object]]
"""What is told: the fact's centre, and the event as JSON."""


class Subject(msgspec.Struct, frozen=True):
    """What every event says."""

    subject_id: UUID
    version: int = 0


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


async def send_queued_text(centre_id: UUID, event: bytes) -> None:
    """Send the text that was queued, if it may ring now; else the schedule sends it when it may."""
    await send_text(centre_id, subject(event))


async def mail_survey_instead(centre_id: UUID, event: bytes) -> None:
    """Mail the survey before the arrival whose text failed; where there is no address, have staff look."""
    await follow_failed_text(centre_id, subject(event), actor=job("arrival survey"))


async def look_at_text_of_stay(centre_id: UUID, event: bytes) -> None:
    """Take a text that failed off the list once the stay's survey went otherwise, was answered, or nobody comes."""
    await look_at_text(centre_id, subject(event), actor=job("arrival survey"))


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


async def tell_option_ended(centre_id: UUID, event: bytes) -> None:
    """Tell both sides that an option ended: the client by mail, the desk by a task where no dossier has one of its own."""
    fact = msgspec.json.decode(event, type=Subject)
    async with tenant_transaction(centre_id):
        owned = bool(await dossiers_of_stays(centre_id, [fact.subject_id]))
        cause = f"{fact.subject_id}:{fact.version}"
        await telling.tell_option_ended(
            centre_id, fact.subject_id, cause=cause, with_task=not owned, actor=job("options")
        )


async def look_at_stay(centre_id: UUID, event: bytes) -> None:
    """Take off the list what a stay that was held, sold, cancelled or declared has settled."""
    await telling.look_again(centre_id, subject(event), actor=job("stays"))


async def look_at_waiting_list(centre_id: UUID, event: bytes) -> None:
    """Tell the desk of waiting stays that have room since the stock moved."""
    fact = msgspec.json.decode(event, type=Subject)
    await waiting.look_at_waiting_list(centre_id, cause=f"{fact.subject_id}:{fact.version}", actor=job("waiting-list"))


async def collect_drop(centre_id: UUID, event: bytes) -> None:
    """Fetch what lies at a connection's drop, as somebody asked."""
    await collect_asked(centre_id, subject(event), actor=job("connections"))


CONSUMERS: Final[Mapping[str, Consumer]] = {
    MAIL: send_queued_mail,
    "text": send_queued_text,
    "survey-of-failed-text": mail_survey_instead,
    "task-of-text": look_at_text_of_stay,
    "task-of-mail": task_of_failed_mail,
    "checkout-of-dossier": close_sessions_of_dossier,
    "checkout-of-stay": close_sessions_of_stay,
    "task-of-ended-option": tell_option_ended,
    "tasks-of-fiche": look_at_stay,
    "tasks-of-waiting-list": look_at_waiting_list,
    "collection": collect_drop,
    **billing.CONSUMERS,
}

_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    kind(MailQueued): (MAIL,),
    kind(TextQueued): ("text",),
    kind(TextFailed): ("survey-of-failed-text",),
    kind(TextDelivered): ("survey-of-failed-text",),
    kind(SurveySent): ("task-of-text",),
    kind(SurveyAnswered): ("task-of-text",),
    kind(MailFailed): ("task-of-mail",),
    kind(MailRetried): ("task-of-mail",),
    kind(QuoteSent): ("checkout-of-dossier",),
    kind(QuoteRefused): ("checkout-of-dossier",),
    kind(QuoteLost): ("checkout-of-dossier",),
    kind(QuoteExpired): ("checkout-of-dossier",),
    kind(DepositPaid): ("checkout-of-dossier",),
    kind(BalancePaid): ("checkout-of-dossier",),
    kind(OptionEnded): ("checkout-of-stay", "task-of-ended-option", "tasks-of-waiting-list"),
    kind(StayCancelled): ("checkout-of-stay", "tasks-of-fiche", "tasks-of-waiting-list", "task-of-text"),
    kind(CancellationUndone): ("tasks-of-fiche", "tasks-of-waiting-list"),
    kind(StayChanged): ("tasks-of-fiche", "tasks-of-waiting-list"),
    kind(OptionSet): ("tasks-of-fiche",),
    kind(StayConfirmed): ("tasks-of-fiche",),
    kind(StayNoShow): ("tasks-of-waiting-list",),
    kind(NoShowUndone): ("tasks-of-waiting-list",),
    kind(StayDeparted): ("tasks-of-waiting-list",),
    kind(DepartureUndone): ("tasks-of-waiting-list",),
    kind(RoomLeftEarly): ("tasks-of-waiting-list",),
    kind(EarlyDepartureUndone): ("tasks-of-waiting-list",),
    kind(CollectionAsked): ("collection",),
    kind(WithdrawalLifted): ("tasks-of-waiting-list",),
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
