"""What a fact leads to later, in billing: the lists that the workers register. Each consumer may run twice.

`CONSUMERS` and `SUBSCRIPTIONS` are for `workers.subscriptions`, `READERS` for `workers.inbox`, `IN_EVERY_CENTRE` and
`NIGHTLY` for `workers.schedule`.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from billing.dossiers.operations import follow_stay, note_progress
from billing.dossiers.queries import Dossier, dossier
from billing.dossiers.rules import State
from billing.mailing import write_to_client
from billing.money import Money, written
from billing.payments.applying import apply_stripe_event
from billing.payments.checkout import close_sessions
from billing.payments.events import BalancePaid, DepositPaid, PaymentRefunded
from billing.payments.links import PAY, link_for, url_of
from billing.payments.queries import payment
from billing.payments.reconciliation import reconcile
from billing.payments.rules import Part
from billing.quotes.events import QuoteSent
from billing.quotes.operations import expire_quotes
from infra.actor import job
from infra.database import fetch_value, tenant_transaction
from infra.inbox import StoredEvent
from infra.outbox.events import kind
from tenants.centres.queries import centre as centre_of
from tenants.enquiries.events import ClientWrote, EnquiryAnswered
from tenants.stays.events import OptionEnded, StayCancelled, StayChanged


class Subject(msgspec.Struct, frozen=True):
    """What every event says."""

    subject_id: UUID
    dossier_id: UUID | None = None
    refund_id: UUID | None = None


Consumer = Callable[[UUID | None, bytes], Awaitable[None]]
_ACTOR: Final = job("billing")


def _subject(event: bytes) -> Subject:
    return msgspec.json.decode(event, type=Subject)


async def mail_confirmation(centre_id: UUID | None, event: bytes) -> None:
    """Thank for money that came and say where the booking stands, with the link to what is left."""
    fact = _subject(event)
    if centre_id is None or fact.dossier_id is None:
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


async def mail_refund(centre_id: UUID | None, event: bytes) -> None:
    """Tell the client that money went back."""
    fact = _subject(event)
    if centre_id is None or fact.dossier_id is None or fact.refund_id is None:
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


async def close_outdated_sessions(centre_id: UUID | None, event: bytes) -> None:
    """Close at Stripe what may not be paid any more: a new version, an ended option, a cancelled stay, a payment."""
    fact = _subject(event)
    if centre_id is None:
        return
    dossier_id = fact.dossier_id
    if dossier_id is None:
        async with tenant_transaction(centre_id, read_only=True):
            dossier_id = await fetch_value(
                "SELECT id FROM dossiers WHERE centre_id = $1 AND stay_id = $2", centre_id, fact.subject_id
            )
    if dossier_id is not None:
        await close_sessions(centre_id, dossier_id)


async def note_dossier_progress(centre_id: UUID | None, event: bytes) -> None:
    """Take a dossier out of « Nouveaux dossiers » when somebody wrote in its thread."""
    if centre_id is not None:
        await note_progress(centre_id, _subject(event).subject_id, actor=_ACTOR)


async def reprice_lines(centre_id: UUID | None, event: bytes) -> None:
    """Bring a dossier's lines into line with its stay's dates and head-count."""
    if centre_id is not None:
        await follow_stay(centre_id, _subject(event).subject_id, actor=_ACTOR)


CONSUMERS: Final[Mapping[str, Consumer]] = {
    "payment-confirmation": mail_confirmation,
    "refund-mail": mail_refund,
    "outdated-sessions": close_outdated_sessions,
    "dossier-progress": note_dossier_progress,
    "dossier-lines": reprice_lines,
}

SUBSCRIPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    kind(DepositPaid): ("payment-confirmation", "outdated-sessions"),
    kind(BalancePaid): ("payment-confirmation", "outdated-sessions"),
    kind(PaymentRefunded): ("refund-mail",),
    kind(QuoteSent): ("outdated-sessions",),
    kind(OptionEnded): ("outdated-sessions",),
    kind(StayCancelled): ("outdated-sessions",),
    kind(EnquiryAnswered): ("dossier-progress",),
    kind(ClientWrote): ("dossier-progress",),
    kind(StayChanged): ("dossier-lines",),
}

READERS: Final[Mapping[str, Callable[[StoredEvent], Awaitable[None]]]] = {"stripe": apply_stripe_event}

IN_EVERY_CENTRE: Final[Mapping[str, Callable[[UUID, date], Awaitable[object]]]] = {"expire-quotes": expire_quotes}
"""Periodic, with each centre's own today."""


async def reconcile_centre(centre_id: UUID, today: date) -> None:
    """Compare a centre's account with Stripe's own lists; the day changes nothing."""
    del today
    await reconcile(centre_id)


NIGHTLY: Final[Mapping[str, Callable[[UUID, date], Awaitable[object]]]] = {"reconcile-payments": reconcile_centre}
