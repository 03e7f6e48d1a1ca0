"""Lists taken away as they are seen: the file is made at once, and kept for its address a quarter of an hour, then gone."""

import re
import unicodedata
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from litestar import Controller, Response, get
from litestar.params import FromPath
from redis.asyncio import Redis
from redis.exceptions import RedisError

from infra import signing
from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import tenant_transaction
from infra.documents import Document
from infra.documents.document import Column, Section
from infra.errors import FieldError, Invalid, Unavailable
from infra.ids import new_id
from infra.settings import settings
from infra.signing import LinkExpired
from server.contract.day_sheet import DocumentLink
from server.contract.list_tables import ListTable
from server.pages.documents import FORMATS
from server.pages.short_addresses import shortened
from tenants.centres.queries import centre

PURPOSE: Final = "list"
LIFE: Final = timedelta(minutes=15)
FORMS: Final = ("csv", "xlsx")
MEDIA_TYPES: Final = {form: written.media_type for form, written in FORMATS.items()} | {"zip": "application/zip"}
TABLES: Final = tuple(MEDIA_TYPES[form] for form in FORMS)
"""What a caller who asks for a list as a file is answered with."""
MOST_COLUMNS: Final = 60
MOST_ROWS: Final = 20_000
PATIENCE_SECONDS: Final = 5


class ListTableInvalid(Invalid):
    """A list is taken away as CSV or XLSX, each row as long as the titles."""

    code = "list_invalid"


class ListStoreUnavailable(Unavailable):
    """Files for their short address cannot be kept right now."""

    code = "list_store_unavailable"


class ListTableController(Controller):
    """Who holds the address reads the one file it is for."""

    path = "/l"
    opt = {"public": True}
    include_in_schema = False

    @get("/{token:str}/{name:str}")
    async def file(self, token: FromPath[str], name: FromPath[str]) -> Response[bytes]:
        """Give the file as it was seen; the name is for the reader's folder of downloads only."""
        signed = signing.read(PURPOSE, token)
        async with _store() as store:
            try:
                content = await store.get(_key(signed.centre_id, signed.subject_id))
            except RedisError as error:
                raise ListStoreUnavailable from error
        if not isinstance(content, bytes):
            raise LinkExpired
        return Response(
            content,
            media_type=MEDIA_TYPES[signed.word],
            # No name here: the browser takes the address's last part.
            headers={"Content-Disposition": "attachment", "Cache-Control": "no-store"},
        )


async def make_list(centre_id: UUID, table: ListTable, *, language: str, actor: Actor) -> bytes:
    """Write a list as a file, and note in the centre's trail who took which, of how many rows.

    Raises:
        ListTableInvalid: another form, too long, or rows that do not fit the titles.
    """
    _check(table)
    async with tenant_transaction(centre_id):
        owner = (await centre(centre_id)).name
        await audit(
            "centre",
            centre_id,
            "export",
            actor=actor,
            after={"what": table.title[:80], "form": table.format, "rows": len(table.rows)},
        )
    columns = [Column(column.title, right=column.right) for column in table.columns]
    section = Section(title=table.title[:80] or "Liste", columns=columns, rows=table.rows)
    document = Document(title=section.title, subtitle="", owner=owner, sections=[section], language=language)
    return FORMATS[table.format].write(document)


async def list_link(centre_id: UUID, table: ListTable, *, today: date, language: str, actor: Actor) -> DocumentLink:
    """Make the file and the address that gives it.

    Raises:
        ListTableInvalid: as `make_list`.
        ListStoreUnavailable: there is nowhere to keep it.
    """
    content = await make_list(centre_id, table, language=language, actor=actor)
    return await kept_file(centre_id, content, form=table.format, name=list_name(table, today))


async def kept_file(centre_id: UUID, content: bytes, *, form: str, name: str) -> DocumentLink:
    """Keep a file for a quarter of an hour, and return the short address that gives it.

    Raises:
        ListStoreUnavailable: there is nowhere to keep it.
    """
    list_id, expires_at = new_id(), now() + LIFE
    async with _store() as store:
        try:
            await store.set(_key(centre_id, list_id), content, ex=LIFE)
        except RedisError as error:
            raise ListStoreUnavailable from error
    token = signing.sign(PURPOSE, centre_id, list_id, expires_at=expires_at, word=form)
    url = f"{settings().public_url.rstrip('/')}/l/{token}/{name}"
    return DocumentLink(url=await shortened(url, until=expires_at), name=name, expires_at=expires_at)


def list_answer(content: bytes, form: str, *, name: str) -> Response[bytes]:
    """Answer with a file that is kept, not shown."""
    return Response(
        content,
        media_type=FORMATS[form].media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def list_name(table: ListTable, today: date) -> str:
    """Return what a list's file is called."""
    return file_name(table.title, today, table.format)


def file_name(title: str, today: date, form: str) -> str:
    """Return what a file is called: its title in plain letters, and the day."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "liste"
    return f"{stem}-{today.isoformat()}.{form}"


def _store() -> Redis:
    return Redis.from_url(
        settings().redis_url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS
    )


def _key(centre_id: UUID, list_id: UUID) -> str:
    return f"halte:list:{centre_id}:{list_id}"


def _check(table: ListTable) -> None:
    errors = []
    if table.format not in FORMS:
        errors.append(FieldError("/format", "unknown", f"one of {', '.join(FORMS)}"))
    if not 1 <= len(table.columns) <= MOST_COLUMNS:
        errors.append(FieldError("/columns", "too_many", f"between 1 and {MOST_COLUMNS}"))
    if len(table.rows) > MOST_ROWS:
        errors.append(FieldError("/rows", "too_many", f"at most {MOST_ROWS}"))
    if any(len(row) != len(table.columns) for row in table.rows):
        errors.append(FieldError("/rows", "row_length", "each as long as the titles"))
    if errors:
        raise ListTableInvalid(errors=tuple(errors))
