"""Writing the words that cards are found by, and the misspellings that lead to them."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from infra.database import execute
from tenants.clients import words
from tenants.clients.rules import ClientFields, sort_key

ORDERED_BY: Final = 40
"""So many signs of a card's sort key stand beside each of its words."""

WRITTEN: Final = """
    words AS (
        INSERT INTO client_words (centre_id, client_id, kind, word, sort_key, initials, pairs, triples)
        SELECT $1, * FROM unnest($2::uuid[], $3::"char"[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[])
        ON CONFLICT DO NOTHING),
    misspellings AS (
        INSERT INTO client_misspellings (centre_id, misspelling, stem)
        SELECT $1, wrong, n.stem
        FROM (SELECT * FROM unnest($9::text[], $10::text[]) LIMIT cardinality($9::text[])) AS n (stem, misspelt)
        CROSS JOIN LATERAL unnest(string_to_array(n.misspelt, ' ')) AS wrong
        WHERE NOT EXISTS (SELECT FROM client_misspellings old
            WHERE old.centre_id = $1 AND old.misspelling = n.stem AND old.stem = n.stem)
        ORDER BY n.stem, wrong
        ON CONFLICT DO NOTHING)"""
"""What writes them, in a statement whose first arguments are `arguments`.

A stem is one of its own misspellings, and they are all written at once: where it is, the others are. In order, so that two
who write the same stems wait for one another and never in a ring. LIMIT tells the planner that they are few: by its own
guess, ten of each array, it would hold planning anew for each card cheaper than a plan that is kept; it is not.
"""
ARGUMENTS: Final = 10


def arguments(centre_id: UUID, cards: Sequence[tuple[UUID, ClientFields]]) -> tuple[object, ...]:
    """Return what `WRITTEN` asks for, for cards that have no words yet; each comes with its reference."""
    found = {client_id: words.card_words(fields, reference=fields.reference) for client_id, fields in cards}
    beside = {client_id: (sort_key(fields)[:ORDERED_BY], *_sieve(found[client_id])) for client_id, fields in cards}
    rows = (
        (client_id, kind.encode(), word, *beside[client_id]) for client_id in beside for kind, word in found[client_id]
    )
    stems = sorted(set().union(*map(words.stems, found.values())))
    return centre_id, *columns(rows, 7), stems, [" ".join(words.misspellings(stem)) for stem in stems]


async def index_words(centre_id: UUID, cards: Sequence[tuple[UUID, ClientFields]]) -> None:
    """Write the words of cards that have none yet; each card comes with its reference."""
    await execute(f"WITH {WRITTEN} SELECT", *arguments(centre_id, cards))


def columns(rows: Iterable[Sequence[object]], width: int) -> list[list[object]]:
    """Turn rows into their columns, `width` of them even where there is no row."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def _sieve(found: set[tuple[str, str]]) -> tuple[int, int, int]:
    return words.sieve(word for kind, word in found if kind in words.SIFTED)
