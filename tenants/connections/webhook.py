"""Cards that another program calls with: signed by the connection's key, kept by the inbox once, brought in by a worker.

The body is `{"id": "…", "cards": [{"column": "value"}]}`; the header `X-Halte-Signature` says `t=<seconds>,v1=<hex of
HMAC-SHA256 over "t.body">`.
"""

import hashlib
import hmac
from typing import Final
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.clock import now
from infra.database import tenant_transaction
from infra.inbox import StoredEvent
from tenants.centres.queries import by_slug
from tenants.connections import queries
from tenants.connections.collecting import take_cards
from tenants.connections.rules import ConnectionPaused, ConnectionUnknown, Kind, SignatureWrong

TOLERANCE_SECONDS: Final = 300
MOST_CARDS: Final = 1_000


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """What is called with; values of cards are texts, as in a file."""

    id: str
    cards: list[dict[str, str]]


class _Told(msgspec.Struct, frozen=True):
    """What the inbox keeps of a call."""

    centre_id: UUID
    name: str
    call: Call


async def verified_call(slug: str, name: str, payload: bytes, signature: str) -> tuple[str, bytes] | None:
    """Verify a call and return its event's id and what the inbox keeps; None where the centre takes none by this name.

    Raises:
        SignatureWrong: as it says.
        ConnectionPaused: it is to call again later; who has no key is not told.
    """
    centre = await by_slug(slug)
    if centre is None:
        return None
    try:
        async with tenant_transaction(centre.id, read_only=True):
            found, secret, _seen = await queries.connection(centre.id, name)
    except ConnectionUnknown:
        return None
    if found.kind is not Kind.WEBHOOK or not secret:
        return None
    parts = dict(part.split("=", 1) for part in signature.split(",") if "=" in part)
    stamp = parts.get("t", "")
    wanted = hmac.new(secret.encode(), stamp.encode() + b"." + payload, hashlib.sha256).hexdigest()
    given = parts.get("v1", "")
    if not (stamp.isascii() and stamp.isdigit() and given.isascii() and hmac.compare_digest(wanted, given)):
        raise SignatureWrong()
    if abs(now().timestamp() - int(stamp)) > TOLERANCE_SECONDS:
        raise SignatureWrong()
    try:
        call = msgspec.json.decode(payload, type=Call)
    except msgspec.MsgspecError as error:
        raise SignatureWrong("it holds no cards") from error
    if found.paused_at is not None:
        raise ConnectionPaused()
    if not call.id or len(call.cards) > MOST_CARDS:
        raise SignatureWrong(f"a call has an id, and {MOST_CARDS} cards at most")
    return f"{centre.id}:{name}:{call.id}", msgspec.json.encode(_Told(centre.id, name, call))


async def apply_call(event: StoredEvent, *, actor: Actor) -> int:
    """Bring in the cards that the inbox kept; twice changes nothing. Return how many were new."""
    told = msgspec.json.decode(event.payload, type=_Told)
    try:
        report = await take_cards(told.centre_id, told.name, told.call.cards, call=told.call.id, actor=actor)
    except ConnectionUnknown:
        return 0
    return report.new
