"""Payment links: what they check, one session at a time, and the three beats when Stripe stumbles."""

import asyncio
from uuid import UUID

import pytest
import stripe

from billing.dossiers.rules import State
from billing.money import Money
from billing.payments.by_hand import ManualPayment, record_payment
from billing.payments.checkout import close_sessions, open_payment_link
from billing.payments.links import make_payment_link, payment_page
from billing.payments.rules import LinkState, NothingDue
from billing.quotes.rules import QuoteNotAccepted
from billing.stripe_gateway import PaymentsNotConfigured, PaymentsUnavailable
from infra.database import execute, fetch, tenant_transaction
from infra.errors import DomainError
from infra.signing import LinkInvalid, sign
from tenants.centres.operations import change_state
from tenants.centres.rules import CentreRef
from tests.billing.reading import ledger, mails, seen, stay_status
from tests.billing.stripe_events import apply_all, happened, kind_of, press
from tests.billing.test_quotes import lock_card
from tests.factories.centres import NETWORK, a_centre
from tests.factories.dossiers import TESTER, a_dossier, a_sent_quote, an_accepted_dossier, token_of
from tests.infra.services.payments.simulator import Simulator

pytestmark = pytest.mark.usefixtures("pools")


async def a_paying_centre(simulator: Simulator) -> CentreRef:
    return await a_centre(stripe_account=simulator.account)


async def sessions(centre_id: UUID) -> list[tuple[str, int]]:
    async with tenant_transaction(centre_id, read_only=True):
        rows = await fetch(
            "SELECT state, amount_minor FROM checkout_sessions WHERE centre_id = $1 ORDER BY id", centre_id
        )
    return [(row["state"], row["amount_minor"]) for row in rows]


def at_stripe(simulator: Simulator) -> list[stripe.checkout.Session]:
    return list(simulator.client().v1.checkout.sessions.list().auto_paging_iter())


async def test_the_deposit_is_paid_and_confirms_the_stay_then_the_balance_settles(simulator: Simulator) -> None:
    centre = await a_paying_centre(simulator)
    made, _, accepted = await an_accepted_dossier(centre.id)
    stay_id = (await seen(centre.id, made.id)).stay_id

    opened = await open_payment_link(token_of(accepted.payment_url))
    press(simulator, opened.checkout_url, "pay")
    await apply_all(await happened(simulator.account))

    dossier = await seen(centre.id, made.id)
    assert (dossier.state, dossier.paid, dossier.due) == (State.DEPOSIT_PAID, Money(3_000), Money(7_000))
    assert await stay_status(centre.id, stay_id) == "confirmed"
    assert await ledger(centre.id) == {"bank:card": 3_000, "deposits_held": -3_000}
    assert [(one.means, one.part, one.state) for one in dossier.payments] == [("card", "deposit", "paid")]
    assert (await payment_page(token_of(accepted.payment_url))).state is LinkState.PAID

    balance = await make_payment_link(centre.id, made.id, "balance", actor=TESTER)
    assert balance.mailed_to == dossier.client_email
    press(simulator, (await open_payment_link(token_of(balance.url))).checkout_url, "pay")
    await apply_all(await happened(simulator.account))

    dossier = await seen(centre.id, made.id)
    assert (dossier.state, dossier.paid, dossier.due) == (State.PAID, Money(10_000), Money(0))
    assert await ledger(centre.id) == {"bank:card": 10_000, "deposits_held": -10_000}
    assert await mails(centre.id) == ["quote-sent", "quote-accepted", "payment-link"]
    with pytest.raises(NothingDue):
        await make_payment_link(centre.id, made.id, "whole", actor=TESTER)


