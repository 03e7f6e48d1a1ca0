"""Put whole objects where an answer has ids, as `expand` asks (docs.stripe.com/api/expanding_objects)."""

import json

import msgspec

from infra.services.payments import checkout, errors, listing
from infra.services.payments.catalogue_objects import Product, Session
from infra.services.payments.objects import BalanceTransaction, Charge, JsonObject, PaymentIntent, Refund, StripeObject
from infra.services.payments.world import World

_KINDS: dict[str, type[StripeObject]] = {
    "payment_intent": PaymentIntent,
    "latest_charge": Charge,
    "charge": Charge,
    "balance_transaction": BalanceTransaction,
    "product": Product,
}


def expanded(world: World, answer: object, paths: list[str]) -> bytes:
    """Return the answer as JSON with the objects that the dotted paths name (`payment_intent.latest_charge`).

    Raises:
        StripeError: a path names what cannot be expanded.
    """
    encoded = msgspec.json.encode(answer)
    if not paths:
        return encoded
    document: object = json.loads(encoded)
    for path in paths:
        _expand(world, document, path.split("."), path)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _expand(world: World, node: object, steps: list[str], path: str) -> None:
    if isinstance(node, list):
        for item in node:
            _expand(world, item, steps, path)
        return
    if not isinstance(node, dict) or not steps:
        return
    name = steps[0]
    if name == "line_items" and node.get("object") == "checkout.session":
        node[name] = node.get(name) or _lines(world, str(node["id"]))
    elif name == "refunds" and node.get("object") == "charge":
        node[name] = node.get(name) or _refunds(world, str(node["id"]))
    elif isinstance(value := node.get(name), str):
        if name not in _KINDS:
            raise errors.invalid_parameter(f"This property cannot be expanded ({path}).", param="expand")
        node[name] = _document(world.get(_KINDS[name], value))
    elif name not in node:
        raise errors.invalid_parameter(f"This property cannot be expanded ({path}).", param="expand")
    _expand(world, node[name], steps[1:], path)


def _lines(world: World, session_id: str) -> object:
    lines = checkout.lines(world, world.get(Session, session_id))
    return _document(listing.parts_page(lines, {}, url=f"/v1/checkout/sessions/{session_id}/line_items"))


def _refunds(world: World, charge_id: str) -> object:
    filters = {"charge": "$.charge"}
    found = listing.page(world, Refund, {"charge": charge_id}, url=f"/v1/charges/{charge_id}/refunds", filters=filters)
    return _document(found)


def _document(thing: object) -> JsonObject:
    document: JsonObject = json.loads(msgspec.json.encode(thing))
    return document
