"""What the card's one page shows of a client's money: services consumed by stay, payments. Two queries, whatever there is."""

from datetime import date
from uuid import UUID

import msgspec

from billing.money import Money
from infra.database import fetch


class Consumed(msgspec.Struct, frozen=True, kw_only=True):
    """What a stay was sold of one kind; `product_type` is lodging, meal, room_hire, activity, package…"""

    stay_id: UUID
    product_type: str
    total: Money


class CardPayment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment of a client; `back` is what was given back or taken back of it."""

    id: UUID
    dossier_id: UUID
    number: str
    day: date | None
    means: str
    state: str
    amount: Money
    back: Money


async def consumed_services(centre_id: UUID, client_id: UUID) -> list[Consumed]:
    """Return what each of a client's stays was sold, a row a kind of service; by stay, the largest first."""
    rows = await fetch(
        """SELECT d.stay_id, l.product_type, sum(l.total_minor)::bigint AS minor, min(l.currency) AS currency
           FROM dossiers d JOIN dossier_lines l ON l.centre_id = d.centre_id AND l.dossier_id = d.id
           WHERE d.centre_id = $1 AND d.client_id = $2 GROUP BY d.stay_id, l.product_type
           ORDER BY d.stay_id, minor DESC, l.product_type""",
        centre_id,
        client_id,
    )
    return [
        Consumed(stay_id=row["stay_id"], product_type=row["product_type"], total=Money(row["minor"], row["currency"]))
        for row in rows
    ]


async def client_payments(centre_id: UUID, client_id: UUID, *, limit: int = 50) -> list[CardPayment]:
    """Return a client's payments, the latest first; those that failed are left out."""
    rows = await fetch(
        """SELECT p.id, p.dossier_id, d.number, p.received_day, p.means, p.state, p.amount_minor, p.currency,
               p.refunded_minor + p.disputed_minor AS back_minor
           FROM dossiers d JOIN payments p ON p.centre_id = d.centre_id AND p.dossier_id = d.id
           WHERE d.centre_id = $1 AND d.client_id = $2 AND p.state <> 'failed'
           ORDER BY p.at DESC, p.id DESC LIMIT $3""",
        centre_id,
        client_id,
        limit,
    )
    return [
        CardPayment(
            id=row["id"],
            dossier_id=row["dossier_id"],
            number=row["number"],
            day=row["received_day"],
            means=row["means"],
            state=row["state"],
            amount=Money(row["amount_minor"], row["currency"]),
            back=Money(row["back_minor"], row["currency"]),
        )
        for row in rows
    ]
