"""What stewards read: pairs in the order of what an hour gains, and the labels their decisions are. In a network transaction."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from infra.clock import today
from infra.database import Row, fetch, fetch_row
from tenants.referential.review_rules import CardShown, Counts, Label, Pair

NETWORK_ZONE: Final = "Europe/Paris"
"""Whose midnight begins the network's day."""

_OPEN: Final = """WITH open AS (
    SELECT p.*, a.identity_id AS here, b.identity_id AS there,
        (SELECT count(*) FROM identity_cards x WHERE x.identity_id = a.identity_id)
        * (SELECT count(*) FROM identity_cards x WHERE x.identity_id = b.identity_id) / (1 + power(2.0, -p.bits)) AS gain
    FROM identity_proposals p
    JOIN identity_cards a ON a.card_id = p.card_id JOIN identity_cards b ON b.card_id = p.other_card_id
    WHERE a.identity_id <> b.identity_id
        AND NOT EXISTS (SELECT FROM identity_cards o
            WHERE o.identity_id IN (a.identity_id, b.identity_id) AND o.objected_at IS NOT NULL)),
likest AS (
    SELECT DISTINCT ON (least(here, there), greatest(here, there)) * FROM open
    ORDER BY least(here, there), greatest(here, there), bits DESC, card_id, other_card_id)"""
"""Of two identities only the likest pair is asked about: one answer settles all of theirs."""


async def waiting_pairs(*, limit: int) -> list[Pair]:
    """Return the next pairs, the greatest gain first, what was postponed last."""
    rows = await fetch(
        f"""{_OPEN} SELECT * FROM likest
            ORDER BY postponed_at NULLS FIRST, gain DESC, bits DESC, card_id, other_card_id LIMIT $1""",
        limit,
    )
    found = await cards_shown([card for row in rows for card in (row["card_id"], row["other_card_id"])])
    return [
        Pair(
            bits=round(row["bits"], 2),
            fields=msgspec.json.decode(row["fields"], type=dict[str, float]),
            agreed=row["agreed"],
            gain=round(row["gain"], 3),
            postponed=row["postponed_at"] is not None,
            one=found[row["card_id"]],
            other=found[row["other_card_id"]],
        )
        for row in rows
        if row["card_id"] in found and row["other_card_id"] in found
    ]


async def counts() -> Counts:
    """Return how many pairs wait, how many were decided today, and how many labels there are."""
    row = await fetch_row(
        f"""{_OPEN} SELECT (SELECT count(*) FROM likest) AS waiting,
                count(*) FILTER (WHERE d.decided_at >= $1 AND d.verdict <> 'later') AS decided_today,
                count(*) FILTER (WHERE d.verdict = 'same') AS same,
                count(*) FILTER (WHERE d.verdict = 'different') AS different
            FROM identity_decisions d WHERE d.undone_at IS NULL""",
        datetime.combine(today(NETWORK_ZONE), time.min, tzinfo=ZoneInfo(NETWORK_ZONE)),
    )
    return msgspec.convert(dict(row or {}), Counts)


async def labels() -> list[Label]:
    """Return what stewards said last of each pair whose cards still stand, the oldest answer first, for the next training."""
    rows = await fetch(
        """SELECT card_id, other_card_id, verdict = 'same' AS same FROM (
               SELECT DISTINCT ON (least(d.card_id, d.other_card_id), greatest(d.card_id, d.other_card_id)) d.*
               FROM identity_decisions d JOIN identity_cards a ON a.card_id = d.card_id
               JOIN identity_cards b ON b.card_id = d.other_card_id
               WHERE d.undone_at IS NULL AND d.verdict <> 'later'
               ORDER BY least(d.card_id, d.other_card_id), greatest(d.card_id, d.other_card_id), d.decided_at DESC, d.id DESC
           ) last ORDER BY decided_at, id"""
    )
    return [msgspec.convert(dict(row), Label) for row in rows]


async def cards_shown(card_ids: Sequence[UUID]) -> dict[UUID, CardShown]:
    """Return cards of any centre by id, as stewards see them."""
    rows = await fetch(
        """SELECT k.id, k.centre_id, c.name AS centre_name, k.reference, k.kind, k.title, k.first_name, k.last_name,
               k.organisation, k.email, k.birth_date, k.street, k.postal_code, k.town, k.client_type, k.created_at,
               ARRAY(SELECT coalesce(nullif(p.e164, ''), p.number) FROM client_phones p
                   WHERE p.centre_id = k.centre_id AND p.client_id = k.id ORDER BY p.position) AS phones,
               s.stays, s.last_arrival, i.identity_id, i.features
           FROM identity_cards i JOIN clients k ON k.centre_id = i.centre_id AND k.id = i.card_id
           JOIN centres c ON c.id = k.centre_id
           CROSS JOIN LATERAL (SELECT count(*) AS stays, max(s.arrival) AS last_arrival FROM stays s
               WHERE s.centre_id = k.centre_id AND s.client_id = k.id AND s.status IN ('present', 'departed')) s
           WHERE i.card_id = ANY ($1)""",
        list(card_ids),
    )
    return {row["id"]: _shown(row) for row in rows}


def _shown(row: Row) -> CardShown:
    return msgspec.convert({**row, "features": msgspec.json.decode(row["features"])}, CardShown)
