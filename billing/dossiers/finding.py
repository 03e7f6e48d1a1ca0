"""Finding dossiers by their number or by whose they are, the archived too. Called inside a transaction."""

import re
from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from billing.dossiers.lists import CARD, DossierCard, card_of
from infra.database import fetch

_NUMBER: Final = re.compile(r"[A-Za-z]?\d{2,}")
_ABOVE_ALL: Final = "\U0010ffff"


async def dossiers_found(centre_id: UUID, text: str, client_ids: Sequence[UUID], *, limit: int) -> list[DossierCard]:
    """Return the dossiers whose number begins so, else those of some cards, the newest first and the archived last."""
    number = text.strip().upper()
    if _NUMBER.fullmatch(number):
        # A range and no LIKE, which row-level security would keep from the index.
        rows = await fetch(
            CARD + " AND d.number >= $2 AND d.number < $3 ORDER BY d.number LIMIT $4",
            centre_id,
            number,
            number + _ABOVE_ALL,
            limit,
        )
        if rows:
            return [card_of(row) for row in rows]
    if not client_ids:
        return []
    rows = await fetch(
        CARD + " AND d.client_id = ANY($2) ORDER BY d.state = 'archived', d.id DESC LIMIT $3",
        centre_id,
        list(client_ids),
        limit,
    )
    return [card_of(row) for row in rows]


async def numbers_of(centre_id: UUID, dossier_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the numbers of some dossiers, by dossier."""
    rows = await fetch(
        "SELECT id, number FROM dossiers WHERE centre_id = $1 AND id = ANY($2)", centre_id, list(dossier_ids)
    )
    return {row["id"]: row["number"] for row in rows}
