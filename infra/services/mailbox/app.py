"""The HTTP door of the mailbox: the pages, the JSON list, the files, the controls."""

from typing import Annotated
from urllib.parse import quote

import msgspec
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from infra.services.mailbox import controls, messages, pages
from infra.services.mailbox.messages import Message
from infra.services.mailbox.store import Store

WebRequest = Request[None, None, State]
_PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
_MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: 'self'; frame-ancestors 'self'"
)


def build(store: Store) -> Litestar:
    """Return the application on top of an opened store."""
    return Litestar(
        [*_pages(store), *_files(store), *_controls(store)],
        exception_handlers={controls.ControlInvalid: _unclear},
        openapi_config=None,
    )


def _pages(store: Store) -> list[HTTPRouteHandler]:
    @get("/")
    async def list_page() -> Response[str]:
        return _page(pages.list_page(store.newest(limit=200)))

    @get("/messages.json")
    async def message_list(limit: Annotated[int, Parameter(ge=1)] | None = None) -> list[Message]:
        return store.newest(limit=limit or -1)

    @get("/messages/{number:int}")
    async def message_page(number: int) -> Response[str]:
        message = store.find(number)
        return _page(pages.message_page(message)) if message else _missing()

    @get("/style.css", media_type=MediaType.CSS)
    async def style() -> str:
        return pages.STYLE

    return [list_page, message_list, message_page, style]


def _files(store: Store) -> list[HTTPRouteHandler]:
    @get("/messages/{number:int}/html")
    async def html_part(number: int) -> Response[str]:
        message = store.find(number)
        if message is None or not message.html:
            return _missing()
        headers = {"Content-Security-Policy": _MAIL_POLICY}
        return Response(pages.framed(message.html), media_type=MediaType.HTML, headers=headers)

    @get("/messages/{number:int}/raw")
    async def raw(number: int) -> Response[bytes] | Response[str]:
        octets = store.raw(number)
        return _missing() if octets is None else _file(octets, name=f"{number}.eml", kind="message/rfc822")

    @get("/messages/{number:int}/attachments/{place:int}")
    async def attachment(number: int, place: int) -> Response[bytes] | Response[str]:
        octets = store.raw(number)
        parts = messages.attachments(messages.parse(octets)) if octets is not None else []
        if not 0 <= place < len(parts):
            return _missing()
        part = parts[place]
        name = messages.attachment_name(part, place)
        return _file(messages.content(part), name=name, kind=part.get_content_type())

    return [html_part, raw, attachment]


def _controls(store: Store) -> list[HTTPRouteHandler]:
    @get("/_control")
    async def show_controls() -> controls.Controls:
        return store.controls()

    @post("/_control", status_code=200)
    async def change_controls(request: WebRequest) -> controls.Controls:
        try:
            asked = msgspec.json.decode(await request.body() or b"{}", type=controls.ControlChange)
        except msgspec.DecodeError as failure:
            raise controls.ControlInvalid(str(failure)) from failure
        after = controls.changed(store.controls(), asked)
        store.set_controls(after)
        if asked.clear:
            store.clear()
        return after

    @get("/health/live", media_type=MediaType.TEXT)
    async def live() -> str:
        return "ok"

    return [show_controls, change_controls, live]


def _page(html: str, *, status: int = 200) -> Response[str]:
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": _PAGE_POLICY}
    return Response(html, status_code=status, media_type=MediaType.HTML, headers=headers)


def _missing() -> Response[str]:
    return _page(pages.missing_page(), status=404)


def _file(octets: bytes, *, name: str, kind: str) -> Response[bytes]:
    """Give a file to be saved, never to be run in this origin."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(octets, media_type=kind, headers=headers)


def _unclear(_: WebRequest, refusal: controls.ControlInvalid) -> Response[dict[str, str]]:
    return Response({"error": str(refusal)}, status_code=400)
