"""What became of duplicates: found, waiting, decided, undone; by month, source and centre; down to the centre's own cards."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from infra.database import fetch
from tenants.referential.quality import LISTED, Sieve

MONTHS: Final = 24


class Duplicates(msgspec.Struct, frozen=True, kw_only=True):
    """Pairs counted together: linked and standing, waiting for a steward, decided by one, undone.

    Each counts in the month in which that was done; `name` says what they share.
    """

    name: str = ""
    linked: int = 0
    waiting: int = 0
    decided: int = 0
    undone: int = 0


class DuplicatesBy(msgspec.Struct, frozen=True, kw_only=True):
    """All of them, and by month (the last two years, oldest first), source and centre (most links first)."""

    whole: Duplicates
    months: list[Duplicates]
    sources: list[Duplicates]
    centres: list[Duplicates]


class DuplicateCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card of the centre that is in a pair; `what` became of it (linked, waiting, decided, undone), and when last."""

    id: UUID
    name: str
    reference: str
    what: str
    at: datetime


async def duplicates(sieve: Sieve, *, centre: str | None = None) -> DuplicatesBy:
    """Count the pairs that touch the cards: of the transaction's centre, or of all or one (its slug) where it has none.

    A pair counts once in each source and centre that it touches.
    """
    rows = await fetch("SELECT * FROM referential_duplicates($1, $2, $3)", centre, sieve.source, _month(sieve))
    found: dict[str, list[Duplicates]] = {"": [], "month": [], "source": [], "centre": []}
    for row in rows:
        given = {name: row[name] for name in Duplicates.__struct_fields__}
        found[row["by"]].append(msgspec.convert(given, Duplicates))
    return DuplicatesBy(
        whole=found[""][0] if found[""] else Duplicates(),
        months=sorted(found["month"], key=lambda each: each.name)[-MONTHS:],
        sources=sorted(found["source"], key=_most_first),
        centres=sorted(found["centre"], key=_most_first),
    )


async def duplicate_cards(sieve: Sieve) -> list[DuplicateCard]:
    """Return the centre's cards behind the figures, the latest first; inside a transaction of the centre.

    Of a pair with another centre's card only a link that stands is shown, which the signal tells too; of who objects,
    nothing.
    """
    rows = await fetch("SELECT * FROM referential_duplicate_cards($1, $2, $3)", sieve.source, _month(sieve), LISTED)
    return [msgspec.convert(dict(row), DuplicateCard) for row in rows]


def _month(sieve: Sieve) -> str | None:
    return f"{sieve.month:%Y-%m}" if sieve.month else None


def _most_first(each: Duplicates) -> tuple[int, str]:
    return -(each.linked + each.waiting + each.decided + each.undone), each.name
