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
_COUNTED: Final = ", ".join(f"count(*) FILTER (WHERE {_IS[field]}) AS {field}" for field in FIELDS)
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


async def quality(sieve: Sieve, *, by: str = "") -> list[Quality]:
    """Count the cards, all together or `by` centre (its slug), source, month (YYYY-MM) or language; inside a transaction."""
    name = {
        "": "''",
        "centre": "c.slug",
        "source": "k.source",
        "month": "to_char(k.created_at AT TIME ZONE 'Europe/Paris', 'YYYY-MM')",
        "language": "k.language",
    }[by]
    rows = await fetch(
        f"""SELECT {name} AS name, count(*) AS cards, {_COUNTED} FROM clients k
            {"JOIN centres c ON c.id = k.centre_id" if by == "centre" else ""} WHERE {_OF}
            GROUP BY 1 ORDER BY {"1" if by == "month" else "2 DESC, 1"} LIMIT 200""",
        sieve.centre_id,
        sieve.source,
        sieve.month,
    )
    return [
        Quality(name=row["name"], cards=row["cards"], filled={field: row[field] for field in FIELDS}) for row in rows
    ]


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
