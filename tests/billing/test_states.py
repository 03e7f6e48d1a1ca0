"""The seven states by table: nobody types one, the facts make it."""

from datetime import date

import pytest

from billing.dossiers.rules import Facts, Instalment, State, due_minor, number_of, schedule_of, state_of
from billing.money import Money


def facts(
    *,
    started: bool = False,
    accepted: int | None = None,
    ever: bool = False,
    paid: int = 0,
    treated: bool = False,
    archived: bool = False,
) -> Facts:
    return Facts(
        started=started,
        accepted_minor=accepted,
        ever_accepted=ever or accepted is not None,
        paid_minor=paid,
        treated=treated,
        archived=archived,
    )


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (facts(), State.NEW),
        (facts(started=True), State.IN_PROGRESS),
        (facts(started=True, accepted=1000), State.AWAITING_PAYMENT),
        (facts(accepted=1000), State.AWAITING_PAYMENT),
        (facts(started=True, accepted=1000, paid=1), State.DEPOSIT_PAID),
        (facts(started=True, accepted=1000, paid=300), State.DEPOSIT_PAID),
        (facts(started=True, accepted=1000, paid=999), State.DEPOSIT_PAID),
        (facts(started=True, accepted=1000, paid=1000), State.PAID),
        (facts(started=True, accepted=1000, paid=1001), State.PAID),
        (facts(started=True, accepted=0), State.PAID),
        (facts(started=True, accepted=1000, paid=1000, treated=True), State.PROCESSED),
        # Backwards: a refund, a bounced transfer.
        (facts(started=True, accepted=1000, paid=700, treated=True), State.DEPOSIT_PAID),
        (facts(started=True, accepted=1000, paid=0), State.AWAITING_PAYMENT),
        (facts(started=True, accepted=1000, paid=-5), State.AWAITING_PAYMENT),
        # Money without an accepted quote does not make it paid.
        (facts(paid=500), State.NEW),
        (facts(started=True, paid=500), State.IN_PROGRESS),
        # Re-quoted: the accepted version is superseded.
        (facts(started=True, ever=True), State.IN_PROGRESS),
        (facts(started=True, ever=True, paid=300), State.DEPOSIT_PAID),
        # Ticked, never processed but from paid.
        (facts(started=True, treated=True), State.IN_PROGRESS),
        (facts(started=True, accepted=1000, treated=True), State.AWAITING_PAYMENT),
        (facts(started=True, accepted=1000, paid=1000, treated=True, archived=True), State.ARCHIVED),
        (facts(archived=True), State.ARCHIVED),
    ],
)
def test_facts_make_the_state(known: Facts, state: State) -> None:
    assert state_of(known) is state


@pytest.mark.parametrize(
    ("known", "lines", "due"),
    [
        (facts(), 500, 500),
        (facts(paid=200), 500, 300),
        (facts(accepted=1000), 500, 1000),
        (facts(accepted=1000, paid=300), 500, 700),
        (facts(accepted=1000, paid=1200), 500, -200),
    ],
)
def test_what_is_due_is_negative_when_too_much_was_paid(known: Facts, lines: int, due: int) -> None:
    assert due_minor(known, lines_minor=lines) == due


ARRIVAL, DEPOSIT_DAY = date(2027, 3, 16), date(2026, 12, 5)


@pytest.mark.parametrize(
    ("paid", "today", "states"),
    [
        (0, date(2026, 12, 5), ["due", "due"]),
        (0, date(2026, 12, 6), ["overdue", "due"]),
        (299, date(2026, 12, 6), ["overdue", "due"]),
        (300, date(2026, 12, 6), ["paid", "due"]),
        (999, date(2027, 3, 17), ["paid", "overdue"]),
        (1000, date(2027, 3, 17), ["paid", "paid"]),
        (1200, date(2027, 3, 17), ["paid", "paid"]),
    ],
)
def test_the_schedule_says_what_is_late(paid: int, today: date, states: list[str]) -> None:
    schedule = schedule_of(
        Money(1000),
        deposit=Money(300),
        nature="acompte",
        paid=Money(paid),
        deposit_day=DEPOSIT_DAY,
        arrival=ARRIVAL,
        today=today,
    )

    assert schedule == [
        Instalment(part="deposit", nature="acompte", amount=Money(300), due_day=DEPOSIT_DAY, state=states[0]),
        Instalment(part="balance", nature="solde", amount=Money(700), due_day=ARRIVAL, state=states[1]),
    ]


def test_a_number_is_readable_on_the_phone() -> None:
    assert number_of(date(2026, 11, 21), 42) == "P2611210042"
