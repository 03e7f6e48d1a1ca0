"""Every read of the terms of sale. Called inside a transaction of the centre."""

from uuid import UUID

import msgspec

from billing.sale_terms.rules import SaleTerms, SaleTermsUnknown
from infra.database import Row, fetch_row

_COLUMNS = "id, number, texts, published_at"


async def current_terms(centre_id: UUID) -> SaleTerms | None:
    """Return the version in force; None where the centre has none of its own."""
    row = await fetch_row(
        f"SELECT {_COLUMNS} FROM sale_terms WHERE centre_id = $1 ORDER BY number DESC LIMIT 1", centre_id
    )
    return None if row is None else _terms(row)


async def terms_numbered(centre_id: UUID, number: int) -> SaleTerms:
    """Return a version, in force or not.

    Raises:
        SaleTermsUnknown: there is none of that number.
    """
    row = await fetch_row(f"SELECT {_COLUMNS} FROM sale_terms WHERE centre_id = $1 AND number = $2", centre_id, number)
    if row is None:
        raise SaleTermsUnknown
    return _terms(row)


async def terms_accepted_with(centre_id: UUID, quote_id: UUID) -> SaleTerms | None:
    """Return the version that was accepted with a quote; None where it was the network's usual text, or nothing yet."""
    row = await fetch_row(
        f"""SELECT {_COLUMNS} FROM sale_terms WHERE centre_id = $1
            AND id = (SELECT accepted_terms_id FROM quotes WHERE centre_id = $1 AND id = $2)""",
        centre_id,
        quote_id,
    )
    return None if row is None else _terms(row)


def _terms(row: Row) -> SaleTerms:
    return SaleTerms(
        id=row["id"],
        number=row["number"],
        texts=msgspec.json.decode(row["texts"], type=dict[str, str]),
        published_at=row["published_at"],
    )
