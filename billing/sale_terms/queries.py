"""Every read of the terms of sale. Called inside a transaction of the centre."""

from datetime import date
from uuid import UUID

import msgspec

from billing.sale_terms.rules import QuoteOnTerms, SaleTerms, SaleTermsUnknown, SaleTermsVersion
from infra.clock import today
from infra.database import Row, fetch, fetch_row

_FROM = """coalesce(s.from_day, (s.published_at AT TIME ZONE
    (SELECT c.time_zone FROM centres AS c WHERE c.id = s.centre_id))::date)"""
_COLUMNS = f"s.id, s.number, s.texts, s.published_at, {_FROM} AS from_day"


async def current_terms(centre_id: UUID) -> SaleTerms | None:
    """Return the version in force today; None where the centre has none of its own, or none yet."""
    zone = await fetch_row("SELECT time_zone FROM centres WHERE id = $1", centre_id)
    return None if zone is None else await terms_on(centre_id, today(zone["time_zone"]))


async def terms_on(centre_id: UUID, day: date) -> SaleTerms | None:
    """Return the version that is in force on a day: of those begun by then the last begun, of one day the last published."""
    row = await fetch_row(
        f"""SELECT {_COLUMNS} FROM sale_terms AS s WHERE s.centre_id = $1 AND {_FROM} <= $2
            ORDER BY {_FROM} DESC, s.number DESC LIMIT 1""",
        centre_id,
        day,
    )
    return None if row is None else _terms(row)


async def last_number(centre_id: UUID) -> int:
    """Return the number of the version published last; 0 for none."""
    row = await fetch_row("SELECT max(number) AS number FROM sale_terms WHERE centre_id = $1", centre_id)
    return (row and row["number"]) or 0


async def terms_versions(centre_id: UUID) -> list[SaleTermsVersion]:
    """Return every version, the last published first."""
    rows = await fetch(
        f"""SELECT {_COLUMNS}, s.published_by, (SELECT count(*) FROM quotes AS q
                WHERE q.centre_id = $1 AND q.accepted_terms_id = s.id) AS quotes
            FROM sale_terms AS s WHERE s.centre_id = $1 ORDER BY s.number DESC""",
        centre_id,
    )
    return [SaleTermsVersion(terms=_terms(row), published_by=row["published_by"], quotes=row["quotes"]) for row in rows]


async def quotes_on(centre_id: UUID, number: int, *, limit: int) -> list[QuoteOnTerms]:
    """Return the quotes that were accepted with a version, the last accepted first.

    Raises:
        SaleTermsUnknown: there is none of that number.
    """
    terms = await terms_numbered(centre_id, number)
    rows = await fetch(
        """SELECT q.id AS quote_id, d.id AS dossier_id, d.number AS dossier_number, q.number, q.accepted_at, q.accepted_by
           FROM quotes AS q JOIN dossiers AS d ON d.centre_id = q.centre_id AND d.id = q.dossier_id
           WHERE q.centre_id = $1 AND q.accepted_terms_id = $2 ORDER BY q.accepted_at DESC, q.id LIMIT $3""",
        centre_id,
        terms.id,
        limit,
    )
    return [QuoteOnTerms(**row) for row in rows]


async def terms_numbered(centre_id: UUID, number: int) -> SaleTerms:
    """Return a version, in force or not.

    Raises:
        SaleTermsUnknown: there is none of that number.
    """
    row = await fetch_row(
        f"SELECT {_COLUMNS} FROM sale_terms AS s WHERE s.centre_id = $1 AND s.number = $2", centre_id, number
    )
    if row is None:
        raise SaleTermsUnknown
    return _terms(row)


async def terms_accepted_with(centre_id: UUID, quote_id: UUID) -> SaleTerms | None:
    """Return the version that was accepted with a quote; None where it was the network's usual text, or nothing yet."""
    row = await fetch_row(
        f"""SELECT {_COLUMNS} FROM sale_terms AS s WHERE s.centre_id = $1
            AND s.id = (SELECT accepted_terms_id FROM quotes WHERE centre_id = $1 AND id = $2)""",
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
        from_day=row["from_day"],
    )
