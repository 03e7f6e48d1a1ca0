"""Every read of payments."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from billing.money import Money
from infra.database import Row, fetch, fetch_row
from infra.errors import NotFound


class PaymentUnknown(NotFound):
    """This centre has no such payment."""

    code = "payment_unknown"


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """Money that came or is on its way; `refunded` and `disputed` went back."""

    id: UUID
    dossier_id: UUID
    checkout_session_id: UUID | None
    means: str
    part: str
    amount: Money
    refunded: Money
    disputed: Money
    state: str
    reference: str
    received_day: date
    at: datetime
    stripe_payment_intent: str
    stripe_account: str


_COLUMNS = """id, dossier_id, checkout_session_id, means, part, amount_minor, refunded_minor, disputed_minor, currency,
    state, reference, received_day, at, stripe_payment_intent, stripe_account"""


def payment_of_row(row: Row) -> Payment:
    """Make the struct of a row that has every column of a payment."""
    currency = row["currency"]
    return Payment(
        id=row["id"],
        dossier_id=row["dossier_id"],
        checkout_session_id=row["checkout_session_id"],
        means=row["means"],
        part=row["part"],
        amount=Money(row["amount_minor"], currency),
        refunded=Money(row["refunded_minor"], currency),
        disputed=Money(row["disputed_minor"], currency),
        state=row["state"],
        reference=row["reference"],
        received_day=row["received_day"],
        at=row["at"],
        stripe_payment_intent=row["stripe_payment_intent"] or "",
        stripe_account=row["stripe_account"],
    )


async def payments_of(centre_id: UUID, dossier_id: UUID) -> list[Payment]:
    """Return a dossier's payments, oldest first."""
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM payments WHERE centre_id = $1 AND dossier_id = $2 ORDER BY at, id",
        centre_id,
        dossier_id,
    )
    return [payment_of_row(row) for row in rows]


async def payment(centre_id: UUID, payment_id: UUID, *, lock: bool = False) -> Payment:
    """Return one payment; `lock` holds its row until the transaction ends.

    Raises:
        PaymentUnknown: the centre has none of that id.
    """
    row = await fetch_row(
        f"SELECT {_COLUMNS} FROM payments WHERE centre_id = $1 AND id = $2" + (" FOR UPDATE" if lock else ""),
        centre_id,
        payment_id,
    )
    if row is None:
        raise PaymentUnknown
    return payment_of_row(row)


async def payment_of_session(centre_id: UUID, session_id: UUID) -> Payment:
    """Return the payment that a Checkout session's row led to.

    Raises:
        PaymentUnknown: it led to none.
    """
    row = await fetch_row(
        f"SELECT {_COLUMNS} FROM payments WHERE centre_id = $1 AND checkout_session_id = $2", centre_id, session_id
    )
    if row is None:
        raise PaymentUnknown
    return payment_of_row(row)
