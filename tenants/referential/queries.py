"""Every read of the referential, by its definer functions: there is no other way in. Called inside a transaction."""

import time
from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

import msgspec

from infra.clock import now
from infra.database import Row, fetch, fetch_as_network, fetch_row, fetch_value
from infra.ids import new_id
from tenants.referential.matching.features import Features, Written, read_features
from tenants.referential.matching.keys import blocking_keys, counted_keys, locks, strong_keys
from tenants.referential.matching.neighbourhood import Card, Neighbourhood
from tenants.referential.models import current_model
from tenants.referential.rules import Signal, make_signal

LOCK_SPACE: Final = 4202
"""The advisory locks of strong keys."""
_SIZE_KEPT_SECONDS = 300.0
_size: tuple[float, int] = (float("-inf"), 0)


async def size() -> int:
    """Return about how many cards the referential holds: only the order of magnitude enters the weights."""
    global _size
    read_at, cards = _size
    if time.monotonic() - read_at > _SIZE_KEPT_SECONDS:
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
    strong, counted, wanted = (
        frozenset().union(*map(keys, cards.values())) for keys in (strong_keys, counted_keys, blocking_keys)
    )
    rows = await fetch(
        "SELECT * FROM referential_near($1, $2, $3, $4, $5)",
        list(cards),
        LOCK_SPACE,
        locks(strong),
        list(counted),
        list(wanted),
    )
    near = await _empty({row["key"]: row["held"] for row in rows if row["key"] is not None})
    await _put(near, [row for row in rows if row["key"] is None])
    return near


async def load_further(near: Neighbourhood, keys: Iterable[int], *, strong: frozenset[int]) -> bool:
    """Read the cards that share a key, with all of their identities, if nobody else writes cards with these strong keys now.

    Returns:
        Whether they were read.
    """
    rows = await fetch("SELECT * FROM referential_further($1, $2, $3)", LOCK_SPACE, locks(strong), list(keys))
    if rows and rows[0]["card_id"] is None:
        return False
    await _put(near, rows)
    return True


async def _empty(counts: Mapping[int, int]) -> Neighbourhood:
    return Neighbourhood(await current_model(), counts, await size(), make_id=new_id)


async def _put(near: Neighbourhood, rows: Iterable[Row]) -> None:
    """Put cards into the neighbourhood; what other centres' cards say is read past the centre's own role, and stays here."""
    unknown = [row for row in rows if not near.knows(row["card_id"])]
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


async def signal(centre_id: UUID, client_id: UUID) -> Signal | None:
    """Return what the referential says of a card of this centre; None where nobody else knows the client."""
    return _signal(
        await fetch_row("SELECT centres, last_arrival, booking_category FROM referential_signal_of($1)", client_id)
    )


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
    rows = await fetch("SELECT key, cards FROM referential_counts($1)", list(counted_keys(features)))
    near = await _empty({row["key"]: row["cards"] for row in rows})
    await _put(near, await fetch("SELECT * FROM referential_neighbours($1)", list(blocking_keys(features))))
    identity_id = near.probe(features)
    if identity_id is None:
        return None
    return _signal(
        await fetch_row("SELECT centres, last_arrival, booking_category FROM referential_signal($1)", identity_id)
    )


def _signal(row: Row | None) -> Signal | None:
    return make_signal(row["centres"], row["last_arrival"], row["booking_category"]) if row else None
