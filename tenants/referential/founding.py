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
from tenants.referential.matching.bulk import forget_shared, link
from tenants.referential.matching.candidates import RECIPES, keys
from tenants.referential.matching.columns import Columns
from tenants.referential.matching.entities import everybody
from tenants.referential.matching.features import Features
from tenants.referential.matching.field_pairs import Rows
from tenants.referential.matching.keys import COUNTED, network_shares, network_size
from tenants.referential.matching.levels import AGREED, UNKNOWN
from tenants.referential.matching.model import Scores, Shares, score
from tenants.referential.matching.versions import MODEL

PROPOSED_A_PERSON: Final = 3
_AT_ONCE: Final = 200_000
_PERSISTED: Final = 500
"""Links and proposals written at once."""


class Pair(msgspec.Struct, frozen=True):
    """Two cards, by their rows, and what spoke for it."""

    row: int
    other: int
    bits: float
    fields: dict[str, float]
    agreed: list[str]


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
    one, other, bits = _scored(columns, everybody(linked.persons), shares)
    links = _likest(other, one, bits)
    proposals = _proposed(linked.persons, *_scored(columns, linked.likely, shares))
    return Matched(
        persons=linked.persons,
        keys=numbers,
        ends=ends,
        links=_pairs(columns, other[links], one[links], shares),
        proposals=_pairs(columns, *proposals, shares),
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


def _scored(
    columns: Columns, together: npt.NDArray[np.int64], shares: Shares
) -> tuple[Rows, Rows, npt.NDArray[np.float64]]:
    """Return the two sides of some pairs, and their bits."""
    one, other = (side.astype(np.int32) for side in np.divmod(together, max(len(columns), 1)))
    parts = [np.empty(0)]
    for first in range(0, len(together), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        parts.append(_score(columns, one[part], other[part], shares).bits)
    return one, other, np.concatenate(parts)


def _score(columns: Columns, one: Rows, other: Rows, shares: Shares) -> Scores:
    return score(columns, one, other, model=MODEL, shares=shares, cards=network_size(len(columns)))


def _likest(mine: npt.NDArray[np.generic], theirs: Rows, bits: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return, for each of mine, the place of the pair with the most bits; the first of equals."""
    order = np.lexsort((theirs, -bits, mine))
    ordered = mine[order]
    return order[np.r_[True, ordered[1:] != ordered[:-1]]] if len(order) else order


def _proposed(
    persons: npt.NDArray[np.int64], one: Rows, other: Rows, bits: npt.NDArray[np.float64]
) -> tuple[Rows, Rows]:
    """Return the likeliest pair between any two persons that did not become one, a few a person."""
    here, there = persons[one], persons[other]
    between = np.minimum(here, there) * len(persons) + np.maximum(here, there)
    best = _likest(between, other, bits)
    best = best[np.argsort(-bits[best], kind="stable")]
    asked: dict[int, int] = {}
    kept = []
    for place in best.tolist():
        person = int(min(here[place], there[place]))
        if asked.get(person, 0) < PROPOSED_A_PERSON:
            asked[person] = asked.get(person, 0) + 1
            kept.append(place)
    return one[kept], other[kept]


def _pairs(columns: Columns, rows: Rows, others: Rows, shares: Shares) -> list[Pair]:
    """Return these pairs with what each field says."""
    made: list[Pair] = []
    for first in range(0, len(rows), _AT_ONCE):
        one, other = rows[first : first + _AT_ONCE], others[first : first + _AT_ONCE]
        scores = _score(columns, one, other, shares)
        made += [_pair(scores, place, int(one[place]), int(other[place])) for place in range(len(one))]
    return made


def _pair(scores: Scores, place: int, row: int, other: int) -> Pair:
    fields = {
        name: round(float(bits[place]), 2)
        for name, bits in scores.fields.items()
        if scores.levels[name][place] != UNKNOWN
    }
    agreed = [
        field for name, levels in scores.levels.items() for field in AGREED.get(name, {}).get(int(levels[place]), ())
    ]
    return Pair(row, other, round(float(scores.bits[place]), 2), fields, agreed)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
