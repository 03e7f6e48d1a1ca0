"""Every read of what is agreed with a client. Called inside a transaction."""

from datetime import date
from uuid import UUID

import msgspec

from billing.catalogue.client_rates import ClientRate
from billing.money import Money
from infra.database import Row, fetch, fetch_row


class Defaults(msgspec.Struct, frozen=True, kw_only=True):
    """What fills a client's new stay or quote, and stays editable there."""

    service_id: UUID | None = None
    payer_id: UUID | None = None
    payer_note: str = ""
    room_type: str = ""
    discount_basis_points: int = 0
    commission_basis_points: int = 0
    rate_id: UUID | None = None
    version: int = 0
    """0 where there are none yet."""


_RATE = """id, version, name, service_id, room_type, price_minor, currency, first_day, last_day, min_nights, max_nights,
    promo_allowed"""


def _rate(row: Row) -> ClientRate:
    plain = {name: row[name] for name in ClientRate.__struct_fields__ if name != "price"}
    return ClientRate(**plain, price=Money(row["price_minor"], row["currency"]))


async def rates_of(centre_id: UUID, client_id: UUID, *, on: date | None = None) -> list[ClientRate]:
    """Return a client's rates in use, the oldest first; `on` leaves out those whose dates are over."""
    rows = await fetch(
        f"""SELECT {_RATE} FROM client_rates WHERE centre_id = $1 AND client_id = $2 AND retired_at IS NULL
            AND ($3::date IS NULL OR last_day IS NULL OR last_day >= $3) ORDER BY id""",
        centre_id,
        client_id,
        on,
    )
    return [_rate(row) for row in rows]


async def defaults_of(centre_id: UUID, client_id: UUID) -> Defaults:
    """Return a card's defaults; empty ones where nothing is agreed."""
    names = ", ".join(Defaults.__struct_fields__)
    row = await fetch_row(
        f"SELECT {names} FROM client_defaults WHERE centre_id = $1 AND client_id = $2", centre_id, client_id
    )
    return Defaults() if row is None else Defaults(**row)
