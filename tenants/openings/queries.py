"""Every read of who has what open. Called inside a transaction."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec

from infra.clock import now
from infra.database import fetch

GONE_AFTER: Final = timedelta(seconds=60)
"""A terminal says every twenty seconds that it still has something open; who misses it three times has gone."""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who has something open."""

    account_id: UUID
    name: str
    editing: bool


async def who_else(centre_id: UUID, subject_id: UUID, account_id: UUID) -> list[Opening]:
    """Return who has a thing open beside `account_id`, who came first first."""
    rows = await fetch(
        """SELECT account_id, name, editing FROM openings
           WHERE centre_id = $1 AND subject_id = $2 AND account_id <> $3 AND seen_at > $4 ORDER BY opened_at, id""",
        centre_id,
        subject_id,
        account_id,
        now() - GONE_AFTER,
    )
    return [Opening(**row) for row in rows]
