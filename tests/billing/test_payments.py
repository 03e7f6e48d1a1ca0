"""Money received and given back: by hand, by card, by a bank's decision; the ledger follows, and the dossier with it."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from billing.dossiers.lines import NewLine
from billing.dossiers.operations import add_line
from billing.dossiers.progress import lock
from billing.dossiers.rules import DossierNotPaid, DossierTreated, State
from billing.dossiers.treating import set_archived, set_treated
from billing.money import Money
from billing.payments.by_hand import ManualPayment, record_payment
from billing.payments.checkout import open_payment_link
from billing.payments.giving_back import PaymentNotReceived, finish_refunds, refund
from billing.payments.reconciliation import reconcile
from billing.payments.rules import PaymentInvalid, RefundTooLarge
from billing.quotes.acceptance import accept_quote
from billing.stripe_gateway import PaymentsRefused, PaymentsUnavailable
from infra.actor import Actor, ActorKind
from infra.clock import today
from infra.database import execute, fetch, fetch_value, relay_transaction, tenant_transaction
from infra.errors import RightMissing
from infra.inbox import begin_event
from tenants.accounts.rights import SUPPLIED_ROLES
from tests.billing.reading import facts, ledger, seen, stay_status
from tests.billing.stripe_events import apply_all, happened, press
from tests.factories.centres import a_centre
from tests.factories.dossiers import TESTER, a_dossier, a_sent_quote, an_accepted_dossier, token_of
from tests.infra.services.payments.simulator import Simulator

pytestmark = pytest.mark.usefixtures("pools")


async def pay_by_hand(centre_id: UUID, dossier_id: UUID, minor: int, means: str = "transfer") -> UUID:
    return await record_payment(centre_id, dossier_id, ManualPayment(means=means, amount=Money(minor)), actor=TESTER)


async def paid_by_card(simulator: Simulator) -> tuple[UUID, UUID, UUID]:
    """Have a deposit of 30 € of 100 € paid by card; the centre, the dossier, the payment."""
    centre = await a_centre(stripe_account=simulator.account)
    made, _, accepted = await an_accepted_dossier(centre.id)
    press(simulator, (await open_payment_link(token_of(accepted.payment_url))).checkout_url, "pay")
    await apply_all(await happened(simulator.account))
    return centre.id, made.id, (await seen(centre.id, made.id)).payments[0].id


@pytest.mark.parametrize(
    ("means", "account"),
    [
        ("transfer", "bank:transfer"),
        ("public_transfer", "bank:transfer"),
        ("cheque", "bank:cheque"),
        ("cash", "bank:cash"),
        ("voucher", "bank:voucher"),
    ],
)
async def test_money_by_hand_stands_on_the_account_of_its_means(means: str, account: str) -> None:
    centre = await a_centre()
    made, _, _ = await an_accepted_dossier(centre.id)

    await pay_by_hand(centre.id, made.id, 3_000, means)

    dossier = await seen(centre.id, made.id)
    assert await ledger(centre.id) == {account: 3_000, "deposits_held": -3_000}
    assert (dossier.state, dossier.payments[0].part) == (State.DEPOSIT_PAID, "deposit")
    assert await stay_status(centre.id, dossier.stay_id) == "confirmed"
    assert await facts(centre.id, "payments.") == ["payments.deposit_paid"]


async def test_less_than_the_deposit_moves_the_dossier_and_not_the_stay() -> None:
    centre = await a_centre()
    made, _, _ = await an_accepted_dossier(centre.id)

    await pay_by_hand(centre.id, made.id, 2_999)

    dossier = await seen(centre.id, made.id)
    assert dossier.state is State.DEPOSIT_PAID
    assert await stay_status(centre.id, dossier.stay_id) == "option"


async def test_too_much_shows_as_a_negative_due() -> None:
    centre = await a_centre()
    made, _, _ = await an_accepted_dossier(centre.id)

    await pay_by_hand(centre.id, made.id, 12_500)

    dossier = await seen(centre.id, made.id)
    assert (dossier.state, dossier.due) == (State.PAID, Money(-2_500))
    assert await facts(centre.id, "payments.") == ["payments.balance_paid"]


@pytest.mark.parametrize(
    ("new", "pointers"),
    [
        (ManualPayment(means="card", amount=Money(1)), ["/means"]),
        (ManualPayment(means="cash", amount=Money(0)), ["/amount"]),
        (ManualPayment(means="cash", amount=Money(-5)), ["/amount"]),
        (ManualPayment(means="cash", amount=Money(5, "CHF")), ["/amount/currency"]),
        (
            ManualPayment(means="cash", amount=Money(5), received_day=today("Europe/Paris") + timedelta(days=2)),
            ["/received_day"],
        ),
    ],
)
async def test_a_payment_that_cannot_be_right_is_refused(new: ManualPayment, pointers: list[str]) -> None:
    centre = await a_centre()
    made, _, _ = await an_accepted_dossier(centre.id)

    with pytest.raises(PaymentInvalid) as refused:
        await record_payment(centre.id, made.id, new, actor=TESTER)

    assert [error.pointer for error in refused.value.errors] == pointers
    assert await ledger(centre.id) == {}


async def test_the_desk_needs_the_right_to_record_and_to_give_back() -> None:
    centre = await a_centre()
    made, _, _ = await an_accepted_dossier(centre.id)
    payment_id = await pay_by_hand(centre.id, made.id, 3_000)
    desk = Actor(kind=ActorKind.STAFF, name="Accueil", rights=SUPPLIED_ROLES["réception"])

    with pytest.raises(RightMissing):
        await record_payment(centre.id, made.id, ManualPayment(means="cash", amount=Money(1)), actor=desk)
    with pytest.raises(RightMissing):
        await refund(centre.id, payment_id, None, reason="", actor=desk)
    assert (await ledger(centre.id))["bank:transfer"] == 3_000


async def test_a_refund_by_hand_moves_the_dossier_back() -> None:
    centre = await a_centre()
    made, _, _ = await an_accepted_dossier(centre.id)
    payment_id = await pay_by_hand(centre.id, made.id, 10_000)
    assert (await seen(centre.id, made.id)).state is State.PAID

    await refund(centre.id, payment_id, Money(4_000), reason="deux élèves de moins", actor=TESTER)
    dossier = await seen(centre.id, made.id)
    assert (dossier.state, dossier.payments[0].state) == (State.DEPOSIT_PAID, "partly_refunded")
    with pytest.raises(RefundTooLarge):
        await refund(centre.id, payment_id, Money(6_001), reason="", actor=TESTER)
    await refund(centre.id, payment_id, None, reason="", actor=TESTER)

    dossier = await seen(centre.id, made.id)
    assert (dossier.state, dossier.paid, dossier.payments[0].state) == (State.AWAITING_PAYMENT, Money(0), "refunded")
    assert await ledger(centre.id) == {}


async def test_ten_refunds_at_once_never_give_back_more_than_came() -> None:
    centre = await a_centre()
    made, _, _ = await an_accepted_dossier(centre.id)
    payment_id = await pay_by_hand(centre.id, made.id, 10_000)

    answers = await asyncio.gather(
        *(refund(centre.id, payment_id, Money(3_000), reason="", actor=TESTER) for _ in range(10)),
        return_exceptions=True,
    )

    assert sum(isinstance(answer, UUID) for answer in answers) == 3
    assert all(isinstance(answer, UUID | RefundTooLarge) for answer in answers)
    assert await ledger(centre.id) == {"bank:transfer": 1_000, "deposits_held": -1_000}


async def test_treated_books_the_sale_and_unticking_takes_it_back() -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    visit = NewLine(label="Visite", unit_price=Money(6_000), vat_basis_points=2000)
    await add_line(centre.id, made.id, visit, actor=TESTER)
    quote = await a_sent_quote(centre.id, made.id)
    await accept_quote(token_of(quote.page_url), name="Mme Morel", terms="cgv", address="192.0.2.7")
    with pytest.raises(DossierNotPaid):
        await set_treated(centre.id, made.id, True, actor=TESTER)
    await pay_by_hand(centre.id, made.id, 16_500)
    before = await ledger(centre.id)

    await set_treated(centre.id, made.id, True, actor=TESTER)
    await set_treated(centre.id, made.id, True, actor=TESTER)

    assert (await seen(centre.id, made.id)).state is State.PROCESSED
    assert await ledger(centre.id) == {
        "bank:transfer": 16_500,
        "receivable": -500,
        "revenue:708000@1000": -9_091,
        "revenue:708000@2000": -5_000,
        "vat_collected:1000": -909,
        "vat_collected:2000": -1_000,
    }
    with pytest.raises(DossierTreated):
        await add_line(centre.id, made.id, visit, actor=TESTER)
    await set_treated(centre.id, made.id, False, actor=TESTER)
    assert (await seen(centre.id, made.id)).state is State.PAID
    assert await ledger(centre.id) == before


async def test_a_refund_after_the_sale_unbalances_nothing_when_unticked() -> None:
    centre = await a_centre()
    made, _, _ = await an_accepted_dossier(centre.id)
    payment_id = await pay_by_hand(centre.id, made.id, 10_000)
    await set_treated(centre.id, made.id, True, actor=TESTER)

    await refund(centre.id, payment_id, Money(2_500), reason="", actor=TESTER)
    assert (await seen(centre.id, made.id)).state is State.DEPOSIT_PAID
    assert (await ledger(centre.id))["receivable"] == 2_500
    await set_treated(centre.id, made.id, False, actor=TESTER)

    assert await ledger(centre.id) == {"bank:transfer": 7_500, "deposits_held": -7_500}


async def test_put_away_and_taken_out_the_facts_say_where_it_stands() -> None:
    centre = await a_centre()
    made, _, _ = await an_accepted_dossier(centre.id)

    await set_archived(centre.id, made.id, True, actor=TESTER)
    assert (await seen(centre.id, made.id)).state is State.ARCHIVED
    await pay_by_hand(centre.id, made.id, 10_000)
    await set_archived(centre.id, made.id, False, actor=TESTER)

    assert (await seen(centre.id, made.id)).state is State.PAID


async def test_a_card_is_refunded_in_part_and_once(simulator: Simulator) -> None:
    centre_id, dossier_id, payment_id = await paid_by_card(simulator)

    await refund(centre_id, payment_id, Money(1_000), reason="", actor=TESTER)
    await apply_all(await happened(simulator.account))
    await apply_all(reversed(await happened(simulator.account)))

    dossier = await seen(centre_id, dossier_id)
    assert (dossier.paid, dossier.payments[0].state) == (Money(2_000), "partly_refunded")
    assert await ledger(centre_id) == {"bank:card": 2_000, "deposits_held": -2_000}
    assert [one.amount for one in simulator.client().v1.refunds.list().data] == [1_000]
    assert await facts(centre_id, "payments.") == ["payments.deposit_paid", "payments.refunded"]


async def test_a_refund_whose_answer_got_lost_is_ended_once(simulator: Simulator) -> None:
    centre_id, dossier_id, payment_id = await paid_by_card(simulator)
    simulator.control(fail_next=2, fail_after=True)

    with pytest.raises(PaymentsUnavailable):
        await refund(centre_id, payment_id, Money(1_000), reason="", actor=TESTER)
    assert (await seen(centre_id, dossier_id)).paid == Money(3_000)
    with pytest.raises(RefundTooLarge):
        await refund(centre_id, payment_id, Money(2_500), reason="", actor=TESTER)
    simulator.control(reset=True)
    async with tenant_transaction(centre_id):
        await execute("UPDATE refunds SET created_at = created_at - interval '1 hour' WHERE centre_id = $1", centre_id)

    assert await finish_refunds(centre_id, actor=TESTER) == 1
    assert await finish_refunds(centre_id, actor=TESTER) == 0

    assert (await seen(centre_id, dossier_id)).paid == Money(2_000)
    assert [one.amount for one in simulator.client().v1.refunds.list().data] == [1_000]


async def test_a_refund_made_at_stripe_is_booked_too(simulator: Simulator) -> None:
    centre_id, dossier_id, _ = await paid_by_card(simulator)
    intent = (await seen(centre_id, dossier_id)).payments[0].stripe_payment_intent
    simulator.client().v1.refunds.create({"payment_intent": intent, "amount": 700})

    await apply_all(await happened(simulator.account))

    dossier = await seen(centre_id, dossier_id)
    assert (dossier.paid, dossier.payments[0].refunded) == (Money(2_300), Money(700))


async def test_stripes_refusal_gives_nothing_back_and_says_so(simulator: Simulator) -> None:
    centre_id, dossier_id, payment_id = await paid_by_card(simulator)
    intent = (await seen(centre_id, dossier_id)).payments[0].stripe_payment_intent
    simulator.client().v1.refunds.create({"payment_intent": intent})

    with pytest.raises(PaymentsRefused):
        await refund(centre_id, payment_id, None, reason="", actor=TESTER)

    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch("SELECT state, error FROM refunds WHERE centre_id = $1", centre_id)
    assert [row["state"] for row in rows] == ["failed"]
    assert rows[0]["error"]
    assert (await seen(centre_id, dossier_id)).payments[0].refunded == Money(0)


@pytest.mark.parametrize(("outcome", "paid"), [("won", 3_000), ("lost", 0)])
async def test_a_dispute_takes_the_money_until_it_is_won(simulator: Simulator, outcome: str, paid: int) -> None:
    centre_id, dossier_id, payment_id = await paid_by_card(simulator)
    intent = (await seen(centre_id, dossier_id)).payments[0].stripe_payment_intent
    dispute = simulator.post("/_disputes", payment_intent=intent)
    await apply_all(await happened(simulator.account))
    dossier = await seen(centre_id, dossier_id)
    assert (dossier.state, dossier.paid, dossier.payments[0].disputed) == (
        State.AWAITING_PAYMENT,
        Money(0),
        Money(3_000),
    )
    with pytest.raises(RefundTooLarge):
        await refund(centre_id, payment_id, Money(1), reason="", actor=TESTER)

    simulator.post("/_disputes", dispute=dispute["id"], outcome=outcome)
    await apply_all(reversed(await happened(simulator.account)))

    assert (await seen(centre_id, dossier_id)).paid == Money(paid)
    assert (await ledger(centre_id)).get("bank:card", 0) == paid


async def test_what_has_not_come_cannot_be_given_back(simulator: Simulator) -> None:
    centre_id, _, payment_id = await paid_by_card(simulator)
    async with tenant_transaction(centre_id):
        await execute("UPDATE payments SET state = 'pending' WHERE centre_id = $1", centre_id)

    with pytest.raises(PaymentNotReceived):
        await refund(centre_id, payment_id, None, reason="", actor=TESTER)


async def test_reconciliation_finds_what_no_webhook_brought(simulator: Simulator) -> None:
    centre = await a_centre(stripe_account=simulator.account)
    made, _, accepted = await an_accepted_dossier(centre.id)
    press(simulator, (await open_payment_link(token_of(accepted.payment_url))).checkout_url, "pay")

    found = await reconcile(centre.id)
    again = await reconcile(centre.id)

    assert len(found.missed_events) == 1
    assert again.missed_events == []
    async with relay_transaction():
        row_id = await fetch_value("SELECT id FROM inbox WHERE event_id = $1", found.missed_events[0])
    event = await begin_event(row_id)
    assert event is not None
    await apply_all([event])
    assert (await seen(centre.id, made.id)).state is State.DEPOSIT_PAID


async def test_an_asking_that_nobody_answered_is_closed_at_night(simulator: Simulator) -> None:
    centre = await a_centre(stripe_account=simulator.account)
    _, _, accepted = await an_accepted_dossier(centre.id)
    simulator.control(fail_next=2, fail_after=True)
    with pytest.raises(PaymentsUnavailable):
        await open_payment_link(token_of(accepted.payment_url))
    simulator.control(reset=True)
    async with tenant_transaction(centre.id):
        await execute(
            "UPDATE checkout_sessions SET created_at = created_at - interval '5 hours' WHERE centre_id = $1", centre.id
        )

    found = await reconcile(centre.id)

    assert (found.sessions_found, found.sessions_given_up) == (1, 0)
    assert [one.status for one in simulator.client().v1.checkout.sessions.list().data] == ["expired"]


async def test_another_centre_sees_and_moves_no_money(simulator: Simulator) -> None:
    centre_id, dossier_id, payment_id = await paid_by_card(simulator)
    other = await a_centre()

    for attempt in (
        refund(other.id, payment_id, None, reason="", actor=TESTER),
        record_payment(other.id, dossier_id, ManualPayment(means="cash", amount=Money(1)), actor=TESTER),
        set_treated(other.id, dossier_id, True, actor=TESTER),
    ):
        with pytest.raises(Exception, match="unknown"):
            await attempt
    async with tenant_transaction(other.id, read_only=True):
        for table in ("payments", "checkout_sessions", "payment_links", "ledger_entries", "quotes", "dossiers"):
            assert await fetch_value(f"SELECT count(*) FROM {table}") == 0
    assert (await ledger(centre_id))["bank:card"] == 3_000


async def test_a_locked_dossier_waits_and_does_not_lose_money() -> None:
    centre = await a_centre()
    made, _, _ = await an_accepted_dossier(centre.id)

    async def hold() -> None:
        async with tenant_transaction(centre.id):
            await lock(centre.id, made.id)
            await asyncio.sleep(0.2)

    await asyncio.gather(hold(), *(pay_by_hand(centre.id, made.id, 100) for _ in range(10)))

    assert (await seen(centre.id, made.id)).paid == Money(1_000)
    assert (await ledger(centre.id))["bank:transfer"] == 1_000
