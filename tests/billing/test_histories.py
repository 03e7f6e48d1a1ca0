"""Webhooks repeated and shuffled: whatever the order, one ledger, one dossier, one set of facts."""

import asyncio
import os
import random
from typing import Final
from uuid import UUID

import msgspec
import pytest

from billing.dossiers.rules import State
from billing.money import Money
from billing.payments.applying import apply_stripe_event
from billing.payments.checkout import open_payment_link
from billing.payments.links import link_for, payment_page
from billing.payments.rules import Part
from infra.clock import now
from infra.database import execute, fetch, tenant_transaction
from infra.ids import new_id
from infra.inbox import StoredEvent
from tests.billing.reading import facts, ledger, seen, stay_status
from tests.billing.stripe_events import apply_all, happened, press, stored
from tests.factories.centres import a_centre
from tests.factories.dossiers import an_accepted_dossier, token_of
from tests.infra.services.payments.simulator import Simulator

pytestmark = pytest.mark.usefixtures("pools")

ACCOUNT: Final = "acct_of_the_histories"
HISTORIES: Final = int(os.environ.get("HALTE_HISTORIES", "30"))
"""The soak asks for 10,000."""
SEED: Final = 20261121


def event(number: int, kind: str, thing: dict[str, object], *, account: str = ACCOUNT) -> StoredEvent:
    """Write an event as Stripe would."""
    body = {
        "id": f"evt_{number}_{kind}",
        "object": "event",
        "type": kind,
        "created": int(now().timestamp()),
        "account": account,
        "data": {"object": thing},
    }
    return stored(str(body["id"]), msgspec.json.encode(body))


async def an_open_session(centre_id: UUID) -> tuple[UUID, dict[str, object]]:
    """Have a deposit of 30 € asked for; the dossier, and the session as Stripe tells of it."""
    made, quote, _ = await an_accepted_dossier(centre_id)
    session_id = new_id()
    async with tenant_transaction(centre_id):
        link = await link_for(centre_id, quote, Part.DEPOSIT)
        await execute(
            """INSERT INTO checkout_sessions (id, centre_id, link_id, dossier_id, part, amount_minor, currency, state,
                   stripe_account, stripe_session, url, created_at, expires_at)
               VALUES ($1, $2, $3, $4, 'deposit', 3000, 'EUR', 'open', $5, $6, '', now(), now() + interval '4 hours')""",
            session_id,
            centre_id,
            link.id,
            made.id,
            ACCOUNT,
            f"cs_{session_id.hex}",
        )
    return made.id, {
        "id": f"cs_{session_id.hex}",
        "object": "checkout.session",
        "payment_status": "paid",
        "status": "complete",
        "amount_total": 3_000,
        "currency": "eur",
        "payment_intent": f"pi_{session_id.hex}",
        "metadata": {"halte_centre": str(centre_id), "halte_session": str(session_id)},
    }


def history(session: dict[str, object]) -> list[StoredEvent]:
    """A bank debit that succeeds, two refunds of which one comes back, a dispute that is won."""
    intent = session["payment_intent"]
    tail = str(intent)[3:]
    refund = {"object": "refund", "currency": "eur", "payment_intent": intent, "metadata": {}}
    kept = {**refund, "id": f"re_kept_{tail}", "amount": 500}
    back = {**refund, "id": f"re_back_{tail}", "amount": 700}
    dispute = {
        "id": f"du_{tail}",
        "object": "dispute",
        "amount": 3_000,
        "currency": "eur",
        "reason": "fraudulent",
        "payment_intent": intent,
    }
    return [
        event(1, "checkout.session.completed", {**session, "payment_status": "unpaid"}),
        event(2, "checkout.session.async_payment_succeeded", session),
        event(3, "refund.created", {**kept, "status": "pending"}),
        event(4, "refund.updated", {**kept, "status": "succeeded"}),
        event(5, "refund.created", {**back, "status": "succeeded"}),
        event(6, "refund.failed", {**back, "status": "failed", "failure_reason": "lost_or_stolen_card"}),
        event(7, "charge.dispute.created", {**dispute, "status": "needs_response"}),
        event(8, "charge.dispute.funds_withdrawn", {**dispute, "status": "needs_response"}),
        event(9, "charge.dispute.closed", {**dispute, "status": "won"}),
        event(10, "charge.dispute.funds_reinstated", {**dispute, "status": "won"}),
        event(11, "payout.paid", {"id": "po_1", "object": "payout"}),
    ]


async def booked(centre_id: UUID, dossier_id: UUID) -> list[tuple[str, int]]:
    """What the ledger holds of a dossier, by what it is about."""
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch(
            """SELECT split_part(t.key, ':', 1) AS what, sum(e.minor)::bigint AS minor FROM ledger_transactions t
               JOIN ledger_entries e ON e.transaction_id = t.id JOIN ledger_accounts a ON a.id = e.account_id
               WHERE t.centre_id = $1 AND t.dossier_id = $2 AND a.kind = 'bank' GROUP BY t.id, t.key ORDER BY 1, 2""",
            centre_id,
            dossier_id,
        )
    return [(row["what"], row["minor"]) for row in rows]


ONE_LEDGER: Final = [
    ("card", 3_000),
    ("dispute", -3_000),
    ("dispute-won", 3_000),
    ("refund", -700),
    ("refund", -500),
    ("refund-failed", 700),
]


