"""What state a dossier is in, what is due and when. Pure: told the facts and the day."""

from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from billing.money import Money
from infra.errors import Conflict

NUMBER_DIGITS: Final = 4


class DossierTreated(Conflict):
    """The dossier is marked as treated: untick « Traité » before changing it."""

    code = "dossier_treated"


class DossierNotPaid(Conflict):
    """Only a dossier paid in full can be marked as treated."""

    code = "dossier_not_paid"


class State(StrEnum):
    """The seven columns."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    AWAITING_PAYMENT = "awaiting_payment"
    DEPOSIT_PAID = "deposit_paid"
    PAID = "paid"
    PROCESSED = "processed"
    ARCHIVED = "archived"


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that a dossier's state depends on."""

    started: bool
    """Staff or the client did something: a message, changed dates, a quote sent."""
    accepted_minor: int | None
    """Total of the accepted quote in force; None where there is none."""
    ever_accepted: bool
    """A version was accepted, though a later one may have superseded it."""
    paid_minor: int
    treated: bool
    archived: bool


def state_of(facts: Facts) -> State:
    """Return the state that the facts make: forwards and backwards, nobody types it."""
    if facts.archived:
        return State.ARCHIVED
    if facts.accepted_minor is not None:
        if facts.paid_minor >= facts.accepted_minor:
            return State.PROCESSED if facts.treated else State.PAID
        return State.DEPOSIT_PAID if facts.paid_minor > 0 else State.AWAITING_PAYMENT
    if facts.ever_accepted and facts.paid_minor > 0:
        # Re-quoted after a payment: the money is carried over, the dossier does not go back to the start.
        return State.DEPOSIT_PAID
    return State.IN_PROGRESS if facts.started else State.NEW


def due_minor(facts: Facts, *, lines_minor: int) -> int:
    """Return what is left to pay of the accepted quote, else of the lines; negative when too much was paid."""
    owed = lines_minor if facts.accepted_minor is None else facts.accepted_minor
    return owed - facts.paid_minor


class Instalment(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the schedule: `part` is deposit or balance, `state` due, overdue or paid."""

    part: str
    nature: str
    amount: Money
    due_day: date
    state: str


def schedule_of(
    total: Money, *, deposit: Money, nature: str, paid: Money, deposit_day: date, arrival: date, today: date
) -> list[Instalment]:
    """Return the deposit and the balance of an accepted quote, oldest first; what is paid counts for the deposit first.

    Args:
        total: of the accepted quote.
        deposit: the share asked for ahead.
        nature: acompte or arrhes.
        paid: so far.
        deposit_day: the last day for the deposit.
        arrival: the last day for the balance.
        today: the centre's own date.
    """
    instalments = []
    reached = Money(0, total.currency)
    for part, of_nature, amount, day in (
        ("deposit", nature, deposit, min(deposit_day, arrival)),
        ("balance", "solde", total - deposit, arrival),
    ):
        if amount.minor <= 0:
            continue
        reached += amount
        state = "paid" if paid >= reached else "overdue" if today > day else "due"
        instalments.append(Instalment(part=part, nature=of_nature, amount=amount, due_day=day, state=state))
    return instalments


def number_of(day: date, sequence: int) -> str:
    """Return a dossier's number: `P2611210042` is the forty-second of 21 November 2026."""
    return f"P{day:%y%m%d}{sequence:0{NUMBER_DIGITS}d}"