async def test_one_link_opened_by_ten_at_once_is_one_session(simulator: Simulator) -> None:
    centre = await a_paying_centre(simulator)
    _, _, accepted = await an_accepted_dossier(centre.id)

    opened = await asyncio.gather(*(open_payment_link(token_of(accepted.payment_url)) for _ in range(10)))

    assert len({one.checkout_url for one in opened}) == 1
    assert len(at_stripe(simulator)) == 1
    assert await sessions(centre.id) == [("open", 3_000)]


async def test_an_answer_that_got_lost_is_found_again(simulator: Simulator) -> None:
    centre = await a_paying_centre(simulator)
    _, _, accepted = await an_accepted_dossier(centre.id)
    simulator.control(fail_next=5, fail_after=True)

    with pytest.raises(PaymentsUnavailable):
        await open_payment_link(token_of(accepted.payment_url))
    assert await sessions(centre.id) == [("pending", 3_000)]
    simulator.control(reset=True)
    opened = await open_payment_link(token_of(accepted.payment_url))

    assert [session.url for session in at_stripe(simulator)] == [opened.checkout_url]
    assert await sessions(centre.id) == [("open", 3_000)]


async def test_an_outage_leaves_nothing_and_the_next_try_works(simulator: Simulator) -> None:
    centre = await a_paying_centre(simulator)
    _, _, accepted = await an_accepted_dossier(centre.id)
    simulator.control(fail_next=2)

    with pytest.raises(PaymentsUnavailable):
        await open_payment_link(token_of(accepted.payment_url))
    assert at_stripe(simulator) == []
    simulator.control(reset=True)
    assert (await open_payment_link(token_of(accepted.payment_url))).checkout_url
    assert await sessions(centre.id) == [("open", 3_000)]


async def test_money_that_came_meanwhile_changes_what_is_asked(simulator: Simulator) -> None:
    centre = await a_paying_centre(simulator)
    made, _, accepted = await an_accepted_dossier(centre.id)
    first = await open_payment_link(token_of(accepted.payment_url))
    await record_payment(centre.id, made.id, ManualPayment(means="cheque", amount=Money(1_000)), actor=TESTER)

    second = await open_payment_link(token_of(accepted.payment_url))

    assert second.checkout_url != first.checkout_url
    assert second.page.amount == Money(2_000)
    assert await sessions(centre.id) == [("expired", 3_000), ("open", 2_000)]
    assert sorted(session.status or "" for session in at_stripe(simulator)) == ["expired", "open"]


async def test_a_superseded_link_says_so_offers_the_new_one_and_its_session_dies(simulator: Simulator) -> None:
    centre = await a_paying_centre(simulator)
    made, _, accepted = await an_accepted_dossier(centre.id)
    await open_payment_link(token_of(accepted.payment_url))
    newer = await a_sent_quote(centre.id, made.id)

    opened = await open_payment_link(token_of(accepted.payment_url))
    assert await close_sessions(centre.id, made.id) == 1

    assert (opened.checkout_url, opened.page.state) == ("", LinkState.SUPERSEDED)
    assert (opened.page.newer_url, opened.page.newer_total) == (newer.page_url, newer.total)
    assert [session.status for session in at_stripe(simulator)] == ["expired"]
    with pytest.raises(QuoteNotAccepted):
        await make_payment_link(centre.id, made.id, "deposit", actor=TESTER)


