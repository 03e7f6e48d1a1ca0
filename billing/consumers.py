"""What a fact leads to later, in billing: for `workers.subscriptions`. Each consumer may run twice."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from uuid import UUID

import msgspec

from billing.dossiers.events import DossierMoved
from billing.dossiers.following import follow_stay, note_progress
from billing.dossiers.lifting import lift_when_paid
from billing.dossiers.queries import Dossier, dossier
from billing.dossiers.rules import State
from billing.dossiers.waiting import look_again, look_again_at_stay, wait_after_option, wait_after_payment
from billing.mailing import write_to_client
from billing.money import Money, written
from billing.payments.events import BalancePaid, DepositPaid, PaymentRefunded, StayLeftUnconfirmed
from billing.payments.links import PAY, link_for, url_of
from billing.payments.queries import payment
from billing.payments.rules import Part
from billing.tourist_tax.operations import tax_again
from infra.actor import job
from infra.database import fetch_value, tenant_transaction
from infra.outbox.events import kind
from tenants.centres.queries import centre as centre_of
from tenants.enquiries.events import ClientWrote, EnquiryAnswered
from tenants.stays.events import (
    CancellationUndone,
    CountsFixed,
    OptionEnded,
    OptionSet,
    StayCancelled,
    StayChanged,
    StayConfirmed,
)


class Subject(msgspec.Struct, frozen=True):
    """What every event says."""

    subject_id: UUID
    version: int = 0
    dossier_id: UUID | None = None
    refund_id: UUID | None = None


Consumer = Callable[[UUID, bytes], Awaitable[None]]
_ACTOR: Final = job("billing")


def _subject(event: bytes) -> Subject:
    return msgspec.json.decode(event, type=Subject)


async def mail_confirmation(centre_id: UUID, event: bytes) -> None:
    """Thank for money that came and say where the booking stands, with the link to what is left."""
    fact = _subject(event)
    if fact.dossier_id is None:
        return
    async with tenant_transaction(centre_id):
        centre = await centre_of(centre_id)
        sold, received = await dossier(centre_id, fact.dossier_id), await payment(centre_id, fact.subject_id)
        language = "en" if sold.client_language == "en" else "fr"
        await write_to_client(
            centre,
            sold,
            "payment_received",
            key=f"payment-received:{received.id}",
            actor=_ACTOR,
            action=(PAY, await _balance_url(centre_id, sold)) if sold.accepted and sold.due.minor > 0 else None,
            amount=written(received.amount, language),
            due=written(sold.due, language),
            settled=sold.state in (State.PAID, State.PROCESSED),
            confirmed=sold.stay_status in ("confirmed", "present", "departed"),
        )


async def _balance_url(centre_id: UUID, sold: Dossier) -> str:
    quote = sold.accepted
    assert quote is not None  # asked before
    return url_of(centre_id, await link_for(centre_id, quote, Part.BALANCE))


async def mail_refund(centre_id: UUID, event: bytes) -> None:
    """Tell the client that money went back."""
    fact = _subject(event)
    if fact.dossier_id is None or fact.refund_id is None:
        return
    async with tenant_transaction(centre_id):
        sold = await dossier(centre_id, fact.dossier_id)
        minor = await fetch_value(
            "SELECT amount_minor FROM refunds WHERE centre_id = $1 AND id = $2", centre_id, fact.refund_id
        )
        await write_to_client(
            await centre_of(centre_id),
            sold,
            "payment_refunded",
            key=f"payment-refunded:{fact.refund_id}",
            actor=_ACTOR,
            amount=written(Money(minor), "en" if sold.client_language == "en" else "fr"),
        )


async def note_dossier_progress(centre_id: UUID, event: bytes) -> None:
    """Take a dossier out of « Nouveaux dossiers » when somebody wrote in its thread."""
    await note_progress(centre_id, _subject(event).subject_id, actor=_ACTOR)


async def reprice_lines(centre_id: UUID, event: bytes) -> None:
    """Bring a dossier's lines into line with its stay's dates and head-count, and the tourist tax where it names some."""
    await follow_stay(centre_id, _subject(event).subject_id, actor=_ACTOR)
    await tax_again(centre_id, _subject(event).subject_id, actor=_ACTOR)


async def task_of_option(centre_id: UUID, event: bytes) -> None:
    """Have staff look at a dossier whose option ended."""
    fact = _subject(event)
    await wait_after_option(centre_id, fact.subject_id, cause=f"{fact.subject_id}:{fact.version}", actor=_ACTOR)


async def task_of_payment(centre_id: UUID, event: bytes) -> None:
    """Have staff look at a dossier whose deposit came and could confirm nothing."""
    fact = _subject(event)
    if fact.dossier_id is not None:
        await wait_after_payment(centre_id, fact.dossier_id, cause=str(fact.subject_id), actor=_ACTOR)


async def tasks_of_stay(centre_id: UUID, event: bytes) -> None:
    """Take off the list what a stay that moved has settled."""
    await look_again_at_stay(centre_id, _subject(event).subject_id, actor=_ACTOR)


async def tasks_of_dossier(centre_id: UUID, event: bytes) -> None:
    """Take off the list what a dossier that moved has settled."""
    await look_again(centre_id, _subject(event).subject_id, actor=_ACTOR)


async def padlock_of_client(centre_id: UUID, event: bytes) -> None:
    """Open the padlock that the debt closed, once it is paid."""
    fact = _subject(event)
    if fact.dossier_id is not None:
        await lift_when_paid(centre_id, fact.dossier_id, actor=_ACTOR)


CONSUMERS: Final[Mapping[str, Consumer]] = {
    "padlock-of-client": padlock_of_client,
    "payment-confirmation": mail_confirmation,
    "refund-mail": mail_refund,
    "dossier-progress": note_dossier_progress,
    "dossier-lines": reprice_lines,
    "task-of-option": task_of_option,
    "task-of-payment": task_of_payment,
    "tasks-of-stay": tasks_of_stay,
    "tasks-of-dossier": tasks_of_dossier,
}

SUBSCRIPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    kind(DepositPaid): ("payment-confirmation", "padlock-of-client"),
    kind(BalancePaid): ("payment-confirmation", "padlock-of-client"),
    kind(PaymentRefunded): ("refund-mail",),
    kind(EnquiryAnswered): ("dossier-progress",),
    kind(ClientWrote): ("dossier-progress",),
    kind(StayChanged): ("dossier-lines",),
    kind(CountsFixed): ("dossier-lines",),
    kind(OptionEnded): ("task-of-option",),
    kind(StayLeftUnconfirmed): ("task-of-payment",),
    kind(OptionSet): ("tasks-of-stay",),
    kind(StayConfirmed): ("tasks-of-stay",),
    kind(StayCancelled): ("tasks-of-stay",),
    kind(CancellationUndone): ("tasks-of-stay",),
    kind(DossierMoved): ("tasks-of-dossier",),
}
