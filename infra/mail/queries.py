"""Every read of mails."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from infra.database import current_centre, fetch, fetch_value, network_transaction


class MailFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A mail without its body."""

    id: UUID
    subject_kind: str
    subject_id: UUID
    recipient: str
    subject: str
    state: str
    attempts: int
    error: str
    created_at: datetime
    sent_at: datetime | None


_COLUMNS = """id, subject_kind, subject_id, recipient, subject, state, attempts, coalesce(error, '') AS error,
    created_at, sent_at"""


async def mails(*, state: str, before: tuple[datetime, UUID] | None = None, limit: int = 50) -> list[MailFacts]:
    """Return the centre's mails in a state, newest first.

    Args:
        state: queued, sent or failed.
        before: the (`created_at`, `id`) of the last one had.
        limit: at most so many.
    """
    rows = await fetch(
        f"""SELECT {_COLUMNS} FROM mails WHERE centre_id = $1 AND state = $2
              AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::uuid))
            ORDER BY created_at DESC, id DESC LIMIT $5""",
        current_centre(),
        state,
        before[0] if before else None,
        before[1] if before else None,
        limit,
    )
    return [MailFacts(**dict(row)) for row in rows]


async def failed_count() -> int:
    """Count the centre's mails that failed for good."""
    return int(
        await fetch_value("SELECT count(*) FROM mails WHERE centre_id = $1 AND state = 'failed'", current_centre())
    )


async def mails_about(subject_ids: Sequence[UUID], *, limit: int = 100) -> list[MailFacts]:
    """Return the newest mails about any of these things of the centre, newest first."""
    rows = await fetch(
        f"""SELECT {_COLUMNS} FROM mails WHERE centre_id = $1 AND subject_id = ANY($2)
            ORDER BY created_at DESC, id DESC LIMIT $3""",
        current_centre(),
        list(subject_ids),
        limit,
    )
    return [MailFacts(**dict(row)) for row in rows]


async def due_mails(*, limit: int = 200) -> list[tuple[UUID, UUID]]:
    """Return (centre, mail) of what is due to be sent again, in every centre, longest waiting first.

    A mail never tried has a fact under way that will have it sent; it counts only where that takes long.
    """
    async with network_transaction():
        rows = await fetch(
            """SELECT centre_id, id FROM mails WHERE state = 'queued'
                 AND next_at <= now() - CASE WHEN attempts = 0 THEN interval '20 seconds' ELSE interval '0' END
               ORDER BY next_at LIMIT $1""",
            limit,
        )
    return [(row["centre_id"], row["id"]) for row in rows]
