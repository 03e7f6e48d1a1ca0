"""Refunds and disputes."""

import pytest
import stripe

from tests.infra.services.payments.endpoint import Endpoint
from tests.infra.services.payments.simulator import Simulator, open_session


def paid_intent(simulator: Simulator) -> str:
    session = open_session(simulator.client())
    simulator.press(session, "pay")
    intent = simulator.client().v1.checkout.sessions.retrieve(session.id).payment_intent
    assert isinstance(intent, str)
    return intent


def test_a_payment_is_given_back_in_parts_and_never_twice(simulator: Simulator, endpoint: Endpoint) -> None:
    client, intent = simulator.client(), paid_intent(simulator)
    part = client.v1.refunds.create(params={"payment_intent": intent, "amount": 10_000, "metadata": {"ligne": "7"}})
    assert (part.status, part.amount, part.metadata and part.metadata["ligne"]) == ("succeeded", 10_000, "7")
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount") as refused:
        client.v1.refunds.create(params={"payment_intent": intent, "amount": 14_691})
    assert refused.value.param == "amount"
    rest = client.v1.refunds.create(params={"payment_intent": intent, "reason": "requested_by_customer"})
    assert rest.amount == 14_690
    with pytest.raises(stripe.InvalidRequestError) as again:
        client.v1.refunds.create(params={"payment_intent": intent, "amount": 1})
    assert again.value.code == "charge_already_refunded"
    assert [refund.id for refund in client.v1.refunds.list(params={"payment_intent": intent})] == [rest.id, part.id]
    charge = client.v1.charges.retrieve(str(rest.charge), params={"expand": ["refunds"]})
    assert (charge.amount_refunded, charge.refunded) == (24_690, True)
    assert charge.refunds is not None and len(charge.refunds.data) == 2
    assert endpoint.wait_for(10)[4:] == ["refund.created", "charge.refunded", "refund.updated"] * 2


def test_what_was_not_paid_cannot_be_given_back(simulator: Simulator) -> None:
    session = open_session(simulator.client())
    simulator.press(session, "fail")
    intent = simulator.client().v1.checkout.sessions.retrieve(session.id).payment_intent
    with pytest.raises(stripe.InvalidRequestError, match="successful charge"):
        simulator.client().v1.refunds.create(params={"payment_intent": str(intent)})
    assert simulator.client().v1.refunds.list().data == []


def test_a_disputed_payment_is_with_the_bank(simulator: Simulator, endpoint: Endpoint) -> None:
    client, intent = simulator.client(), paid_intent(simulator)
    opened = simulator.post("/_disputes", payment_intent=intent, reason="product_not_received")
    dispute = client.v1.disputes.retrieve(str(opened["id"]))
    assert (dispute.status, dispute.amount, dispute.reason) == ("needs_response", 24_690, "product_not_received")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create(params={"payment_intent": intent})
    assert refused.value.code == "charge_disputed"
    simulator.post("/_disputes", dispute=dispute.id, outcome="won")
    assert endpoint.wait_for(8)[4:] == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.closed",
        "charge.dispute.funds_reinstated",
    ]
