"""What the simulator answers has the shape that the SDK's own classes describe."""

import typing

import httpx
import msgspec
import pytest
import stripe
import stripe.params
from stripe.params.checkout import _session_create_params as session_parameters

from infra.services.payments import accounts, catalogue, checkout, refunds
from infra.services.payments.objects import API_VERSION
from tests.infra.services.payments.simulator import KEY, Simulator, open_session

KINDS: dict[str, type[stripe.StripeObject]] = {
    "/v1/checkout/sessions": stripe.checkout.Session,
    "/v1/payment_intents": stripe.PaymentIntent,
    "/v1/charges": stripe.Charge,
    "/v1/refunds": stripe.Refund,
    "/v1/events": stripe.Event,
    "/v1/disputes": stripe.Dispute,
    "/v1/prices": stripe.Price,
    "/v1/balance_transactions": stripe.BalanceTransaction,
}

PARAMETERS = [
    (checkout.SessionParams, session_parameters.SessionCreateParams),
    (checkout.LineItemParams, session_parameters.SessionCreateParamsLineItem),
    (checkout.PaymentIntentData, session_parameters.SessionCreateParamsPaymentIntentData),
    (catalogue.PriceData, session_parameters.SessionCreateParamsLineItemPriceData),
    (catalogue.ProductData, session_parameters.SessionCreateParamsLineItemPriceDataProductData),
    (catalogue.PriceParams, stripe.params.PriceCreateParams),
    (refunds.RefundParams, stripe.params.RefundCreateParams),
    (accounts.AccountParams, stripe.params.AccountCreateParams),
]


def test_the_api_version_is_the_one_that_the_sdk_pins() -> None:
    assert stripe.api_version == API_VERSION


@pytest.mark.parametrize("path", KINDS)
def test_objects_have_the_fields_of_the_sdk_and_no_others(simulator: Simulator, path: str) -> None:
    make_one_of_each(simulator)
    listed = httpx.get(
        simulator.url + path, headers={"Authorization": f"Bearer {KEY}", "Stripe-Account": simulator.account}
    )
    objects = listed.json()["data"]
    assert objects
    assert_shape(KINDS[path], objects[0])


def test_accounts_and_lines_have_the_fields_of_the_sdk(simulator: Simulator) -> None:
    session = make_one_of_each(simulator)
    headers = {"Authorization": f"Bearer {KEY}", "Stripe-Account": simulator.account}
    assert_shape(stripe.Account, httpx.get(f"{simulator.url}/v1/accounts/{simulator.account}", headers=headers).json())
    lines = httpx.get(f"{simulator.url}/v1/checkout/sessions/{session}/line_items", headers=headers).json()["data"]
    assert_shape(stripe.LineItem, lines[0])


@pytest.mark.parametrize(("ours", "theirs"), PARAMETERS)
def test_no_parameter_is_taken_that_stripe_does_not_know(ours: type[msgspec.Struct], theirs: type) -> None:
    assert set(ours.__struct_fields__) - set(theirs.__annotations__) == set()


def make_one_of_each(simulator: Simulator) -> str:
    client = simulator.client()
    for action in ("pay", "fail", "debit", "pay"):
        session = open_session(client)
        simulator.press(session, action)
    intent = str(client.v1.checkout.sessions.retrieve(session.id).payment_intent)
    client.v1.refunds.create(params={"payment_intent": intent, "amount": 100})
    simulator.post("/_disputes", payment_intent=intent)
    return session.id


def assert_shape(kind: type[stripe.StripeObject], document: dict[str, object]) -> None:
    """Every field of the class that is never null is there, and every field there is of the class."""
    hints = {name: hint for name, hint in kind.__annotations__.items() if name != "OBJECT_NAME"}
    needed = {name for name, hint in hints.items() if type(None) not in typing.get_args(hint)}
    missing = {name for name in needed if document.get(name) is None}
    assert (missing, set(document) - set(hints)) == (set(), set())
