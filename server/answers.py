"""How answers are dressed: the ETag of what can be edited, the cursor of what can be long."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

import msgspec
from litestar import Response

from infra.errors import FieldError, Invalid
from server.contract.basics import Page

Body = TypeVar("Body")

PAGE_SIZE = 50
PAGE_LIMIT = 200


class CursorInvalid(Invalid):
    """A cursor is what the page before gave; it cannot be made up."""

    code = "cursor_invalid"


def tagged(body: Body, version: int, *, status: int = 200) -> Response[Body]:
    """Answer with `body` and its version as ETag, which the next edit sends back in If-Match."""
    return Response(body, status_code=status, headers={"ETag": f'"{version}"'})


def page_of(rows: Sequence[Body], *, limit: int, cursor: tuple[str, UUID] | None) -> Page[Body]:
    """Make the page from `limit + 1` rows asked for at most; `cursor` is the key of row number `limit`, if any."""
    more = len(rows) > limit and cursor is not None
    return Page(items=list(rows[:limit]), next_cursor=write_cursor(*cursor) if more and cursor else None)


def write_cursor(key: str, row_id: UUID) -> str:
    """Pack the sort key and id of a page's last row; opaque to clients."""
    return base64.urlsafe_b64encode(msgspec.json.encode([key, row_id])).decode().rstrip("=")


def read_cursor(cursor: str | None) -> tuple[str, UUID] | None:
    """Unpack a cursor: the sort key and id after which the page begins.

    Raises:
        CursorInvalid: nobody gave this one out.
    """
    if not cursor:
        return None
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return msgspec.json.decode(packed, type=tuple[str, UUID])
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise CursorInvalid(errors=(FieldError("?cursor", "cursor_invalid", "not a cursor"),)) from error


def page_limit(limit: int | None) -> int:
    """Return how many rows a page has: 50 unless asked, 200 at most, 1 at least."""
    return max(1, min(limit or PAGE_SIZE, PAGE_LIMIT))
