"""Reads of many dossiers at once: the columns, the list, the card's page, Accueil. One query each."""

from datetime import date
from uuid import UUID

import msgspec

from billing.dossiers.rules import State
from billing.money import Money
from infra.database import Row, fetch, fetch_row
from tenants.clients.filtering import EVERYBODY, ClientFilter, condition, of_client


class DossierCard(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier in a column; `unread` says that its thread has a new message."""

    id: UUID
    version: int
    number: str
    state: State
    client_id: UUID
    client_name: str
    arrival: date
    departure: date
    stay_status: str
    pax: int | None
    total: Money
    due: Money
    unread: bool


class DossierColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column's count and sum."""

    state: State
    count: int
    total: Money


class DeskMoney(msgspec.Struct, frozen=True, kw_only=True):
    """Money in Accueil: what should have come and has not."""

    overdue_payments: int
    overdue: Money


CARD = """
    SELECT d.id, d.version, d.number, d.state, d.client_id, c.name AS client_name, s.arrival, s.departure,
        s.status AS stay_status, coalesce(s.pax, s.expected_pax) AS pax, d.currency, d.due_minor,
        coalesce(q.total_minor, d.total_minor) AS total_minor, coalesce(e.unread, false) AS unread
    FROM dossiers d
        JOIN clients c ON c.centre_id = d.centre_id AND c.id = d.client_id
        JOIN stays s ON s.centre_id = d.centre_id AND s.id = d.stay_id
        LEFT JOIN enquiries e ON e.centre_id = d.centre_id AND e.id = d.enquiry_id
        LEFT JOIN quotes q ON q.centre_id = d.centre_id AND q.dossier_id = d.id AND q.state = 'accepted'
    WHERE d.centre_id = $1"""
"""The beginning of a query of dossiers as they stand in a column."""


def card_of(row: Row) -> DossierCard:
    """Return the dossier of a row that `CARD` selected."""
    return DossierCard(
        id=row["id"],
        version=row["version"],
        number=row["number"],
        state=State(row["state"]),
        client_id=row["client_id"],
        client_name=row["client_name"],
        arrival=row["arrival"],
        departure=row["departure"],
        stay_status=row["stay_status"],
        pax=row["pax"],
        total=Money(row["total_minor"], row["currency"]),
        due=Money(row["due_minor"], row["currency"]),
        unread=row["unread"],
    )


async def dossiers(
    centre_id: UUID,
    *,
    state: str = "",
    text: str = "",
    of: ClientFilter = EVERYBODY,
    after: UUID | None = None,
    limit: int = 50,
) -> list[DossierCard]:
    """Return dossiers, newest first.

    Args:
        centre_id: whose.
        state: one of the seven; empty for all but the archived.
        text: the beginning of a number, or a part of the client's name.
        of: only those of these clients.
        after: the id of the last one of the page before.
        limit: at most so many.
    """
    arguments = [
        centre_id,
        state,
        text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_"),
        after,
        limit,
    ]
    rows = await fetch(
        CARD
        + f""" AND CASE WHEN $2 = '' THEN d.state <> 'archived' ELSE d.state = $2 END
              AND ($3 = '' OR d.number ILIKE $3 || '%' OR c.name ILIKE '%' || $3 || '%')
              AND ($4::uuid IS NULL OR d.id < $4) AND {condition(of, arguments)}
              ORDER BY d.id DESC LIMIT $5""",
        *arguments,
    )
    return [card_of(row) for row in rows]


async def columns(centre_id: UUID, *, of: ClientFilter = EVERYBODY) -> list[DossierColumn]:
    """Return the seven columns in their order, with counts and sums of these clients, empty ones too."""
    arguments: list[object] = [centre_id]
    rows = await fetch(
        f"""SELECT d.state, count(*) AS count, sum(coalesce(q.total_minor, d.total_minor))::bigint AS total_minor
           FROM dossiers d
           LEFT JOIN quotes q ON q.centre_id = d.centre_id AND q.dossier_id = d.id AND q.state = 'accepted'
           WHERE d.centre_id = $1 AND {of_client(of, arguments, "d.client_id")} GROUP BY d.state""",
        *arguments,
    )
    found = {row["state"]: row for row in rows}
    return [
        DossierColumn(
            state=state,
            count=found[state]["count"] if state in found else 0,
            total=Money(found[state]["total_minor"] if state in found else 0, "EUR"),
        )
        for state in State
    ]


async def client_page(centre_id: UUID, client_id: UUID) -> list[DossierCard]:
    """Return a client's dossiers for the card's page, latest arrival first, at most a hundred."""
    rows = await fetch(
        CARD + " AND d.client_id = $2 ORDER BY s.arrival DESC, d.id DESC LIMIT 100", centre_id, client_id
    )
    return [card_of(row) for row in rows]


async def desk_money(centre_id: UUID, today: date) -> DeskMoney:
    """Count the accepted quotes whose deposit or balance should have come by `today`, and sum what is late."""
    row = await fetch_row(
        """SELECT count(*) AS payments, coalesce(sum(late), 0)::bigint AS minor FROM (
               SELECT CASE WHEN s.arrival < $2 THEN d.due_minor
                           WHEN coalesce(q.option_until, q.valid_until) < $2 THEN q.deposit_minor - d.paid_minor
                           ELSE 0 END AS late
               FROM dossiers d
               JOIN quotes q ON q.centre_id = d.centre_id AND q.dossier_id = d.id AND q.state = 'accepted'
               JOIN stays s ON s.centre_id = d.centre_id AND s.id = d.stay_id
               WHERE d.centre_id = $1 AND d.state IN ('awaiting_payment', 'deposit_paid')
                   AND s.status NOT IN ('cancelled', 'no_show')) AS instalments
           WHERE late > 0""",
        centre_id,
        today,
    )
    minor = 0 if row is None else row["minor"]
    return DeskMoney(overdue_payments=0 if row is None else row["payments"], overdue=Money(minor, "EUR"))
