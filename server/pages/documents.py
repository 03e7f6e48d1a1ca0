"""Documents by a short address: the terminal asks for one, and the staff's own machine opens it for a quarter of an hour."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import msgspec
from litestar import Controller, Response, get
from litestar.params import FromPath

from infra import signing
from infra.clock import now
from infra.database import tenant_transaction
from infra.documents import Document, print_document, write_csv, write_xlsx
from infra.errors import FieldError, Invalid
from infra.settings import settings
from server.contract.day_sheet import DocumentLink, DocumentWanted
from server.filters import EVERYONE, ClientsAsked, filter_of, packed, unpacked
from server.pages.client_words import clients_in_words
from server.pages.sheets import day_document, housekeeping_document, kitchen_document, rooming_document
from server.pages.short_addresses import shortened
from server.views.day_sheet import day_sheet, room_today_view
from tenants.centres.queries import centre
from tenants.housekeeping.queries import rooms_today
from tenants.rooming.queries import rooming_list

PURPOSE: Final = "document"
LIFE: Final = timedelta(minutes=15)
NAMES: Final = {
    "day_sheet": "feuille-du-jour",
    "kitchen": "cuisine",
    "housekeeping": "chambres",
    "rooming_list": "liste-de-chambres",
}
LANGUAGES: Final = ("fr", "en")


class Format(msgspec.Struct, frozen=True):
    """How a document is written."""

    media_type: str
    write: Callable[[Document], bytes]


FORMATS: Final[Mapping[str, Format]] = {
    "pdf": Format("application/pdf", print_document),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "csv": Format("text/csv; charset=utf-8", write_csv),
}
PAPERS: Final = tuple(each.media_type for each in FORMATS.values())
"""What a caller who asks for a document is answered with."""


class DocumentInvalid(Invalid):
    """There is no such document."""

    code = "document_invalid"


class DocumentController(Controller):
    """Who holds the address reads the one document it is for."""

    path = "/d"
    opt = {"public": True}
    include_in_schema = False

    @get("/{token:str}/{name:str}")
    async def document(self, token: FromPath[str], name: FromPath[str]) -> Response[bytes]:
        """Make the document as things are now; the name is for the reader's folder of downloads only."""
        signed = signing.read(PURPOSE, token)
        # An address made before papers were of some clients only has four words.
        kind, form, day, language, *letters = signed.word.split(" ")
        made = await document_of(
            signed.centre_id,
            kind,
            day=date.fromisoformat(day),
            stay_id=signed.subject_id,
            language=language,
            clients=unpacked("".join(letters)),
        )
        return file_answer(made, form, name=file_name(kind, form, date.fromisoformat(day)))


async def document_link(
    centre_id: UUID, wanted: DocumentWanted, *, today: date, language: str, clients: ClientsAsked = EVERYONE
) -> DocumentLink:
    """Make the short address of a document, of some `clients` only where that is asked.

    Raises:
        DocumentInvalid: no such kind or format, or a rooming list without its stay.
        FilterTooLong: too much is asked of the clients for an address to hold.
    """
    check(wanted)
    day = wanted.day or today
    name = file_name(wanted.kind, wanted.format, day)
    spoken = language if language in LANGUAGES else "fr"
    expires_at = now() + LIFE
    token = signing.sign(
        PURPOSE,
        centre_id,
        wanted.stay_id or centre_id,
        expires_at=expires_at,
        word=" ".join(filter(None, (wanted.kind, wanted.format, day.isoformat(), spoken, packed(clients)))),
    )
    url = f"{settings().public_url.rstrip('/')}/d/{token}/{name}"
    return DocumentLink(url=await shortened(url, until=expires_at), name=name, expires_at=expires_at)


def check(wanted: DocumentWanted) -> None:
    """Refuse what is no document.

    Raises:
        DocumentInvalid: with one error for each field.
    """
    errors = []
    if wanted.kind not in NAMES:
        errors.append(FieldError("/kind", "unknown", f"one of {', '.join(NAMES)}"))
    if wanted.format not in FORMATS:
        errors.append(FieldError("/format", "unknown", f"one of {', '.join(FORMATS)}"))
    if wanted.kind == "rooming_list" and wanted.stay_id is None:
        errors.append(FieldError("/stay_id", "required", "whose list"))
    if errors:
        raise DocumentInvalid(errors=tuple(errors))


async def document_of(
    centre_id: UUID, kind: str, *, day: date, stay_id: UUID, language: str, clients: ClientsAsked = EVERYONE
) -> Document:
    """Return a document as things are now; what people do and eat is that of these `clients` only, which it says.

    Raises:
        StayUnknown: the rooming list's stay is not there.
        SegmentUnknown: the clients' segment is neither shared nor the asker's own.
    """
    async with tenant_transaction(centre_id, read_only=True):
        owner = (await centre(centre_id)).name
        if kind == "rooming_list":
            return rooming_document(await rooming_list(centre_id, stay_id), owner=owner, language=language)
        if kind == "housekeeping":
            rooms = [room_today_view(room) for room in await rooms_today(centre_id, day)]
            return housekeeping_document(day, rooms, owner=owner, language=language)
        sheet = await day_sheet(centre_id, day, of=await filter_of(centre_id, clients))
        whose = await clients_in_words(centre_id, clients, language=language)
    make = kitchen_document if kind == "kitchen" else day_document
    return msgspec.structs.replace(make(sheet, owner=owner, language=language), remark=whose)


def file_answer(document: Document, form: str, *, name: str) -> Response[bytes]:
    """Answer with a document: a PDF is shown, a spreadsheet is kept."""
    how = FORMATS[form]
    shown = "inline" if form == "pdf" else "attachment"
    return Response(
        how.write(document),
        media_type=how.media_type,
        headers={"Content-Disposition": f'{shown}; filename="{name}"', "Cache-Control": "no-store"},
    )


def file_name(kind: str, form: str, day: date) -> str:
    """Return what a document is called in a folder of downloads: never a group's name."""
    return f"{NAMES[kind]}-{day.isoformat()}.{form}"
