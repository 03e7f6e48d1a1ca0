"""Winning e-mails back: how many clients can be written to, at each month's end, and which addresses were won."""

from datetime import date
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.clock import now
from infra.database import execute, fetch, tenant_transaction
from infra.ids import new_id
from tenants.referential.cleaning.emails import EmailQuality, read_email
from tenants.referential.quality import Sieve

MONTHS = 24


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """A month, `YYYY-MM`: cards there were at its last count, those with the client's own address, addresses won in it."""

    name: str
    cards: int
    reachable: int
    won: int


async def count_reachable(centre_id: UUID, today: date) -> None:
    """Count a centre's cards by source into this month's row; again, the later count stands."""
    async with tenant_transaction(centre_id):
        rows = await fetch(
            """SELECT source, count(*) AS cards, count(*) FILTER (WHERE email_quality = 'valid') AS reachable
               FROM clients WHERE centre_id = $1 AND NOT anonymised GROUP BY source ORDER BY source""",
            centre_id,
        )
        month = today.replace(day=1)
        # A source whose last card went counts none, rather than what it had.
        await execute(
            "UPDATE reachable_cards SET cards = 0, reachable = 0 WHERE centre_id = $1 AND month = $2", centre_id, month
        )
        for row in rows:
            await execute(
                """INSERT INTO reachable_cards (id, centre_id, month, source, cards, reachable)
                   VALUES ($1, $2, $3, $4, $5, $6)
                   ON CONFLICT (centre_id, month, source) DO UPDATE SET cards = EXCLUDED.cards,
                       reachable = EXCLUDED.reachable""",
                new_id(),
                centre_id,
                month,
                row["source"],
                row["cards"],
                row["reachable"],
            )


async def reach(sieve: Sieve) -> list[Reach]:
    """Return the last two years' months that were counted, oldest first; of a centre, of a source; in a transaction."""
    rows = await fetch(
        f"""SELECT to_char(counted.month, 'YYYY-MM') AS name, sum(counted.cards)::bigint AS cards,
                sum(counted.reachable)::bigint AS reachable,
                (SELECT count(*) FROM won_emails AS won
                    JOIN clients AS card ON card.centre_id = won.centre_id AND card.id = won.client_id
                    JOIN centres AS centre ON centre.id = won.centre_id
                 WHERE ($1::uuid IS NULL OR won.centre_id = $1) AND ($2::text IS NULL OR card.source = $2)
                    AND date_trunc('month', won.won_at AT TIME ZONE centre.time_zone)::date = counted.month) AS won
            FROM reachable_cards AS counted
            WHERE ($1::uuid IS NULL OR counted.centre_id = $1) AND ($2::text IS NULL OR counted.source = $2)
            GROUP BY counted.month ORDER BY counted.month DESC LIMIT {MONTHS}""",
        sieve.centre_id,
        sieve.source,
    )
    return [msgspec.convert(dict(row), Reach) for row in reversed(rows)]


async def note_won(
    centre_id: UUID,
    client_id: UUID,
    *,
    stay_id: UUID,
    origin: str,
    before: str,
    written: str,
    agreed: bool,
    actor: Actor,
) -> bool:
    """Note that a card got an address of the client's own where it had none; inside the change that wrote it.

    Args:
        centre_id: whose card.
        client_id: the card.
        stay_id: the stay it was asked for.
        origin: where it was given: `arrival_survey`, `pre_check_in`.
        before: the grade of what the card had.
        written: the address.
        agreed: whether campaigns were agreed to with it.
        actor: who gave it.

    Returns:
        Whether it was won: a relay for a relay is not.
    """
    after = read_email(written).quality
    own = (EmailQuality.VALID, EmailQuality.GENERIC)
    if after not in own or before in own:
        return False
    await execute(
        """INSERT INTO won_emails (id, centre_id, client_id, stay_id, origin, quality_before, quality_after, agreed, given_by,
               won_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
        new_id(),
        centre_id,
        client_id,
        stay_id,
        origin,
        before,
        str(after),
        agreed,
        actor.name,
        now(),
    )
    return True
