"""The short address of a table: made at the desk, opened in the browser of one's own machine, good for ten minutes."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

import msgspec
from litestar import Controller, Response, get
from litestar.params import FromPath

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import tenant_transaction
from infra.documents import Document
from infra.errors import FieldError, Invalid
from infra.settings import settings
from infra.signing import LinkInvalid, Signed, read, sign
from server.filters import ClientsAsked, filter_of, packed, unpacked
from server.pages.documents import FORMATS, file_answer
from server.pages.short_addresses import shortened
from server.pages.statistics_tables import insee_document, statistics_document
from server.pages.tourist_tax_table import tourist_tax_document
from server.views.statistics import statistics
from server.views.tourist_tax import tourist_tax
from tenants.centres.queries import centre
from tenants.statistics.insee import insee_return
from tenants.statistics.rules import Segment, check_period

PURPOSE: Final = "export"
GOOD_FOR: Final = timedelta(minutes=10)
TABLES: Final = ("statistics", "insee", "tourist_tax")


class ExportUnknown(Invalid):
    """There is no such table, or not in this form."""

    code = "export_unknown"


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """Which table to take away, in which form."""

    what: str
    form: str
    first_day: date
    last_day: date
    segment: str
    language: str
    clients: ClientsAsked = ClientsAsked()


async def export_address(centre_id: UUID, wanted: Export, *, actor: Actor) -> str:
    """Return the short address of a table, and note in the centre's trail who took which.

    Raises:
        ExportUnknown: the table, its form or its segment is none of ours.
        PeriodInvalid: the days are in the wrong order, or too far apart.
        FilterTooLong: too much is asked of the clients for an address to hold.
    """
    _check(wanted)
    check_period(wanted.first_day, wanted.last_day)
    segment = wanted.segment or Segment.BOOKING_TYPE
    days = f"{wanted.first_day:%Y%m%d}.{wanted.last_day:%Y%m%d}"
    word = f"{wanted.what}.{wanted.form}.{days}.{segment}.{wanted.language}.{packed(wanted.clients)}"
    async with tenant_transaction(centre_id):
        await audit("centre", centre_id, "export", actor=actor, after=wanted)
    ends = now() + GOOD_FOR
    token = sign(PURPOSE, centre_id, centre_id, expires_at=ends, word=word)
    return await shortened(f"{settings().public_url.rstrip('/')}/x/{token}", until=ends)


class ExportController(Controller):
    """Gives the file that an address names."""

    path = "/x"
    opt = {"public": True}
    include_in_schema = False

    @get("/{token:str}")
    async def file(self, token: FromPath[str]) -> Response[bytes]:
        """Make the table now, with what is counted now."""
        signed = read(PURPOSE, token)
        wanted = _wanted(signed)
        async with tenant_transaction(signed.centre_id, read_only=True):
            place = await centre(signed.centre_id)
            made = await _document(signed.centre_id, wanted, owner=place.name)
        days = f"{wanted.first_day:%Y%m%d}-{wanted.last_day:%Y%m%d}"
        return file_answer(made, wanted.form, name=f"{wanted.what}-{place.slug}-{days}.{wanted.form}")


async def _document(centre_id: UUID, wanted: Export, *, owner: str) -> Document:
    if wanted.what == "insee":
        found = await insee_return(centre_id, wanted.first_day)
        return await insee_document(found, wanted.language, owner=owner, centre_id=centre_id)
    if wanted.what == "tourist_tax":
        taxed = await tourist_tax(centre_id, wanted.first_day, wanted.last_day)
        return tourist_tax_document(taxed, wanted.language, owner=owner)
    table = await statistics(
        centre_id,
        wanted.first_day,
        wanted.last_day,
        Segment(wanted.segment),
        value=None,
        language=wanted.language,
        of=await filter_of(centre_id, wanted.clients),
    )
    return statistics_document(table, wanted.language, owner=owner)


def _check(wanted: Export) -> None:
    errors = []
    if wanted.what not in TABLES:
        errors.append(FieldError("/what", "unknown", f"one of {', '.join(TABLES)}"))
    if wanted.form not in FORMATS:
        errors.append(FieldError("/form", "unknown", f"one of {', '.join(FORMATS)}"))
    if wanted.segment and wanted.segment not in list(Segment):
        errors.append(FieldError("/segment", "unknown", f"one of {', '.join(Segment)}"))
    if errors:
        raise ExportUnknown(errors=tuple(errors))


def _wanted(signed: Signed) -> Export:
    parts = signed.word.split(".")
    if len(parts) != 7:
        raise LinkInvalid
    what, form, first, last, segment, language, clients = parts
    return Export(
        what=what,
        form=form,
        first_day=date.fromisoformat(first),
        last_day=date.fromisoformat(last),
        segment=segment,
        language=language,
        clients=unpacked(clients),
    )
