"""Every read of the referential, by its definer functions: there is no other way in. Called inside a transaction."""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from infra.clock import now
from infra.database import Row, fetch, fetch_as_network, fetch_row, fetch_value
from infra.ids import new_id
from tenants.referential.matching.features import Features, Written, read_features
from tenants.referential.matching.keys import blocking_keys, counted_keys, firm_keys, locks, strong_keys
from tenants.referential.matching.neighbourhood import Card, Neighbourhood
from tenants.referential.models import current_model
from tenants.referential.rules import Signal, make_signal

LOCK_SPACE: Final = 4202
"""The advisory locks of strong keys."""
_KEPT_SECONDS: Final = 300.0
_size: tuple[float, int] = (float("-inf"), 0)
_COMMON_FROM: Final = 200
_COMMON_SECONDS: Final = 3_600.0
_COMMON_WITHIN: Final = 1.1
_common: dict[int, tuple[float, int, int]] = {}
"""Counted keys that so many hold: when they were counted, among how many cards, and how many it were. What thousands hold takes
longer to count than all else that a card is asked for, and is as common an hour later, unless the network grew by a tenth."""


async def size() -> int:
    """Return about how many cards the referential holds: only the order of magnitude enters the weights."""
    global _size
    read_at, cards = _size
    if time.monotonic() - read_at > _KEPT_SECONDS:
        cards = int(await fetch_value("SELECT referential_size()"))
        _size = (time.monotonic(), cards)
    return cards


async def neighbourhood(cards: Mapping[UUID, Features]) -> Neighbourhood:
    """Return the cards near some that are being saved, with all the cards of their identities and of these cards' own.

    Who else writes cards that could be one person with these is waited for first; the locks are given back at the end of
    the transaction. How common the cards' values are is counted live.

    Raises:
        Busy: another writer of the same person did not finish in time.
    """
    strong, counted, wanted, firm = _all_of(cards.values(), strong_keys, counted_keys, blocking_keys, firm_keys)
    return await _near(list(cards), locks(strong), counted=counted, wanted=wanted, firm=firm)


async def load_further(near: Neighbourhood, keys: frozenset[int], *, members: Iterable[Features]) -> bool:
    """Read the cards that share a key, with all of their identities, if nobody else writes cards like these members now.

    Returns:
        Whether they were read.
    """
    strong, firm = _all_of(members, strong_keys, firm_keys)
    rows = await fetch(
        "SELECT * FROM referential_further($1, $2, $3, $4)",
        LOCK_SPACE,
        locks(strong),
        list(keys & firm),
        list(keys - firm),
    )
    if rows[0]["card_id"] is None and rows[0]["keys"] is None:
        return False
    await _put(near, rows)
    return True


async def _near(
    own: list[UUID],
    numbers: list[int],
    *,
    counted: frozenset[int],
    wanted: frozenset[int],
    firm: frozenset[int],
) -> Neighbourhood:
    among = await size()
    counts, asked = _known_counts(counted - firm, among)
    rows = await fetch(
        "SELECT * FROM referential_near($1, $2, $3, $4, $5, $6)",
        own,
        LOCK_SPACE,
        numbers,
        asked,
        list(firm),
        list(wanted - firm),
    )
    *found, told = rows
    _keep_common(dict(zip(told["keys"], told["held"], strict=True)), counts, among)
    # A phone or an address is counted by whom it brought.
    for key in rows[-2]["keys"]:
        if key in firm:
            counts[key] = counts.get(key, 0) + 1
    near = Neighbourhood(await current_model(), counts, among, make_id=new_id)
    await _put(near, found)
    return near


def _all_of(cards: Iterable[Features], *kinds: Callable[[Features], frozenset[int]]) -> tuple[frozenset[int], ...]:
    """Return the keys of some cards, by kind."""
    each = list(cards)
    return tuple(frozenset().union(*map(keys, each)) for keys in kinds)


def _known_counts(counted: frozenset[int], among: int) -> tuple[dict[int, int], list[int]]:
    """Return the counts that are still known, and the keys that are to be counted."""
    since = time.monotonic() - _COMMON_SECONDS
    known = {}
    for key in counted & _common.keys():
        counted_at, then, held = _common[key]
        if counted_at > since and then <= among <= then * _COMMON_WITHIN:
            known[key] = held
    return known, list(counted - known.keys())


def _keep_common(told: Mapping[int, int], counts: dict[int, int], among: int) -> None:
    """Add what was counted, and keep what so many hold."""
    counts.update(told)
    for key, held in told.items():
        if held >= _COMMON_FROM:
            _common[key] = (time.monotonic(), among, held)


async def _put(near: Neighbourhood, rows: Iterable[Row]) -> None:
    """Put cards into the neighbourhood; what other centres' cards say is read past the centre's own role, and stays here."""
    unknown = [row for row in rows if row["card_id"] is not None and not near.knows(row["card_id"])]
    elsewhere = [row["card_id"] for row in unknown if row["features"] is None]
    features: dict[UUID, str] = {row["card_id"]: row["features"] for row in unknown}
    if elsewhere:
        theirs = "SELECT card_id, features FROM identity_cards WHERE card_id = ANY ($1)"
        features |= {row["card_id"]: row["features"] for row in await fetch_as_network(theirs, elsewhere)}
    for row in unknown:
        # A card that was erased between the two questions is nobody's neighbour.
        if features[row["card_id"]] is not None:
            said = msgspec.json.decode(features[row["card_id"]], type=Features)
            near.put(Card(row["card_id"], row["identity_id"], said), refused=row["refused"])
    for row in rows:
        if row["card_id"] is None and row["holders"] is not None:
            for key, card_id in zip(row["keys"], row["holders"], strict=True):
                near.hit(key, card_id)


async def signal(centre_id: UUID, client_id: UUID) -> Signal | None:
    """Return what the referential says of a card of this centre; None where nobody else knows the client."""
    return _signal(
        await fetch_row("SELECT centres, last_arrival, booking_category FROM referential_signal_of($1)", client_id)
    )


async def objected_at(centre_id: UUID, client_id: UUID) -> datetime | None:
    """Return since when a client objects to being recognised, as noted on this card of this centre."""
    noted: datetime | None = await fetch_value("SELECT referential_own_objection($1)", client_id)
    return noted


async def known_elsewhere(client_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return at how many other centres each of these cards' clients stayed; those known nowhere else are left out."""
    rows = await fetch(
        """SELECT card, found.centres FROM unnest($1::uuid[]) AS card
           CROSS JOIN LATERAL referential_signal_of(card) AS found WHERE found.centres > 0""",
        list(client_ids),
    )
    return {row["card"]: row["centres"] for row in rows}


async def signal_for(centre_id: UUID, question: Written) -> Signal | None:
    """Return the same for a card that is being typed, before it is saved; nothing is written."""
    features = read_features(question, today=now().date())
    if features.walk_in:
        return None
    wanted, firm = blocking_keys(features), firm_keys(features)
    near = await _near([], [], counted=counted_keys(features), wanted=wanted, firm=firm)
    identity_id = near.probe(features)
    if identity_id is None:
        return None
    return _signal(
        await fetch_row("SELECT centres, last_arrival, booking_category FROM referential_signal($1)", identity_id)
    )


def _signal(row: Row | None) -> Signal | None:
    return make_signal(row["centres"], row["last_arrival"], row["booking_category"]) if row else None
