"""Every read of quotes."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import msgspec

from billing.money import Money
from billing.quotes.rules import Snapshot
from infra.database import Row, fetch, fetch_row
from infra.errors import NotFound
from infra.settings import settings
from infra.signing import sign


class QuoteUnknown(NotFound):
    """This centre has no such quote."""

    code = "quote_unknown"


LINK_DAYS = 400
"""How long a quote's page can be read after it was sent; it can be accepted for as long as it is valid."""


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A version of an offer, as sent, and what became of it."""

    id: UUID
    dossier_id: UUID
    number: int
    state: str
    detail: str
    total: Money
    vat: Money
    deposit: Money
    deposit_nature: str
    file_id: UUID
    sent_at: datetime
    sent_to: str
    valid_until: date
    option_until: date | None
    accepted_at: datetime | None
    accepted_by: str
    refusal: str
    page_url: str


_COLUMNS = """id, centre_id, dossier_id, number, state, detail, currency, total_minor, vat_minor, deposit_minor,
    deposit_nature, file_id, sent_at, sent_to, valid_until, option_until, accepted_at, accepted_by, refusal"""


def page_token(centre_id: UUID, quote_id: UUID, *, sent_at: datetime) -> str:
    """Return the token of a quote's page: the same whenever it is asked for."""
    expires_at = datetime.combine(sent_at.date() + timedelta(days=LINK_DAYS), time(), UTC)
    return sign("quote", centre_id, quote_id, expires_at=expires_at)


def page_url(centre_id: UUID, quote_id: UUID, *, sent_at: datetime) -> str:
    """Return the address of a quote's page."""
    return f"{settings().public_url.rstrip('/')}/q/{page_token(centre_id, quote_id, sent_at=sent_at)}"


def _quote(row: Row) -> Quote:
    currency = row["currency"]
    return Quote(
        id=row["id"],
        dossier_id=row["dossier_id"],
        number=row["number"],
        state=row["state"],
        detail=row["detail"],
        total=Money(row["total_minor"], currency),
        vat=Money(row["vat_minor"], currency),
        deposit=Money(row["deposit_minor"], currency),
        deposit_nature=row["deposit_nature"],
        file_id=row["file_id"],
        sent_at=row["sent_at"],
        sent_to=row["sent_to"],
        valid_until=row["valid_until"],
        option_until=row["option_until"],
        accepted_at=row["accepted_at"],
        accepted_by=row["accepted_by"] or "",
        refusal=row["refusal"] or "",
        page_url=page_url(row["centre_id"], row["id"], sent_at=row["sent_at"]),
    )


async def quotes_of(centre_id: UUID, dossier_id: UUID) -> list[Quote]:
    """Return every version of a dossier's offer, newest first."""
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM quotes WHERE centre_id = $1 AND dossier_id = $2 ORDER BY number DESC",
        centre_id,
        dossier_id,
    )
    return [_quote(row) for row in rows]


async def quote(centre_id: UUID, quote_id: UUID) -> Quote:
    """Return one version.

    Raises:
        QuoteUnknown: the centre has none of that id.
    """
    row = await fetch_row(f"SELECT {_COLUMNS} FROM quotes WHERE centre_id = $1 AND id = $2", centre_id, quote_id)
    if row is None:
        raise QuoteUnknown
    return _quote(row)


async def pdf(centre_id: UUID, dossier_id: UUID, quote_id: UUID) -> bytes:
    """Return the PDF that was sent, byte for byte.

    Raises:
        QuoteUnknown: the dossier has no version of that id.
    """
    row = await fetch_row(
        """SELECT f.content FROM quotes q JOIN files f ON f.centre_id = q.centre_id AND f.id = q.file_id
           WHERE q.centre_id = $1 AND q.id = $2 AND q.dossier_id = $3""",
        centre_id,
        quote_id,
        dossier_id,
    )
    if row is None:
        raise QuoteUnknown
    return bytes(row["content"])


async def frozen(centre_id: UUID, quote_id: UUID) -> Snapshot:
    """Return what a version says, as it was frozen.

    Raises:
        QuoteUnknown: the centre has none of that id.
    """
    row = await fetch_row("SELECT snapshot FROM quotes WHERE centre_id = $1 AND id = $2", centre_id, quote_id)
    if row is None:
        raise QuoteUnknown
    return msgspec.json.decode(row["snapshot"], type=Snapshot)
