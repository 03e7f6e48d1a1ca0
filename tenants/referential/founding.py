"""The referential of a network that begins with all its cards at once: the same keys, weights and links, found in one pass.

Nobody else writes cards meanwhile, so nobody is waited for; from then on `operations` matches each card as it is saved.
"""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

import msgspec
import numpy as np
import numpy.typing as npt

from infra.clock import now
from infra.database import execute, tenant_transaction
from infra.ids import new_id
from tenants.referential.found_pairs import Pair, for_stewards, likest, scored, told
from tenants.referential.matching.bulk import forget_shared, link
from tenants.referential.matching.candidates import RECIPES, keys
from tenants.referential.matching.columns import Columns
from tenants.referential.matching.entities import everybody
from tenants.referential.matching.features import Features
from tenants.referential.matching.keys import COUNTED, network_shares, network_size
from tenants.referential.matching.versions import MODEL

_PERSISTED: Final = 500
"""Links and proposals written at once."""


class Matched(msgspec.Struct, frozen=True):
    """All the cards of a network, compared with one another; cards are rows in the order they were given."""

    persons: npt.NDArray[np.int64]
    """For each card, the first card of its person."""
    keys: npt.NDArray[np.int64]
    """The keys of all cards, card after card."""
    ends: npt.NDArray[np.int64]
    """For each card, where its keys end."""
    links: list[Pair]
    """Each card but the first of its person, with the earlier one of them that it resembles most."""
    proposals: list[Pair]
    """What a steward is to look at."""

    def keys_of(self, row: int) -> list[int]:
        """Return the keys of a card, in order."""
        found: list[int] = self.keys[self.ends[row - 1] if row else 0 : self.ends[row]].tolist()
        return found


def match_all(cards: Iterable[Features]) -> Matched:
    """Compare all the cards of a network."""
    columns = Columns(cards)
    numbers, ends = _keys(columns)
    forget_shared(columns)
    shares = network_shares(columns, model=MODEL)
    linked = link(columns, MODEL, shares=shares, among=network_size(len(columns)))
    one, other, bits = scored(columns, everybody(linked.persons), model=MODEL, shares=shares)
    links = likest(other, one, bits)
    likely = scored(columns, linked.likely, model=MODEL, shares=shares)
    return Matched(
        persons=linked.persons,
        keys=numbers,
        ends=ends,
        links=told(columns, other[links], one[links], model=MODEL, shares=shares),
        proposals=told(columns, *for_stewards(linked.persons, *likely), model=MODEL, shares=shares),
    )


async def store_cards(
    centre_id: UUID, cards: Sequence[tuple[UUID, Features]], identities: Sequence[UUID], key_lists: Sequence[list[int]]
) -> None:
    """Write cards of one centre, each with its identity and its keys."""
    rows = [
        {"card": card_id, "identity": identity, "features": features, "keys": numbers}
        for (card_id, features), identity, numbers in zip(cards, identities, key_lists, strict=True)
    ]
    async with tenant_transaction(centre_id):
        # Thousands of cards are one statement here.
        await execute("SET LOCAL statement_timeout = 0")
        await execute("SELECT referential_store($1, $2)", _json(rows), now())


async def store_pairs(centre_id: UUID, matched: Matched, card_ids: Sequence[UUID], identities: Sequence[UUID]) -> None:
    """Write how each card came to its identity, and what stewards are to look at; all their cards are stored.

    Args:
        centre_id: any centre of the network: both are the network's.
        matched: what the comparing gave.
        card_ids: the cards, by row.
        identities: the identity of each, by row.
    """
    links = [
        {
            **_told(pair, card_ids),
            "id": new_id(),
            "identity": identities[pair.row],
            "former": identities[pair.row],
            "round": 1,
            "decided_by": "matcher",
        }
        for pair in matched.links
    ]
    proposals = [_told(pair, card_ids) for pair in matched.proposals]
    for function, rows in (("referential_link", links), ("referential_propose", proposals)):
        for first in range(0, len(rows), _PERSISTED):
            async with tenant_transaction(centre_id):
                await execute(f"SELECT {function}($1, $2)", _json(rows[first : first + _PERSISTED]), now())


def _told(pair: Pair, card_ids: Sequence[UUID]) -> dict[str, object]:
    return {
        "card": card_ids[pair.row],
        "other": card_ids[pair.other],
        "bits": pair.bits,
        "fields": pair.fields,
        "agreed": pair.agreed,
        "model": MODEL.version,
    }


def _keys(columns: Columns) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the keys that cards are stored with, card after card, each card's in order and once, and where each ends."""
    recipes = [*(recipe for recipe in RECIPES if not recipe.wide), *COUNTED.values()]
    found = [keys(columns, recipe) for recipe in recipes]
    rows = np.concatenate([rows for rows, _ in found])
    numbers = np.concatenate([numbers for _, numbers in found])
    order = np.lexsort((numbers, rows))
    rows, numbers = rows[order], numbers[order]
    if len(rows):
        first = np.r_[True, (rows[1:] != rows[:-1]) | (numbers[1:] != numbers[:-1])]
        rows, numbers = rows[first], numbers[first]
    return numbers, np.searchsorted(rows, np.arange(len(columns)), side="right")


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
