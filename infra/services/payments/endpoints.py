"""Which of Stripe's addresses this simulator knows, and what answers each."""

import re
from collections.abc import Callable
from typing import NamedTuple

from infra.services.payments import accounts, catalogue, checkout, listing, refunds
from infra.services.payments.catalogue_objects import Price, Product, Session
from infra.services.payments.form import Form
from infra.services.payments.objects import BalanceTransaction, Charge, Dispute, Event, PaymentIntent, Refund
from infra.services.payments.store import Kind
from infra.services.payments.world import World

Answerer = Callable[[World, str, Form], object]


class Endpoint(NamedTuple):
    """One address: its method, the pattern of its path (one group at most, the id), and what answers."""

    method: str
    path: re.Pattern[str]
    answer: Answerer


def find(method: str, path: str) -> tuple[Endpoint, str] | None:
    """Return the endpoint of an address with the id in it (empty without), or None."""
    for endpoint in ENDPOINTS:
        if endpoint.method == method and (matched := endpoint.path.fullmatch(path)):
            return endpoint, matched[1] if matched.groups() else ""
    return None


def _at(method: str, path: str, answer: Answerer) -> Endpoint:
    return Endpoint(method, re.compile(path.replace("{id}", "([^/]+)")), answer)


def _retrieving(kind: type[Kind]) -> Answerer:
    return lambda world, object_id, params: world.get(kind, object_id)


def _listing(kind: type[Kind], url: str, *filters: str) -> Endpoint:
    paths = {name: "$." + name for name in filters}
    return _at("GET", url, lambda world, _, params: listing.page(world, kind, params, url=url, filters=paths))


def _line_items(world: World, session_id: str, params: Form) -> object:
    lines = checkout.lines(world, world.get(Session, session_id))
    return listing.parts_page(lines, params, url=f"/v1/checkout/sessions/{session_id}/line_items")


ENDPOINTS = (
    _at("POST", "/v1/checkout/sessions", lambda world, _, params: checkout.create(world, params)),
    _listing(Session, "/v1/checkout/sessions", "payment_intent", "status"),
    _at("GET", "/v1/checkout/sessions/{id}", _retrieving(Session)),
    _at("POST", "/v1/checkout/sessions/{id}", checkout.update),
    _at("POST", "/v1/checkout/sessions/{id}/expire", checkout.expire),
    _at("GET", "/v1/checkout/sessions/{id}/line_items", _line_items),
    _listing(PaymentIntent, "/v1/payment_intents"),
    _at("GET", "/v1/payment_intents/{id}", _retrieving(PaymentIntent)),
    _listing(Charge, "/v1/charges", "payment_intent"),
    _at("GET", "/v1/charges/{id}", _retrieving(Charge)),
    _at("POST", "/v1/refunds", lambda world, _, params: refunds.create(world, params)),
    _listing(Refund, "/v1/refunds", "payment_intent", "charge"),
    _at("GET", "/v1/refunds/{id}", _retrieving(Refund)),
    _at("POST", "/v1/refunds/{id}", refunds.update),
    _listing(Dispute, "/v1/disputes", "payment_intent", "charge"),
    _at("GET", "/v1/disputes/{id}", _retrieving(Dispute)),
    _listing(Event, "/v1/events", "type"),
    _at("GET", "/v1/events/{id}", _retrieving(Event)),
    _listing(BalanceTransaction, "/v1/balance_transactions", "type", "source", "currency"),
    _at("GET", "/v1/balance_transactions/{id}", _retrieving(BalanceTransaction)),
    _at("GET", "/v1/account", lambda world, _, params: accounts.own_account(world)),
    _at("GET", "/v1/accounts/{id}", lambda world, account_id, _: accounts.retrieve(world, account_id)),
    _at("POST", "/v1/accounts", lambda world, _, params: accounts.create(world, params)),
    _at("POST", "/v1/accounts/{id}", accounts.update),
    _at("POST", "/v1/products", lambda world, _, params: catalogue.create_product(world, params)),
    _at("GET", "/v1/products/{id}", _retrieving(Product)),
    _listing(Price, "/v1/prices", "product"),
    _at("POST", "/v1/prices", lambda world, _, params: catalogue.create_price(world, params)),
    _at("GET", "/v1/prices/{id}", _retrieving(Price)),
)
