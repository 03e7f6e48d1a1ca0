"""Sessions, payments and the hosted page."""

import time

import pytest
import stripe

from tests.infra.services.payments.endpoint import Endpoint
from tests.infra.services.payments.simulator import Simulator, open_session


def test_a_paid_session_is_complete_and_its_money_can_be_followed(simulator: Simulator, endpoint: Endpoint) -> None:
    client = simulator.client()
    session = open_session(client)
    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 24_690)
    assert session.payment_intent is None
    assert session.expires_at - session.created == 24 * 60 * 60

    answer = simulator.press(session, "pay")

    assert answer.status_code == 303
    assert answer.headers["location"] == f"http://127.0.0.1:9/merci?session={session.id}"
    paid = client.v1.checkout.sessions.retrieve(
        session.id, params={"expand": ["line_items", "payment_intent.latest_charge.balance_transaction"]}
    )
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert paid.customer_details is not None and paid.customer_details.email == "professeure@ecole.fr"
    assert paid.line_items is not None
    assert [(line.description, line.quantity, line.amount_total) for line in paid.line_items.data] == [
        ("Acompte, séjour à Annecy", 2, 24_690)
    ]
    intent = paid.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.status, intent.amount_received, intent.metadata["dossier"]) == ("succeeded", 24_690, "12")
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge) and charge.paid
    movement = charge.balance_transaction
    assert isinstance(movement, stripe.BalanceTransaction)
    assert (movement.fee, movement.net) == (395, 24_295)
    assert endpoint.wait_for(4) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    assert {event.account for event in endpoint.events} == {simulator.account}


def test_a_second_click_pays_nothing_twice(simulator: Simulator, endpoint: Endpoint) -> None:
    session = open_session(simulator.client())
    first = simulator.press(session, "pay")
    second = simulator.press(session, "pay")
    assert (first.status_code, second.headers["location"]) == (303, first.headers["location"])
    endpoint.wait_for(4)
    assert len(list(simulator.client().v1.charges.list().auto_paging_iter())) == 1


def test_a_refused_card_leaves_the_session_open_and_says_so(simulator: Simulator, endpoint: Endpoint) -> None:
    session = open_session(simulator.client())
    assert 'role="alert"' not in simulator.page(session)

    answer = simulator.press(session, "fail")

    assert answer.headers["location"] == session.url
    assert "Votre carte a été refusée" in simulator.page(session)
    assert endpoint.wait_for(3)[-1] == "payment_intent.payment_failed"
    assert simulator.client().v1.checkout.sessions.retrieve(session.id).status == "open"
    assert simulator.press(session, "pay").headers["location"].startswith("http://127.0.0.1:9/merci")
    intents = simulator.client().v1.payment_intents.list().data
    assert [(intent.status, intent.last_payment_error) for intent in intents] == [("succeeded", None)]


def test_cancelling_leads_back_and_changes_nothing(simulator: Simulator) -> None:
    session = open_session(simulator.client())
    assert simulator.press(session, "cancel").headers["location"] == "http://127.0.0.1:9/devis"
    assert simulator.client().v1.checkout.sessions.retrieve(session.id).status == "open"
    assert simulator.client().v1.events.list().data == []


def test_the_page_shows_who_is_paid_how_much_and_what_for(simulator: Simulator) -> None:
    client = simulator.client()
    client.v1.accounts.update(simulator.account, params={"business_profile": {"name": "Centre <du> Lac"}})
    page = simulator.page(open_session(client))
    for shown in (
        "Centre &lt;du&gt; Lac",
        simulator.account,
        "246,90\u00a0€",
        "Dossier 2027-0012",
        "Acompte, séjour à Annecy",
    ):
        assert shown in page
    for action in ("pay", "fail", "cancel", "debit"):
        assert page.count(f'data-action="{action}"') == 1


def test_an_expired_session_takes_no_money(simulator: Simulator, endpoint: Endpoint) -> None:
    client = simulator.client()
    session = open_session(client)
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    simulator.press(session, "pay")
    assert client.v1.charges.list().data == []
    assert endpoint.wait_for(1) == ["checkout.session.expired"]
    assert "expiré" in simulator.page(session)
    with pytest.raises(stripe.InvalidRequestError, match="can be expired"):
        client.v1.checkout.sessions.expire(session.id)


@pytest.mark.parametrize(("minutes", "blamed"), [(20, "30 minutes"), (25 * 60, "24 hours")])
def test_a_session_lives_between_half_an_hour_and_a_day(simulator: Simulator, minutes: int, blamed: str) -> None:
    client = simulator.client()
    with pytest.raises(stripe.InvalidRequestError, match=blamed) as refused:
        client.v1.checkout.sessions.create(
            params={
                "mode": "payment",
                "success_url": "https://halte.example/merci",
                "expires_at": int(time.time()) + minutes * 60,
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {"currency": "eur", "unit_amount": 100, "product_data": {"name": "Lit"}},
                    }
                ],
            }
        )
    assert refused.value.param == "expires_at"


def test_a_bank_debit_is_unpaid_until_the_bank_has_spoken(simulator: Simulator, endpoint: Endpoint) -> None:
    client = simulator.client()
    session = open_session(client)
    simulator.press(session, "debit")
    waiting = client.v1.checkout.sessions.retrieve(session.id, params={"expand": ["payment_intent"]})
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    assert isinstance(waiting.payment_intent, stripe.PaymentIntent) and waiting.payment_intent.status == "processing"

    simulator.post("/_delayed", session=session.id, outcome="succeeded")

    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert endpoint.wait_for(7)[-1] == "checkout.session.async_payment_succeeded"


def test_a_bank_debit_may_fail_days_later(simulator: Simulator, endpoint: Endpoint) -> None:
    session = open_session(simulator.client())
    simulator.press(session, "debit")
    simulator.post("/_delayed", session=session.id, outcome="failed")
    assert endpoint.wait_for(7)[-1] == "checkout.session.async_payment_failed"
    assert simulator.client().v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"


def test_a_price_made_ahead_serves_a_session(simulator: Simulator) -> None:
    client = simulator.client()
    price = client.v1.prices.create(
        params={"currency": "eur", "unit_amount": 4_500, "product_data": {"name": "Nuitée"}}
    )
    session = client.v1.checkout.sessions.create(
        params={
            "mode": "payment",
            "success_url": "https://halte.example/merci",
            "line_items": [{"price": price.id, "quantity": 3}],
        }
    )
    assert session.amount_total == 13_500
    lines = client.v1.checkout.sessions.line_items.list(session.id).data
    assert [line.price and line.price.id for line in lines] == [price.id]


@pytest.mark.parametrize(("cents", "code"), [(24, "amount_too_small"), (50_000_000, "amount_too_large")])
def test_amounts_have_their_limits(simulator: Simulator, cents: int, code: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        open_session(simulator.client(), cents=cents)
    assert refused.value.code == code
    assert simulator.client().v1.checkout.sessions.list().data == []
