"""The dashboard of the cards: of a centre, of the network; down to the cards that lack something; as a table."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Final

import msgspec
from litestar import Controller, Response, get
from litestar.params import FromQuery

from infra.database import network_transaction, system_transaction, tenant_transaction
from infra.errors import FieldError, Invalid
from server.contract.basics import Page
from server.contract.quality import CardQuality, DuplicateCard, Duplicates, Filled, IncompleteCard, Reach
from server.dependencies import AtDesk, AtNetwork
from server.slow_answers import SlowAnswers
from tenants.centres.queries import CentreUnknown, by_slug
from tenants.imports.reports import guarded
from tenants.referential.duplicates import Duplicates as Counted
from tenants.referential.duplicates import DuplicatesBy, duplicate_cards, duplicates
from tenants.referential.quality import FIELDS, Quality, Sieve, incomplete, quality
from tenants.referential.reach import reach

PAIRS: Final = ("linked", "waiting", "decided", "undone")
_OF_NETWORK: Final = SlowAnswers[CardQuality]()


class FieldUnknown(Invalid):
    """No such field is counted."""

    code = "field_unknown"


class QualityController(Controller):
    """A centre's cards."""

    path = "/api/v1/centres/{centre_slug:str}/card-quality"
    tags = ("statistics",)

    @get("/", opt={"right": "statistics.view"})
    async def quality(
        self, desk: AtDesk, source: FromQuery[str | None] = None, month: FromQuery[date | None] = None
    ) -> CardQuality:
        """Show how well the cards are filled, and what became of duplicates."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            sieve = Sieve(centre_id=desk.centre_id, source=source, month=month)
            return await view(sieve, await duplicates(sieve), by_centre=False)

    @get("/cards", opt={"right": "client.view"})
    async def cards(
        self,
        desk: AtDesk,
        *,
        lacking: FromQuery[str] = "usable_email",
        source: FromQuery[str | None] = None,
        month: FromQuery[date | None] = None,
    ) -> Page[IncompleteCard]:
        """List the newest cards that lack a field, two hundred at most."""
        if lacking not in FIELDS:
            raise FieldUnknown(errors=(FieldError("?lacking", "unknown", lacking),))
        async with tenant_transaction(desk.centre_id, read_only=True):
            sieve = Sieve(centre_id=desk.centre_id, source=source, month=month)
            found = await incomplete(sieve, lacking)
        return Page(items=[msgspec.convert(card, IncompleteCard, from_attributes=True) for card in found])

    @get("/duplicates", opt={"right": "client.view"})
    async def duplicates(
        self, desk: AtDesk, source: FromQuery[str | None] = None, month: FromQuery[date | None] = None
    ) -> Page[DuplicateCard]:
        """List the centre's cards behind the figures of duplicates, the latest first, two hundred at most."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            found = await duplicate_cards(Sieve(centre_id=desk.centre_id, source=source, month=month))
        return Page(items=[msgspec.convert(card, DuplicateCard, from_attributes=True) for card in found])

    @get("/table", opt={"right": "statistics.view"}, media_type="text/csv")
    async def table(
        self, desk: AtDesk, source: FromQuery[str | None] = None, month: FromQuery[date | None] = None
    ) -> Response[str]:
        """Hand the dashboard out as CSV."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            sieve = Sieve(centre_id=desk.centre_id, source=source, month=month)
            return sheet(await view(sieve, await duplicates(sieve), by_centre=False))


class NetworkQualityController(Controller):
    """The network's cards, counted: no name, no address."""

    path = "/api/v1/network/card-quality"
    tags = ("network",)

    @get("/", opt={"right": "network.view"})
    async def quality(
        self,
        network: AtNetwork,
        *,
        centre: FromQuery[str | None] = None,
        source: FromQuery[str | None] = None,
        month: FromQuery[date | None] = None,
    ) -> CardQuality:
        """Show how well the cards are filled, over all centres or in one, and what became of duplicates."""
        return await _of_network(await _sieve(centre, source, month), centre)

    @get("/table", opt={"right": "network.view"}, media_type="text/csv")
    async def table(
        self,
        network: AtNetwork,
        *,
        centre: FromQuery[str | None] = None,
        source: FromQuery[str | None] = None,
        month: FromQuery[date | None] = None,
    ) -> Response[str]:
        """Hand the dashboard out as CSV, over all centres or of one."""
        return sheet(await _of_network(await _sieve(centre, source, month), centre))


async def _sieve(centre: str | None, source: str | None, month: date | None) -> Sieve:
    found = await by_slug(centre) if centre else None
    if centre and found is None:
        raise CentreUnknown()
    return Sieve(centre_id=found.id if found else None, source=source, month=month)


async def _of_network(sieve: Sieve, centre: str | None) -> CardQuality:
    """Count all the network's cards: seconds where they are a million, so no two count them at once."""

    async def count() -> CardQuality:
        async with system_transaction(read_only=True):
            counted = await duplicates(sieve, centre=centre)
        async with network_transaction():
            return await view(sieve, counted, by_centre=True)

    return await _OF_NETWORK.of((sieve.centre_id, sieve.source, sieve.month), count)


async def view(sieve: Sieve, counted: DuplicatesBy, *, by_centre: bool) -> CardQuality:
    """Put the dashboard together; inside a transaction that sees the cards."""
    filled = await quality(sieve)
    return CardQuality(
        whole=_filled(filled.whole),
        months=[_filled(each) for each in filled.months[-24:]],
        sources=[_filled(each) for each in filled.sources],
        languages=[_filled(each) for each in filled.languages],
        centres=[_filled(each) for each in filled.centres] if by_centre else [],
        duplicates=_pairs([counted.whole])[0],
        duplicate_months=_pairs(counted.months),
        duplicate_sources=_pairs(counted.sources),
        duplicate_centres=_pairs(counted.centres) if by_centre else [],
        reach=[msgspec.convert(each, Reach, from_attributes=True) for each in await reach(sieve)],
    )


def _filled(each: Quality) -> Filled:
    return Filled(name=each.name, cards=each.cards, filled=each.filled)


def _pairs(counted: Sequence[Counted]) -> list[Duplicates]:
    return [msgspec.convert(each, Duplicates, from_attributes=True) for each in counted]


def sheet(shown: CardQuality) -> Response[str]:
    """Write the dashboard as a table that a spreadsheet opens."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["by", "name", "cards", *FIELDS])
    for by, rows in (
        ("", [shown.whole]),
        ("month", shown.months),
        ("source", shown.sources),
        ("language", shown.languages),
        ("centre", shown.centres),
    ):
        writer.writerows([by, guarded(row.name), row.cards, *(row.filled[field] for field in FIELDS)] for row in rows)
    writer.writerows(["reach", each.name, each.cards, each.reachable, each.won] for each in shown.reach)
    writer.writerow(["duplicates by", "name", *PAIRS])
    for by, pairs in (
        ("", [shown.duplicates]),
        ("month", shown.duplicate_months),
        ("source", shown.duplicate_sources),
        ("centre", shown.duplicate_centres),
    ):
        writer.writerows(
            [f"duplicates {by}".strip(), guarded(each.name), *(getattr(each, name) for name in PAIRS)] for each in pairs
        )
    headers = {"Content-Disposition": 'attachment; filename="card-quality.csv"'}
    return Response("\ufeff" + text.getvalue(), media_type="text/csv", headers=headers)
