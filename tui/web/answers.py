"""Pages and cookies of the web door: escaped, under a policy that takes nothing from elsewhere, kept by nobody."""

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Final

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from tui.web.assets import release
from tui.web.texts import TEXTS, language_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SECURITY_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    # Not « no-referrer »: with it a browser sends its own forms with « Origin: null », and by their origin they are told.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def policy(socket: str) -> str:
    """Return the pages' Content-Security-Policy; `socket` is the origin of their WebSocket, which not every browser counts as 'self'."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            f"connect-src 'self' {socket}",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def page(request: web.Request, template: str, *, socket: str, status: int = 200, **values: object) -> web.Response:
    """Answer with a page in the browser's language."""
    language = language_of(request.headers.get("Accept-Language", ""))
    html = (
        _environment()
        .get_template(template)
        .render(language=language, t=TEXTS[language], statics=f"/static/{release()}", **values)
    )
    headers = {"Content-Security-Policy": policy(socket), "Cache-Control": "no-store", "Content-Language": language}
    return web.Response(text=html, content_type="text/html", status=status, headers=headers)


@web.middleware
async def secured(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give every answer its security headers."""
    try:
        answer = await handler(request)
    except web.HTTPException as refusal:
        refusal.headers.update(SECURITY_HEADERS)
        raise
    if not answer.prepared:
        answer.headers.update(SECURITY_HEADERS)
    return answer


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("tui.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
