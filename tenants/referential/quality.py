"""How well the cards are filled: each field, usable addresses and phones, languages, by centre, source and month; duplicates apart."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from infra.database import fetch

FIELDS: Final = (
    "first_name",
    "email",
    "usable_email",
    "phone",
    "mobile",
    "birth_date",
    "street",
    "postal_code",
    "town",
    "client_type",
    "discovery_channel",
)
"""What is counted of each card; a usable address leads to the client, a relay or a generic one does not."""
_IS: Final = {
    "first_name": "k.first_name <> '' OR k.kind = 'organisation'",
    "email": "k.email <> ''",
    "usable_email": "k.email_quality = 'valid'",
    "phone": "EXISTS (SELECT FROM client_phones p WHERE p.centre_id = k.centre_id AND p.client_id = k.id AND p.e164 <> '')",
    "mobile": "EXISTS (SELECT FROM client_phones p WHERE p.centre_id = k.centre_id AND p.client_id = k.id AND p.mobile AND p.e164 <> '')",
    "birth_date": "k.birth_date IS NOT NULL OR k.kind = 'organisation'",
    "street": "k.street <> ''",
    "postal_code": "k.postal_code <> ''",
    "town": "k.town <> ''",
    "client_type": "k.client_type <> ''",
    "discovery_channel": "k.discovery_channel <> ''",
}
_OF_A_CENTRE: Final = _IS | {"phone": "p.client_id IS NOT NULL", "mobile": "p.mobile"}
"""The same where the centre's phones were gathered first: asked of each card, they take most of the time."""
_COUNTED: Final = ", ".join(f"count(*) FILTER (WHERE {said}) AS {field}" for field, said in _OF_A_CENTRE.items())
_SUMMED: Final = ", ".join(f"sum({name})::bigint AS {name}" for name in ("cards", *FIELDS))
_GROUPS: Final = ("centre", "source", "month", "language")
_OF: Final = """NOT k.anonymised AND ($1::uuid IS NULL OR k.centre_id = $1) AND ($2::text IS NULL OR k.source = $2)
    AND ($3::date IS NULL OR k.created_at >= $3 AND k.created_at < $3 + interval '1 month')"""
LISTED: Final = 200


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """Cards counted together: how many, and of how many each field is filled. `name` says what they share."""

    name: str
    cards: int
    filled: dict[str, int]


class Sieve(msgspec.Struct, frozen=True, kw_only=True):
    """Which cards are counted: of a centre, of a source, made in the month that begins on a day; None for all."""

    centre_id: UUID | None = None
    source: str | None = None
    month: date | None = None


class Incomplete(msgspec.Struct, frozen=True, kw_only=True):
    """A card that lacks a field."""

    id: UUID
    name: str
    reference: str


class QualityBy(msgspec.Struct, frozen=True, kw_only=True):
    """All cards counted, and by centre (its slug), source, month (YYYY-MM, oldest first) and language (most cards first)."""

    whole: Quality
    centres: list[Quality]
    sources: list[Quality]
    months: list[Quality]
    languages: list[Quality]


async def quality(sieve: Sieve) -> QualityBy:
    """Count the cards, each once; inside a transaction that sees them, the centre's own or the network's."""
    rows = await fetch(
        f"""WITH counted AS MATERIALIZED (
                SELECT o.slug AS centre, of_it.* FROM centres o CROSS JOIN LATERAL (
                    SELECT k.source, k.language, to_char(k.created_at AT TIME ZONE 'Europe/Paris', 'YYYY-MM') AS month,
                        count(*) AS cards, {_COUNTED}
                    FROM clients k LEFT JOIN (
                        SELECT each.client_id, bool_or(each.mobile) AS mobile FROM client_phones each
                        WHERE each.centre_id = o.id AND each.e164 <> '' GROUP BY 1) p ON p.client_id = k.id
                    WHERE k.centre_id = o.id AND {_OF} GROUP BY 1, 2, 3) AS of_it
                WHERE $1::uuid IS NULL OR o.id = $1)
            SELECT CASE {" ".join(f"WHEN GROUPING({name}) = 0 THEN '{name}'" for name in _GROUPS)} ELSE '' END AS by,
                CASE {" ".join(f"WHEN GROUPING({name}) = 0 THEN {name}" for name in _GROUPS)} ELSE '' END AS name,
                {_SUMMED}
            FROM counted GROUP BY GROUPING SETS ((), {", ".join(f"({name})" for name in _GROUPS)})""",
        sieve.centre_id,
        sieve.source,
        sieve.month,
    )
    found: dict[str, list[Quality]] = {by: [] for by in ("", *_GROUPS)}
    for row in rows:
        filled = {field: row[field] or 0 for field in FIELDS}
        found[row["by"]].append(Quality(name=row["name"], cards=row["cards"] or 0, filled=filled))
    most = {by: sorted(found[by], key=lambda each: (-each.cards, each.name))[:LISTED] for by in _GROUPS}
    return QualityBy(
        whole=found[""][0],
        centres=most["centre"],
        sources=most["source"],
        months=sorted(found["month"], key=lambda each: each.name),
        languages=most["language"],
    )


async def incomplete(sieve: Sieve, field: str) -> Sequence[Incomplete]:
    """Return the newest cards that lack a field; inside a transaction of their centre."""
    rows = await fetch(
        f"""SELECT k.id, k.name, k.reference FROM clients k WHERE {_OF} AND NOT ({_IS[field]})
            ORDER BY k.created_at DESC, k.id DESC LIMIT {LISTED}""",
        sieve.centre_id,
        sieve.source,
        sieve.month,
    )
    return [msgspec.convert(dict(row), Incomplete) for row in rows]