async def test_shuffled_and_repeated_histories_end_in_one_ledger() -> None:
    print(f"seed {SEED}, {HISTORIES} histories")
    chance = random.Random(SEED)
    centre = await a_centre(stripe_account=ACCOUNT)
    for _ in range(HISTORIES):
        dossier_id, session = await an_open_session(centre.id)
        events = history(session) * chance.choice((1, 2, 3))
        chance.shuffle(events)

        await apply_all(events)

        dossier = await seen(centre.id, dossier_id)
        assert await booked(centre.id, dossier_id) == ONE_LEDGER
        assert (dossier.state, dossier.paid, dossier.due) == (State.DEPOSIT_PAID, Money(2_500), Money(7_500))
        [payment] = dossier.payments
        assert (payment.state, payment.refunded, payment.disputed) == ("partly_refunded", Money(500), Money(0))
        assert await stay_status(centre.id, dossier.stay_id) == "confirmed"
    assert await ledger(centre.id) == {"bank:card": 2_500 * HISTORIES, "deposits_held": -2_500 * HISTORIES}
    assert (await facts(centre.id)).count("payments.deposit_paid") == HISTORIES


async def test_one_history_told_by_ten_workers_at_once_is_booked_once() -> None:
    centre = await a_centre(stripe_account=ACCOUNT)
    dossier_id, session = await an_open_session(centre.id)
    chance = random.Random(SEED)
    events = [history(session) for _ in range(10)]
    for order in events:
        chance.shuffle(order)

    await asyncio.gather(*(apply_all(order, rounds=200) for order in events))

    assert await booked(centre.id, dossier_id) == ONE_LEDGER
    assert (await facts(centre.id)).count("payments.deposit_paid") == 1


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1)])
async def test_a_bank_debit_that_fails_never_books_anything(order: tuple[int, ...]) -> None:
    centre = await a_centre(stripe_account=ACCOUNT)
    dossier_id, session = await an_open_session(centre.id)
    unpaid = {**session, "payment_status": "unpaid"}
    events = [
        event(1, "checkout.session.completed", unpaid),
        event(2, "checkout.session.async_payment_failed", unpaid),
        event(3, "checkout.session.async_payment_failed", unpaid),
    ]

    await apply_all([events[place] for place in order])

    dossier = await seen(centre.id, dossier_id)
    assert (dossier.state, [payment.state for payment in dossier.payments]) == (State.AWAITING_PAYMENT, ["failed"])
    assert await booked(centre.id, dossier_id) == []
    assert (await facts(centre.id)).count("payments.failed") == 1


async def test_an_expiry_that_comes_after_the_payment_takes_nothing_back() -> None:
    centre = await a_centre(stripe_account=ACCOUNT)
    dossier_id, session = await an_open_session(centre.id)

    await apply_all(
        [
            event(1, "checkout.session.expired", {**session, "payment_status": "unpaid"}),
            event(2, "checkout.session.completed", session),
            event(3, "checkout.session.expired", {**session, "payment_status": "unpaid"}),
        ]
    )

    assert await booked(centre.id, dossier_id) == [("card", 3_000)]


@pytest.mark.parametrize(
    ("over", "account"),
    [
        ({}, "acct_of_somebody_else"),
        ({}, ""),
        ({"id": "cs_another"}, ACCOUNT),
        ({"amount_total": 1}, ACCOUNT),
        ({"currency": "chf"}, ACCOUNT),
        ({"metadata": {}}, ACCOUNT),
        ({"metadata": {"halte_centre": "x", "halte_session": "y"}}, ACCOUNT),
    ],
)
async def test_somebody_elses_session_pays_nothing_here(over: dict[str, object], account: str) -> None:
    centre = await a_centre(stripe_account=ACCOUNT)
    dossier_id, session = await an_open_session(centre.id)

    await apply_stripe_event(event(1, "checkout.session.completed", {**session, **over}, account=account))

    assert await booked(centre.id, dossier_id) == []
    assert (await seen(centre.id, dossier_id)).state is State.AWAITING_PAYMENT


async def test_another_centres_ids_in_the_metadata_pay_nothing() -> None:
    ours, theirs = await a_centre(stripe_account=ACCOUNT), await a_centre(stripe_account="acct_theirs")
    dossier_id, session = await an_open_session(ours.id)
    row = str(session["metadata"]["halte_session"])  # type: ignore[index]

    forged = {**session, "metadata": {"halte_centre": str(theirs.id), "halte_session": row}}
    await apply_stripe_event(event(1, "checkout.session.completed", forged, account="acct_theirs"))

    assert await booked(ours.id, dossier_id) == []
    assert await ledger(theirs.id) == {}


async def test_the_real_events_of_the_simulator_shuffled_end_the_same(simulator: Simulator) -> None:
    centre = await a_centre(stripe_account=simulator.account)
    made, _, accepted = await an_accepted_dossier(centre.id)
    press(simulator, (await open_payment_link(token_of(accepted.payment_url))).checkout_url, "pay")
    [session] = simulator.client().v1.checkout.sessions.list().data
    assert isinstance(session.payment_intent, str)
    simulator.client().v1.refunds.create({"payment_intent": session.payment_intent, "amount": 1_200})
    events = await happened(simulator.account) * 3
    random.Random(SEED).shuffle(events)

    await apply_all(events)

    assert await booked(centre.id, made.id) == [("card", 3_000), ("refund", -1_200)]
    assert (await payment_page(token_of(accepted.payment_url))).amount == Money(1_200)
