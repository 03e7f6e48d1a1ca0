"""Finding a card from any fragment, as one types; the centre comes first. Called inside a transaction.

Every fragment is a range of a plain btree (`client_words`): no operator that row-level security would keep from its
index. Typos are looked for only where nothing was found without them.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

import msgspec
from rapidfuzz.distance import OSA

from infra.database import fetch
from tenants.clients.queries import centre_today
from tenants.clients.words import NAME, STEM_LENGTH, TOWN, Fragment, fragments, is_forgiven, misspellings

PHONE_END: Final = "q"
_ABOVE_ALL: Final = "\U0010ffff"
_SIMILAR_LIMIT: Final = 400
_LONG_WORD: Final = 8


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


async def search(centre_id: UUID, text: str = "", *, limit: int = 50, cursor: str | None = None) -> Lines:
    """Return the cards that hold every fragment typed, the closest first; all in French order where none is typed.

    Args:
        centre_id: whose cards.
        text: words in any order, the beginning of each is enough; digits of a phone; a reference; an address.
        limit: how many.
        cursor: a `next_cursor`; what cannot be read starts over.
    """
    today = await centre_today(centre_id)
    wanted = fragments(text)
    if not wanted:
        return await _all(centre_id, today, limit=limit, cursor=cursor) if not text.strip() else _NONE
    skip = int(cursor) if cursor and cursor.isdecimal() and len(cursor) < 7 else 0
    query = _Query(centre_id, today)
    found = await query.run([[fragment] for fragment in wanted], skip=skip, limit=limit + 1)
    if not found and not skip:
        similar = [[fragment, *await _similar(centre_id, fragment)] for fragment in wanted]
        if any(len(alternatives) > 1 for alternatives in similar):
            found = await _Query(centre_id, today).run(similar, skip=0, limit=limit)
    return Lines(items=found[:limit], next_cursor=str(skip + limit) if len(found) > limit else None)


_NONE = Lines(items=[], next_cursor=None)


async def _all(centre_id: UUID, today: date, *, limit: int, cursor: str | None) -> Lines:
    key, _, last = (cursor or "").rpartition("\n")
    after = UUID(last) if cursor and _is_uuid(last) else UUID(int=0)
    rows = await fetch(
        f"""SELECT {_LINE}, c.sort_key FROM clients c
            WHERE c.centre_id = $1 AND (c.sort_key, c.id) > ($3, $4) ORDER BY c.sort_key, c.id LIMIT $5""",
        centre_id,
        today,
        key,
        after,
        limit + 1,
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


class _Query:
    """One search being written: its conditions and their arguments."""

    def __init__(self, centre_id: UUID, today: date) -> None:
        self.arguments: list[object] = [centre_id, today]

    def _argument(self, value: object) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}"

    def _branches(self, alternatives: Sequence[Fragment]) -> list[str]:
        """Return a range of the index for each place where the fragment may stand, the likeliest first."""
        branches = []
        for fragment in alternatives:
            for kind in fragment.kinds:
                word = fragment.word[::-1] if kind == PHONE_END else fragment.word
                first, last = self._argument(word), self._argument(word + _ABOVE_ALL)
                branches.append(f"w.kind = '{kind}' AND w.word >= {first} AND w.word < {last}")
        return branches

    async def run(self, wanted: Sequence[Sequence[Fragment]], *, skip: int, limit: int) -> list[Line]:
        """Return the cards that match one alternative of every fragment."""
        if len(wanted) == 1:
            enough = self._argument((skip + limit) * 3)
            ranked = " UNION ALL ".join(
                f"""(SELECT client_id, word, {rank} AS rank FROM client_words w WHERE w.centre_id = $1 AND {branch}
                    ORDER BY w.word, w.client_id LIMIT {enough})"""
                for rank, branch in enumerate(self._branches(wanted[0]))
            )
            source = f"""SELECT client_id, min(rank) AS rank, min(word) AS word FROM ({ranked}) r
                GROUP BY client_id ORDER BY 2, 3, 1"""
            held, order = "", "f.rank, f.word, c.sort_key, c.id"
        else:
            driving = [alternatives for alternatives in wanted if len(alternatives[0].word) > 1]
            source = " INTERSECT ".join(
                "SELECT client_id FROM client_words w WHERE w.centre_id = $1 AND ("
                + " OR ".join(f"({branch})" for branch in self._branches(alternatives))
                + ")"
                for alternatives in driving
            )
            order = "c.sort_key, c.id"
            # An initial is in half of the cards: it only filters what the other words found.
            initials = [alternatives[0].word for alternatives in wanted if alternatives not in driving]
            held = "".join(f" AND ' ' || c.search LIKE {self._argument(f'% {initial}%')}" for initial in initials)
        # A card by its id, one by one: left to itself the planner reads every card of the centre for a few hundred.
        cards = f"""({source}) f CROSS JOIN LATERAL
            (SELECT * FROM clients c WHERE c.centre_id = $1 AND c.id = f.client_id{held} OFFSET 0) c"""
        if not source:
            # Initials alone: read in the list's own order, a page is full after a few cards.
            cards = f"clients c WHERE c.centre_id = $1{held}"
        sql = f"""SELECT {_LINE} FROM {cards}
            ORDER BY {order} OFFSET {self._argument(skip)} LIMIT {self._argument(limit)}"""
        return [Line(**row) for row in await fetch(sql, *self.arguments)]


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
