"""The web door's pages: the log-in, and the window behind it. Forms are taken from these pages only."""

import secrets
from typing import Final
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from server.contract.accounts import Token
from tui.web.answers import page, secured
from tui.web.assets import assets, release
from tui.web.door import Door, Refused
from tui.web.texts import TEXTS, language_of
from tui.web.visitors import LEFT, Begun, Visitor, Visitors
from tui.web.windows import Windows

log = structlog.get_logger("web")

POLL_SECONDS: Final = 5
LARGEST_FORM: Final = 8_192
FOR_EVER: Final = "public, max-age=31536000, immutable"


class Site:
    """What all requests share. `public_url` is how browsers reach it: forms and sockets of any other origin are refused."""

    def __init__(self, door: Door, visitors: Visitors, windows: Windows, *, public_url: str) -> None:
        self._door = door
        self._visitors = visitors
        self._windows = windows
        self.public_url = public_url.rstrip("/")
        where = urlsplit(self.public_url)
        self._secure = where.scheme == "https"
        self._socket = f"{'wss' if self._secure else 'ws'}://{where.netloc}"
        # Where there is TLS, a name that no other host or path can have set.
        self._cookie = "__Host-halte_web" if self._secure else "halte_web"

    def app(self) -> web.Application:
        """Return the application."""
        app = web.Application(middlewares=[secured], client_max_size=LARGEST_FORM)
        app.add_routes(
            [
                web.get("/", self.entrance),
                web.post("/log-in", self.log_in),
                web.post("/begin", self.begin),
                web.post("/give-up", self.give_up),
                web.get("/here/{page}", self.here),
                web.get("/ws/{page}", self.socket),
                web.get(f"/static/{release()}/{{name}}", self.asset),
                web.get("/health/live", self.live),
            ]
        )
        return app

    async def entrance(self, request: web.Request) -> web.StreamResponse:
        """Show the window to who has logged in, the log-in to everybody else."""
        cookie = request.cookies.get(self._cookie)
        visitor = self._visitors.of(cookie)
        if visitor is not None and not visitor.over:
            visitor.page = secrets.token_urlsafe(16)
            address = f"{self._socket}/ws/{visitor.page}"
            return page(request, "window.html", socket=self._socket, address=address, window=visitor.page)
        begun = self._visitors.begun(cookie)
        if begun is not None:
            return await self._approved(request, begun)
        if visitor is not None:
            self._visitors.forget(cookie)
            return self._log_in_page(request, said=visitor.over)
        return self._log_in_page(request)

    async def log_in(self, request: web.Request) -> web.StreamResponse:
        """Log in by password."""
        self._require_own(request)
        form = await request.post()
        login, password, code = (str(form.get(name, ""))[:256] for name in ("login", "password", "code"))
        try:
            token = await self._door.log_in(login, password, code=code.strip(), address=address_of(request))
            return await self._entered(request, token)
        except Refused as refused:
            return self._log_in_page(request, said=refused.code, login=login, refused=True)

    async def begin(self, request: web.Request) -> web.StreamResponse:
        """Begin a log-in on the API's own page, where the network's identity provider is asked."""
        self._require_own(request)
        try:
            device = await self._door.begin(address=address_of(request))
        except Refused as refused:
            return self._log_in_page(request, said=refused.code, refused=True)
        until = self._visitors.clock() + device.expires_in
        begun = Begun(device_code=device.device_code, address=device.verification_uri_complete, until=until)
        return self._with_cookie(self._visitors.begin(begun), former=request.cookies.get(self._cookie))

    async def give_up(self, request: web.Request) -> web.StreamResponse:
        """Wait no longer for an approval."""
        self._require_own(request)
        cookie = request.cookies.get(self._cookie)
        if self._visitors.begun(cookie) is not None:
            self._visitors.forget(cookie)
        raise web.HTTPSeeOther("/")

    async def here(self, request: web.Request) -> web.StreamResponse:
        """Tell a page whose socket is closed what to do.

        204: open the window again; 401: the session is over; 409: another window took its place; 503: no room yet.
        """
        visitor = self._visitor(request)
        if visitor is None:
            status = 401
        elif visitor.page != request.match_info["page"]:
            status = 409
        else:
            status = 503 if not visitor.windows and self._visitors.is_full(visitor.login) else 204
        return web.Response(status=status, headers={"Cache-Control": "no-store"})

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """Open the window of a page of ours, for who has logged in.

        Raises:
            HTTPForbidden: the page is another site's: a browser sends our cookie with its sockets too.
            HTTPUnauthorized: nobody has logged in.
            HTTPConflict: another window has taken this one's place.
            HTTPServiceUnavailable: no more windows can be opened.
        """
        self._require_own(request)
        visitor = self._visitor(request)
        if visitor is None:
            raise web.HTTPUnauthorized
        if visitor.page != request.match_info["page"]:
            raise web.HTTPConflict
        if not visitor.windows and self._visitors.is_full(visitor.login):
            raise web.HTTPServiceUnavailable
        return await self._windows.open(request, visitor)

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """Answer with a script, a style or a font."""
        asset = assets().get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        answer = web.Response(body=asset.content, content_type=asset.media_type, headers={"Cache-Control": FOR_EVER})
        answer.enable_compression()
        return answer

    async def live(self, request: web.Request) -> web.StreamResponse:
        """Say that the door is there."""
        return web.Response(status=200, text="ok")

    async def _approved(self, request: web.Request, begun: Begun) -> web.StreamResponse:
        try:
            token = await self._door.approved(begun.device_code, address=address_of(request))
            if token is not None:
                return await self._entered(request, token)
        except Refused as refused:
            if refused.code in ("unreachable", "log_in_slowed"):
                return self._log_in_page(request, said=refused.code, begun=begun, refused=True)
            self._visitors.forget(request.cookies.get(self._cookie))
            return self._log_in_page(request, said="approval_over", refused=True)
        return self._log_in_page(request, begun=begun)

    async def _entered(self, request: web.Request, token: Token) -> web.StreamResponse:
        login = await self._door.login_of(token)
        former = self._visitor(request)
        if former is not None:
            # Somebody else logged in by the same browser: what was open in it is the former's.
            await self._windows.end(former, LEFT)
        log.info("logged_in", login=login, address=request.remote)
        cookie = self._visitors.enter(self._door.server, login, token)
        return self._with_cookie(cookie, former=request.cookies.get(self._cookie))

    def _with_cookie(self, cookie: str, *, former: str | None) -> web.StreamResponse:
        self._visitors.forget(former)
        answer = web.Response(status=303, headers={"Location": "/", "Cache-Control": "no-store"})
        answer.set_cookie(self._cookie, cookie, path="/", secure=self._secure, httponly=True, samesite="Strict")
        return answer

    def _log_in_page(
        self,
        request: web.Request,
        *,
        said: str = "",
        login: str = "",
        begun: Begun | None = None,
        refused: bool = False,
    ) -> web.Response:
        words = TEXTS[language_of(request.headers.get("Accept-Language", ""))]
        if refused and said not in words:
            said = "credentials_wrong"
        return page(
            request,
            "log_in.html",
            socket=self._socket,
            status=400 if refused else 200,
            said=words.get(said, said),
            refused=refused,
            login=login,
            begun=begun,
            every_seconds=POLL_SECONDS,
        )

    def _visitor(self, request: web.Request) -> Visitor | None:
        visitor = self._visitors.of(request.cookies.get(self._cookie))
        return None if visitor is None or visitor.over else visitor

    def _require_own(self, request: web.Request) -> None:
        """Refuse what a page of another site sends, cookie or not.

        Raises:
            HTTPForbidden: the origin is not ours, or the browser does not say it.
        """
        if request.headers.get("Origin") != self.public_url:
            raise web.HTTPForbidden


def address_of(request: web.Request) -> str:
    """Return the visitor's address as a proxy would pass it on; the API believes as much of it as its settings say."""
    before = request.headers.get("X-Forwarded-For", "")[-500:]
    return f"{before}, {request.remote or ''}" if before else request.remote or ""
