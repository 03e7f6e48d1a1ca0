"""Every read of satisfaction. Called inside a transaction."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from infra.database import fetch, fetch_row
from tenants.arrivals.sealing import open_sealed
from tenants.satisfaction.rules import LOW_TENTHS


class SatisfactionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a centre asks; `has_key` says that a provider's key is kept."""

    survey_on: bool = True
    low_tenths: int = LOW_TENTHS
    provider_url: str = ""
    has_key: bool = False
    version: int = 0


async def settings_of(centre_id: UUID) -> SatisfactionSettings:
    """Return how a centre asks; what every centre does where it has not said otherwise."""
    row = await fetch_row(
        """SELECT survey_on, low_tenths, provider_url, provider_key IS NOT NULL AS has_key, version
           FROM satisfaction_settings WHERE centre_id = $1""",
        centre_id,
    )
    return SatisfactionSettings() if row is None else SatisfactionSettings(**row)


async def provider_key(centre_id: UUID) -> bytes:
    """Return the key that the provider and the centre share; empty where there is none."""
    row = await fetch_row("SELECT provider_key FROM satisfaction_settings WHERE centre_id = $1", centre_id)
    if row is None or row["provider_key"] is None:
        return b""
    return open_sealed("satisfaction", centre_id, centre_id, row["provider_key"])


async def scores_of(centre_id: UUID, stay_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return the scores of stays, in tenths of five, by stay; those without one are left out."""
    rows = await fetch(
        """SELECT stay_id, score_tenths FROM satisfaction_answers
           WHERE centre_id = $1 AND stay_id = ANY ($2) AND score_tenths IS NOT NULL""",
        centre_id,
        list(stay_ids),
    )
    return {row["stay_id"]: row["score_tenths"] for row in rows}


async def stay_named(centre_id: UUID, reference: str) -> UUID | None:
    """Return the stay that a provider's reference names, which is its id; None where it names none of the centre's."""
    try:
        stay_id = UUID(reference)
    except ValueError:
        return None
    found = await fetch_row("SELECT id FROM stays WHERE centre_id = $1 AND id = $2", centre_id, stay_id)
    return stay_id if found else None


async def stays_to_ask(centre_id: UUID, *, first_day: date, last_day: date, limit: int) -> list[UUID]:
    """Return the stays that left between two days, both included, and were not asked yet; locked clients are left alone."""
    rows = await fetch(
        """SELECT s.id FROM stays s JOIN clients c ON c.centre_id = s.centre_id AND c.id = s.client_id
           WHERE s.centre_id = $1 AND s.status = 'departed' AND coalesce(s.left_on, s.departure) BETWEEN $2 AND $3
               AND c.email <> '' AND c.email_quality IN ('valid', 'generic') AND NOT c.anonymised
               AND NOT EXISTS (SELECT FROM satisfaction_answers a WHERE a.centre_id = $1 AND a.stay_id = s.id)
               AND NOT EXISTS (SELECT FROM client_blacklistings b WHERE b.centre_id = $1 AND b.client_id = c.id
                   AND b.lifted_at IS NULL)
           ORDER BY s.departure, s.id LIMIT $4""",
        centre_id,
        first_day,
        last_day,
        limit,
    )
    return [row["id"] for row in rows]


async def stays_to_pull(centre_id: UUID, *, first_day: date, limit: int) -> list[UUID]:
    """Return the stays that left since a day and have no score yet."""
    rows = await fetch(
        """SELECT s.id FROM stays s LEFT JOIN satisfaction_answers a ON a.centre_id = $1 AND a.stay_id = s.id
           WHERE s.centre_id = $1 AND s.status = 'departed' AND s.departure >= $2 AND a.score_tenths IS NULL
           ORDER BY s.departure, s.id LIMIT $3""",
        centre_id,
        first_day,
        limit,
    )
    return [row["id"] for row in rows]