async def test_a_locked_card_and_a_suspended_centre_do_not_pay(simulator: Simulator) -> None:
    centre = await a_paying_centre(simulator)
    made, _, accepted = await an_accepted_dossier(centre.id)
    await lock_card(centre.id, (await seen(centre.id, made.id)).client_id)

    refused = await open_payment_link(token_of(accepted.payment_url))
    with pytest.raises(DomainError) as no_link:
        await make_payment_link(centre.id, made.id, "deposit", actor=TESTER)
    await change_state(centre.id, "suspended", reason="travaux", actor=NETWORK)
    closed = await open_payment_link(token_of(accepted.payment_url))

    assert (refused.checkout_url, refused.page.state) == ("", LinkState.REFUSED)
    assert no_link.value.code == "client_blacklisted"
    assert (closed.checkout_url, closed.page.state) == ("", LinkState.CENTRE_CLOSED)
    assert at_stripe(simulator) == []


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ("status = 'tentative', option_until = NULL", LinkState.OPTION_ENDED),
        ("status = 'cancelled', option_until = NULL, cancellation_reason = 'price'", LinkState.CANCELLED),
    ],
)
async def test_an_ended_option_kills_the_link(simulator: Simulator, change: str, state: LinkState) -> None:
    centre = await a_paying_centre(simulator)
    made, _, accepted = await an_accepted_dossier(centre.id)
    stay_id = (await seen(centre.id, made.id)).stay_id
    async with tenant_transaction(centre.id):
        await execute(f"UPDATE stays SET {change} WHERE centre_id = $1 AND id = $2", centre.id, stay_id)

    opened = await open_payment_link(token_of(accepted.payment_url))

    assert (opened.checkout_url, opened.page.state) == ("", state)
    assert at_stripe(simulator) == []


async def test_a_centre_without_an_account_takes_no_card(simulator: Simulator) -> None:
    centre = await a_centre()
    _, _, accepted = await an_accepted_dossier(centre.id)

    with pytest.raises(PaymentsNotConfigured):
        await open_payment_link(token_of(accepted.payment_url))
    assert (await payment_page(token_of(accepted.payment_url))).card_possible is False


async def test_links_of_other_purposes_and_centres_open_nothing(simulator: Simulator) -> None:
    ours, theirs = await a_paying_centre(simulator), await a_paying_centre(simulator)
    _, quote, accepted = await an_accepted_dossier(ours.id)
    link_id = (await payment_page(token_of(accepted.payment_url))).link_id

    for token in (
        sign("quote", ours.id, link_id),
        sign("payment", theirs.id, link_id),
        sign("payment", ours.id, quote.id),
    ):
        with pytest.raises(LinkInvalid):
            await open_payment_link(token)


async def test_a_refused_card_leaves_the_session_open_and_the_next_card_pays(simulator: Simulator) -> None:
    centre = await a_paying_centre(simulator)
    made, _, accepted = await an_accepted_dossier(centre.id)
    url = (await open_payment_link(token_of(accepted.payment_url))).checkout_url
    press(simulator, url, "fail")
    await apply_all(await happened(simulator.account))
    assert (await seen(centre.id, made.id)).state is State.AWAITING_PAYMENT

    press(simulator, url, "pay")
    events = await happened(simulator.account)
    await apply_all(events)

    assert "checkout.session.completed" in [kind_of(event) for event in events]
    assert (await seen(centre.id, made.id)).state is State.DEPOSIT_PAID


async def test_money_for_an_option_that_had_ended_is_booked_and_the_stay_left_for_staff(simulator: Simulator) -> None:
    centre = await a_paying_centre(simulator)
    made, _, accepted = await an_accepted_dossier(centre.id)
    stay_id = (await seen(centre.id, made.id)).stay_id
    url = (await open_payment_link(token_of(accepted.payment_url))).checkout_url
    async with tenant_transaction(centre.id):
        await execute(
            "UPDATE stays SET status = 'tentative', option_until = NULL WHERE centre_id = $1 AND id = $2",
            centre.id,
            stay_id,
        )

    press(simulator, url, "pay")
    await apply_all(await happened(simulator.account))

    assert (await seen(centre.id, made.id)).paid == Money(3_000)
    assert await stay_status(centre.id, stay_id) == "tentative"


async def test_nothing_is_to_be_paid_before_a_quote_is_accepted() -> None:
    centre = await a_centre()
    made = await a_dossier(centre.id)
    await a_sent_quote(centre.id, made.id)

    with pytest.raises(QuoteNotAccepted):
        await make_payment_link(centre.id, made.id, "deposit", actor=TESTER)
