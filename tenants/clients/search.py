"""Finding a card from any fragment, as one types; the centre comes first. Called inside a transaction.

Every fragment is a range of a plain btree (`client_words`): no operator that row-level security would keep from its
index. The range of the rarest fragment is walked in the list's order until the page is full; a sieve beside each word
tells most cards apart that do not hold the other fragments. Typos are looked for only where nothing was found without.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

import msgspec
from rapidfuzz.distance import OSA

from infra.database import fetch, fetch_row
from tenants.clients.filtering import EVERYBODY, ClientFilter, condition, of_client
from tenants.clients.queries import centre_today
from tenants.clients.words import (
    NAME,
    PHONE_END,
    SIEVE,
    SIFTED,
    STEM_LENGTH,
    TOWN,
    Fragment,
    fragments,
    is_forgiven,
    misspellings,
    sieve,
)

_ABOVE_ALL: Final = "\U0010ffff"
_SIMILAR_LIMIT: Final = 400
_LONG_WORD: Final = 8
_COUNTED: Final = 2_000
"""From so many cards on a fragment is common, and it does not matter how common."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A card in a list."""

    id: UUID
    name: str
    kind: str
    contact_name: str
    town: str
    phone: str
    email: str
    reference: str
    client_type: str
    colour: str
    blacklisted: bool


class Lines(msgspec.Struct, frozen=True, kw_only=True):
    """Part of a list, and where the rest begins; None where there is none."""

    items: list[Line]
    next_cursor: str | None


_LINE = """
    c.id, c.name, c.kind, c.contact_name, c.town, c.email, c.reference, c.client_type, c.colour,
    coalesce((SELECT p.number FROM client_phones p WHERE p.centre_id = c.centre_id AND p.client_id = c.id
        ORDER BY p.position LIMIT 1), '') AS phone,
    EXISTS (SELECT FROM client_blacklistings b WHERE b.centre_id = c.centre_id AND b.client_id = c.id
        AND b.lifted_at IS NULL AND b.last_day >= $2) AS blacklisted"""


async def search(
    centre_id: UUID, text: str = "", *, of: ClientFilter = EVERYBODY, limit: int = 50, cursor: str | None = None
) -> Lines:
    """Return the cards that hold every fragment typed, the closest first; all in French order where none is typed.

    Args:
        centre_id: whose cards.
        text: words in any order, the beginning of each is enough; digits of a phone; a reference; an address.
        of: only cards like these.
        limit: how many.
        cursor: a `next_cursor`; what cannot be read starts over.
    """
    today = await centre_today(centre_id)
    wanted = fragments(text)
    if not wanted:
        return await _all(centre_id, today, of=of, limit=limit, cursor=cursor) if not text.strip() else _NONE
    skip = int(cursor) if cursor and cursor.isdecimal() and len(cursor) < 7 else 0
    asked = [[fragment] for fragment in wanted]
    found = await _held_by_cards(centre_id, today, asked, of=of, skip=skip, limit=limit + 1)
    if not found and not skip:
        similar = [[fragment, *await _similar(centre_id, fragment)] for fragment in wanted]
        if any(len(alternatives) > 1 for alternatives in similar):
            found = await _held_by_cards(centre_id, today, similar, of=of, skip=0, limit=limit)
    return Lines(items=found[:limit], next_cursor=str(skip + limit) if len(found) > limit else None)


_NONE = Lines(items=[], next_cursor=None)


async def _all(centre_id: UUID, today: date, *, of: ClientFilter, limit: int, cursor: str | None) -> Lines:
    key, _, last = (cursor or "").rpartition("\n")
    after = UUID(last) if cursor and _is_uuid(last) else UUID(int=0)
    arguments: list[object] = [centre_id, today, key, after, limit + 1]
    rows = await fetch(
        f"""SELECT {_LINE}, c.sort_key FROM clients c WHERE c.centre_id = $1 AND (c.sort_key, c.id) > ($3, $4)
            AND {condition(of, arguments)} ORDER BY c.sort_key, c.id LIMIT $5""",
        *arguments,
    )
    lines = [Line(**{name: row[name] for name in Line.__struct_fields__}) for row in rows[:limit]]
    rest = f"{rows[limit - 1]['sort_key']}\n{rows[limit - 1]['id']}" if len(rows) > limit else None
    return Lines(items=lines, next_cursor=rest)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


