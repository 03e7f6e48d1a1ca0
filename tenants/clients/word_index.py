"""Writing the words that cards are found by, and the misspellings that lead to them."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from infra.database import execute
from tenants.clients import words
from tenants.clients.rules import ClientFields, sort_key

ORDERED_BY: Final = 40
"""So many signs of a card's sort key stand beside each of its words."""


async def index_words(centre_id: UUID, cards: Sequence[tuple[UUID, ClientFields]]) -> None:
    """Write the words of cards that have none yet; each card comes with its reference."""
    found = {client_id: words.card_words(fields, reference=fields.reference) for client_id, fields in cards}
    beside = {client_id: (sort_key(fields)[:ORDERED_BY], *_sieve(found[client_id])) for client_id, fields in cards}
    rows = [
        (client_id, kind.encode(), word, *beside[client_id]) for client_id in beside for kind, word in found[client_id]
    ]
    if rows:
        await execute(
            """INSERT INTO client_words (centre_id, client_id, kind, word, sort_key, initials, pairs, triples)
               SELECT $1, * FROM unnest($2::uuid[], $3::"char"[], $4::text[], $5::text[],
                   $6::bigint[], $7::bigint[], $8::bigint[])
               ON CONFLICT DO NOTHING""",
            centre_id,
            *map(list, zip(*rows, strict=True)),
        )
    # In order, so that two who write the same stems wait for one another and never in a ring.
    stems = sorted(set().union(*(words.stems(pairs) for pairs in found.values())))
    misspelt = sorted((wrong, stem) for stem in stems for wrong in words.misspellings(stem))
    if misspelt:
        await execute(
            """INSERT INTO client_misspellings (centre_id, misspelling, stem)
               SELECT $1, * FROM unnest($2::text[], $3::text[]) AS new (misspelling, stem)
               WHERE NOT EXISTS (SELECT FROM client_misspellings old WHERE old.centre_id = $1
                   AND old.misspelling = new.misspelling AND old.stem = new.stem)
               ON CONFLICT DO NOTHING""",
            centre_id,
            [wrong for wrong, _ in misspelt],
            [stem for _, stem in misspelt],
        )


def _sieve(found: set[tuple[str, str]]) -> tuple[int, int, int]:
    return words.sieve(word for kind, word in found if kind in words.SIFTED)