async def _held_by_cards(
    centre_id: UUID,
    today: date,
    wanted: Sequence[Sequence[Fragment]],
    *,
    of: ClientFilter,
    skip: int,
    limit: int,
) -> list[Line]:
    """Return the cards that hold one alternative of every fragment, in the order of the rarest fragment's words."""
    rarest = 0 if len(wanted) == 1 else await _rarest(centre_id, wanted)
    if rarest is None:
        return []
    query = _Query([centre_id, today])
    spans = query.spans(wanted[rarest])
    page = query.argument(skip + limit)
    others = [alternatives for place, alternatives in enumerate(wanted) if place != rarest]
    sifted = "".join(query.sifted(alternatives) for alternatives in others)
    held = "".join(query.held(alternatives) for alternatives in others)
    # Each span is a part of the index, in order, each card once: only their heads are compared. What asks a card's words
    # counts them: EXISTS would be joined, and a whole range read.
    sql = f"""SELECT {_LINE} FROM (
            SELECT * FROM (
                SELECT DISTINCT ON (client_id) client_id, rank, word, sort_key
                FROM {spans} CROSS JOIN LATERAL (
                    SELECT w.client_id, w.word, w.sort_key FROM client_words w
                    WHERE w.centre_id = $1 AND w.kind = s.kind AND w.word >= s.first AND w.word < s.last{sifted}
                      AND (SELECT NOT bool_or(o.kind = s.kind AND o.word >= s.first AND o.word < w.word){held}
                          FROM client_words o WHERE o.centre_id = $1 AND o.client_id = w.client_id)
                      AND {of_client(of, query.arguments, "w.client_id")}
                    ORDER BY w.word, w.sort_key, w.client_id LIMIT {page}) found
                ORDER BY client_id, rank, word) once
            ORDER BY rank, word, sort_key, client_id OFFSET {query.argument(skip)} LIMIT {query.argument(limit)}) f
        JOIN clients c ON c.centre_id = $1 AND c.id = f.client_id ORDER BY f.rank, f.word, f.sort_key, f.client_id"""
    return [Line(**row) for row in await fetch(sql, *query.arguments)]


async def _rarest(centre_id: UUID, wanted: Sequence[Sequence[Fragment]]) -> int | None:
    """Return the place of the fragment that the fewest cards hold; None where no card holds one of them."""
    query = _Query([centre_id])
    counts = [
        f"""(SELECT sum(one_range.count) FROM {query.spans(alternatives)} CROSS JOIN LATERAL (
            SELECT count(*) FROM (SELECT FROM client_words w WHERE w.centre_id = $1 AND w.kind = s.kind
                AND w.word >= s.first AND w.word < s.last LIMIT {_COUNTED}) counted) one_range)"""
        for alternatives in wanted
    ]
    row = await fetch_row(f"SELECT ARRAY[{', '.join(counts)}]::bigint[] AS counts", *query.arguments)
    held: list[int] = row["counts"] if row else []
    if 0 in held:
        return None
    return min(range(len(wanted)), key=lambda place: (min(held[place], _COUNTED), -len(wanted[place][0].word)))


class _Query:
    """The arguments of one query, as its parts are written."""

    def __init__(self, arguments: list[object]) -> None:
        self.arguments = arguments

    def argument(self, value: object) -> str:
        """Add a value and return its place."""
        self.arguments.append(value)
        return f"${len(self.arguments)}"

    def spans(self, alternatives: Sequence[Fragment]) -> str:
        """Return a table `s` of the ranges where a fragment may stand, the likeliest first."""
        ranges = [
            (kind.encode(), word, word + _ABOVE_ALL)
            for fragment in alternatives
            for kind in fragment.kinds
            for word in [fragment.word[::-1] if kind == PHONE_END else fragment.word]
        ]
        kinds, firsts, lasts = (self.argument(list(column)) for column in zip(*ranges, strict=True))
        return f"""unnest({kinds}::"char"[], {firsts}::text[], {lasts}::text[])
            WITH ORDINALITY AS s (kind, first, last, rank)"""

    def held(self, alternatives: Sequence[Fragment]) -> str:
        """Return the condition that one of a card's words `o` is one of the alternatives, or begins with it."""
        begins = " OR ".join(
            f"o.word >= {self.argument(fragment.word)} AND o.word < {self.argument(fragment.word + _ABOVE_ALL)}"
            for fragment in alternatives
        )
        return f" AND bool_or(o.kind = ANY ('{{{','.join(sorted(SIFTED))}}}') AND ({begins}))"

    def sifted(self, alternatives: Sequence[Fragment]) -> str:
        """Return the condition that the sieve beside `w` lets one of the alternatives through."""
        through = (
            " AND ".join(
                f"w.{name} & {bits}::bigint = {bits}::bigint"
                for name, bits in zip(SIEVE, map(self.argument, sieve([fragment.word])), strict=True)
            )
            for fragment in alternatives
        )
        return f" AND ({' OR '.join(through)})"


async def _similar(centre_id: UUID, fragment: Fragment) -> list[Fragment]:
    """Return the words of this centre's cards that a small slip turns into what was typed, the closest first."""
    typed = fragment.word
    if NAME not in fragment.kinds or not is_forgiven(typed):
        return []
    rows = await fetch(
        """SELECT DISTINCT w.word FROM
               (SELECT DISTINCT stem FROM client_misspellings WHERE centre_id = $1 AND misspelling = ANY($2)) s
               CROSS JOIN LATERAL (SELECT word FROM client_words w WHERE w.centre_id = $1 AND w.kind = ANY($3::"char"[])
                   AND w.word >= s.stem AND w.word < s.stem || $4 LIMIT 200) w LIMIT $5""",
        centre_id,
        sorted(misspellings(typed[:STEM_LENGTH])),
        [NAME.encode(), TOWN.encode()],
        _ABOVE_ALL,
        _SIMILAR_LIMIT,
    )
    allowed = 2 if len(typed) >= _LONG_WORD else 1
    near = sorted(
        (min(OSA.distance(typed, word), OSA.distance(typed, word[: len(typed)])), word)
        for word in (r["word"] for r in rows)
    )
    return [Fragment((NAME, TOWN), word) for distance, word in near if distance <= allowed][:10]
